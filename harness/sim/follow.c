/*
 * The search: depth first over the steps whose records agree.
 *
 * A place on the way keeps what it needs to be come back to: how far the comparison was, the steps
 * that are still to be tried, and at every so many places the system's state; between them the way
 * is gone again from the place before.
 */
#include "sim/follow.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/engine.h"
#include "sim/follow_private.h"
#include "sim/hash.h"
#include "sim/states_table.h"

#define NONE UINT32_MAX
#define KEPT_EVERY 16u
#define TICK_STATES 256u
#define TABLE_BITS 10u

/* A step to try; the smaller its rank, the sooner. */
struct try {
  struct rig_transition step;
  uint32_t rank;
};

struct place {
  struct try *tries;
  uint32_t count;
  uint32_t next;
  uint32_t undo_count;
  uint32_t pair_count;
  void *state; /* NULL: to be reached from the place before */
  size_t bytes;
  struct rig_transition step; /* that was taken from here */
};

struct search {
  const struct rig_system *system;
  const struct rig_log *log;
  const struct rig_follow_options *options;
  struct rig_follow_matcher matcher;
  struct rig_follow_result out;
  struct place *places;
  uint32_t depth, capacity;
  struct rig_states seen;
  uint64_t bytes;
  void *here; /* room for one state */
  bool no_memory;
  bool any; /* `out` holds a place where a path ended too soon */
  /* of the place that is looked at */
  struct rig_follow_miss misses[RIG_ENABLED_MAX + RIG_FOLLOW_LANES];
  struct rig_transition missed[RIG_ENABLED_MAX + RIG_FOLLOW_LANES];
  uint32_t miss_count;
};

static const struct rig_follow_live *live_of(const struct search *search) {
  return search->matcher.live;
}

/* ---- which step first ---- */

static uint32_t rank_of(const struct search *search, struct rig_transition step, uint32_t first,
                        bool by_time) {
  const struct rig_follow_matcher *matcher = &search->matcher;
  uint32_t lane = NONE;
  if (step.actor == RIG_ACTOR_TIME) {
    return by_time ? 0 : NONE - 1;
  }
  if (step.choice != 0) {
    return NONE;
  }
  if (step.actor >= RIG_ACTOR_SCRIPT) {
    lane = 0;
  } else {
    lane = rig_follow_lane_of(matcher, rig_engine_thread_id(step.actor));
  }
  if (lane == NONE) {
    return first; /* it has made no call yet */
  }
  const uint32_t next = rig_follow_next(matcher, lane);
  return next == NONE ? NONE - 2 : next;
}

/* The lane whose next record is the earliest of all. */
static uint32_t earliest(const struct rig_follow_matcher *matcher) {
  uint32_t lane = NONE, index = NONE;
  for (uint32_t i = 0; i < matcher->live->lane_count; i++) {
    const uint32_t next = rig_follow_next(matcher, i);
    if (next < index) {
      index = next;
      lane = i;
    }
  }
  return lane;
}

/* The earliest record is the return of a call that time alone can have ended. */
static bool is_time_out(const struct rig_follow_matcher *matcher, uint32_t lane) {
  if (lane == NONE) {
    return false;
  }
  const struct rig_follow_lane *of = &matcher->live->lanes[lane];
  const struct rig_record *record = &matcher->live->items[of->items[matcher->at[lane]]].record;
  if (record->kind != RIG_KIND_LEAVE || rig_call_shape(record->call) != RIG_SHAPE_wait) {
    return false;
  }
  return record->u.wait.result == 258 || rig_call_family(record->call) == RIG_FAMILY_SLEEP;
}

static int by_rank(const void *a, const void *b) {
  const struct try *one = a, *other = b;
  return one->rank != other->rank ? (one->rank < other->rank ? -1 : 1)
                                  : (int)one->step.actor - (int)other->step.actor;
}

