/*
 * Schedules that are chosen as they go: the samples on which rules are judged beside the ends that
 * the exploration came to.
 */
#include <stdlib.h>

#include "sim/simulate_private.h"

/* A sample that is longer than this is none. */
#define STEPS_MAX 8000u

static uint64_t next_random(uint64_t *seed) { /* splitmix64 */
  uint64_t value = *seed += 0x9e3779b97f4a7c15u;
  value = (value ^ value >> 30) * 0xbf58476d1ce4e5b9u;
  value = (value ^ value >> 27) * 0x94d049bb133111ebu;
  return value ^ value >> 31;
}

static bool is_director(const struct rig_transition *transition) {
  return transition->actor >= RIG_ACTOR_SCRIPT && transition->actor < RIG_ACTOR_TIME;
}

static size_t choose(const struct rig_transition *list, size_t count, enum rig_sim_why why,
                     uint64_t *seed) {
  if (why == RIG_SIM_BY_CHANCE) {
    return (size_t)(next_random(seed) % count);
  }
  for (size_t i = 0; i < count; i++) {
    const bool ordinary = list[i].choice == 0;
    if (ordinary && is_director(&list[i]) == (why == RIG_SIM_DIRECTOR_FIRST)) {
      return i;
    }
  }
  return 0;
}

bool rig_path_choose(struct rig_simulation *simulation, enum rig_sim_why why, uint64_t seed,
                     struct rig_schedule *out) {
  const struct rig_system *system = simulation->system;
  enum rig_sim_end end = RIG_SIM_GOES_ON;
  struct rig_schedule schedule = {.steps = malloc(STEPS_MAX * sizeof *schedule.steps)};
  rig_simulation_rewind(simulation);
  while (schedule.steps != NULL && end == RIG_SIM_GOES_ON && schedule.count < STEPS_MAX) {
    struct rig_transition list[RIG_ENABLED_MAX];
    struct rig_footprint footprint;
    const size_t count = system->enabled(system->self, list, &end);
    if (count > 0) {
      const size_t chosen = choose(list, count, why, &seed);
      schedule.steps[schedule.count++] = list[chosen];
      end = system->step(system->self, list[chosen], &footprint);
    }
  }
  rig_simulation_rewind(simulation);
  if (end == RIG_SIM_GOES_ON) {
    free(schedule.steps);
    return false;
  }
  *out = schedule;
  return true;
}
