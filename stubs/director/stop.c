/*
 * The watch after a stop.
 */
#include "stop.h"

#include "blocked.h"
#include "end.h"
#include "ready.h"
#include "state.h"
#include "survey.h"

/* W:SetServiceStatus gives no default; 30 s is what W:HandlerEx allows a control handler. */
#define HINT_MS 30000u
/* Between two looks at every thread. */
#define SURVEY_MS 20.0
/* A control handler takes microseconds, unless it waits for somebody. */
#define HANDLER_MS 100u

static bool asked;
static uint32_t asked_step;
static double asked_ms;
static uint32_t refused; /* error of the last stop that could not be asked for */

void dir_stop_asked(uint32_t step, uint32_t error, double ms) {
  asked_step = step;
  asked_ms = ms;
  refused = error;
  asked = asked || error == 0;
}

bool dir_stop_was_asked(void) {
  return asked;
}

static bool handler_returned(uint32_t from) {
  const struct rig_log *log = rec_log();
  const uint32_t next = __atomic_load_n(&log->header->next, __ATOMIC_ACQUIRE);
  for (uint32_t i = from; i < next && i < log->capacity; i++) {
    const struct rig_record *record = &log->records[i];
    if (__atomic_load_n(&record->commit, __ATOMIC_ACQUIRE) == i + 1 &&
        record->kind == RIG_KIND_LEAVE &&
        (record->call == RIG_CALL_HandlerEx || record->call == RIG_CALL_HandlerRoutine)) {
      return true;
    }
  }
  return false;
}

void dir_stop_await_handler(uint32_t from) {
  const double until = dir_ms() + dir_scaled(HANDLER_MS);
  while (!handler_returned(from) && dir_ms() < until) {
    dir_wait(1000);
  }
}

static double patience_ends(void) {
  struct dir_facts facts;
  dir_facts_get(&facts);
  const double from = facts.service_sign_ms > asked_ms ? facts.service_sign_ms : asked_ms;
  const bool hinted = facts.service_sign_ms >= asked_ms && facts.service_hint_ms > 0;
  return from + (hinted ? facts.service_hint_ms : dir_scaled(HINT_MS));
}

static void end_blocked(const struct dir_watch *first, const struct dir_survey *survey) {
  const struct dir_watch *who =
      first->thread != 0 && first->place != DIR_PLACE_GONE && first->detained == DIR_FREE
          ? first
          : survey->blocked;
  if (who != NULL && who->detained == DIR_FREE) {
    double unused = 0;
    const uint32_t pending = dir_blocked_pending(who, &unused);
    dir_blocked_record(who, who->looked_ms - who->same_ms, pending, true);
  }
  dir_end(RIG_END_STOP_BLOCKED, asked_step, refused, 0);
}

void dir_stop_poll(const struct dir_watch *first) {
  static double surveyed_ms;
  const double now = dir_ms();
  const double patience = patience_ends() - now;
  struct dir_survey survey;
  if (now - (surveyed_ms > asked_ms ? surveyed_ms : asked_ms) < SURVEY_MS) {
    return; /* most clients have ended before the first one */
  }
  surveyed_ms = now;
  dir_survey(&survey, patience);
  if (now - asked_ms < dir_settings.deadline_ms) {
    return;
  }
  struct dir_facts facts;
  dir_facts_get(&facts);
  const bool stopping = asked || facts.service_state == SERVICE_STOP_PENDING ||
                        facts.service_state == SERVICE_STOPPED;
  /* Stopped, and no thread of the client left that could be stuck: how long the process takes to
   * go is Windows' own affair. */
  const bool going = facts.service_state == SERVICE_STOPPED && survey.blocked == NULL;
  if (!stopping && (dir_ready_missing() & RIG_MISSING_RUNNING) != 0) {
    dir_end(RIG_END_NEVER_READY, asked_step, refused, dir_ready_missing());
  } else if (!survey.alive && !going) {
    end_blocked(first, &survey);
  } else if (patience <= 0 || (!stopping && now - asked_ms >= 2 * dir_settings.deadline_ms)) {
    dir_end(RIG_END_STOP_IGNORED, asked_step, refused, 0);
  }
}
