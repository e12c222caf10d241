/*
 * Exploring, and choosing what is told: the first path to every kind of end, made as short as it
 * gets, and samples.
 */
#include "sim/simulate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/explore/explore_shared.h"
#include "sim/simulate_private.h"

#define SAMPLES_BY_CHANCE 6u

struct kept {
  enum rig_sim_end end;
  uint64_t kind;
  struct rig_schedule schedule;
  bool runs_on; /* code that never yields: each further run of it takes its patience */
};

struct search {
  struct rig_simulation *simulation;
  struct kept kept[RIG_SIM_KINDS_MAX];
  size_t count;
};

static bool found(void *context, enum rig_sim_end end, const struct rig_schedule *schedule) {
  struct search *search = context;
  struct rig_sim_report *report = search->simulation->report;
  const uint64_t kind = rig_simulation_kind(search->simulation, end);
  for (size_t i = 0; i < search->count; i++) {
    if (search->kept[i].kind == kind) {
      return true;
    }
  }
  struct rig_transition *steps = malloc((schedule->count + 1) * sizeof *steps);
  if (steps == NULL || search->count == RIG_SIM_KINDS_MAX) {
    report->paths_left_out++;
    free(steps);
    return true;
  }
  memcpy(steps, schedule->steps, schedule->count * sizeof *steps);
  search->kept[search->count++] =
      (struct kept){.end = end,
                    .kind = kind,
                    .schedule = {steps, schedule->count},
                    .runs_on = rig_path_runs_on(search->simulation, end)};
  return true;
}

static bool tick(void *context, uint64_t states, uint64_t schedules, uint32_t depth) {
  struct search *search = context;
  struct rig_sim_report *report = search->simulation->report;
  report->live_states = states;
  report->live_schedules = schedules;
  report->live_depth = depth;
  return true;
}

/* Half of what workers may have is the table that they share, the rest is dealt out. */
static uint64_t memory_of(const struct rig_sim_options *options) {
  return options->shared != NULL ? options->memory_max / 2 / options->workers + 1
                                 : options->memory_max;
}

struct rig_explore_shared *rig_simulate_share(const struct rig_sim_options *options,
                                              uint32_t workers) {
  const struct rig_explore_options explore = {.mode = options->mode,
                                              .states_max = options->states_max,
                                              .memory_max = options->memory_max / 2};
  return rig_explore_shared_new(&explore, workers);
}

static bool explore(struct search *search, double (*now)(void)) {
  struct rig_simulation *simulation = search->simulation;
  const struct rig_sim_options *options = simulation->options;
  struct rig_sim_report *report = simulation->report;
  struct rig_exploration result = {0};
  const struct rig_explore_options explore = {.mode = options->mode,
                                              .reduce = true,
                                              .pct = options->pct,
                                              .states_max = options->states_max,
                                              .schedules_max = options->schedules_max,
                                              .depth_max = options->depth_max,
                                              .memory_max = memory_of(options),
                                              .seed = options->seed,
                                              .change_points = 3,
                                              .shard = options->shard,
                                              .shards = options->shards,
                                              .shared = options->shared,
                                              .worker = options->worker,
                                              .all_findings = true,
                                              .found = found,
                                              .tick = tick,
                                              .context = search};
  const double began = now();
  const enum rig_status status = rig_explore(simulation->system, &explore, &result);
  report->seconds = now() - began;
  if (status != RIG_OK) {
    report->status = (uint32_t)status;
    snprintf(report->error, sizeof report->error, "exploring: %s", rig_status_text(status));
    return false;
  }
  report->complete = result.complete;
  snprintf(report->bound, sizeof report->bound, "%s", result.bound == NULL ? "" : result.bound);
  report->states = report->live_states = result.states;
  report->schedules = report->live_schedules = result.schedules;
  report->transitions = result.transitions;
  report->depth = result.depth;
  report->bytes = result.bytes;
  report->omission = result.omission;
  memcpy(report->ends, result.ends, sizeof report->ends);
  return true;
}

/* ---- what is recorded ---- */

static void record_samples(struct rig_simulation *simulation) {
  for (unsigned i = 0; i < SAMPLES_BY_CHANCE + 2; i++) {
    struct rig_schedule schedule;
    const enum rig_sim_why why = i == 0   ? RIG_SIM_DIRECTOR_FIRST
                                 : i == 1 ? RIG_SIM_PROGRAM_FIRST
                                          : RIG_SIM_BY_CHANCE;
    if (simulation->report->path_count < RIG_SIM_PATHS_MAX &&
        rig_path_choose(simulation, why, simulation->options->seed + i, &schedule)) {
      rig_simulation_record(simulation, &schedule, why);
      free(schedule.steps);
    }
  }
}

