/*
 * Hooks on what signals: SetEvent and ResetEvent. Their records stand before those of the waits
 * they end (rec_prepare).
 */
#include "hooks/table.h"
#include "recorder/recorder.h"

static BOOL change(enum rig_call call, uint64_t caller, BOOL(WINAPI *real)(HANDLE), HANDLE event) {
  union rig_payload payload = {.object = {.handle = (uint32_t)(uintptr_t)event}};
  const struct rec_place place = rec_prepare(call, &payload);
  const BOOL result = real(event);
  payload.object.result = (uint32_t)result;
  payload.object.error = result ? 0 : GetLastError();
  rec_complete(place, call, caller, &payload);
  return result;
}

BOOL WINAPI hook_SetEvent(HANDLE event) {
  return change(RIG_CALL_SetEvent, REC_CALLER, hook_real.SetEvent, event);
}

BOOL WINAPI hook_ResetEvent(HANDLE event) {
  return change(RIG_CALL_ResetEvent, REC_CALLER, hook_real.ResetEvent, event);
}