static uint32_t list_tries(const struct search *search, struct try *tries, enum rig_sim_end *end) {
  struct rig_transition list[RIG_ENABLED_MAX];
  const size_t count = search->system->enabled(search->system->self, list, end);
  const uint32_t lane = earliest(&search->matcher);
  const uint32_t first = lane == NONE ? NONE : rig_follow_next(&search->matcher, lane);
  bool can = false; /* the earliest record's own thread can go on */
  for (size_t i = 0; i < count; i++) {
    tries[i] = (struct try){.step = list[i], .rank = rank_of(search, list[i], first, false)};
    can = can || (tries[i].rank == first && list[i].choice == 0);
  }
  for (size_t i = 0; i < count; i++) {
    tries[i].rank = rank_of(search, list[i], first, !can && is_time_out(&search->matcher, lane));
  }
  qsort(tries, count, sizeof *tries, by_rank);
  return (uint32_t)count;
}

/* ---- where they part ---- */

static void keep_miss(struct search *search, const struct rig_follow_miss *miss,
                      struct rig_transition step) {
  if (search->miss_count < RIG_ENABLED_MAX) {
    search->misses[search->miss_count] = *miss;
    search->missed[search->miss_count++] = step;
  }
}

static uint32_t live_index(const struct search *search, const struct rig_follow_miss *miss) {
  return miss->live == NONE ? NONE : live_of(search)->items[miss->live].index;
}

/* Lanes that nobody's step tried to go on in. */
static void add_standing(struct search *search, bool over) {
  const struct rig_follow_matcher *matcher = &search->matcher;
  for (uint32_t i = 0; i < live_of(search)->lane_count; i++) {
    bool tried = matcher->at[i] == live_of(search)->lanes[i].count;
    for (uint32_t k = 0; k < search->miss_count; k++) {
      tried = tried || search->misses[k].lane == i;
    }
    if (!tried && search->miss_count < sizeof search->misses / sizeof *search->misses) {
      search->misses[search->miss_count] =
          (struct rig_follow_miss){.why = over ? RIG_FOLLOW_OVER : RIG_FOLLOW_STANDS,
                                   .lane = i,
                                   .live = live_of(search)->lanes[i].items[matcher->at[i]],
                                   .field = ""};
      search->missed[search->miss_count++] = (struct rig_transition){0};
    }
  }
}

static bool keep_schedule(struct search *search, const struct rig_transition *last) {
  struct rig_transition *steps = malloc(((size_t)search->depth + 2) * sizeof *steps);
  if (steps == NULL) {
    search->no_memory = true;
    return false;
  }
  free(search->out.schedule.steps);
  size_t count = 0;
  for (uint32_t i = 0; i < search->depth; i++) {
    steps[count++] = search->places[i].step;
  }
  if (last != NULL) {
    steps[count++] = *last;
  }
  search->out.schedule = (struct rig_schedule){steps, count};
  return true;
}

static void name_parting(struct search *search, const struct rig_follow_miss *miss) {
  struct rig_follow_result *out = &search->out;
  const struct rig_follow_live *live = live_of(search);
  out->why = miss->why;
  out->live_record = live_index(search, miss);
  out->live_before = RIG_NO_RECORD;
  out->sim_offset = miss->sim_offset;
  snprintf(out->field, sizeof out->field, "%s", miss->field);
  out->lane[0] = '\0';
  if (miss->lane != NONE) {
    const struct rig_follow_lane *lane = &live->lanes[miss->lane];
    const uint32_t at = search->matcher.at[miss->lane];
    snprintf(out->lane, sizeof out->lane, "%s", lane->name);
    out->live_before = at == 0 ? RIG_NO_RECORD : live->items[lane->items[at - 1]].index;
  }
}

/* The path has come to where nothing agrees: is it the one that got furthest? */
static void note_parting(struct search *search, enum rig_sim_end end) {
  if (search->any && search->matcher.matched <= search->out.matched) {
    return;
  }
  add_standing(search, end != RIG_SIM_GOES_ON);
  uint32_t best = NONE;
  for (uint32_t i = 0; i < search->miss_count; i++) {
    if (best == NONE ||
        live_index(search, &search->misses[i]) < live_index(search, &search->misses[best])) {
      best = i;
    }
  }
  if (best == NONE) {
    return;
  }
  const struct rig_follow_miss *miss = &search->misses[best];
  const bool did = miss->why == RIG_FOLLOW_DIFFERS || miss->why == RIG_FOLLOW_MORE;
  if (keep_schedule(search, did ? &search->missed[best] : NULL)) {
    search->any = true;
    search->out.matched = search->matcher.matched;
    search->out.sim = end;
    name_parting(search, miss);
  }
}

