/*
 * Exploration by chance: each run takes any enabled transition, or follows PCT.
 *
 * PCT is S. Burckhardt, P. Kothari, M. Musuvathi, S. Nagarakatti, "A Randomized Scheduler with
 * Probabilistic Guarantees of Finding Bugs" (ASPLOS 2010): actors get random priorities, the
 * highest enabled one goes on, and at d random steps of the run the one that goes on falls below
 * all others. Run i depends on the seed and i alone, so that shards and repetitions agree.
 */
#include <stdlib.h>

#include "core/assert.h"
#include "sim/explore/explore_private.h"
#include "sim/explore/explore_shared.h"

#define CHANGE_POINTS_MAX 64u
#define STEPS_UNKNOWN 64u

/* SplitMix64 (G. Steele, D. Lea, C. Flood, OOPSLA 2014). */
static uint64_t next_random(uint64_t *state) {
  uint64_t z = (*state += UINT64_C(0x9E3779B97F4A7C15));
  z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
  z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
  return z ^ (z >> 31);
}

/* Below `limit`, evenly to within limit / 2^32. */
static uint32_t below(uint64_t *state, uint32_t limit) {
  return (uint32_t)(((next_random(state) >> 32) * limit) >> 32);
}

struct run {
  struct rig_explorer *explorer;
  struct rig_trail *trail;
  uint64_t random;
  bool pct;
  uint32_t priorities[RIG_ACTORS_MAX]; /* the higher goes first */
  uint32_t changes[CHANGE_POINTS_MAX]; /* steps after which the actor falls */
  uint32_t change_count;
};

static void begin_run(struct run *run, uint64_t number, bool pct, uint32_t steps) {
  const struct rig_explore_options *options = run->explorer->options;
  uint64_t seed = options->seed;
  run->random = next_random(&seed) ^ (number * UINT64_C(0xD1342543DE82EF95));
  (void)next_random(&run->random);
  run->pct = pct;
  if (!pct) {
    return;
  }
  run->change_count = options->change_points;
  for (uint32_t i = 0; i < RIG_ACTORS_MAX; i++) {
    /* A random permutation above the priorities that falling actors get. */
    const uint32_t to = below(&run->random, i + 1);
    run->priorities[i] = run->priorities[to];
    run->priorities[to] = run->change_count + 1 + i;
  }
  for (uint32_t i = 0; i < run->change_count; i++) {
    run->changes[i] = below(&run->random, steps) + 1;
  }
}

static struct rig_transition choose(struct run *run, const struct rig_transition *list,
                                    size_t count) {
  if (!run->pct) {
    return list[below(&run->random, (uint32_t)count)];
  }
  size_t best = 0;
  size_t choices = 0;
  for (size_t i = 0; i < count; i++) {
    if (run->priorities[list[i].actor] > run->priorities[list[best].actor]) {
      best = i;
    }
  }
  while (best + choices < count && list[best + choices].actor == list[best].actor) {
    choices++; /* those of one actor lie side by side */
  }
  return list[best + below(&run->random, (uint32_t)choices)];
}

/* PCT: after step number `depth`, its actor falls where a change point lies. */
static void change_priority(struct run *run, uint32_t depth, uint16_t actor) {
  for (uint32_t i = 0; run->pct && i < run->change_count; i++) {
    if (run->changes[i] == depth) {
      run->priorities[actor] = i + 1;
    }
  }
}

/* One run from the initial state. GOES_ON: stopped (memory, a callback). */
static enum rig_sim_end one_run(struct run *run) {
  struct rig_explorer *explorer = run->explorer;
  const struct rig_system *system = explorer->system;
  const uint32_t depth_max = explorer->options->depth_max;
  struct rig_transition list[RIG_ENABLED_MAX];
  struct rig_footprint footprint;
  enum rig_sim_end end = RIG_SIM_GOES_ON;
  bool progress = false;
  system->load(system->self, explorer->initial, explorer->initial_bytes);
  (void)rig_trail_reset(run->trail);
  explorer->path.count = 0;
  for (uint32_t depth = 0; !explorer->stop; depth++) {
    bool livelock;
    uint32_t enabled = 0;
    const size_t count = rig_explorer_enabled(system, list, &end);
    if (count == 0) {
      return end;
    }
    for (size_t i = 0; i < count; i++) {
      enabled |= rig_actor_bit(list[i].actor);
    }
    if (!rig_trail_add(run->trail, system->hash(system->self), enabled, progress, &livelock)) {
      rig_explorer_out_of_memory(explorer);
      break;
    }
    if (livelock) {
      return RIG_SIM_LIVELOCK;
    }
    if (depth_max != 0 && depth >= depth_max) {
      rig_explorer_bound(explorer, "depth", false);
      return RIG_SIM_BOUND;
    }
    const struct rig_transition transition = choose(run, list, count);
    if (!rig_explorer_path(explorer, depth, transition)) {
      break;
    }
    rig_trail_step(run->trail, transition.actor);
    end = system->step(system->self, transition, &footprint);
    progress = system->progress != NULL && system->progress(system->self);
    rig_explorer_count(explorer, depth + 1);
    change_priority(run, depth + 1, transition.actor);
    if (end != RIG_SIM_GOES_ON) {
      return end;
    }
  }
  return RIG_SIM_GOES_ON;
}

/* How long a run is, for PCT to lay its change points: a uniform one, which is not counted. */
static uint32_t measure(struct run *run) {
  struct rig_explorer *explorer = run->explorer;
  const struct rig_exploration before = explorer->out;
  begin_run(run, UINT64_MAX, false, 0);
  (void)one_run(run);
  explorer->out = before;
  return explorer->path.count > 0 ? (uint32_t)explorer->path.count : STEPS_UNKNOWN;
}

void rig_explore_random(struct rig_explorer *explorer) {
  const struct rig_explore_options *options = explorer->options;
  struct rig_trail trail = {0};
  struct run run = {.explorer = explorer, .trail = &trail};
  const uint64_t runs = options->schedules_max > 0 ? options->schedules_max : 1;
  const uint64_t shards = options->shards > 0 ? options->shards : 1;
  /* Shard k has the runs from k/n on; no overflow for any number of runs that ends. */
  const uint64_t each = runs / shards;
  const uint64_t rest = runs % shards;
  const uint64_t first = options->shard * each + (options->shard < rest ? options->shard : rest);
  const uint64_t last = first + each + (options->shard < rest ? 1 : 0);
  RIG_ASSERT(options->change_points <= CHANGE_POINTS_MAX);
  const uint32_t steps = options->pct ? measure(&run) : 0;
  for (uint64_t done = 0; !explorer->stop; done++) {
    const uint64_t number =
        first + (options->shared != NULL ? rig_shared_run(options->shared) : done);
    if (number >= last) {
      break;
    }
    begin_run(&run, number, options->pct, steps);
    const enum rig_sim_end end = one_run(&run);
    if (end != RIG_SIM_GOES_ON) {
      rig_explorer_end(explorer, end);
    }
  }
  (void)rig_explorer_bytes(explorer, trail.capacity * sizeof trail.states[0] +
                                         trail.index_size * sizeof trail.index[0] +
                                         explorer->path_capacity * sizeof(struct rig_transition));
  rig_trail_free(&trail);
}
