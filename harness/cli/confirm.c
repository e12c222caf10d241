/*
 * From a replay id to a placed scenario.
 */
#include "cli/confirm.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/assess.h"
#include "cli/cli.h"
#include "cli/replay.h"
#include "cli/sim_judge.h"
#include "cli/sim_run.h"
#include "cli/sim_work.h"
#include "report/clean.h"
#include "report/file.h"
#include "sim/engine/engine.h"

bool rig_confirm_is_id(const char *id) {
  const size_t digits = id[0] == 's' ? strspn(id + 1, "0123456789") : 0;
  return digits > 0 && id[1 + digits] == '-';
}

void rig_confirm_free(struct rig_confirm *confirm) {
  free(confirm->rules);
  free(confirm->calls);
  free(confirm->text);
  free(confirm->ordered);
  memset(confirm, 0, sizeof *confirm);
}

/* ---- what the path shows ---- */

/* What Wine 8.0 does not do, in the steps of the path. */
static void refuse_choices(const struct rig_sim_path *path, struct rig_confirm *out) {
  for (uint32_t i = 0; i < path->step_count; i++) {
    const struct rig_sim_step *step = &path->steps[i];
    if (step->choice == 0) {
      continue;
    }
    snprintf(out->refused, sizeof out->refused,
             step->actor == RIG_ACTOR_TIME
                 ? "step %u of the schedule is a time-out that comes although others could go on "
                   "(--bound early): live, nobody can hold back all the others for it"
                 : "step %u of the schedule is a wait that returns for nothing (--bound spurious), "
                   "which Wine 8.0 never lets happen",
             i + 1);
    return;
  }
}

static bool of_root(const struct rig_finding *finding, enum rig_severity severity) {
  return finding->verdict == RIG_FAIL && finding->root == NULL && finding->severity == severity;
}

/* The errors that are roots; where there is none, the warnings. */
static bool take_rules(const struct rig_judgement *judgement, struct rig_confirm *out) {
  static const enum rig_severity severities[] = {RIG_SEVERITY_ERROR, RIG_SEVERITY_WARNING};
  out->rules = calloc(judgement->finding_count + 1, sizeof *out->rules);
  for (size_t kind = 0; out->rules != NULL && kind < 2 && out->rule_count == 0; kind++) {
    out->severity = severities[kind];
    for (size_t i = 0; i < judgement->finding_count; i++) {
      if (of_root(&judgement->findings[i], out->severity)) {
        out->rules[out->rule_count++] = judgement->findings[i].rule;
      }
    }
  }
  return out->rules != NULL;
}

static void name_it(const struct rig_simulated_path *path, struct rig_confirm *out) {
  size_t used = (size_t)snprintf(out->what, sizeof out->what, "%s", path->end);
  for (size_t i = 0; i < out->rule_count && used + 64 < sizeof out->what; i++) {
    used += (size_t)snprintf(out->what + used, sizeof out->what - used, "%s%.60s",
                             i == 0 ? ": " : ", ", out->rules[i]->id);
  }
  if (out->rule_count == 0 && used + 64 < sizeof out->what) {
    snprintf(out->what + used, sizeof out->what - used, ", %.39s", out->cause);
  }
}

/* ---- simulating it ---- */

static bool run_work(struct rig_sim_work *work) {
  if (!rig_sim_work_start(work)) {
    rig_cli_error("run", "out of memory");
    return false;
  }
  while (!work->ended && !rig_sim_work_interrupted()) {
    rig_sim_work_wait(work, 1, RIG_SIM_WAIT_MS);
  }
  if (!work->ended || work->report->status != RIG_OK) {
    rig_cli_error("run", "%s", work->ended ? work->report->error : "interrupted");
    return false;
  }
  return true;
}

/* What the whole simulation knows by now. */
struct simulated {
  const struct rig_run_options *options;
  const struct rig_scenario *scenario;
  const struct rig_sim_path *path;
  struct rig_trace *trace;
  struct rig_result result;
};

