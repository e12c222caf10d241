/*
 * END records. The native side sees END and ends the process. When the log is full nothing can be
 * told any more, and nothing of what the client still does would be recorded: the process is ended
 * here, and the header tells why.
 */
#include "end.h"

#include "boundary_private.h"
#include "hang.h"
#include "recorder/recorder.h"
#include "state.h"

static bool ended; /* of the director's thread alone */

static bool hangs(enum rig_end reason) {
  return reason == RIG_END_NEVER_READY || reason == RIG_END_STOP_BLOCKED ||
         reason == RIG_END_STOP_IGNORED || reason == RIG_END_STEP_STUCK ||
         reason == RIG_END_TIMEOUT;
}

void dir_end(enum rig_end reason, uint32_t step, uint32_t error, uint32_t missing) {
  if (ended) {
    return;
  }
  ended = true;
  if (hangs(reason)) {
    dir_hang_record_all();
  }
  const union rig_payload payload = {
      .state = {.a = (uint32_t)reason, .b = step, .c = error, .d = missing}};
  (void)rec_state(RIG_STATE_END, 0, &payload, NULL, 0);
  dir_boundary_over();
}

bool dir_ended(void) {
  return ended;
}

void dir_end_poll(uint32_t step) {
  const struct rig_log *log = rec_log();
  if (__atomic_load_n(&log->header->next, __ATOMIC_RELAXED) > log->capacity) {
    dir_end(RIG_END_LOG_FULL, step, 0, 0);
    TerminateProcess(GetCurrentProcess(), ERROR_LOG_FILE_FULL);
  } else if (dir_settings.timeout_ms > 0 && dir_ms() > dir_settings.timeout_ms) {
    dir_end(RIG_END_TIMEOUT, step, 0, 0);
  }
}
