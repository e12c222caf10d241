/*
 * The shortest schedule to an end: breadth first over the states (minimise_breadth.c), else by
 * delta debugging.
 */
#include <stdlib.h>
#include <string.h>

#include "sim/explore/explore_private.h"

/* Delta debugging of a long schedule ends after so many runs of it, with what it has. */
#define DELTA_RUNS_MAX 4000u
/* A schedule to be shortened may end before its path does: by at most so many steps. */
#define DELTA_TAIL_MAX 100000u

struct delta {
  const struct rig_system *system;
  enum rig_sim_end wanted;
  void *initial;
  size_t initial_bytes;
  struct rig_schedule best; /* what was really taken by the shortest run that ended as wanted */
  uint32_t runs;
};

/* Runs `schedule`; keeps what it took when that ended as wanted and is shorter than the best. */
static bool try_schedule(struct delta *delta, const struct rig_schedule *schedule) {
  struct rig_schedule took;
  const size_t limit =
      delta->best.steps != NULL ? delta->best.count : schedule->count + DELTA_TAIL_MAX;
  delta->runs++;
  delta->system->load(delta->system->self, delta->initial, delta->initial_bytes);
  const enum rig_sim_end end = rig_schedule_run(delta->system, schedule, (uint32_t)limit, &took);
  if (end == delta->wanted &&
      (took.count < delta->best.count || (delta->best.steps == NULL && took.count <= limit))) {
    free(delta->best.steps);
    delta->best = took;
    return true;
  }
  free(took.steps);
  return false;
}

/* Leaves out `length` steps from `from` on. */
static bool try_without(struct delta *delta, size_t from, size_t length) {
  const struct rig_schedule *best = &delta->best;
  struct rig_transition *steps = malloc(best->count * sizeof steps[0]);
  if (steps == NULL) {
    return false;
  }
  memcpy(steps, best->steps, from * sizeof steps[0]);
  memcpy(steps + from, best->steps + from + length,
         (best->count - from - length) * sizeof steps[0]);
  const struct rig_schedule shorter = {steps, best->count - length};
  const bool shortened = try_schedule(delta, &shorter);
  free(steps);
  return shortened;
}

/* A. Zeller, R. Hildebrandt, "Simplifying and Isolating Failure-Inducing Input" (TSE 2002): parts
 * are left out, ever smaller ones, as long as it ends the same. */
static void reduce(struct delta *delta) {
  size_t length = delta->best.count / 2;
  while (length > 0 && delta->runs < DELTA_RUNS_MAX) {
    bool shortened = false;
    for (size_t from = 0; from + length <= delta->best.count && delta->runs < DELTA_RUNS_MAX;) {
      if (try_without(delta, from, length)) {
        shortened = true; /* what follows has moved up to `from` */
      } else {
        from += length;
      }
    }
    if (length > 1) {
      length /= 2;
    } else if (!shortened) {
      break;
    }
  }
}

static enum rig_status by_delta(struct delta *delta, const struct rig_schedule *from,
                                struct rig_schedule *out) {
  (void)try_schedule(delta, from);
  if (delta->best.steps == NULL && delta->best.count == 0) {
    /* It does not end so any more: nothing to shorten. */
    struct rig_transition *steps = malloc((from->count > 0 ? from->count : 1) * sizeof steps[0]);
    if (steps == NULL) {
      return RIG_NO_MEMORY;
    }
    memcpy(steps, from->steps, from->count * sizeof steps[0]);
    *out = (struct rig_schedule){steps, from->count};
    return RIG_OK;
  }
  reduce(delta);
  *out = delta->best;
  return RIG_OK;
}

enum rig_status rig_schedule_minimise(const struct rig_system *system, enum rig_sim_end end,
                                      const struct rig_schedule *from, uint64_t states_max,
                                      struct rig_schedule *out) {
  struct delta delta = {.system = system, .wanted = end};
  delta.initial = malloc(system->state_bytes_max > 0 ? system->state_bytes_max : 1);
  if (delta.initial == NULL) {
    return RIG_NO_MEMORY;
  }
  delta.initial_bytes = system->save(system->self, delta.initial);
  enum rig_status status = RIG_NOT_FOUND;
  /* A cycle is no state: breadth first does not see it. */
  if (states_max > 0 && end != RIG_SIM_LIVELOCK) {
    status = rig_minimise_breadth(system, end, states_max, out);
    system->load(system->self, delta.initial, delta.initial_bytes);
  }
  if (status == RIG_NOT_FOUND) {
    status = by_delta(&delta, from, out);
  }
  system->load(system->self, delta.initial, delta.initial_bytes);
  free(delta.initial);
  return status;
}
