/*
 * One schedule: step by step, then its records, then what the judge makes of it.
 */
#include <stdio.h>

#include "cli/cli.h"
#include "cli/sim_judge.h"
#include "cli/sim_run.h"
#include "cli/sim_work.h"
#include "core/trace.h"
#include "report/clean.h"
#include "report/file.h"
#include "report/show.h"
#include "report/text.h"

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

int rig_sim_replay(struct rig_cli_sim_options *options, const struct rig_loaded *loaded) {
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
    rig_sim_work_wait(&work, 1, RIG_SIM_WAIT_MS);
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