/* Bad ends first; within them by kind, which does not depend on who found what when: there is room
 * for so many paths alone, and of several shards each must keep those that one would. */
static int by_kind(const void *a, const void *b) {
  const struct kept *one = a;
  const struct kept *other = b;
  const int good = (one->end == RIG_SIM_COMPLETE) - (other->end == RIG_SIM_COMPLETE);
  return good != 0 ? good : (one->kind > other->kind) - (one->kind < other->kind);
}

static void record_found(struct search *search) {
  struct rig_sim_report *report = search->simulation->report;
  qsort(search->kept, search->count, sizeof search->kept[0], by_kind);
  for (size_t i = 0; i < search->count; i++) {
    struct kept *kept = &search->kept[i];
    report->kinds[report->kind_count++] = kept->kind;
    if (report->path_count == RIG_SIM_PATHS_MAX) {
      report->paths_left_out++;
    } else {
      /* A cycle is found by its states: one that goes round and round stays as it was found. */
      if (kept->end != RIG_SIM_LIVELOCK && !kept->runs_on) {
        rig_simulation_shorten(search->simulation, kept->end, kept->kind, &kept->schedule);
      }
      rig_simulation_record(search->simulation, &kept->schedule, RIG_SIM_FOUND);
    }
  }
}

void rig_simulate(const struct rig_sim_options *options, const struct rig_scenario *scenario,
                  double (*now)(void), struct rig_sim_report *report) {
  struct rig_simulation simulation = {.options = options, .scenario = scenario, .report = report};
  struct search search = {.simulation = &simulation};
  if (rig_simulation_open(&simulation, true) && explore(&search, now)) {
    record_found(&search);
    for (size_t i = 0; i < search.count; i++) {
      report->impatient = report->impatient || search.kept[i].runs_on;
    }
    if (!report->impatient) {
      record_samples(&simulation);
    }
  }
  for (size_t i = 0; i < search.count; i++) {
    free(search.kept[i].schedule.steps);
  }
  rig_simulation_close(&simulation);
  report->done = 1;
}

static const char *wrong_id(enum rig_status status) {
  switch (status) {
  case RIG_DAMAGED:
    return "is mistyped or cut short: its check does not fit; copy it from the report again";
  case RIG_VERSION:
    return "is of another version of mapirig: explore again, which prints a new one";
  default:
    return "is no replay id of mapirig's: those are printed by `mapirig sim` under each schedule";
  }
}

/* The path that was just recorded is the schedule's, step for step. One that comes to no end goes
 * on behind it. */
static bool is_the_schedule(const struct rig_schedule *schedule, const struct rig_sim_path *path,
                            uint32_t *differs) {
  uint32_t same = 0;
  while (same < schedule->count && same < path->step_count &&
         schedule->steps[same].actor == path->steps[same].actor &&
         schedule->steps[same].choice == path->steps[same].choice) {
    same++;
  }
  *differs = same;
  const bool goes_on = path->end == RIG_SIM_LIVELOCK || path->end == RIG_SIM_BOUND;
  return same == RIG_SIM_STEPS_MAX ||
         (same == schedule->count && (same == path->step_count || goes_on));
}

void rig_simulate_replay(const struct rig_sim_options *options, const struct rig_scenario *scenario,
                         const char *id, struct rig_sim_report *report) {
  struct rig_simulation simulation = {.options = options, .scenario = scenario, .report = report};
  struct rig_schedule schedule = {0};
  const enum rig_status status = rig_schedule_read(id, &schedule);
  if (status != RIG_OK) {
    report->status = (uint32_t)status;
    snprintf(report->error, sizeof report->error, "replay id '%.200s' %s", id, wrong_id(status));
  } else if (rig_simulation_open(&simulation, true)) {
    uint32_t differs;
    rig_simulation_record(&simulation, &schedule, RIG_SIM_REPLAYED);
    if (report->path_count == 1 && !is_the_schedule(&schedule, &report->paths[0], &differs)) {
      report->status = RIG_INVALID;
      snprintf(report->error, sizeof report->error,
               "replay id '%.200s' is of another program, scenario, dialect or bound, or the "
               "program was changed: step %u of its %zu cannot be taken here; explore again",
               id, differs + 1, schedule.count);
    }
  }
  free(schedule.steps);
  rig_simulation_close(&simulation);
  report->done = 1;
}

void rig_simulate_load(const struct rig_sim_options *options, struct rig_sim_report *report) {
  struct rig_simulation simulation = {.options = options, .report = report};
  (void)rig_simulation_open(&simulation, false);
  rig_simulation_close(&simulation);
  report->done = 1;
}
