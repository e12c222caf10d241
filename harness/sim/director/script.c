/*
 * The director's actor: which step comes next, and whether it can be taken now (script_triggers.c).
 */
#include "sim/director/script_private.h"

/* W:SetServiceStatus gives no default; as stubs/director/stop.c. */
#define PATIENCE_MS 30000u

const struct rig_step *rig_director_next(const struct rig_director *director) {
  return director->state->step < director->plan.step_count
             ? &director->plan.steps[director->state->step]
             : NULL;
}

/* Threads of a program are numbered as they were made; the first of them is main. */
uint32_t rig_director_who(const struct rig_director *director, unsigned who) {
  if (who == RIG_WHO_MAPI) {
    const uint32_t window = director->target.windows[RIG_WINDOW_NOTIFICATION];
    return rig_win_is_window(director->world, window)
               ? rig_win_window_thread(director->world, window)
               : RIG_WIN_NONE;
  }
  const uint32_t thread = who >= RIG_WHO_NUMBERED ? who - RIG_WHO_NUMBERED : director->target.first;
  return rig_world_thread_alive(director->world, thread) ? thread : RIG_WIN_NONE;
}

bool rig_director_detains(const struct rig_director *director) {
  const struct state *state = director->state;
  const uint8_t first = (uint8_t)(director->target.first + 1);
  bool held = state->next.thread == first || state->in_gate != 0;
  for (unsigned i = 0; i < HOLDS_MAX; i++) {
    held = held || state->holds[i].thread == first;
  }
  return held;
}

void rig_director_let_go(struct rig_director *director, struct hold *hold) {
  uint32_t error = 0;
  if (hold->thread != 0 && hold->park == PARK_BOUNDARY) {
    rig_engine_release(director->engine, hold->thread - 1u);
  } else if (hold->thread != 0) {
    (void)rig_win_event_set(director->world, director->park, &error);
  }
  *hold = (struct hold){0};
}

/* ---- whether it can be taken ---- */

/* The client was asked to stop, and goes on by itself: some time-out wakes it again and again, or
 * it computes. */
static bool goes_on(const struct rig_director *director) {
  return director->state->stopped != 0 && rig_director_next(director) == NULL &&
         !rig_director_floods(director) &&
         (rig_world_due(director->world) != RIG_WIN_FOREVER ||
          rig_engine_computes(director->engine));
}

static bool enabled(void *self, const struct rig_engine *engine) {
  const struct rig_director *director = self;
  const uint32_t now = rig_world_now(director->world);
  uint32_t due_ms;
  (void)engine;
  if (director->state->waits) {
    return false;
  }
  return (rig_director_send_due(director, &due_ms) && now >= due_ms) ||
         rig_director_trigger_holds(director, &due_ms) ||
         (goes_on(director) && now >= director->state->stop_ms + PATIENCE_MS);
}

bool rig_director_may_act(const struct rig_director *director) {
  uint32_t due_ms;
  return rig_director_trigger_holds(director, &due_ms);
}

static uint32_t due(void *self, const struct rig_engine *engine) {
  const struct rig_director *director = self;
  const uint32_t now = rig_world_now(director->world);
  uint32_t earliest = RIG_WIN_FOREVER, due_ms;
  (void)engine;
  if (director->state->waits) {
    return earliest;
  }
  if (rig_director_send_due(director, &due_ms)) {
    earliest = due_ms;
  }
  if (!rig_director_trigger_holds(director, &due_ms) && due_ms > now && due_ms < earliest) {
    earliest = due_ms;
  }
  due_ms = director->state->stop_ms + PATIENCE_MS;
  if (goes_on(director) && due_ms > now && due_ms < earliest) {
    earliest = due_ms;
  }
  return earliest;
}

static uint32_t from_now(uint32_t ms, uint32_t now) {
  return ms > now ? ms - now : 0;
}

/* How long ago the client last got anywhere matters while something is pending that it may be found
 * not to serve: up to D, then it has been long enough. */
static void forget_now(void *self, void *copy, uint32_t now) {
  const struct rig_director *director = self;
  const struct rig_step *step = rig_director_next(director);
  struct state *state = copy;
  if (step != NULL && step->trigger == RIG_TRIGGER_AFTER) {
    state->since_ms = from_now(state->since_ms + step->trigger_ms, now);
  }
  if (step != NULL && rig_director_pending(director) > 0) {
    state->moved_ms = from_now(state->moved_ms + director->plan.deadline_ms, now);
  } else {
    state->moved_ms = 0;
  }
  if (rig_director_floods(director)) {
    state->stop_ms = 0; /* patience begins when they end */
  } else if (state->stopped != 0) {
    state->stop_ms = from_now(state->stop_ms + PATIENCE_MS, now);
  }
  for (unsigned i = 0; i < SENDS_MAX; i++) {
    state->sends[i].due_ms = from_now(state->sends[i].due_ms, now);
  }
  for (unsigned i = 0; i < FLOODS_MAX; i++) {
    if (state->floods[i].takes_ms != 0) {
      state->floods[i].began_ms = now - state->floods[i].began_ms;
    }
  }
}

