/*
 * When is a thread blocked, and what is told of it.
 */
#include "blocked.h"

#include <string.h>

#include "handles.h"
#include "hang.h"
#include "signals.h"
#include "state.h"
#include "stimuli.h"

uint32_t dir_blocked_pending(const struct dir_watch *watch, double *ms) {
  double since = 0;
  double signalled = 0;
  const uint32_t stimuli = dir_stimuli_pending(watch->thread, &since);
  const uint32_t signals = dir_signals_pending(watch->thread, &signalled);
  if (stimuli == 0 || (signals != 0 && signalled < since)) {
    since = signalled;
  }
  const double from = since > watch->same_ms ? since : watch->same_ms;
  *ms = stimuli + signals == 0 ? 0 : watch->looked_ms - from;
  return stimuli + signals;
}

bool dir_blocked_for(const struct dir_watch *watch, double ms) {
  if (watch->place == DIR_PLACE_GONE || !dir_watch_same_for(watch, ms)) {
    return false;
  }
  /* In a call that waits it is blocked. Anywhere else only if Linux has not run it: it may compute.
   */
  return dir_watch_sits(watch) ||
         (watch->sleep == DIR_SLEEP_SLEEPS && watch->looked_ms - watch->still_ms >= ms);
}

/* What was told last: of the first initialising thread, and of any other. */
static struct told { uint32_t thread, record, calls, stopped; } tellings[2];

void dir_blocked_record(const struct dir_watch *watch, double ms, uint32_t pending, bool stopped) {
  const struct told now = {watch->thread, watch->record, watch->calls, stopped};
  struct told *told = &tellings[watch->thread == dir_first_thread()];
  if (memcmp(told, &now, sizeof now) == 0) {
    return;
  }
  *told = now;
  const union rig_payload payload = {
      .state = {.a = watch->thread, .b = watch->record, .c = (uint32_t)ms, .d = pending}};
  (void)rec_state(RIG_STATE_BLOCKED, 0, &payload, NULL, 0);
  struct rec_thread thread;
  if (rec_thread_get(watch->thread, &thread)) {
    dir_handles_record(&thread);
    dir_hang_record(watch->thread);
  }
}

bool dir_blocked_poll(const struct dir_watch *watch) {
  double ms = 0;
  const uint32_t pending = dir_blocked_pending(watch, &ms);
  if (pending == 0 || ms < dir_settings.deadline_ms ||
      !dir_blocked_for(watch, dir_settings.deadline_ms)) {
    return false;
  }
  dir_blocked_record(watch, ms, pending, false);
  return true;
}