/* ---- places ---- */

static bool seen_before(struct search *search) {
  const uint64_t state = search->system->hash(search->system->self);
  bool found = false;
  if (rig_states_full(&search->seen) && !rig_states_grow(&search->seen)) {
    search->no_memory = true;
    return true;
  }
  (void)rig_states_visit(&search->seen,
                         rig_hash_fold(state ^ RIG_HASH_K1, rig_follow_place(&search->matcher)),
                         &found);
  search->out.states += !found;
  return found;
}

static struct place *push(struct search *search, const struct try *tries, uint32_t count) {
  if (search->depth == search->capacity) {
    const uint32_t capacity = search->capacity == 0 ? 256 : 2 * search->capacity;
    struct place *grown = realloc(search->places, capacity * sizeof *grown);
    if (grown == NULL) {
      search->no_memory = true;
      return NULL;
    }
    memset(grown + search->capacity, 0, (capacity - search->capacity) * sizeof *grown);
    search->places = grown;
    search->capacity = capacity;
  }
  struct place *place = &search->places[search->depth];
  *place = (struct place){.count = count,
                          .tries = malloc((count + 1) * sizeof *place->tries),
                          .undo_count = search->matcher.undo_count,
                          .pair_count = search->matcher.pair_count};
  if (place->tries == NULL) {
    search->no_memory = true;
    return NULL;
  }
  memcpy(place->tries, tries, count * sizeof *tries);
  place->bytes = search->system->save(search->system->self, search->here);
  if (search->depth % KEPT_EVERY == 0) {
    place->state = malloc(place->bytes);
    if (place->state == NULL) {
      search->no_memory = true;
      return NULL;
    }
    memcpy(place->state, search->here, place->bytes);
    search->bytes += place->bytes;
  }
  search->bytes += count * sizeof *tries;
  return place;
}

static void pop(struct search *search) {
  struct place *place = &search->places[search->depth];
  search->bytes -= (place->state != NULL ? place->bytes : 0) + place->count * sizeof *place->tries;
  free(place->state);
  free(place->tries);
  *place = (struct place){0};
}

/* Back to the state of the place at search->depth, whose steps before it are the same. */
static void return_to(struct search *search) {
  const struct rig_system *system = search->system;
  uint32_t from = search->depth;
  while (search->places[from].state == NULL) {
    from--;
  }
  system->load(system->self, search->places[from].state, search->places[from].bytes);
  for (; from < search->depth; from++) {
    struct rig_footprint footprint;
    search->log->header->next = 0;
    (void)system->step(system->self, search->places[from].step, &footprint);
  }
  const struct place *place = &search->places[search->depth];
  rig_follow_back(&search->matcher, place->undo_count, place->pair_count);
}

/* ---- going on ---- */

/* Every record is matched; and what no record says, by how the path stands. */
static bool followed(const struct search *search, enum rig_sim_end end) {
  (void)end;
  return search->matcher.matched == live_of(search)->count;
}

static void add_crash(const struct search *search) {
  struct rig_record record;
  if (search->options->crashed != NULL &&
      search->options->crashed(search->options->context, &record)) {
    (void)rig_log_append(search->log, &record, NULL, 0);
  }
}

/* Takes the next step of the place that agrees. False when there is none left. */
static bool step_on(struct search *search, enum rig_sim_end *end) {
  const struct rig_system *system = search->system;
  struct place *place = &search->places[search->depth];
  while (place->next < place->count) {
    struct rig_follow_miss miss = {0};
    struct rig_footprint footprint;
    place->step = place->tries[place->next++].step;
    search->log->header->next = 0;
    *end = system->step(system->self, place->step, &footprint);
    if (*end == RIG_SIM_CRASH) {
      add_crash(search);
    }
    if (rig_follow_take(&search->matcher, search->log, &miss)) {
      return true;
    }
    keep_miss(search, &miss, place->step);
    rig_follow_back(&search->matcher, place->undo_count, place->pair_count);
    if (place->next < place->count) {
      return_to(search);
    }
  }
  return false;
}

