/*
 * Ready, and what is given up for it.
 */
#include "ready.h"

#include "blocked.h"
#include "boundary_private.h"
#include "end.h"
#include "state.h"
#include "survey.h"

/* Between two looks at every thread. */
#define SURVEY_MS 20.0

/* Both of the director's thread alone. */
static bool ready;
static uint32_t given_up;

static uint32_t missing_facts(const struct dir_facts *facts) {
  return (facts->first_thread == 0 ? RIG_MISSING_INITIALIZE : 0u) |
         (facts->logon_returned ? 0u : RIG_MISSING_LOGON) |
         (facts->connected && !facts->running ? RIG_MISSING_RUNNING : 0u);
}

static void write_ready(uint32_t missing) {
  const union rig_payload payload = {.state = {.a = missing}};
  (void)rec_state(RIG_STATE_READY, 0, &payload, NULL, 0);
  ready = true;
  given_up = missing;
  dir_boundary_interest(DIR_INTEREST_BLOCKS, false);
  dir_idle_reset();
}

/* Nothing more will come of itself: the thread is blocked or gone, or loops over empty waits. */
static bool at_rest(const struct dir_watch *first, double passed_ms) {
  const double deadline = dir_settings.deadline_ms;
  const bool idle = dir_idle(first->thread, deadline);
  return passed_ms >= deadline &&
         (idle || first->place == DIR_PLACE_GONE || first->detained == DIR_STUCK ||
          dir_blocked_for(first, deadline));
}

static void poll_uninitialized(uint32_t missing, bool waiting) {
  static double surveyed_ms;
  const double now = dir_ms();
  const double left = dir_settings.ready_ms - now;
  bool stuck = false;
  if (waiting && now - surveyed_ms >= SURVEY_MS) {
    surveyed_ms = now;
    stuck = dir_survey_stuck(left);
  }
  if (left <= 0 || stuck) {
    dir_end(RIG_END_NEVER_READY, 0, 0, missing);
  }
}

bool dir_ready_poll(struct dir_watch *first, bool waiting) {
  if (ready) {
    return true;
  }
  struct dir_facts facts;
  dir_facts_get(&facts);
  const uint32_t missing = missing_facts(&facts);
  if ((missing & RIG_MISSING_INITIALIZE) != 0) {
    poll_uninitialized(missing, waiting);
    return false;
  }
  const bool sits = dir_watch_arrived(first) && dir_watch_confirmed(first);
  const double passed = dir_ms() - facts.milestone_ms;
  const bool said_all = missing == 0 && (sits || passed >= dir_settings.deadline_ms);
  const bool late = dir_ms() >= dir_settings.ready_ms;
  if (said_all || late || at_rest(first, passed)) {
    write_ready(missing | (sits ? 0u : RIG_MISSING_WAIT));
  }
  return ready;
}

uint32_t dir_ready_missing(void) {
  return given_up;
}
