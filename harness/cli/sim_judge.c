/*
 * Judging the paths of a simulation.
 */
#include "cli/sim_judge.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/sim_conclude.h"
#include "core/assert.h"
#include "judge/causes.h"
#include "report/clean.h"

#define PATHS_MAX (RIG_SIM_DIALECTS_MAX * RIG_SIM_PATHS_MAX)

/* ---- one path ---- */

/* What a bare pump cannot show is not exercised, and is nobody's root. */
static void leave_out_others(const struct rig_cli_sim_options *given,
                             struct rig_judgement *judgement) {
  const struct rig_sim_options options = rig_cli_sim_options_for(given, given->dialects[0]);
  for (size_t i = 0; i < judgement->finding_count; i++) {
    struct rig_finding *finding = &judgement->findings[i];
    if (finding->root && !rig_simulate_exercises(&options, finding->root->family)) {
      finding->root = NULL;
    }
    if (!rig_simulate_exercises(&options, finding->rule->family)) {
      finding->verdict = RIG_NOT_EXERCISED;
      finding->severity = RIG_SEVERITY_NONE;
      finding->root = NULL;
      finding->evidence_count = 0;
      snprintf(finding->message, sizeof finding->message,
               "a bare pump was simulated: the calls that this rule is about were mapirig's own");
    }
  }
}

/* How the path ended beats a judgement that saw nothing wrong in its records. */
static void apply_end(const struct rig_sim_path *path, const char *message,
                      struct rig_judgement *judgement) {
  const bool fine = judgement->outcome == RIG_OUTCOME_PASS;
  switch ((enum rig_sim_end)path->end) {
  case RIG_SIM_DEADLOCK:
    if (fine) {
      rig_sim_settle(judgement, RIG_CAUSE_DEADLOCK, path->message);
    }
    break;
  case RIG_SIM_LIVELOCK:
    if (fine) {
      rig_sim_settle(judgement, RIG_CAUSE_LIVELOCK, path->message);
    }
    break;
  case RIG_SIM_STARVATION:
    if (fine) {
      rig_sim_settle(judgement, RIG_CAUSE_STARVATION, path->message);
    }
    break;
  case RIG_SIM_BOUND: /* what was found before it stands */
    if (judgement->outcome != RIG_OUTCOME_FAIL) {
      rig_sim_settle(judgement,
                     strstr(path->message, "not simulated: ") ? RIG_CAUSE_CALL_NOT_SIMULATED
                                                              : RIG_CAUSE_BOUND_HIT,
                     path->message[0]
                         ? path->message
                         : "a schedule came to no end: the bound on depth was hit, and what lies "
                           "behind it was not explored");
    }
    break;
  case RIG_SIM_CRASH:
    if (message[0]) {
      rig_clean_copy(judgement->message, sizeof judgement->message, message);
    }
    break;
  default:
    break;
  }
}

static enum rig_status judge_path(struct rig_sim_judging *judging, size_t dialect, uint32_t index) {
  struct rig_sim_report *report = judging->reports[dialect];
  const struct rig_sim_path *path = &report->paths[index];
  const uint64_t all = rig_sim_report_bytes();
  struct rig_sim_judged *judged = &judging->paths[judging->count];
  char error[256];
  *judged = (struct rig_sim_judged){.path = path, .dialect = dialect};
  if (path->session_offset > all || path->session_bytes > all - path->session_offset ||
      path->step_count > RIG_SIM_STEPS_MAX) {
    return RIG_DAMAGED; /* the program wrote over it */
  }
  enum rig_status status =
      rig_trace_open_memory((const char *)report + path->session_offset,
                            (size_t)path->session_bytes, &judged->trace, error, sizeof error);
  if (status == RIG_OK) {
    status = rig_judge(judged->trace, &judged->judgement);
  }
  if (status == RIG_OK) {
    leave_out_others(judging->options, &judged->judgement);
    rig_sim_told_message(judged, judging->symbols);
    apply_end(path, judged->message, &judged->judgement);
    judging->count++;
    return rig_places_read(judged->trace, &judged->judgement, judging->symbols, &judged->places,
                           &judged->place_count);
  }
  judged->trace = rig_trace_close(judged->trace);
  return status;
}

static enum rig_status judge_paths(struct rig_sim_judging *judging) {
  enum rig_status status = RIG_OK;
  for (size_t dialect = 0; dialect < judging->options->dialect_count; dialect++) {
    const uint32_t count = judging->reports[dialect]->path_count;
    for (uint32_t i = 0; i < count && i < RIG_SIM_PATHS_MAX && status == RIG_OK; i++) {
      status = judge_path(judging, dialect, i);
    }
  }
  return status;
}

/* ---- without any path ---- */

static bool told_without(const struct rig_sim_judging *judging, struct rig_result *result) {
  for (size_t i = 0; i < judging->options->dialect_count; i++) {
    struct rig_sim_report *report = judging->reports[i];
    report->error[sizeof report->error - 1] = '\0';
    report->refused[sizeof report->refused - 1] = '\0';
    report->bound[sizeof report->bound - 1] = '\0';
    if (report->done != 1 || report->status != RIG_OK) {
      rig_sim_settle(&result->judgement, RIG_CAUSE_SIMULATOR_FAILED, report->error);
      return true;
    }
    if (report->refused[0]) {
      rig_sim_settle(&result->judgement, RIG_CAUSE_NOT_SIMULATED, report->refused);
      return true;
    }
  }
  if (judging->count == 0) {
    rig_sim_settle(&result->judgement, RIG_CAUSE_BOUND_HIT,
                   "no path came to an end within the bounds");
    return true;
  }
  return false;
}

static void free_paths(struct rig_sim_judging *judging) {
  for (size_t i = 0; i < judging->count; i++) {
    struct rig_sim_judged *path = &judging->paths[i];
    rig_judgement_free(&path->judgement);
    free(path->places);
    path->trace = rig_trace_close(path->trace);
  }
  free(judging->paths);
}

enum rig_status rig_sim_judge(const struct rig_cli_sim_options *options,
                              const struct rig_scenario *scenario,
                              struct rig_sim_report *const *reports, struct rig_symbols *symbols,
                              struct rig_result *result) {
  struct rig_sim_judging judging = {.options = options,
                                    .scenario = scenario,
                                    .reports = reports,
                                    .symbols = symbols,
                                    .paths = calloc(PATHS_MAX, sizeof *judging.paths)};
  if (!judging.paths) {
    return RIG_NO_MEMORY;
  }
  enum rig_status status = judge_paths(&judging);
  if (status == RIG_OK && !told_without(&judging, result)) {
    status = rig_sim_conclude(&judging, result);
    if (status == RIG_OK) {
      result->sim = rig_sim_told(options, scenario, reports, judging.paths, judging.count);
      status = result->sim ? RIG_OK : RIG_NO_MEMORY;
    }
  }
  free_paths(&judging);
  return status;
}
