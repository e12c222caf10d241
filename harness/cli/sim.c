/*
 * `mapirig sim`: load everything, check everything, simulate, judge, report.
 */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/assess.h"
#include "cli/cli.h"
#include "cli/load.h"
#include "cli/output.h"
#include "cli/paths.h"
#include "cli/progress.h"
#include "cli/replay.h"
#include "cli/shard.h"
#include "cli/sim_judge.h"
#include "cli/sim_options.h"
#include "cli/sim_work.h"
#include "report/clean.h"
#include "report/file.h"
#include "report/show.h"

#define NAME_COLUMNS 56
#define WAIT_MS 200u

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

/* ---- before anything is simulated ---- */

/* Loads the program once, in a process of its own: what is wrong with it is a usage error. */
static bool check_program(const struct rig_cli_sim_options *options) {
  struct rig_sim_work work = {.job = RIG_SIM_JOB_LOAD,
                              .options = rig_cli_sim_options_for(options, options->dialects[0])};
  if (!rig_sim_work_start(&work)) {
    rig_cli_error("sim", "out of memory");
    return false;
  }
  while (!work.ended) {
    rig_sim_work_wait(&work, 1, WAIT_MS);
    if (rig_sim_work_interrupted()) {
      rig_sim_work_free(&work);
      rig_cli_error("sim", "interrupted");
      return false;
    }
  }
  const struct rig_sim_report *report = work.report;
  const bool loaded = report->status == RIG_OK;
  if (!loaded) {
    rig_cli_error("sim", "%s", report->error);
  } else if (report->unresolved_count > 0 && !options->quiet) {
    char label[80];
    const struct rig_paint paint = rig_paint_for(stdout);
    snprintf(label, sizeof label, "%u name%s not simulated: ", report->unresolved_count,
             report->unresolved_count == 1 ? " is" : "s are");
    rig_paint_wrapped(&paint, 0, label, report->unresolved);
    rig_paint_wrapped(&paint, 0, "",
                      "a schedule that calls one of them ends there, as call-not-simulated");
    fputc('\n', stdout);
  }
  rig_sim_work_free(&work);
  return loaded;
}

/* The pump's part of the catalogue: what a bare pump can show. */
static bool load(const struct rig_cli_sim_options *options, struct rig_loaded *out) {
  char catalogue[PATH_MAX];
  char *folder = catalogue;
  if (options->scenario_count > 0) {
    return rig_load("sim", options->scenarios, options->scenario_count, options->pattern, out);
  }
  if (!rig_path_scenarios(catalogue, sizeof catalogue) ||
      strlen(catalogue) + 6 > sizeof catalogue) {
    rig_cli_error("sim", "the catalogue of scenarios is missing; name a scenario file");
    return false;
  }
  strcat(catalogue, "/pump");
  return rig_load("sim", &folder, 1, options->pattern, out);
}

/* Silence is an error: a list of which nothing can be simulated is one. */
static bool any_can(const struct rig_cli_sim_options *given, const struct rig_loaded *loaded) {
  const struct rig_sim_options options = rig_cli_sim_options_for(given, given->dialects[0]);
  char why[320] = "";
  for (size_t i = 0; i < loaded->count; i++) {
    if (rig_simulate_can(&options, loaded->items[i], why, sizeof why)) {
      return true;
    }
  }
  if (loaded->count == 1) {
    rig_cli_error("sim", "%s cannot be simulated: %s", rig_file_short(loaded->items[0]->file), why);
  } else {
    rig_cli_error("sim", "none of %zu scenarios can be simulated, the last of them because of %s",
                  loaded->count, why);
  }
  return false;
}

/* ---- simulating ---- */

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
    rig_sim_work_wait(job->works, job->started, ended ? 0 : sim->next - i > 1 ? 1 : WAIT_MS);
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