static const char *bound_of(const struct search *search) {
  const struct rig_follow_options *options = search->options;
  return options->states_max != 0 && search->out.states > options->states_max ? "states"
         : options->depth_max != 0 && search->depth >= options->depth_max     ? "depth"
         : options->memory_max != 0 && search->bytes > options->memory_max    ? "memory"
                                                                              : NULL;
}

static void tick(const struct search *search) {
  if (search->options->tick != NULL && search->out.states % TICK_STATES == 0) {
    search->options->tick(search->options->context, search->out.states, search->out.matched);
  }
}

/* Opens the place that the system is in. False when it was seen, or its path has ended. */
static bool arrive(struct search *search, enum rig_sim_end end) {
  struct try tries[RIG_ENABLED_MAX];
  search->miss_count = 0;
  if (end != RIG_SIM_GOES_ON || seen_before(search)) {
    if (end != RIG_SIM_GOES_ON) {
      note_parting(search, end);
    }
    return false;
  }
  tick(search);
  search->matcher.clock =
      search->options->clock_seen != NULL && search->options->clock_seen(search->options->context);
  const uint32_t count = list_tries(search, tries, &end);
  if (count == 0) {
    note_parting(search, end);
    return false;
  }
  return push(search, tries, count) != NULL;
}

static void finish(struct search *search, enum rig_follow_end end) {
  search->out.end = end;
}

static void look(struct search *search) {
  enum rig_sim_end end = RIG_SIM_GOES_ON;
  bool open = !followed(search, end) && arrive(search, end);
  for (;;) {
    search->out.bound = bound_of(search);
    if (search->no_memory || search->matcher.no_memory || search->out.bound != NULL) {
      finish(search, RIG_FOLLOW_BOUND);
      return;
    }
    if (followed(search, end)) {
      search->out.matched = search->matcher.matched;
      search->out.sim = end;
      (void)keep_schedule(search, NULL);
      finish(search, RIG_FOLLOWED);
      return;
    }
    if (!open) { /* back to where another step can be tried */
      while (search->depth > 0 &&
             search->places[search->depth - 1].next == search->places[search->depth - 1].count) {
        search->depth--;
        pop(search);
      }
      if (search->depth == 0) {
        finish(search, RIG_PARTED);
        return;
      }
      search->depth--;
      return_to(search);
      search->miss_count = 0;
    }
    if (step_on(search, &end)) {
      search->depth++;
      open = !followed(search, end) && arrive(search, end);
    } else {
      rig_follow_back(&search->matcher, search->places[search->depth].undo_count,
                      search->places[search->depth].pair_count);
      note_parting(search, RIG_SIM_GOES_ON);
      pop(search);
      open = false;
    }
  }
}

static enum rig_status allocate(struct search *search) {
  search->here = malloc(search->system->state_bytes_max);
  return search->here != NULL && rig_states_new(&search->seen, TABLE_BITS) ? RIG_OK : RIG_NO_MEMORY;
}

enum rig_status rig_follow(const struct rig_follow_live *live, const struct rig_system *system,
                           const struct rig_log *log, const struct rig_follow_options *options,
                           struct rig_follow_result *out) {
  struct search *search = calloc(1, sizeof *search);
  struct rig_follow_miss miss = {0};
  enum rig_status status = RIG_NO_MEMORY;
  if (search == NULL) {
    return status;
  }
  search->system = system;
  search->log = log;
  search->options = options;
  search->matcher.live = live;
  status = allocate(search);
  if (status == RIG_OK) {
    if (rig_follow_take(&search->matcher, log, &miss)) {
      look(search);
    } else {
      search->out.matched = search->matcher.matched;
      search->out.in_start = true;
      name_parting(search, &miss);
      finish(search, RIG_PARTED);
    }
    status = search->no_memory || search->matcher.no_memory ? RIG_NO_MEMORY : RIG_OK;
  }
  for (uint32_t i = 0; i < search->capacity; i++) {
    free(search->places[i].state);
    free(search->places[i].tries);
  }
  rig_states_free(&search->seen);
  free(search->places);
  free(search->here);
  free(search->matcher.pairs);
  free(search->matcher.undo);
  if (status == RIG_OK) {
    *out = search->out;
  } else {
    free(search->out.schedule.steps);
  }
  free(search);
  return status;
}
