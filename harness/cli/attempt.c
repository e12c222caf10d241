/*
 * One attempt at a scenario.
 */
#include "cli/attempt.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/assess.h"
#include "cli/replay.h"
#include "report/clean.h"
#include "report/file.h"

#define OUTPUT_BYTES 65536u
#define TRIES 2u /* a start under Wine fails silently 1 time in 1,000 to 2,500 under load */

enum rig_role rig_attempt_role(const struct rig_run_options *options,
                               const struct rig_scenario *scenario) {
  if (options->role_given) {
    return options->role;
  }
  return scenario->role_given ? scenario->role : RIG_ROLE_SERVICE;
}

static char *read_output(const char *path) {
  int cut = 0;
  char *raw = rig_file_read(path, OUTPUT_BYTES, &cut);
  char *clean = rig_clean_new(raw);
  free(raw);
  if (clean && !clean[0]) {
    free(clean);
    return NULL;
  }
  return clean;
}

static void keep(const struct rig_attempt *attempt, const char *kept_name,
                 struct rig_run_output *run, struct rig_result *result) {
  char path[PATH_MAX], error[512];
  snprintf(path, sizeof path, "%s/%s.session", attempt->options->keep, kept_name);
  if (rig_session_keep(&run->session, path, error, sizeof error) == RIG_OK) {
    result->kept = strdup(path);
  } else {
    rig_session_remove(&run->session);
    rig_assess_invalid(result, RIG_CAUSE_HOST_FAILED, error);
  }
}

/* True when the run is worth repeating; *result is then untouched. */
static bool conclude(const struct rig_attempt *attempt, const struct rig_scenario *scenario,
                     const char *kept_name, bool last_try, struct rig_run_output *run,
                     struct rig_result *result) {
  char error[512];
  struct rig_trace *trace = NULL;
  struct rig_seen seen = {.cause = run->cause, .message = run->message};
  enum rig_status status = rig_trace_open(run->session.path, &trace, error, sizeof error);
  if (status != RIG_OK) {
    rig_assess_invalid(result, RIG_CAUSE_HOST_FAILED, error);
    rig_session_remove(&run->session);
    return false;
  }
  if (!last_try && strcmp(run->cause, "no-first-record") == 0) {
    trace = rig_trace_close(trace);
    rig_session_remove(&run->session);
    return true;
  }
  status = rig_assess(trace, scenario, &seen, attempt->symbols, result);
  if (status != RIG_OK) {
    rig_assess_invalid(result, RIG_CAUSE_HOST_FAILED, rig_status_text(status));
  }
  result->seconds = run->seconds;
  result->stdout_text = read_output(run->stdout_path);
  result->stderr_text = read_output(run->stderr_path);
  trace = rig_trace_close(trace);
  if (attempt->options->keep) {
    keep(attempt, kept_name, run, result);
  } else {
    rig_session_remove(&run->session);
  }
  return false;
}

void rig_attempt(const struct rig_attempt *attempt, struct rig_live *live,
                 const struct rig_scenario *scenario, const char *kept_name,
                 struct rig_result *result) {
  const struct rig_run_options *options = attempt->options;
  const struct rig_run_request request = {.client = attempt->client,
                                          .arguments = options->arguments,
                                          .scenario = scenario,
                                          .role = rig_attempt_role(options, scenario),
                                          .deadline_ms = options->deadline_ms,
                                          .timeout_ms = options->timeout_s * 1000};
  memset(result, 0, sizeof *result);
  result->file = rig_clean_new(scenario->file);
  result->name = rig_clean_new(scenario->name);
  result->replay = rig_replay_run(options, scenario->file);
  for (unsigned try = 0; try < TRIES; try++) {
    char error[512] = "";
    struct rig_run_output run = {0};
    result->retried = try;
    enum rig_status status = rig_live_run(live, &request, &run, error, sizeof error);
    if (status == RIG_INTERRUPTED) {
      rig_assess_invalid(result, RIG_CAUSE_INTERRUPTED,
                         "interrupted before the client was started");
      return;
    }
    if (status != RIG_OK) {
      rig_assess_invalid(result, RIG_CAUSE_HOST_FAILED, error);
      return;
    }
    if (!conclude(attempt, scenario, kept_name, try + 1 == TRIES, &run, result)) {
      return;
    }
  }
}
