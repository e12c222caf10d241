/*
 * The explorer's frame: options in, one of the modes, results out; what they share.
 */
#include "sim/explore/explore.h"

#include <stdlib.h>
#include <string.h>

#include "core/assert.h"
#include "sim/explore/explore_private.h"
#include "sim/explore/explore_shared.h"

/* A shard's share is fair when there are several prefixes for each. */
#define PREFIXES_PER_SHARD 16u
#define CUT_MAX 16u
/* Transitions between two looks whether all workers are to stop. */
#define STOP_TRANSITIONS 256u
#define PATH_FIRST 256u

bool rig_explorer_path(struct rig_explorer *explorer, uint32_t depth,
                       struct rig_transition transition) {
  if (depth >= explorer->path_capacity) {
    const size_t capacity = explorer->path_capacity == 0 ? PATH_FIRST : 2 * explorer->path_capacity;
    struct rig_transition *steps =
        realloc(explorer->path.steps, capacity * sizeof explorer->path.steps[0]);
    if (steps == NULL) {
      rig_explorer_out_of_memory(explorer);
      return false;
    }
    explorer->path.steps = steps;
    explorer->path_capacity = capacity;
  }
  explorer->path.steps[depth] = transition;
  explorer->path.count = (size_t)depth + 1;
  return true;
}

void rig_explorer_end(struct rig_explorer *explorer, enum rig_sim_end end) {
  const struct rig_explore_options *options = explorer->options;
  RIG_ASSERT(end > RIG_SIM_GOES_ON && end < RIG_SIM_END_COUNT);
  explorer->out.schedules++;
  explorer->out.ends[end]++;
  if (end == RIG_SIM_BOUND) {
    rig_explorer_bound(explorer, "system", false);
  }
  const uint32_t bit = UINT32_C(1) << end;
  if (options->found != NULL && (options->all_findings || (explorer->untold & bit) != 0) &&
      !options->found(options->context, end, &explorer->path)) {
    explorer->out.interrupted = true;
    explorer->stop = true;
  }
  explorer->untold &= ~bit;
}

void rig_explorer_bound(struct rig_explorer *explorer, const char *bound, bool stop) {
  if (explorer->out.bound == NULL) {
    explorer->out.bound = bound;
  }
  explorer->stop = explorer->stop || stop;
}

void rig_explorer_out_of_memory(struct rig_explorer *explorer) {
  explorer->no_memory = true;
  explorer->stop = true;
}

void rig_explorer_count(struct rig_explorer *explorer, uint32_t depth) {
  const struct rig_explore_options *options = explorer->options;
  explorer->out.transitions++;
  if (depth > explorer->out.depth) {
    explorer->out.depth = depth;
  }
  if (explorer->out.transitions % RIG_TICK_TRANSITIONS == 0 && options->tick != NULL &&
      !options->tick(options->context, explorer->out.states, explorer->out.schedules, depth)) {
    explorer->out.interrupted = true;
    explorer->stop = true;
  }
  if (options->shared != NULL && explorer->out.transitions % STOP_TRANSITIONS == 0 &&
      rig_explore_shared_stopped(options->shared)) {
    explorer->out.interrupted = true;
    explorer->stop = true;
  }
}

bool rig_explorer_mine(struct rig_explorer *explorer) {
  const struct rig_explore_options *options = explorer->options;
  const uint64_t prefix = explorer->prefix++;
  if (options->shards > 1 && prefix % options->shards != options->shard) {
    return false;
  }
  /* Workers share states, and deal out nothing else. */
  return options->mode == RIG_EXPLORE_STATES || options->shared == NULL ||
         rig_shared_claim(options->shared, prefix);
}

bool rig_explorer_bytes(struct rig_explorer *explorer, uint64_t bytes) {
  if (bytes > explorer->out.bytes) {
    explorer->out.bytes = bytes;
  }
  if (explorer->options->memory_max != 0 && bytes > explorer->options->memory_max) {
    rig_explorer_bound(explorer, "memory", true);
    return false;
  }
  return true;
}

