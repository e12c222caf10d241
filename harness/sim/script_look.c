/* How far the director is, for why a path ended. */
#include "sim/script_private.h"

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
