/*
 * The watch after a stop.
 *
 * A thread with a time-out will wake by itself: it counts as blocked only when it would not do so
 * before the client's patience (its wait hint) is used up. One that waits for another process, a
 * timer or an object of unknown kind may be woken from outside: the hint decides there too.
 */
#include "stop.h"

#include "blocked.h"
#include "end.h"
#include "handles.h"
#include "state.h"

/* W:SetServiceStatus gives no default; 30 s is what W:HandlerEx allows a control handler. */
#define HINT_MS 30000u
/* A control handler takes microseconds, unless it waits for somebody. */
#define HANDLER_MS 100u
#define WATCHES_MAX 128

static bool asked;
static uint32_t asked_step;
static double asked_ms;
static uint32_t refused; /* error of the last stop that could not be asked for */

static struct dir_watch watches[WATCHES_MAX];
static uint32_t watch_count;

void dir_stop_asked(uint32_t step, uint32_t error) {
  asked_step = step;
  asked_ms = dir_ms();
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
    dir_wait(1);
  }
}

static double patience_ends(void) {
  struct dir_facts facts;
  dir_facts_get(&facts);
  const double from = facts.service_sign_ms > asked_ms ? facts.service_sign_ms : asked_ms;
  const bool hinted = facts.service_sign_ms >= asked_ms && facts.service_hint_ms > 0;
  return from + (hinted ? facts.service_hint_ms : dir_scaled(HINT_MS));
}

/* ---- all threads of the client ---- */

struct survey {
  bool alive;                  /* some thread moves, or will by itself */
  const struct dir_watch *any; /* a thread that is blocked in a call */
  double patience_ms;          /* until the client's patience ends */
};

static struct dir_watch *watch_of(uint32_t thread) {
  for (uint32_t i = 0; i < watch_count; i++) {
    if (watches[i].thread == thread) {
      return &watches[i];
    }
  }
  for (uint32_t i = 0; i < watch_count; i++) {
    if (watches[i].place == DIR_PLACE_GONE) {
      return &watches[i];
    }
  }
  return watch_count < WATCHES_MAX ? &watches[watch_count++] : NULL;
}

static bool outside_wakes(const struct rec_thread *thread, const struct dir_watch *watch) {
  if (watch->record != thread->wait_record) {
    return false; /* it sits in a call without handles */
  }
  for (uint32_t i = 0; i < thread->wait_count && i < REC_WAIT_HANDLES; i++) {
    if (dir_handle_outside(thread->wait_handles[i])) {
      return true;
    }
  }
  return false;
}

static bool stuck(const struct rec_thread *thread, const struct dir_watch *watch, double patience) {
  const double deadline = dir_settings.deadline_ms;
  switch (watch->place) {
  case DIR_PLACE_UNTIMED:
    return dir_watch_same_for(watch, deadline) && !outside_wakes(thread, watch);
  case DIR_PLACE_TIMED:
    return dir_watch_same_for(watch, deadline) && watch->left_ms > patience;
  case DIR_PLACE_CALL:
    return dir_blocked_for(watch, deadline);
  case DIR_PLACE_OUTSIDE:
    /* A thread that has never called anything recorded, and whose sleep cannot be seen, is most
     * likely one of the system's own, waiting for work. */
    return dir_blocked_for(watch, deadline) ||
           (watch->sleep == DIR_SLEEP_UNKNOWN && thread->calls == 0);
  default:
    return true;
  }
}

static bool visit(void *context, const struct rec_thread *thread) {
  struct survey *survey = context;
  if (thread->owner != REC_OWNER_CLIENT || thread->ended) {
    return true;
  }
  struct dir_watch *watch = watch_of(thread->id);
  if (watch == NULL) {
    survey->alive = true;
    return true;
  }
  dir_watch_look(watch, thread->id);
  if (watch->place == DIR_PLACE_SCM || watch->place == DIR_PLACE_GONE) {
    return true;
  }
  if (!stuck(thread, watch, survey->patience_ms)) {
    survey->alive = true;
  } else if (survey->any == NULL && watch->place != DIR_PLACE_OUTSIDE) {
    survey->any = watch;
  }
  return true;
}

static void end_blocked(const struct dir_watch *first, const struct survey *survey) {
  const struct dir_watch *who =
      first->thread != 0 && first->place != DIR_PLACE_GONE ? first : survey->any;
  if (who != NULL) {
    double unused = 0;
    const uint32_t pending = dir_blocked_pending(who, &unused);
    dir_blocked_record(who, who->looked_ms - who->same_ms, pending, true);
  }
  dir_end(RIG_END_STOP_BLOCKED, asked_step, 0, 0);
}

void dir_stop_poll(const struct dir_watch *first) {
  const double now = dir_ms();
  const double patience = patience_ends() - now;
  struct survey survey = {.patience_ms = patience};
  rec_thread_each(visit, &survey);
  if (now - asked_ms < dir_settings.deadline_ms) {
    return;
  }
  struct dir_facts facts;
  dir_facts_get(&facts);
  const bool stopping = asked || facts.service_state == SERVICE_STOP_PENDING ||
                        facts.service_state == SERVICE_STOPPED;
  if (!stopping) {
    dir_end(RIG_END_STEP_STUCK, asked_step, refused, 0);
  } else if (!survey.alive) {
    end_blocked(first, &survey);
  } else if (patience <= 0) {
    dir_end(RIG_END_STOP_IGNORED, asked_step, 0, 0);
  }
}
