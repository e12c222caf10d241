/*
 * `mapirig sim`: load everything, check everything, then simulate.
 */
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/load.h"
#include "cli/paths.h"
#include "cli/sim_follow.h"
#include "cli/sim_options.h"
#include "cli/sim_run.h"
#include "cli/sim_work.h"
#include "report/file.h"
#include "report/paint.h"

/* Loads the program once, in a process of its own: what is wrong with it is a usage error. */
static bool check_program(const struct rig_cli_sim_options *options) {
  struct rig_sim_work work = {.job = RIG_SIM_JOB_LOAD,
                              .options = rig_cli_sim_options_for(options, options->dialects[0])};
  if (!rig_sim_work_start(&work)) {
    rig_cli_error("sim", "out of memory");
    return false;
  }
  while (!work.ended) {
    rig_sim_work_wait(&work, 1, RIG_SIM_WAIT_MS);
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

int rig_cli_sim(int argc, char **argv) {
  struct rig_cli_sim_options options;
  struct rig_loaded loaded = {0};
  int status = RIG_EXIT_USAGE;
  if (rig_cli_sim_options_read(argc, argv, &options, &status)) {
    rig_sim_work_catch();
    if (options.follow) {
      status = rig_sim_follow(&options);
      rig_cli_sim_options_free(&options);
      return status;
    }
    bool ready = load(&options, &loaded) && any_can(&options, &loaded);
    ready = check_program(&options) && ready; /* one call tells all that is wrong */
    if (ready) {
      status = options.replay ? rig_sim_replay(&options, &loaded) : rig_sim_run(&options, &loaded);
    } else {
      status = RIG_EXIT_USAGE;
    }
  }
  rig_loaded_free(&loaded);
  rig_cli_sim_options_free(&options);
  return status;
}
