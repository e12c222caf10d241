/*
 * Simulating a list of scenarios, so many at once, and reporting them in their order.
 */
#include "cli/sim_run.h"

#include <stdlib.h>
#include <string.h>

#include "cli/assess.h"
#include "cli/cli.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "cli/replay.h"
#include "cli/shard.h"
#include "cli/sim_judge.h"
#include "cli/sim_work.h"
#include "report/clean.h"

#define NAME_COLUMNS 56

/* A scenario under way: one simulation for each dialect. */
struct job {
  struct rig_sim_work works[RIG_SIM_DIALECTS_MAX];
  size_t started, ended;
  double began;
  bool done;
};

struct simulating {
  const struct rig_cli_sim_options *options;
  struct rig_loaded *loaded;
  struct job *jobs; /* one for each scenario */
  struct rig_results *results;
  struct rig_text_report *report;
  struct rig_symbols *symbols;
  size_t next;     /* scenario whose work is started next */
  size_t reported; /* scenarios whose lines are printed */
};

static size_t running(const struct simulating *sim) {
  size_t count = 0;
  for (size_t i = sim->reported; i < sim->next; i++) {
    count += sim->jobs[i].started - sim->jobs[i].ended;
  }
  return count;
}

/* Starts the next dialect of the next scenario. */
static bool start_one(struct simulating *sim) {
  const struct rig_cli_sim_options *options = sim->options;
  size_t at = sim->next > 0 ? sim->next - 1 : 0;
  if (sim->next == 0 || sim->jobs[at].started == options->dialect_count) {
    if (sim->next == sim->loaded->count) {
      return false;
    }
    at = sim->next++;
    sim->jobs[at].began = rig_output_now();
  }
  struct job *job = &sim->jobs[at];
  struct rig_sim_work *work = &job->works[job->started];
  *work = (struct rig_sim_work){
      .job = options->replay ? RIG_SIM_JOB_REPLAY : RIG_SIM_JOB_EXPLORE,
      .options = rig_cli_sim_options_for(options, options->dialects[job->started]),
      .scenario = sim->loaded->items[at],
      .id = options->replay};
  if (!rig_sim_work_start(work)) {
    return false;
  }
  job->started++;
  return true;
}

static void show_progress(const struct simulating *sim) {
  for (size_t i = sim->reported; i < sim->next; i++) {
    for (size_t k = 0; k < sim->jobs[i].started; k++) {
      const struct rig_sim_work *work = &sim->jobs[i].works[k];
      if (work->process > 0) {
        const struct rig_sim_report *report = work->report;
        rig_progress("[%zu/%zu] %.40s, %s: %llu states, depth %u", i + 1, sim->loaded->count,
                     sim->loaded->items[i]->name, work->options.dialect,
                     (unsigned long long)(report->live_states != 0 ? report->live_states
                                                                   : report->live_schedules),
                     report->live_depth);
        return;
      }
    }
  }
}

static void await(struct simulating *sim) {
  bool ended = false;
  for (size_t i = sim->reported; i < sim->next; i++) {
    struct job *job = &sim->jobs[i];
    rig_sim_work_wait(job->works, job->started,
                      ended               ? 0
                      : sim->next - i > 1 ? 1
                                          : RIG_SIM_WAIT_MS);
    size_t count = 0;
    for (size_t k = 0; k < job->started; k++) {
      count += job->works[k].ended;
    }
    ended = ended || count > job->ended;
    job->ended = count;
  }
}

static void conclude(struct simulating *sim, size_t index) {
  const struct rig_cli_sim_options *options = sim->options;
  const struct rig_scenario *scenario = sim->loaded->items[index];
  struct rig_result *result = &sim->results->items[index];
  struct job *job = &sim->jobs[index];
  struct rig_sim_report *reports[RIG_SIM_DIALECTS_MAX];
  for (size_t i = 0; i < options->dialect_count; i++) {
    reports[i] = job->works[i].report;
  }
  result->index = index;
  result->file = rig_clean_new(scenario->file);
  result->name = rig_clean_new(scenario->name);
  result->replay = rig_replay_sim(options, scenario->file, NULL, NULL);
  const enum rig_status status = rig_sim_judge(options, scenario, reports, sim->symbols, result);
  if (status != RIG_OK) {
    rig_assess_invalid(result, RIG_CAUSE_SIMULATOR_FAILED, rig_status_text(status));
  }
  result->seconds = rig_output_now() - job->began;
  for (size_t i = 0; i < options->dialect_count; i++) {
    rig_sim_work_free(&job->works[i]);
  }
  job->done = true;
}

static void simulate_all(struct simulating *sim) {
  while (sim->reported < sim->loaded->count && !rig_sim_work_interrupted()) {
    while (running(sim) < sim->options->jobs && start_one(sim)) {
    }
    if (running(sim) == 0) {
      break; /* no process could be started */
    }
    show_progress(sim);
    await(sim);
    for (size_t i = sim->reported; i < sim->next; i++) {
      if (!sim->jobs[i].done && sim->jobs[i].ended == sim->options->dialect_count) {
        conclude(sim, i);
      }
    }
    while (sim->reported < sim->next && sim->jobs[sim->reported].done) {
      rig_progress_clear();
      rig_text_line(sim->report, &sim->results->items[sim->reported++]);
    }
  }
  rig_progress_clear();
  for (size_t i = 0; i < sim->next; i++) {
    for (size_t k = 0; k < sim->jobs[i].started; k++) {
      rig_sim_work_free(&sim->jobs[i].works[k]);
    }
  }
  for (size_t i = sim->reported; i < sim->next; i++) { /* done behind one that was not */
    rig_result_free(&sim->results->items[i]);
  }
}

static int name_width(const struct rig_loaded *loaded) {
  size_t width = 0;
  for (size_t i = 0; i < loaded->count; i++) {
    const size_t length = strlen(loaded->items[i]->name);
    width = length > width ? length : width;
  }
  return width < NAME_COLUMNS ? (int)width : NAME_COLUMNS;
}

int rig_sim_run(const struct rig_cli_sim_options *options, struct rig_loaded *loaded) {
  struct rig_text_report report = {.paint = rig_paint_for(stdout),
                                   .quiet = options->quiet,
                                   .verbose = options->verbose,
                                   .width = name_width(loaded)};
  struct rig_results results = {.client = options->pump,
                                .role = "bare pump",
                                .shard = options->shard,
                                .version = RIG_PROGRAM_VERSION};
  if (options->shard.count > 0 && !rig_shard_take(loaded, &results.shard)) {
    rig_cli_error("sim", "out of memory");
    return RIG_EXIT_INVALID;
  }
  struct simulating sim = {.options = options,
                           .loaded = loaded,
                           .jobs = calloc(loaded->count + 1, sizeof *sim.jobs),
                           .results = &results,
                           .report = &report,
                           .symbols = rig_symbols_new()};
  results.items = calloc(loaded->count + 1, sizeof *results.items);
  results.planned = loaded->count;
  int status = RIG_EXIT_INVALID;
  if (!sim.jobs || !results.items) {
    rig_cli_error("sim", "out of memory");
  } else {
    const double began = rig_output_now();
    simulate_all(&sim);
    results.count = sim.reported;
    results.seconds = rig_output_now() - began;
    results.interrupted = rig_sim_work_interrupted();
    results.broken = results.count < results.planned && !results.interrupted;
    status = rig_output("sim", &report, &results, options->json, options->junit);
  }
  rig_output_free(&results);
  rig_symbols_free(sim.symbols);
  rig_shard_free(&results.shard);
  free(sim.jobs);
  return status;
}
