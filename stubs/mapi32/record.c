/*
 * Recording completed MAPI calls.
 */
#include "director/faults.h"
#include "mapi32/internal.h"

bool mapi_about(enum rig_call call, uint32_t *result) {
  rec_about(call);
  return dir_fault(call, RIG_NO_RECORD, result);
}

uint32_t mapi_record(enum rig_call call, uint64_t caller, const void *object, uint32_t a,
                     uint32_t b, uint32_t result) {
  union rig_payload payload = {
      .mapi = {.object = (uint64_t)(uintptr_t)object, .a = a, .b = b, .result = result}};
  rec_call(call, caller, &payload, NULL, 0);
  return result;
}
