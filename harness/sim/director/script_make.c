/*
 * Making a director: its plan laid out as stimuli, its objects in the world, its actor beside the
 * program's threads.
 */
#include <stdlib.h>

#include "core/assert.h"
#include "sim/director/script_private.h"

static struct rig_director *current;

struct rig_director *rig_director_current(void) {
  return current;
}

static uint32_t count_stimuli(const struct rig_director_plan *plan) {
  uint64_t count = 0;
  for (uint32_t i = 0; i < plan->step_count; i++) {
    count += rig_director_times(&plan->steps[i]);
  }
  return count > RIG_SCRIPT_STIMULI_MAX ? RIG_SCRIPT_STIMULI_MAX + 1 : (uint32_t)count;
}

/* What each stimulus is, the plan's own first; behind them, one for what the handler of each may
 * post. */
static void lay_out(struct rig_director *director) {
  uint32_t number = 0;
  for (uint32_t i = 0; i < director->plan.step_count; i++) {
    const struct rig_step *step = &director->plan.steps[i];
    const bool notify = step->action == RIG_ACTION_NOTIFY;
    const bool quits = step->action == RIG_ACTION_QUIT_FLAG;
    const bool destroys = step->action == RIG_ACTION_DESTROY_WINDOW;
    const struct stimulus of = {.step = (uint16_t)i,
                                .window = notify ? (uint8_t)RIG_WINDOW_NOTIFICATION
                                          : step->window == RIG_WINDOW_NONE
                                              ? (uint8_t)RIG_WINDOW_IDLE
                                              : step->window,
                                .handler = quits      ? (uint8_t)RIG_HANDLER_QUITS
                                           : destroys ? HANDLER_DESTROYS
                                                      : step->handler};
    director->base[i] = number;
    for (uint32_t k = 0; k < rig_director_times(step); k++, number++) {
      director->stimuli[number] = of;
      director->stimuli[director->given + number] = of;
      director->stimuli[director->given + number].handler = RIG_HANDLER_RETURNS;
    }
  }
}

static bool make_objects(struct rig_director *director) {
  bool existed = false;
  director->park = rig_win_event_new(director->world, true, true, 0, &existed);
  for (unsigned i = RIG_WINDOW_NOTIFICATION; i <= RIG_WINDOW_IDLE; i++) {
    director->gates[i] = rig_win_event_new(director->world, true, true, 0, &existed);
  }
  return director->park != 0 && director->gates[RIG_WINDOW_NOTIFICATION] != 0 &&
         director->gates[RIG_WINDOW_IDLE] != 0;
}

static void listen(struct rig_director *director) {
  const struct rig_engine_listener listener = {
      .self = director, .boundary = rig_director_boundary, .receipt = rig_director_receipt};
  rig_engine_listen(director->engine, &listener);
}

void rig_director_aim(struct rig_director *director, const struct rig_director_target *target) {
  const char *stop_name = director->target.stop_name;
  director->target = *target;
  director->target.stop_name = stop_name;
  rig_director_note_owners(director);
  listen(director);
}

void rig_director_dismiss(struct rig_director *director) {
  director->state->step = (uint16_t)director->plan.step_count;
}

static bool join(struct rig_director *director) {
  const struct rig_script script = rig_director_script(director);
  director->actor = rig_engine_script(director->engine, &script);
  listen(director);
  return director->actor != RIG_WIN_NONE;
}

struct rig_director *rig_director_new(const struct rig_director_plan *plan,
                                      const struct rig_director_target *target) {
  struct rig_director *director = calloc(1, sizeof *director);
  const uint32_t given = count_stimuli(plan);
  RIG_ASSERT(given <= RIG_SCRIPT_STIMULI_MAX && plan->step_count > 0);
  if (director == NULL) {
    return NULL;
  }
  director->plan = *plan;
  director->target = *target;
  director->engine = target->engine;
  director->world = rig_engine_world(target->engine);
  rig_director_note_owners(director);
  director->given = given;
  director->stimulus_count = 2 * given;
  director->state_bytes = sizeof *director->state + (2 * given + 7) / 8;
  director->state = calloc(1, director->state_bytes);
  director->base = calloc(plan->step_count, sizeof *director->base);
  director->stimuli = calloc(2 * (size_t)given, sizeof *director->stimuli);
  director->records = calloc(2 * (size_t)given, sizeof *director->records);
  if (director->state == NULL || director->base == NULL || director->stimuli == NULL ||
      director->records == NULL || !make_objects(director)) {
    return rig_director_free(director);
  }
  lay_out(director);
  while (rig_director_next(director) != NULL &&
         rig_director_next(director)->action == RIG_ACTION_FAULT) {
    director->state->step++;
  }
  rig_director_arm(director);
  if (!join(director)) {
    return rig_director_free(director);
  }
  current = director;
  return director;
}

struct rig_director *rig_director_free(struct rig_director *director) {
  if (director != NULL) {
    current = current == director ? NULL : current;
    free(director->state);
    free(director->base);
    free(director->stimuli);
    free(director->records);
    free(director);
  }
  return NULL;
}