static int simulate(const struct rig_cli_sim_options *options, struct rig_loaded *loaded) {
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

/* ---- one schedule ---- */

static void print_records(const struct rig_sim_report *report) {
  const struct rig_sim_path *path = &report->paths[0];
  const struct rig_paint paint = rig_paint_for(stdout);
  struct rig_trace *trace = NULL;
  char error[256];
  fputc('\n', stdout);
  if (rig_trace_open_memory((const char *)report + path->session_offset,
                            (size_t)path->session_bytes, &trace, error, sizeof error) != RIG_OK ||
      rig_show(&paint, trace) != RIG_OK) {
    rig_cli_error("sim", "parts of the records are damaged");
  }
  trace = rig_trace_close(trace);
}

/* Step by step, then the records, then what the judge makes of it. */
static int replay(struct rig_cli_sim_options *options, struct rig_loaded *loaded) {
  const char *scenario = rig_file_short(loaded->items[0]->file);
  if (loaded->count != 1) {
    return rig_cli_error("sim", "--replay takes one scenario, and there are %zu: name its file",
                         loaded->count);
  }
  options->dialect_count = 1; /* the first that was asked for */
  struct rig_sim_work work = {.job = RIG_SIM_JOB_REPLAY,
                              .options = rig_cli_sim_options_for(options, options->dialects[0]),
                              .scenario = loaded->items[0],
                              .id = options->replay};
  if (!rig_sim_work_start(&work)) {
    rig_cli_error("sim", "out of memory");
    return RIG_EXIT_INVALID;
  }
  while (!work.ended && !rig_sim_work_interrupted()) {
    rig_sim_work_wait(&work, 1, WAIT_MS);
  }
  if (work.ended && work.report->status != RIG_OK) {
    const int status = rig_cli_error("sim", "%s", work.report->error);
    rig_sim_work_free(&work);
    return status;
  }
  struct rig_result result = {.name = rig_clean_new(loaded->items[0]->name),
                              .file = rig_clean_new(loaded->items[0]->file)};
  struct rig_symbols *symbols = rig_symbols_new();
  struct rig_results results = {
      .client = options->pump, .role = "bare pump", .items = &result, .count = 1, .planned = 1};
  struct rig_text_report report = {.paint = rig_paint_for(stdout), .verbose = options->verbose};
  int status = RIG_EXIT_INVALID;
  struct rig_sim_report *reports[] = {work.report};
  if (!work.ended) {
    rig_cli_error("sim", "interrupted");
  } else if (rig_sim_judge(options, loaded->items[0], reports, symbols, &result) != RIG_OK) {
    rig_cli_error("sim", "out of memory");
  } else {
    printf("%s under %s\n", scenario, options->dialects[0]);
    for (size_t i = 0; result.sim && i < result.sim->path_count; i++) {
      printf("schedule  %s, %zu steps\n", result.sim->paths[i].end,
             result.sim->paths[i].step_count);
      rig_simulated_print_path(&report.paint, &result.sim->paths[i]);
    }
    print_records(work.report);
    result.sim = rig_simulated_free(result.sim); /* told above */
    rig_text_details(&report, &result);
    status = rig_results_status(&results);
  }
  rig_sim_work_free(&work);
  rig_result_free(&result);
  rig_symbols_free(symbols);
  return status;
}

int rig_cli_sim(int argc, char **argv) {
  struct rig_cli_sim_options options;
  struct rig_loaded loaded = {0};
  int status = RIG_EXIT_USAGE;
  if (rig_cli_sim_options_read(argc, argv, &options, &status)) {
    rig_sim_work_catch();
    bool ready = load(&options, &loaded) && any_can(&options, &loaded);
    ready = check_program(&options) && ready; /* one call tells all that is wrong */
    if (ready) {
      status = options.replay ? replay(&options, &loaded) : simulate(&options, &loaded);
    } else {
      status = RIG_EXIT_USAGE;
    }
  }
  rig_loaded_free(&loaded);
  rig_cli_sim_options_free(&options);
  return status;
}
