/*
 * The shortest schedule to an end: breadth first over the states, else by delta debugging.
 */
#include <stdlib.h>
#include <string.h>

#include "core/assert.h"
#include "sim/explore_private.h"
#include "sim/states_table.h"

#define FIRST_BITS 8u
#define FIRST_STATES 1024u
#define FIRST_BYTES (64u * 1024u)
/* Delta debugging of a long schedule ends after so many runs of it, with what it has. */
#define DELTA_RUNS_MAX 4000u
/* A schedule to be shortened may end before its path does: by at most so many steps. */
#define DELTA_TAIL_MAX 100000u

/* ---- breadth first ---- */

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
static enum rig_status by_breadth(const struct rig_system *system, enum rig_sim_end end,
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

/* ---- delta debugging ---- */

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
    status = by_breadth(system, end, states_max, out);
    system->load(system->self, delta.initial, delta.initial_bytes);
  }
  if (status == RIG_NOT_FOUND) {
    status = by_delta(&delta, from, out);
  }
  system->load(system->self, delta.initial, delta.initial_bytes);
  free(delta.initial);
  return status;
}
