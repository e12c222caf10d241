/*
 * Running one schedule.
 */
#include <stdlib.h>

#include "core/assert.h"
#include "sim/explore/explore_private.h"

struct replay {
  const struct rig_system *system;
  const struct rig_schedule *schedule;
  size_t next; /* step of the schedule */
  struct rig_schedule took;
  size_t capacity;
  bool keep; /* what was taken */
};

/* The schedule's next step that is enabled, or the first that is. */
static struct rig_transition choose(struct replay *replay, const struct rig_transition *list,
                                    size_t count) {
  while (replay->next < replay->schedule->count) {
    const struct rig_transition wanted = replay->schedule->steps[replay->next++];
    for (size_t i = 0; i < count; i++) {
      if (list[i].actor == wanted.actor && list[i].choice == wanted.choice) {
        return wanted;
      }
    }
  }
  return list[0];
}

/* Keeps what was taken as long as there is memory. */
static void keep(struct replay *replay, struct rig_transition transition) {
  if (replay->keep && replay->took.count == replay->capacity) {
    const size_t capacity = replay->capacity == 0 ? 64 : 2 * replay->capacity;
    struct rig_transition *steps =
        realloc(replay->took.steps, capacity * sizeof replay->took.steps[0]);
    if (steps == NULL) {
      replay->keep = false;
      replay->took.count = 0;
      return;
    }
    replay->took.steps = steps;
    replay->capacity = capacity;
  }
  if (replay->keep) {
    replay->took.steps[replay->took.count++] = transition;
  }
}

static enum rig_sim_end run(struct replay *replay, struct rig_trail *trail, uint32_t depth_max) {
  const struct rig_system *system = replay->system;
  struct rig_transition list[RIG_ENABLED_MAX];
  struct rig_footprint footprint;
  enum rig_sim_end end = RIG_SIM_GOES_ON;
  bool progress = false;
  for (uint32_t depth = 0;; depth++) {
    bool livelock = false;
    uint32_t enabled = 0;
    const size_t count = rig_explorer_enabled(system, list, &end);
    if (count == 0) {
      return end;
    }
    for (size_t i = 0; i < count; i++) {
      enabled |= rig_actor_bit(list[i].actor);
    }
    const bool known =
        rig_trail_add(trail, system->hash(system->self), enabled, progress, &livelock);
    if (livelock) {
      return RIG_SIM_LIVELOCK;
    }
    if (!known || (depth_max != 0 && depth >= depth_max)) {
      return RIG_SIM_BOUND;
    }
    const struct rig_transition transition = choose(replay, list, count);
    keep(replay, transition);
    rig_trail_step(trail, transition.actor);
    end = system->step(system->self, transition, &footprint);
    progress = system->progress != NULL && system->progress(system->self);
    if (end != RIG_SIM_GOES_ON) {
      return end;
    }
  }
}

enum rig_sim_end rig_schedule_run(const struct rig_system *system,
                                  const struct rig_schedule *schedule, uint32_t depth_max,
                                  struct rig_schedule *took) {
  struct rig_trail trail = {0};
  struct replay replay = {.system = system, .schedule = schedule, .keep = took != NULL};
  const enum rig_sim_end end = run(&replay, &trail, depth_max);
  rig_trail_free(&trail);
  if (took != NULL) {
    *took = replay.took;
  }
  return end;
}