static bool ended(void *self) {
  const struct rig_director *director = self;
  return rig_director_next(director) == NULL;
}

/* ---- steps ---- */

/* The repetitions of a step are one moment, as in a live run: what a burst is. Steps apart are
 * moments apart. */
uint32_t rig_director_times(const struct rig_step *step) {
  switch (step->action) {
  case RIG_ACTION_FLOOD:
  case RIG_ACTION_TIMER:
    return 1;
  default:
    return step->repeat == 0 ? 1 : step->repeat;
  }
}

void rig_director_arm(struct rig_director *director) {
  struct state *state = director->state;
  const struct rig_step *step = rig_director_next(director);
  const bool boundary =
      step != NULL && (step->trigger == RIG_TRIGGER_AT || step->trigger == RIG_TRIGGER_RECEIPT);
  const bool after = step != NULL && step->trigger == RIG_TRIGGER_AFTER;
  state->left = !boundary ? 0 : step->trigger_count == 0 ? 1 : step->trigger_count;
  state->since_ms = after ? rig_world_now(director->world) : 0;
}

/* What a live director notices when it finds the thread at rest: that something has waited for it
 * for D; and what it writes then. */
static void note_rest(struct rig_director *director, const struct rig_step *step) {
  struct state *state = director->state;
  const uint32_t thread = rig_director_who(director, step->trigger_thread);
  const uint32_t now = rig_world_now(director->world);
  const bool rests = step->trigger == RIG_TRIGGER_SETTLED || step->trigger == RIG_TRIGGER_BLOCKED ||
                     step->trigger == RIG_TRIGGER_AFTER;
  enum rig_family family;
  if (!rests) {
    return;
  }
  const uint32_t pending = rig_director_pending(director);
  if (pending > 0 && !rig_director_detains(director) && !state->stopped &&
      now - state->moved_ms >= director->plan.deadline_ms &&
      rig_director_sits(director, director->target.first, &family)) {
    state->blocked = state->blocked == 0 ? (uint8_t)(family + 1) : state->blocked;
    if (director->log != NULL && !director->told_blocked &&
        now - director->sat_ms >= director->plan.deadline_ms) {
      director->told_blocked = true;
      rig_director_blocked(director, pending);
    }
  }
  if (director->log == NULL) {
    return;
  }
  if (step->trigger != RIG_TRIGGER_AFTER && !director->gave_up && !director->state->endless &&
      thread != RIG_WIN_NONE) {
    rig_director_note_settled(director, thread);
  }
}

/* What a step depends on beside what it does to the world: a rest is a state of everybody. */
static void touch(const struct rig_director *director, struct rig_engine *engine) {
  const struct rig_step *step = rig_director_next(director);
  const bool rest =
      step != NULL && (step->trigger == RIG_TRIGGER_SETTLED ||
                       step->trigger == RIG_TRIGGER_BLOCKED || step->trigger == RIG_TRIGGER_AFTER);
  rig_engine_touch(engine, rest ? UINT64_MAX : TOUCH_DIRECTOR, TOUCH_DIRECTOR);
}

static enum rig_sim_end take(void *self, struct rig_engine *engine) {
  struct rig_director *director = self;
  struct state *state = director->state;
  const struct rig_step *step = rig_director_next(director);
  uint32_t due_ms;
  touch(director, engine);
  if (rig_director_send_due(director, &due_ms) && due_ms <= rig_world_now(director->world)) {
    rig_director_poll_sends(director, true);
    return RIG_SIM_GOES_ON;
  }
  if (step == NULL) {
    return RIG_SIM_LIVELOCK;
  }
  rig_director_poll_sends(director, false);
  note_rest(director, step);
  for (state->repeat = 0; state->repeat < rig_director_times(step); state->repeat++) {
    rig_director_perform(director);
  }
  state->repeat = 0;
  do {
    state->step++;
  } while (rig_director_next(director) != NULL &&
           rig_director_next(director)->action == RIG_ACTION_FAULT);
  rig_director_arm(director);
  rig_director_let_go(director, &state->next);
  return RIG_SIM_GOES_ON;
}

struct rig_script rig_director_script(struct rig_director *director) {
  return (struct rig_script){.self = director,
                             .state = director->state,
                             .state_bytes = director->state_bytes,
                             .enabled = enabled,
                             .step = take,
                             .ended = ended,
                             .forget_now = forget_now,
                             .due = due};
}
