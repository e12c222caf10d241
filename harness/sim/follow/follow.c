/*
 * The search: depth first over the steps whose records agree.
 */
#include "sim/follow/follow.h"

#include <stdlib.h>

#include "sim/follow/follow_search.h"

#define TICK_STATES 256u
#define TABLE_BITS 10u

/* Every record is matched; and what no record says, by how the path stands. */
static bool followed(const struct rig_follow_search *search, enum rig_sim_end end) {
  (void)end;
  return search->matcher.matched == search->matcher.live->count;
}

static void add_crash(const struct rig_follow_search *search) {
  struct rig_record record;
  if (search->options->crashed != NULL &&
      search->options->crashed(search->options->context, &record)) {
    (void)rig_log_append(search->log, &record, NULL, 0);
  }
}

/* The program may have asked for the time in the step that was taken. */
static void look_at_clock(struct rig_follow_search *search) {
  const struct rig_follow_options *options = search->options;
  search->matcher.clock = options->clock_seen != NULL && options->clock_seen(options->context);
  search->matcher.ticks =
      search->matcher.clock && options->ticks != NULL ? options->ticks(options->context) : 0;
}

/* Takes the next step of the place that agrees. False when there is none left. */
static bool step_on(struct rig_follow_search *search, enum rig_sim_end *end) {
  const struct rig_system *system = search->system;
  struct rig_follow_waypoint *place = &search->places[search->depth];
  while (place->next < place->count) {
    struct rig_follow_miss miss = {0};
    struct rig_footprint footprint;
    place->step = place->tries[place->next++].step;
    search->log->header->next = 0;
    *end = system->step(system->self, place->step, &footprint);
    if (*end == RIG_SIM_CRASH) {
      add_crash(search);
    }
    look_at_clock(search);
    if (rig_follow_take(&search->matcher, search->log, &miss)) {
      return true;
    }
    rig_follow_keep_miss(search, &miss, place->step);
    rig_follow_back(&search->matcher, place->undo_count, place->pair_count);
    if (place->next < place->count) {
      rig_follow_return(search);
    }
  }
  return false;
}

static const char *bound_of(const struct rig_follow_search *search) {
  const struct rig_follow_options *options = search->options;
  return options->states_max != 0 && search->out.states > options->states_max ? "states"
         : options->depth_max != 0 && search->depth >= options->depth_max     ? "depth"
         : options->memory_max != 0 && search->bytes > options->memory_max    ? "memory"
                                                                              : NULL;
}

static void tick(const struct rig_follow_search *search) {
  if (search->options->tick != NULL && search->out.states % TICK_STATES == 0) {
    search->options->tick(search->options->context, search->out.states, search->out.matched);
  }
}

/* Opens the place that the system is in. False when it was seen, or its path has ended. */
static bool arrive(struct rig_follow_search *search, enum rig_sim_end end) {
  struct rig_follow_try tries[RIG_ENABLED_MAX];
  search->miss_count = 0;
  if (end != RIG_SIM_GOES_ON || rig_follow_seen_before(search)) {
    if (end != RIG_SIM_GOES_ON) {
      rig_follow_note_parting(search, end);
    }
    return false;
  }
  tick(search);
  const uint32_t count = rig_follow_tries(search, tries, &end);
  if (count == 0) {
    rig_follow_note_parting(search, end);
    return false;
  }
  return rig_follow_push(search, tries, count) != NULL;
}

static void finish(struct rig_follow_search *search, enum rig_follow_end end) {
  search->out.end = end;
}

static void look(struct rig_follow_search *search) {
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
      (void)rig_follow_keep_schedule(search, NULL);
      finish(search, RIG_FOLLOWED);
      return;
    }
    if (!open) { /* back to where another step can be tried */
      while (search->depth > 0 &&
             search->places[search->depth - 1].next == search->places[search->depth - 1].count) {
        search->depth--;
        rig_follow_pop(search);
      }
      if (search->depth == 0) {
        finish(search, RIG_PARTED);
        return;
      }
      search->depth--;
      rig_follow_return(search);
      search->miss_count = 0;
    }
    if (step_on(search, &end)) {
      search->depth++;
      open = !followed(search, end) && arrive(search, end);
    } else {
      rig_follow_back(&search->matcher, search->places[search->depth].undo_count,
                      search->places[search->depth].pair_count);
      rig_follow_note_parting(search, RIG_SIM_GOES_ON);
      rig_follow_pop(search);
      open = false;
    }
  }
}

static enum rig_status allocate(struct rig_follow_search *search) {
  search->here = malloc(search->system->state_bytes_max);
  return search->here != NULL && rig_states_new(&search->seen, TABLE_BITS) ? RIG_OK : RIG_NO_MEMORY;
}

enum rig_status rig_follow(const struct rig_follow_live *live, const struct rig_system *system,
                           const struct rig_log *log, const struct rig_follow_options *options,
                           struct rig_follow_result *out) {
  struct rig_follow_search *search = calloc(1, sizeof *search);
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
    look_at_clock(search);
    if (rig_follow_take(&search->matcher, log, &miss)) {
      look(search);
    } else {
      search->out.matched = search->matcher.matched;
      search->out.in_start = true;
      rig_follow_name_parting(search, &miss);
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
