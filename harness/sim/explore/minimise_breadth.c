/*
 * The shortest schedule to an end, breadth first over the states.
 */
#include <stdlib.h>
#include <string.h>

#include "core/assert.h"
#include "sim/explore/explore_private.h"
#include "sim/explore/states_table.h"

#define FIRST_BITS 8u
#define FIRST_STATES 1024u
#define FIRST_BYTES (64u * 1024u)

/* A state met, in the order they were. */
struct met {
  uint32_t parent; /* index + 1, 0 = the initial state */
  struct rig_transition step;
};

/* The states of one level, saved one behind the other. */
struct level {
  unsigned char *bytes;
  size_t used;
  size_t capacity;
  size_t *ends; /* of each */
  size_t count;
  size_t ends_capacity;
};

struct breadth {
  const struct rig_system *system;
  enum rig_sim_end wanted;
  uint64_t states_max;
  struct rig_states states;
  struct met *met;
  size_t met_count;
  size_t met_capacity;
  struct level levels[2]; /* this one, and the next */
  bool no_memory;
  bool found;
  bool full; /* states_max was reached */
  uint32_t last_parent;
  struct rig_transition last_step;
};

static bool grow(void **memory, size_t *capacity, size_t first, size_t needed, size_t each) {
  size_t wanted = *capacity > 0 ? *capacity : first;
  while (wanted < needed) {
    wanted *= 2;
  }
  if (wanted > *capacity) {
    void *larger = realloc(*memory, wanted * each);
    if (larger == NULL) {
      return false;
    }
    *memory = larger;
    *capacity = wanted;
  }
  return true;
}

/* Keeps the present state for the next level. */
static bool keep(struct breadth *breadth, struct level *level) {
  const struct rig_system *system = breadth->system;
  void *bytes = level->bytes;
  void *ends = level->ends;
  const bool room =
      grow(&bytes, &level->capacity, FIRST_BYTES, level->used + system->state_bytes_max, 1);
  level->bytes = bytes;
  const bool more = room && grow(&ends, &level->ends_capacity, FIRST_STATES, level->count + 1,
                                 sizeof level->ends[0]);
  level->ends = ends;
  if (!more) {
    breadth->no_memory = true;
    return false;
  }
  level->used += system->save(system->self, level->bytes + level->used);
  level->ends[level->count++] = level->used;
  return true;
}

/* The present state, reached from met state `parent` - 1 by `step`. */
static void meet(struct breadth *breadth, uint32_t parent, struct rig_transition step) {
  const struct rig_system *system = breadth->system;
  bool found;
  if (rig_states_full(&breadth->states) && !rig_states_grow(&breadth->states)) {
    breadth->no_memory = true;
    return;
  }
  (void)rig_states_visit(&breadth->states, system->hash(system->self), &found);
  if (found) {
    return;
  }
  void *met = breadth->met;
  const bool room = grow(&met, &breadth->met_capacity, FIRST_STATES, breadth->met_count + 1,
                         sizeof breadth->met[0]);
  breadth->met = met;
  if (!room) {
    breadth->no_memory = true;
    return;
  }
  breadth->met[breadth->met_count++] = (struct met){parent, step};
  breadth->full = breadth->met_count >= breadth->states_max;
  (void)keep(breadth, &breadth->levels[1]);
}

static bool goes_on(const struct breadth *breadth) {
  return !breadth->no_memory && !breadth->found && !breadth->full;
}

/* Takes every transition of the state that is met number `index`, saved at `from`. */
static void expand(struct breadth *breadth, uint32_t index, const unsigned char *from,
                   size_t bytes) {
  const struct rig_system *system = breadth->system;
  struct rig_transition list[RIG_ENABLED_MAX];
  enum rig_sim_end end;
  system->load(system->self, from, bytes);
  const size_t count = rig_explorer_enabled(system, list, &end);
  if (count == 0 && end == breadth->wanted) {
    breadth->found = true; /* `met` holds how it was reached */
    breadth->last_parent = breadth->met[index].parent;
    breadth->last_step = breadth->met[index].step;
    return;
  }
  for (size_t i = 0; i < count && goes_on(breadth); i++) {
    struct rig_footprint footprint = {0, 0};
    if (i > 0) {
      system->load(system->self, from, bytes);
    }
    end = system->step(system->self, list[i], &footprint);
    if (end == breadth->wanted) {
      breadth->found = true;
      breadth->last_parent = index + 1;
      breadth->last_step = list[i];
    } else if (end == RIG_SIM_GOES_ON) {
      meet(breadth, index + 1, list[i]);
    }
  }
}

static void run_breadth(struct breadth *breadth) {
  uint32_t index = 0; /* of the first state of this level */
  meet(breadth, 0, (struct rig_transition){0, 0});
  while (goes_on(breadth) && breadth->levels[1].count > 0) {
    const struct level level = breadth->levels[1];
    breadth->levels[1] = breadth->levels[0];
    breadth->levels[1].used = 0;
    breadth->levels[1].count = 0;
    breadth->levels[0] = level;
    size_t from = 0;
    for (size_t i = 0; i < level.count && goes_on(breadth); i++) {
      expand(breadth, index + (uint32_t)i, level.bytes + from, level.ends[i] - from);
      from = level.ends[i];
    }
    index += (uint32_t)level.count;
  }
}

/* The path to where it was found. */
static enum rig_status trace_back(const struct breadth *breadth, struct rig_schedule *out) {
  const bool at_once = breadth->last_parent == 0; /* the initial state itself has ended so */
  size_t count = at_once ? 0 : 1;
  for (uint32_t at = breadth->last_parent; at > 1; at = breadth->met[at - 1].parent) {
    count++;
  }
  struct rig_transition *steps = malloc((count > 0 ? count : 1) * sizeof steps[0]);
  if (steps == NULL) {
    return RIG_NO_MEMORY;
  }
  *out = (struct rig_schedule){steps, count};
  if (count > 0) {
    steps[--count] = breadth->last_step;
  }
  for (uint32_t at = breadth->last_parent; at > 1; at = breadth->met[at - 1].parent) {
    steps[--count] = breadth->met[at - 1].step;
  }
  return RIG_OK;
}

/* RIG_NOT_FOUND: not within so many states. */
enum rig_status rig_minimise_breadth(const struct rig_system *system, enum rig_sim_end end,
                                     uint64_t states_max, struct rig_schedule *out) {
  enum rig_status status = RIG_NO_MEMORY;
  struct breadth breadth = {.system = system,
                            .wanted = end,
                            .states_max = states_max < UINT32_MAX ? states_max : UINT32_MAX - 1};
  if (rig_states_new(&breadth.states, FIRST_BITS)) {
    run_breadth(&breadth);
    if (breadth.found) {
      status = trace_back(&breadth, out);
    } else if (!breadth.no_memory) {
      status = RIG_NOT_FOUND;
    }
  }
  rig_states_free(&breadth.states);
  free(breadth.met);
  for (size_t i = 0; i < 2; i++) {
    free(breadth.levels[i].bytes);
    free(breadth.levels[i].ends);
  }
  return status;
}