/* The header of the placed text: where it comes from, so that it can be made again. */
static char *header_of(const struct simulated *simulated, const struct rig_confirm *confirm) {
  const struct rig_cli_sim_options *sim = &simulated->options->sim;
  char *header = NULL;
  char *command =
      rig_replay_sim(sim, simulated->scenario->file, sim->dialects[0], simulated->options->replay);
  if (command != NULL &&
      asprintf(&header,
               "# Placed by mapirig, to keep: what the simulator found (%s)\n# in the schedule of\n"
               "#   %s\n",
               confirm->what, command) < 0) {
    header = NULL;
  }
  free(command);
  return header;
}

/* A scenario of this text in the place of the one that is loaded. */
static bool put_placed(const char *text, struct rig_loaded *loaded) {
  struct rig_scenario *placed = NULL;
  struct rig_problems problems = {0};
  const char *file = loaded->items[0]->file;
  char line[512];
  const enum rig_status status = rig_scenario_parse(file, text, strlen(text), &placed, &problems);
  for (size_t i = 0; i < problems.count; i++) {
    fprintf(stderr, "%s\n", rig_problem_format(file, &problems.items[i], line, sizeof line));
  }
  if (status == RIG_OK) {
    (void)rig_scenario_free(loaded->items[0]);
    loaded->items[0] = placed;
  } else {
    rig_cli_error("run", "the placed scenario is none: %s", rig_status_text(status));
  }
  rig_problems_free(&problems);
  return status == RIG_OK;
}

bool rig_confirm_again(const struct rig_confirm *confirm, const struct rig_result *result) {
  return confirm->ordered != NULL &&
         strcmp(result->judgement.cause, rig_cause_id(RIG_CAUSE_NOT_REPRODUCED)) == 0;
}

bool rig_confirm_order(const struct rig_confirm *confirm, struct rig_loaded *loaded) {
  return confirm->ordered != NULL && put_placed(confirm->ordered, loaded);
}

bool rig_confirm_write(const struct rig_run_options *options, const struct rig_loaded *loaded) {
  const char *path = options->write_scenario;
  struct rig_scenario *scenario = NULL;
  struct rig_problems problems = {0};
  char line[512];
  if (path == NULL) {
    return true;
  }
  FILE *out = fopen(path, "w");
  const bool written = out != NULL && fputs(loaded->items[0]->source, out) >= 0;
  if ((out != NULL && fclose(out) != 0) || !written) {
    rig_cli_error("run", "cannot write %s", path);
    return false;
  }
  const enum rig_status status = rig_scenario_load(path, &scenario, &problems);
  for (size_t i = 0; i < problems.count; i++) {
    fprintf(stderr, "%s\n", rig_problem_format(path, &problems.items[i], line, sizeof line));
  }
  if (status != RIG_OK) {
    rig_cli_error("run", "%s was written, and is no scenario where it stands: write it beside %s",
                  path, loaded->items[0]->file);
  }
  rig_problems_free(&problems);
  (void)rig_scenario_free(scenario);
  return status == RIG_OK;
}

/* The text of the scenario with what the path places; NULL after an error of `status`. */
static char *placed_text(const struct simulated *simulated, const char *header, bool order,
                         char *error, size_t size) {
  struct rig_placed *placed = NULL;
  size_t count = 0;
  const enum rig_status status = rig_confirm_place(simulated->trace, simulated->path,
                                                   simulated->scenario, order, &placed, &count);
  snprintf(error, size, "%s", rig_status_text(status));
  char *text = status == RIG_OK
                   ? rig_confirm_text(simulated->scenario, header, placed, count, error, size)
                   : NULL;
  free(placed);
  return text;
}

static bool place(struct simulated *simulated, struct rig_confirm *confirm,
                  struct rig_loaded *loaded) {
  char error[320] = "out of memory", unused[320];
  char *header = header_of(simulated, confirm);
  if (header != NULL) {
    confirm->text = placed_text(simulated, header, false, error, sizeof error);
    confirm->ordered = placed_text(simulated, header, true, unused, sizeof unused);
  }
  free(header);
  if (confirm->text == NULL) {
    rig_cli_error("run", "%s: the schedule cannot be placed: %s",
                  rig_file_short(simulated->scenario->file), error);
    return false;
  }
  return put_placed(confirm->text, loaded);
}

