/*
 * Following a live session: the simulation set up, the search, and its path recorded.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/follow/follow.h"
#include "sim/simulate_private.h"

/* Where a step writes: emptied before each. */
static bool log_new(struct rig_log *log) {
  struct rig_header *header = aligned_alloc(64, RIG_HEADER_BYTES);
  struct rig_record *records = calloc(RIG_SIM_RECORDS, sizeof *records);
  if (header == NULL || records == NULL) {
    free(header);
    free(records);
    return false;
  }
  memset(header, 0, RIG_HEADER_BYTES);
  *log = (struct rig_log){.header = header, .records = records, .capacity = RIG_SIM_RECORDS};
  return true;
}

static bool clock_seen(void *context) {
  const struct rig_simulation *simulation = context;
  return rig_engine_time_seen(simulation->engine);
}

static uint64_t ticks(void *context) {
  const struct rig_simulation *simulation = context;
  return rig_engine_ticks(simulation->engine);
}

static bool crashed(void *context, struct rig_record *out) {
  const struct rig_simulation *simulation = context;
  return rig_path_exception(simulation, out);
}

static void tick(void *context, uint64_t states, uint32_t matched) {
  const struct rig_simulation *simulation = context;
  simulation->report->live_states = states;
  simulation->report->live_depth = matched;
}

static enum rig_status search(struct rig_simulation *simulation, const struct rig_log *log,
                              const struct rig_follow_live *live, struct rig_follow_result *out) {
  const struct rig_follow_options options = {.states_max = simulation->options->states_max,
                                             .depth_max = simulation->options->depth_max,
                                             .memory_max = simulation->options->memory_max,
                                             .clock_seen = clock_seen,
                                             .ticks = ticks,
                                             .crashed = crashed,
                                             .tick = tick,
                                             .context = simulation};
  log->header->next = 0;
  rig_simulation_listen(simulation, log);
  const enum rig_status status = rig_follow(live, simulation->system, log, &options, out);
  rig_simulation_listen(simulation, NULL);
  return status;
}

/* The simulated record where they part, in the session of the path. */
static uint32_t parting_record(const struct rig_sim_path *path,
                               const struct rig_follow_result *result) {
  if (result->why != RIG_FOLLOW_DIFFERS && result->why != RIG_FOLLOW_MORE) {
    return RIG_NO_RECORD;
  }
  if (result->in_start) {
    return result->sim_offset;
  }
  return path->step_count == 0 || path->cut
             ? RIG_NO_RECORD
             : path->steps[path->step_count - 1].record + result->sim_offset;
}

static void tell(struct rig_simulation *simulation, const struct rig_follow_live *live,
                 const struct rig_follow_result *result) {
  struct rig_sim_report *report = simulation->report;
  rig_simulation_record(simulation, &result->schedule, RIG_SIM_FOLLOWING);
  report->states = result->states;
  report->complete = result->end != RIG_FOLLOW_BOUND;
  snprintf(report->bound, sizeof report->bound, "%s", result->bound == NULL ? "" : result->bound);
  report->followed = (struct rig_sim_followed){
      .end = result->end,
      .why = result->why,
      .sim = result->sim,
      .records = rig_follow_live_count(live),
      .threads = rig_follow_live_threads(live),
      .matched = result->matched,
      .live_record = result->live_record,
      .live_before = result->live_before,
      .sim_record =
          report->path_count > 0 ? parting_record(&report->paths[0], result) : RIG_NO_RECORD,
      .in_start = result->in_start,
      .places = result->states};
  const char *spins = rig_engine_spins(simulation->engine); /* at the end of the path */
  if (spins != NULL) {
    snprintf(report->followed.spins, sizeof report->followed.spins, "%s", spins);
  }
  memcpy(report->followed.field, result->field, sizeof result->field);
  memcpy(report->followed.lane, result->lane, sizeof result->lane);
}

static bool fail(struct rig_sim_report *report, enum rig_status status, const char *text) {
  report->status = (uint32_t)status;
  snprintf(report->error, sizeof report->error, "%s", text);
  return true; /* it is over */
}

/* True when the schedule is one of an exploration too, whose director has a clock of its own: then
 * a replay id tells it. */
static bool replays(const struct rig_sim_options *options, const struct rig_scenario *scenario,
                    const struct rig_schedule *schedule, struct rig_sim_report *report) {
  struct rig_sim_options strict = *options;
  strict.follows = false;
  strict.flood = 0;
  struct rig_simulation simulation = {.options = &strict, .scenario = scenario, .report = report};
  bool all = !options->loose && rig_simulation_open(&simulation, true);
  for (size_t i = 0; all && i < schedule->count; i++) {
    struct rig_transition list[RIG_ENABLED_MAX];
    struct rig_footprint footprint;
    enum rig_sim_end end = RIG_SIM_GOES_ON;
    const size_t count = simulation.system->enabled(simulation.system->self, list, &end);
    bool found = false;
    for (size_t k = 0; k < count; k++) {
      found = found || (list[k].actor == schedule->steps[i].actor &&
                        list[k].choice == schedule->steps[i].choice);
    }
    all = found;
    if (found) {
      end = simulation.system->step(simulation.system->self, schedule->steps[i], &footprint);
      all = end == RIG_SIM_GOES_ON || i + 1 == schedule->count;
    }
  }
  rig_simulation_close(&simulation);
  return all;
}

/* One look for a path; true when it is over: followed, or in vain for good. */
static bool try(const struct rig_sim_options *options, const struct rig_scenario *scenario,
                const struct rig_follow_live *live, struct rig_sim_report *report) {
  struct rig_simulation simulation = {.options = options, .scenario = scenario, .report = report};
  struct rig_follow_result result = {0};
  struct rig_log log = {0};
  bool over = true;
  if (!log_new(&log)) {
    fail(report, RIG_NO_MEMORY, "out of memory");
  } else if (rig_simulation_open(&simulation, true)) {
    const enum rig_status status = search(&simulation, &log, live, &result);
    over = options->loose || status != RIG_OK || result.end == RIG_FOLLOWED;
    if (status != RIG_OK) {
      fail(report, status, rig_status_text(status));
    } else if (over) {
      tell(&simulation, live, &result);
    }
  }
  rig_simulation_close(&simulation);
  report->followed.replays =
      report->path_count > 0 && replays(options, scenario, &result.schedule, report);
  free(result.schedule.steps);
  free(log.records);
  free(log.header);
  return over;
}

/* First with the start in the one order that explorations have, which a replay id can tell; then,
 * where that comes to nothing, in any. */
void rig_simulate_follow(const struct rig_sim_options *options, const struct rig_scenario *scenario,
                         const struct rig_trace *trace, struct rig_sim_report *report) {
  struct rig_follow_live *live = rig_follow_live_new(trace);
  struct rig_sim_options chosen = *options;
  chosen.follows = true;
  chosen.flood = live == NULL ? 0 : rig_follow_live_flood(live);
  if (live == NULL) {
    fail(report, RIG_NO_MEMORY, "out of memory");
  } else if (rig_follow_live_count(live) == 0) {
    fail(report, RIG_INVALID, "the session holds no call of the client's: it never began");
  } else if (!rig_follow_live_fits(live)) {
    fail(report, RIG_FULL, "the session has more threads and replies than can be followed (250)");
  } else if (!try(&chosen, scenario, live, report)) {
    chosen.loose = true;
    (void)try(&chosen, scenario, live, report);
  }
  rig_follow_live_free(live);
  report->done = 1;
}
