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
#include "cli/sim_judge.h"
#include "cli/sim_shard.h"
#include "cli/sim_work.h"
#include "report/clean.h"
#include "sim/explore_shared.h"

#define NAME_COLUMNS 56

/* A scenario under way: simulations for each dialect, side by side for one worker each. */
struct job {
  struct rig_sim_work *works; /* those of the first dialect, then those of the second */
  struct rig_explore_shared *shared[RIG_SIM_DIALECTS_MAX];
  size_t index;                          /* of the scenario in the list */
  size_t dialects[RIG_SIM_DIALECTS_MAX]; /* that are explored here: indices in the options */
  uint32_t shard[RIG_SIM_DIALECTS_MAX], shards[RIG_SIM_DIALECTS_MAX]; /* the share of each */
  size_t dialect_count;
  size_t started, ended;
  double began;
  bool done;
};

struct simulating {
  const struct rig_cli_sim_options *options;
  struct rig_loaded *loaded;
  struct job *jobs; /* one for each scenario of which something is explored here */
  size_t count;
  struct rig_results *results;
  struct rig_text_report *report;
  struct rig_symbols *symbols;
  struct rig_sim_shard_file *file; /* of a shard */
  uint32_t workers;                /* of each scenario and dialect */
  size_t next;                     /* scenario whose work is started next */
  size_t reported;                 /* scenarios whose lines are printed */
};

static size_t running(const struct simulating *sim) {
  size_t count = 0;
  for (size_t i = sim->reported; i < sim->next; i++) {
    count += sim->jobs[i].started - sim->jobs[i].ended;
  }
  return count;
}

/* As many as leave none of the jobs idle: most often one, for there are more scenarios. */
static uint32_t workers_of(const struct simulating *sim) {
  size_t parts = 0;
  for (size_t i = 0; i < sim->count; i++) {
    parts += sim->jobs[i].dialect_count;
  }
  const size_t each = parts > 0 ? sim->options->jobs / parts : 1;
  return each < 1 ? 1 : each < RIG_WORKERS_MAX ? (uint32_t)each : RIG_WORKERS_MAX;
}

/* What is explored here of each scenario: all of it, or what the shard has of it. */
static void share_out(struct simulating *sim) {
  const struct rig_cli_sim_options *options = sim->options;
  const size_t parts = sim->loaded->count * options->dialect_count;
  for (size_t part = 0; part < parts; part++) {
    struct job *job = &sim->jobs[sim->count];
    const size_t dialect = part % options->dialect_count;
    const size_t at = job->dialect_count;
    if (options->shard.count == 0 ||
        rig_sim_share(options->mode, part, parts, options->shard.index, options->shard.count,
                      &job->shard[at], &job->shards[at])) {
      job->index = part / options->dialect_count;
      job->dialects[job->dialect_count++] = dialect;
    }
    sim->count += dialect + 1 == options->dialect_count && job->dialect_count > 0;
  }
}

static size_t works_of(const struct simulating *sim, const struct job *job) {
  return job->dialect_count * sim->workers;
}

/* The options of the job's next work: what its workers share is made with the first of them. */
static bool next_options(const struct simulating *sim, struct job *job,
                         struct rig_sim_options *out) {
  const size_t dialect = job->started / sim->workers;
  *out = rig_cli_sim_options_for(sim->options, sim->options->dialects[job->dialects[dialect]]);
  out->shard = job->shard[dialect];
  out->shards = job->shards[dialect];
  if (sim->workers > 1) {
    if (job->shared[dialect] == NULL) {
      job->shared[dialect] = rig_simulate_share(out, sim->workers);
    }
    out->shared = job->shared[dialect];
    out->worker = (uint32_t)(job->started % sim->workers);
    out->workers = sim->workers;
    return out->shared != NULL;
  }
  return true;
}

