/* How far the director is, for why a path ended; and what it is told from outside. */
#include "sim/director/script_private.h"

bool rig_director_begins_at_call(const struct rig_director *director) {
  const struct rig_step *step = rig_director_next(director);
  return step != NULL && step->trigger == RIG_TRIGGER_AT;
}

bool rig_director_stopped(const struct rig_director *director) {
  return director->state->stopped != 0;
}

bool rig_director_refused(const struct rig_director *director) {
  return director->state->stopped != 0 && director->state->asked == 0;
}

bool rig_director_done(const struct rig_director *director) {
  return rig_director_next(director) == NULL;
}

uint32_t rig_director_step(const struct rig_director *director) {
  return rig_director_done(director) ? director->plan.step_count - 1 : director->state->step;
}

uint32_t rig_director_seen(const struct rig_director *director) {
  const struct state *state = director->state;
  return (uint32_t)state->blocked | (uint32_t)state->unanswered << 8 |
         (uint32_t)state->failed << 16;
}

void rig_director_give_up(struct rig_director *director) {
  director->gave_up = true;
}

void rig_director_follow(struct rig_director *director, uint32_t flood) {
  director->follows = true;
  director->flood = flood;
}

void rig_director_wait(struct rig_director *director, bool waits) {
  director->state->waits = waits;
}

void rig_director_note_owners(struct rig_director *director) {
  for (unsigned i = RIG_WINDOW_NOTIFICATION; i <= RIG_WINDOW_IDLE; i++) {
    const uint32_t window = director->target.windows[i];
    director->owners[i] = rig_win_is_window(director->world, window)
                              ? rig_win_window_thread(director->world, window)
                              : director->target.first;
  }
}