size_t rig_explorer_enabled(const struct rig_system *system, struct rig_transition *list,
                            enum rig_sim_end *end) {
  *end = RIG_SIM_GOES_ON;
  const size_t count = system->enabled(system->self, list, end);
  RIG_ASSERT(count <= RIG_ENABLED_MAX);
  RIG_ASSERT(count > 0 || (*end > RIG_SIM_GOES_ON && *end < RIG_SIM_END_COUNT));
  uint32_t seen = 0;
  for (size_t i = 0; i < count; i++) {
    RIG_ASSERT(list[i].actor < RIG_ACTORS_MAX);
    const uint32_t bit = rig_actor_bit(list[i].actor);
    if ((seen & bit) != 0 && list[i - 1].actor != list[i].actor) {
      /* Behind the last of its actor, the others move up. */
      const struct rig_transition moved = list[i];
      size_t to = i;
      while (list[to - 1].actor != moved.actor) {
        list[to] = list[to - 1];
        to--;
      }
      list[to] = moved;
    }
    seen |= bit;
  }
  return count;
}

/* How many paths of `depth` steps there are (those that end sooner count too), at most `enough`. */
static uint64_t count_prefixes(const struct rig_system *system, uint32_t depth, uint64_t enough) {
  struct rig_transition list[RIG_ENABLED_MAX];
  enum rig_sim_end end;
  if (depth == 0) {
    return 1;
  }
  const size_t count = rig_explorer_enabled(system, list, &end);
  if (count == 0) {
    return 1;
  }
  void *saved = malloc(system->state_bytes_max > 0 ? system->state_bytes_max : 1);
  if (saved == NULL) {
    return enough;
  }
  const size_t bytes = system->save(system->self, saved);
  uint64_t sum = 0;
  for (size_t i = 0; i < count && sum < enough; i++) {
    struct rig_footprint footprint = {0, 0};
    end = system->step(system->self, list[i], &footprint);
    sum += end == RIG_SIM_GOES_ON ? count_prefixes(system, depth - 1, enough) : 1;
    system->load(system->self, saved, bytes);
  }
  free(saved);
  return sum;
}

/* Every shard must come to the same cut: it depends on the system and their number alone, and on
 * that of the workers where there is no other. */
static uint32_t choose_cut(const struct rig_explorer *explorer) {
  const struct rig_explore_options *options = explorer->options;
  const uint64_t parts =
      options->shards > 1 ? options->shards : rig_shared_workers(options->shared);
  const uint64_t enough = parts * PREFIXES_PER_SHARD;
  uint32_t cut = 1;
  while (cut < CUT_MAX && count_prefixes(explorer->system, cut, enough) < enough) {
    cut++;
  }
  return cut;
}

enum rig_status rig_explore(const struct rig_system *system,
                            const struct rig_explore_options *options,
                            struct rig_exploration *out) {
  struct rig_explorer explorer = {.system = system, .options = options, .untold = UINT32_MAX};
  RIG_ASSERT(options->shards == 0 || options->shard < options->shards);
  explorer.initial = malloc(system->state_bytes_max > 0 ? system->state_bytes_max : 1);
  if (explorer.initial == NULL) {
    return RIG_NO_MEMORY;
  }
  explorer.initial_bytes = system->save(system->self, explorer.initial);
  RIG_ASSERT(explorer.initial_bytes <= system->state_bytes_max);
  const bool dealt = options->mode == RIG_EXPLORE_SCHEDULES && options->shared != NULL;
  if ((options->shards > 1 || dealt) && options->mode != RIG_EXPLORE_RANDOM) {
    explorer.cut = choose_cut(&explorer);
  }
  switch (options->mode) {
  case RIG_EXPLORE_STATES:
    rig_explore_states(&explorer);
    break;
  case RIG_EXPLORE_SCHEDULES:
    rig_explore_schedules(&explorer);
    break;
  case RIG_EXPLORE_RANDOM:
    rig_explore_random(&explorer);
    break;
  }
  system->load(system->self, explorer.initial, explorer.initial_bytes);
  free(explorer.initial);
  free(explorer.path.steps);
  if (explorer.no_memory) {
    return RIG_NO_MEMORY;
  }
  explorer.out.complete = !explorer.out.interrupted && explorer.out.bound == NULL &&
                          options->mode != RIG_EXPLORE_RANDOM;
  *out = explorer.out;
  return RIG_OK;
}