/* Starts the next worker, of the next dialect, of the next scenario. */
static bool start_one(struct simulating *sim) {
  size_t at = sim->next > 0 ? sim->next - 1 : 0;
  if (sim->next == 0 || sim->jobs[at].started == works_of(sim, &sim->jobs[at])) {
    if (sim->next == sim->count) {
      return false;
    }
    at = sim->next++;
    sim->jobs[at].began = rig_output_now();
    sim->jobs[at].works = calloc(works_of(sim, &sim->jobs[at]), sizeof *sim->jobs[at].works);
  }
  struct job *job = &sim->jobs[at];
  struct rig_sim_options options;
  if (!job->works || !next_options(sim, job, &options)) {
    return false;
  }
  struct rig_sim_work *work = &job->works[job->started];
  *work = (struct rig_sim_work){
      .job = RIG_SIM_JOB_EXPLORE, .options = options, .scenario = sim->loaded->items[job->index]};
  if (!rig_sim_work_start(work)) {
    return false;
  }
  job->started++;
  return true;
}

static void show_progress(const struct simulating *sim) {
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

static void await(struct simulating *sim) {
  bool ended = false;
  for (size_t i = sim->reported; i < sim->next; i++) {
    struct job *job = &sim->jobs[i];
    if (!job->works) {
      continue; /* done behind one that is not */
    }
    rig_sim_work_wait(job->works, job->started,
                      ended               ? 0
                      : sim->next - i > 1 ? 1
                                          : RIG_SIM_WAIT_MS);
    size_t count = 0;
    for (size_t k = 0; k < job->started; k++) {
      const struct rig_sim_work *work = &job->works[k];
      count += work->ended;
      if (work->ended && work->report->done != 1 && work->options.shared) {
        rig_explore_shared_stop(work->options.shared); /* it may hold what the others need */
      }
    }
    ended = ended || count > job->ended;
    job->ended = count;
  }
}

static void free_job(const struct simulating *sim, struct job *job) {
  for (size_t i = 0; job->works && i < works_of(sim, job); i++) {
    rig_sim_work_free(&job->works[i]);
  }
  for (size_t i = 0; i < RIG_SIM_DIALECTS_MAX; i++) {
    job->shared[i] = rig_explore_shared_free(job->shared[i]);
  }
  free(job->works);
  job->works = NULL;
}

/* The reports of each dialect's workers become one. */
static bool join(const struct simulating *sim, const struct job *job,
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

static void conclude(struct simulating *sim, size_t index) {
  struct rig_cli_sim_options options = *sim->options; /* with the dialects that are explored here */
  const struct rig_scenario *scenario = sim->loaded->items[sim->jobs[index].index];
  struct rig_result *result = &sim->results->items[index];
  struct job *job = &sim->jobs[index];
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
  free_job(sim, job);
  job->done = true;
}

static void simulate_all(struct simulating *sim) {
  while (sim->reported < sim->count && !rig_sim_work_interrupted()) {
    while (running(sim) < sim->options->jobs && start_one(sim)) {
    }
    if (running(sim) == 0) {
      break; /* no process could be started */
    }
    show_progress(sim);
    await(sim);
    for (size_t i = sim->reported; i < sim->next; i++) {
      if (!sim->jobs[i].done && sim->jobs[i].ended == works_of(sim, &sim->jobs[i])) {
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
    free_job(sim, &sim->jobs[i]);
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
static bool begin_file(struct simulating *sim) {
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
static bool end_file(struct simulating *sim) {
  bool written = true;
  if (sim->file && sim->results->interrupted) {
    rig_sim_shard_abandon(sim->file);
  } else if (sim->file) {
    written = rig_sim_shard_end(sim->file, sim->results->seconds);
  }
  sim->file = NULL;
  return written;
}

static int run(struct simulating *sim) {
  const struct rig_cli_sim_options *options = sim->options;
  struct rig_results *results = sim->results;
  share_out(sim);
  sim->workers = workers_of(sim);
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
  struct simulating sim = {.options = options,
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