/* True when the path shows something, which *out is filled with. */
static bool shows(const struct simulated *simulated, struct rig_confirm *out) {
  const struct rig_judgement *judgement = &simulated->result.judgement;
  const struct rig_simulated *sim = simulated->result.sim;
  snprintf(out->cause, sizeof out->cause, "%s", judgement->cause);
  out->goes_on =
      simulated->path->end == RIG_SIM_LIVELOCK || simulated->path->end == RIG_SIM_STARVATION;
  out->hangs = rig_confirm_is_hang(judgement->cause) || simulated->path->end == RIG_SIM_DEADLOCK;
  if (sim == NULL || sim->path_count == 0 || !take_rules(judgement, out) ||
      rig_confirm_calls(simulated->trace, &out->calls, &out->call_count) != RIG_OK) {
    rig_cli_error("run", "out of memory");
    return false;
  }
  name_it(&sim->paths[0], out);
  if (simulated->path->end == RIG_SIM_BOUND) {
    rig_cli_error("run",
                  "this schedule comes to no end in the simulator (%s): there is nothing to "
                  "show live",
                  judgement->cause);
    return false;
  }
  if (judgement->outcome == RIG_OUTCOME_PASS && out->rule_count == 0) {
    rig_cli_error("run", "the simulator finds nothing wrong in this schedule: there is nothing to "
                         "show live");
    return false;
  }
  return true;
}

static bool study(struct simulated *simulated, struct rig_sim_work *work, struct rig_loaded *loaded,
                  struct rig_confirm *out) {
  char error[256];
  struct rig_symbols *symbols = rig_symbols_new();
  struct rig_sim_report *reports[] = {work->report};
  simulated->path = &work->report->paths[0];
  bool fine = rig_sim_judge(&simulated->options->sim, simulated->scenario, reports, symbols,
                            &simulated->result) == RIG_OK;
  fine = fine && work->report->path_count == 1 &&
         rig_trace_open_memory((const char *)work->report + simulated->path->session_offset,
                               (size_t)simulated->path->session_bytes, &simulated->trace, error,
                               sizeof error) == RIG_OK;
  if (!fine) {
    rig_cli_error("run", "the simulated records are damaged");
  } else {
    fine = shows(simulated, out);
  }
  if (fine) {
    refuse_choices(simulated->path, out);
    fine = out->refused[0] != '\0' || place(simulated, out, loaded);
  }
  simulated->trace = rig_trace_close(simulated->trace);
  rig_result_free(&simulated->result);
  rig_symbols_free(symbols);
  return fine;
}

/* What can be told before anything is simulated. */
static bool check(const struct rig_run_options *options, const struct rig_loaded *loaded) {
  const struct rig_sim_options sim = rig_cli_sim_options_for(&options->sim, "wine-8.0");
  char why[320];
  if (loaded->count != 1) {
    rig_cli_error("run",
                  "--replay %s is a schedule of one scenario, and there are %zu: name its "
                  "file",
                  options->replay, loaded->count);
    return false;
  }
  if (!rig_simulate_can(&sim, loaded->items[0], why, sizeof why)) {
    rig_cli_error("run", "%s cannot be simulated: %s", rig_file_short(loaded->items[0]->file), why);
    return false;
  }
  return true;
}

bool rig_confirm_prepare(const struct rig_run_options *options, struct rig_loaded *loaded,
                         struct rig_confirm *out, int *status) {
  *status = RIG_EXIT_USAGE;
  if (!check(options, loaded)) {
    return false;
  }
  struct simulated simulated = {.options = options, .scenario = loaded->items[0]};
  struct rig_sim_work work = {.job = RIG_SIM_JOB_REPLAY,
                              .options =
                                  rig_cli_sim_options_for(&options->sim, options->sim.dialects[0]),
                              .scenario = loaded->items[0],
                              .id = options->replay};
  bool fine = run_work(&work) && study(&simulated, &work, loaded, out);
  if (fine && out->refused[0] == '\0' && strcmp(options->sim.dialects[0], "windows") == 0) {
    snprintf(out->refused, sizeof out->refused,
             "it was asked for under the Windows dialect, and what differs there Wine 8.0 does not "
             "do; where `mapirig sim` names both dialects, replay it with --dialect wine-8.0");
  }
  rig_sim_work_free(&work);
  return fine;
}
