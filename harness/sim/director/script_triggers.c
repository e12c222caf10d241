/*
 * Whether the next step's trigger has come.
 *
 * As in stubs/director/triggers.c. SETTLED and BLOCKED are the first thread's rest: it sits in a
 * call, and nothing can wake it as things are; with something still pending for it only when it has
 * sat there for D. AFTER is a moment in time, and time moves on only when nobody else can do
 * anything. AT and RECEIPT hold the thread that comes to them until their step is performed.
 */
#include "sim/director/script_private.h"

bool rig_director_sits(const struct rig_director *director, uint32_t thread,
                       enum rig_family *family) {
  struct rig_engine_look look;
  *family = RIG_FAMILY_NONE;
  if (thread == RIG_WIN_NONE) {
    return true; /* it has ended */
  }
  rig_engine_look(director->engine, thread, &look);
  *family = rig_call_family(look.call);
  return look.place == RIG_PLACE_ENDED ||
         (look.place == RIG_PLACE_WAITS && !rig_world_ready(director->world, thread));
}

/* Handles of its own that were signalled and that it does not see where it sits. */
static uint32_t unseen(const struct rig_director *director) {
  uint32_t count = 0;
  for (uint32_t i = 0; !director->state->stopped && i < director->target.handle_count; i++) {
    count +=
        rig_win_signalled(director->world, director->target.first, director->target.handles[i]);
  }
  return count;
}

/* Messages for the thread itself, which no window receives: those that lie in its queue. */
static uint32_t windowless(const struct rig_director *director) {
  const uint32_t first = director->target.first;
  struct rig_win_message message;
  struct rig_win_queue queue;
  uint32_t count = 0;
  rig_world_queue(director->world, first, &queue);
  for (uint32_t i = 0; rig_world_posted(director->world, first, i, &message); i++) {
    count += message.window == 0 && message.lparam >= TOKEN_BASE &&
             message.lparam < TOKEN_BASE + director->stimulus_count;
  }
  return count + queue.quit;
}

uint32_t rig_director_pending(const struct rig_director *director) {
  return director->state->pending + windowless(director) + unseen(director);
}

static bool at_rest(const struct rig_director *director, const struct rig_step *step,
                    uint32_t *due_ms) {
  const struct state *state = director->state;
  const uint32_t thread = rig_director_who(director, step->trigger_thread);
  enum rig_family family;
  const bool still = rig_director_sits(director, thread, &family);
  *due_ms = RIG_WIN_FOREVER;
  if (step->trigger == RIG_TRIGGER_BLOCKED && step->family != RIG_FAMILY_NONE &&
      (rig_director_detains(director) || (enum rig_family)step->family != family)) {
    return false;
  }
  /* A live director gives up waiting for one that spins, and in a flood without an end. */
  if (director->gave_up || director->follows || state->endless || rig_director_detains(director)) {
    return true;
  }
  if (!still) {
    return false;
  }
  if (rig_director_pending(director) == 0 || thread == RIG_WIN_NONE) {
    return true;
  }
  *due_ms = state->moved_ms + director->plan.deadline_ms;
  return rig_world_now(director->world) >= *due_ms;
}

bool rig_director_trigger_holds(const struct rig_director *director, uint32_t *due_ms) {
  const struct rig_step *step = rig_director_next(director);
  *due_ms = RIG_WIN_FOREVER;
  if (step == NULL) {
    return false;
  }
  switch (step->trigger) {
  case RIG_TRIGGER_AT:
  case RIG_TRIGGER_RECEIPT:
    return director->state->next.thread != 0;
  case RIG_TRIGGER_AFTER:
    *due_ms = director->state->since_ms + step->trigger_ms;
    return director->follows || rig_world_now(director->world) >= *due_ms;
  case RIG_TRIGGER_SETTLED:
  case RIG_TRIGGER_BLOCKED:
    return at_rest(director, step, due_ms);
  default:
    return true;
  }
}

/* ---- boundaries ---- */

/* The pump's own calls mean the first initialising thread; of others any thread may be meant. */
static bool is_meant(const struct rig_director *director, const struct rig_step *step,
                     uint32_t thread, unsigned family) {
  const bool pump = family >= RIG_FAMILY_MSG_WAIT && family <= RIG_FAMILY_ACCELERATOR;
  if (step->trigger == RIG_TRIGGER_RECEIPT || step->trigger_thread == RIG_WHO_ANY) {
    return true;
  }
  if (step->trigger_thread == RIG_WHO_DEFAULT) {
    return !pump || thread == director->target.first;
  }
  return thread == rig_director_who(director, step->trigger_thread);
}

/* Is there a step, now or later, whose trigger is such a boundary? Of the others it does not matter
 * whether they come before the director's next step or after it. */
static bool may_trigger(const struct rig_director *director, unsigned family, unsigned edge) {
  for (uint32_t i = director->state->step; i < director->plan.step_count; i++) {
    const struct rig_step *step = &director->plan.steps[i];
    if (family == RIG_FAMILY_COUNT
            ? step->trigger == RIG_TRIGGER_RECEIPT
            : step->trigger == RIG_TRIGGER_AT && step->family == family && step->edge == edge) {
      return true;
    }
  }
  return false;
}

bool rig_director_strike(struct rig_director *director, uint32_t thread, unsigned family,
                         unsigned edge, unsigned window) {
  struct state *state = director->state;
  const struct rig_step *step = rig_director_next(director);
  if (may_trigger(director, family, edge)) {
    rig_engine_touch(director->engine, TOUCH_DIRECTOR, TOUCH_DIRECTOR);
  }
  if (step == NULL || state->left == 0) {
    return false;
  }
  const bool receipt = family == RIG_FAMILY_COUNT;
  const bool place =
      receipt ? step->trigger == RIG_TRIGGER_RECEIPT &&
                    (step->trigger_window == RIG_WINDOW_NONE || step->trigger_window == window)
              : step->trigger == RIG_TRIGGER_AT && step->family == family && step->edge == edge;
  if (!place || !is_meant(director, step, thread, family) || --state->left > 0) {
    return false;
  }
  state->next.thread = (uint8_t)(thread + 1);
  state->next.park = receipt ? PARK_RECEIPT : PARK_BOUNDARY;
  return true;
}

/* Calls that a loop makes over and over while nothing comes (stubs/director/watch.c). */
static bool idles(enum rig_family family, enum rig_edge edge) {
  switch (family) {
  case RIG_FAMILY_MSG_WAIT:
  case RIG_FAMILY_WAIT_MESSAGE:
  case RIG_FAMILY_CO_WAIT:
  case RIG_FAMILY_HANDLE_WAIT:
  case RIG_FAMILY_SLEEP:
  case RIG_FAMILY_QUEUE_STATUS:
  case RIG_FAMILY_PEEK_MESSAGE:
    return true;
  case RIG_FAMILY_GET_MESSAGE:
    return edge == RIG_EDGE_ENTRY;
  default:
    return false;
  }
}

bool rig_director_boundary(void *self, struct rig_engine *engine, uint32_t thread,
                           enum rig_call call, enum rig_edge edge) {
  struct rig_director *director = self;
  const enum rig_family family = rig_call_family(call);
  (void)engine;
  if (thread == director->target.first) {
    if (!idles(family, edge)) {
      director->state->moved_ms = rig_world_now(director->world);
    }
    director->sat_ms = rig_world_now(director->world);
    director->told_blocked = false;
  }
  rig_director_poll_sends(director, false);
  return rig_director_strike(director, thread, family, edge, RIG_WINDOW_NONE);
}
