/*
 * The shortest path to the same kind of end.
 */
#include <stdlib.h>

#include "sim/simulate_private.h"

/* States that are looked at for a shorter path to an end. */
#define SHORTEN_STATES 20000u

/* The engine's system, in which no other kind of end is one. */
struct sieve {
  const struct rig_simulation *simulation;
  enum rig_sim_end end;
  uint64_t kind;
};

static const struct rig_system *inner(const struct sieve *sieve) {
  return sieve->simulation->system;
}

static enum rig_sim_end sift(const struct sieve *sieve, enum rig_sim_end end) {
  if (end == RIG_SIM_GOES_ON) {
    return end;
  }
  const bool same = end == sieve->end && rig_simulation_kind(sieve->simulation, end) == sieve->kind;
  return same ? RIG_SIM_RULE : RIG_SIM_BOUND;
}

static size_t sieve_enabled(void *self, struct rig_transition *out, enum rig_sim_end *end) {
  const struct sieve *sieve = self;
  const size_t count = inner(sieve)->enabled(inner(sieve)->self, out, end);
  if (count == 0) {
    *end = sift(sieve, *end);
  }
  return count;
}

static enum rig_sim_end sieve_step(void *self, struct rig_transition transition,
                                   struct rig_footprint *footprint) {
  const struct sieve *sieve = self;
  return sift(sieve, inner(sieve)->step(inner(sieve)->self, transition, footprint));
}

static size_t sieve_save(void *self, void *to) {
  return inner(self)->save(inner(self)->self, to);
}

static void sieve_load(void *self, const void *from, size_t bytes) {
  inner(self)->load(inner(self)->self, from, bytes);
}

static uint64_t sieve_hash(void *self) {
  return inner(self)->hash(inner(self)->self);
}

static bool sieve_progress(void *self) {
  return inner(self)->progress == NULL || inner(self)->progress(inner(self)->self);
}

void rig_simulation_shorten(struct rig_simulation *simulation, enum rig_sim_end end, uint64_t kind,
                            struct rig_schedule *schedule) {
  struct sieve sieve = {.simulation = simulation, .end = end, .kind = kind};
  const struct rig_system system = {.self = &sieve,
                                    .enabled = sieve_enabled,
                                    .step = sieve_step,
                                    .state_bytes_max = simulation->system->state_bytes_max,
                                    .save = sieve_save,
                                    .load = sieve_load,
                                    .hash = sieve_hash,
                                    .progress = sieve_progress};
  struct rig_schedule shorter = {0};
  rig_simulation_rewind(simulation);
  /* Without states to look at, by leaving steps out. */
  const uint64_t states = simulation->forked != NULL ? 0 : SHORTEN_STATES;
  if (rig_schedule_minimise(&system, RIG_SIM_RULE, schedule, states, &shorter) == RIG_OK &&
      shorter.count <= schedule->count) {
    free(schedule->steps);
    *schedule = shorter;
  } else {
    free(shorter.steps);
  }
}
