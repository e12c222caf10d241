/*
 * Ready, and what is given up for it.
 */
#include "ready.h"

#include "blocked.h"
#include "boundary_private.h"
#include "end.h"
#include "state.h"

static bool ready; /* of the director's thread alone */

static uint32_t missing_facts(const struct dir_facts *facts) {
  return (facts->first_thread == 0 ? RIG_MISSING_INITIALIZE : 0u) |
         (facts->logon_returned ? 0u : RIG_MISSING_LOGON) |
         (facts->connected && !facts->running ? RIG_MISSING_RUNNING : 0u);
}

static void write_ready(uint32_t missing) {
  const union rig_payload payload = {.state = {.a = missing}};
  (void)rec_state(RIG_STATE_READY, 0, &payload, NULL, 0);
  ready = true;
  dir_boundary_interest(DIR_INTEREST_BLOCKS, false);
  dir_idle_reset();
}

/* Nothing more will come of itself: the thread is blocked or gone, or loops over empty waits. */
static bool at_rest(const struct dir_watch *first, double since_ms) {
  const double deadline = dir_settings.deadline_ms;
  const bool idle = dir_idle(first->thread, deadline);
  return dir_ms() - since_ms >= deadline &&
         (idle || first->place == DIR_PLACE_GONE || dir_blocked_for(first, deadline));
}

bool dir_ready_poll(const struct dir_watch *first) {
  if (ready) {
    return true;
  }
  struct dir_facts facts;
  dir_facts_get(&facts);
  const uint32_t missing = missing_facts(&facts);
  const bool late = dir_ms() >= dir_settings.ready_ms;
  if ((missing & RIG_MISSING_INITIALIZE) != 0) {
    if (late) {
      dir_end(RIG_END_NEVER_READY, 0, 0, missing);
    }
    return false;
  }
  const bool sits = dir_watch_sits(first);
  const uint32_t missing_wait = sits ? 0u : RIG_MISSING_WAIT;
  if (missing == 0 && sits) {
    write_ready(0);
  } else if (late || at_rest(first, facts.milestone_ms)) {
    write_ready(missing | missing_wait);
  }
  return ready;
}
