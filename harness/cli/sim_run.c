/*
 * Simulating a list of scenarios, so many at once, and reporting them in their order.
 */
#include "cli/sim_run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/assess.h"
#include "cli/cli.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "cli/replay.h"
#include "cli/sim_jobs.h"
#include "cli/sim_judge.h"
#include "report/clean.h"

#define NAME_COLUMNS 56

static void show_progress(const struct rig_simulating *sim) {
  for (size_t i = sim->reported; i < sim->next; i++) {
    for (size_t k = 0; sim->jobs[i].works && k < sim->jobs[i].started; k++) {
      const struct rig_sim_work *work = &sim->jobs[i].works[k];
      if (work->process > 0) {
        const struct rig_sim_report *report = work->report;
        rig_progress("[%zu/%zu] %.40s, %s: %llu states, depth %u", i + 1, sim->count,
                     sim->loaded->items[sim->jobs[i].index]->name, work->options.dialect,
                     (unsigned long long)(report->live_states != 0 ? report->live_states
                                                                   : report->live_schedules),
                     report->live_depth);
        return;
      }
    }
  }
}

/* The reports of each dialect's workers become one. */
static bool join(const struct rig_simulating *sim, const struct rig_sim_scenario_job *job,
                 struct rig_sim_report **reports) {
  const struct rig_sim_report *parts[RIG_WORKERS_MAX];
  for (size_t i = 0; i < job->dialect_count; i++) {
    reports[i] = rig_sim_report_new();
    if (!reports[i]) {
      return false;
    }
    for (uint32_t k = 0; k < sim->workers; k++) {
      parts[k] = job->works[i * sim->workers + k].report;
    }
    rig_sim_report_join(parts, sim->workers, true, reports[i]);
  }
  return true;
}

static void conclude(struct rig_simulating *sim, size_t index) {
  struct rig_cli_sim_options options = *sim->options; /* with the dialects that are explored here */
  const struct rig_scenario *scenario = sim->loaded->items[sim->jobs[index].index];
  struct rig_result *result = &sim->results->items[index];
  struct rig_sim_scenario_job *job = &sim->jobs[index];
  struct rig_sim_report *reports[RIG_SIM_DIALECTS_MAX] = {NULL};
  result->index = index;
  result->file = rig_clean_new(scenario->file);
  result->name = rig_clean_new(scenario->name);
  result->replay = rig_replay_sim(&options, scenario->file, NULL, NULL);
  for (size_t i = 0; i < job->dialect_count; i++) {
    options.dialects[i] = sim->options->dialects[job->dialects[i]];
  }
  options.dialect_count = job->dialect_count;
  enum rig_status status = join(sim, job, reports) ? RIG_OK : RIG_NO_MEMORY;
  if (status == RIG_OK) {
    status = rig_sim_judge(&options, scenario, reports, sim->symbols, result);
  }
  if (status != RIG_OK) {
    rig_assess_invalid(result, RIG_CAUSE_SIMULATOR_FAILED, rig_status_text(status));
  }
  result->seconds = rig_output_now() - job->began;
  for (size_t i = 0; sim->file && status == RIG_OK && i < job->dialect_count; i++) {
    rig_sim_shard_add(sim->file, job->index * sim->options->dialect_count + job->dialects[i],
                      job->shard[i], job->shards[i] > 0 ? job->shards[i] : 1,
                      result->seconds / (double)job->dialect_count, reports[i]);
  }
  for (size_t i = 0; i < RIG_SIM_DIALECTS_MAX; i++) {
    reports[i] = rig_sim_report_free(reports[i]);
  }
  rig_sim_job_free(sim, job);
  job->done = true;
}

static void simulate_all(struct rig_simulating *sim) {
  while (sim->reported < sim->count && !rig_sim_work_interrupted()) {
    while (rig_sim_jobs_running(sim) < sim->options->jobs && rig_sim_jobs_start_one(sim)) {
    }
    if (rig_sim_jobs_running(sim) == 0) {
      break; /* no process could be started */
    }
    show_progress(sim);
    rig_sim_jobs_await(sim);
    for (size_t i = sim->reported; i < sim->next; i++) {
      if (!sim->jobs[i].done && sim->jobs[i].ended == rig_sim_job_works(sim, &sim->jobs[i])) {
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
    rig_sim_job_free(sim, &sim->jobs[i]);
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

/* The file of a shard has its header before the work begins. */
static bool begin_file(struct rig_simulating *sim) {
  const struct rig_cli_sim_options *options = sim->options;
  if (options->shard.count == 0) {
    return true;
  }
  printf("shard %u/%u: %zu of %zu scenarios\n", options->shard.index, options->shard.count,
         sim->count, sim->loaded->count);
  sim->file = options->json ? rig_sim_shard_begin(options, sim->loaded) : NULL;
  return sim->file || !options->json;
}

/* With its end only when all of it was explored. */
static bool end_file(struct rig_simulating *sim) {
  bool written = true;
  if (sim->file && sim->results->interrupted) {
    rig_sim_shard_abandon(sim->file);
  } else if (sim->file) {
    written = rig_sim_shard_end(sim->file, sim->results->seconds);
  }
  sim->file = NULL;
  return written;
}

static int run(struct rig_simulating *sim) {
  const struct rig_cli_sim_options *options = sim->options;
  struct rig_results *results = sim->results;
  rig_sim_jobs_share_out(sim);
  sim->workers = rig_sim_jobs_workers(sim);
  results->planned = sim->count;
  if (!begin_file(sim)) {
    return RIG_EXIT_INVALID;
  }
  const double began = rig_output_now();
  simulate_all(sim);
  results->count = sim->reported;
  results->seconds = rig_output_now() - began;
  results->interrupted = rig_sim_work_interrupted();
  results->broken = results->count < results->planned && !results->interrupted;
  const int status = rig_output("sim", sim->report, results,
                                options->shard.count > 0 ? NULL : options->json, options->junit);
  return end_file(sim) ? status : RIG_EXIT_INVALID;
}

int rig_sim_run(const struct rig_cli_sim_options *options, struct rig_loaded *loaded) {
  struct rig_text_report report = {.paint = rig_paint_for(stdout),
                                   .quiet = options->quiet,
                                   .verbose = options->verbose,
                                   .width = name_width(loaded)};
  struct rig_results results = {.client = options->pump, .role = "bare pump"};
  struct rig_simulating sim = {.options = options,
                               .loaded = loaded,
                               .jobs = calloc(loaded->count + 1, sizeof *sim.jobs),
                               .results = &results,
                               .report = &report,
                               .symbols = rig_symbols_new()};
  results.items = calloc(loaded->count + 1, sizeof *results.items);
  int status = RIG_EXIT_INVALID;
  if (!sim.jobs || !results.items) {
    rig_cli_error("sim", "out of memory");
  } else {
    status = run(&sim);
  }
  rig_output_free(&results);
  rig_symbols_free(sim.symbols);
  free(sim.jobs);
  return status;
}
