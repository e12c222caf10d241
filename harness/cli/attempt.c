/*
 * One attempt at a scenario.
 *
 * A start under Wine fails silently 1 time in 1,000 to 2,500 under load, and how much a client
 * calls cannot be known before: both are worth one more run, and only one.
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

/* Whether the run ended for a reason that another one may not have. */
static bool worth_repeating(const struct rig_run_output *run, const struct rig_trace *trace,
                            enum rig_retry *why) {
  struct rig_trace_health health;
  if (strcmp(run->cause, "no-first-record") == 0) {
    *why = RIG_RETRY_NO_FIRST_RECORD;
    return true;
  }
  rig_trace_health(trace, &health);
  *why = RIG_RETRY_LOG_FULL;
  return health.lost > 0 && strcmp(run->cause, "interrupted") != 0;
}

static void assess(const struct rig_attempt *attempt, const struct rig_scenario *scenario,
                   const struct rig_run_output *run, const struct rig_trace *trace,
                   struct rig_result *result) {
  struct rig_seen seen = {.cause = run->cause, .message = run->message};
  enum rig_status status = rig_assess(trace, scenario, &seen, attempt->symbols, result);
  if (status != RIG_OK) {
    rig_assess_invalid(result, RIG_CAUSE_HOST_FAILED, rig_status_text(status));
  }
  if (attempt->confirm) {
    rig_confirm_conclude(attempt->confirm, trace, result);
  }
  result->seconds = run->seconds;
  result->stdout_text = read_output(run->stdout_path);
  result->stderr_text = read_output(run->stderr_path);
}

/* Ends the session of `run`. True when the run is to be repeated, which is noted in *result; else
 * *result says what came out. */
static bool conclude(const struct rig_attempt *attempt, const struct rig_scenario *scenario,
                     const char *kept_name, struct rig_run_output *run, struct rig_result *result) {
  char error[512];
  enum rig_retry why = RIG_RETRY_COUNT;
  struct rig_trace *trace = NULL;
  enum rig_status status = rig_trace_open(run->session.path, &trace, error, sizeof error);
  if (status != RIG_OK) {
    rig_assess_invalid(result, RIG_CAUSE_HOST_FAILED, error);
    rig_session_remove(&run->session);
    return false;
  }
  bool again = worth_repeating(run, trace, &why) && !result->retried[why];
  if (again) {
    result->retried[why] = true;
  } else {
    assess(attempt, scenario, run, trace, result);
  }
  trace = rig_trace_close(trace);
  if (!again && attempt->options->keep) {
    keep(attempt, kept_name, run, result);
  } else {
    rig_session_remove(&run->session);
  }
  return again;
}

/* A run that gave no session. */
static void tell_no_session(enum rig_status status, const char *error, struct rig_result *result) {
  char message[768];
  if (status == RIG_INTERRUPTED) {
    rig_assess_invalid(result, RIG_CAUSE_INTERRUPTED, "interrupted before the client was started");
  } else if (status == RIG_FULL && result->retried[RIG_RETRY_LOG_FULL]) {
    snprintf(message, sizeof message, "the log is full, and for a larger one there is %s", error);
    rig_assess_invalid(result, RIG_CAUSE_LOG_FULL, message);
  } else {
    rig_assess_invalid(result, RIG_CAUSE_HOST_FAILED, error);
  }
}

void rig_attempt(const struct rig_attempt *attempt, struct rig_live *live,
                 const struct rig_scenario *scenario, const char *kept_name,
                 struct rig_result *result) {
  const struct rig_run_options *options = attempt->options;
  struct rig_run_request request = {.client = attempt->client,
                                    .arguments = options->arguments,
                                    .scenario = scenario,
                                    .role = rig_attempt_role(options, scenario),
                                    .deadline_ms = options->deadline_ms,
                                    .timeout_ms = options->timeout_s * 1000};
  memset(result, 0, sizeof *result);
  result->file = rig_clean_new(scenario->file);
  result->name = rig_clean_new(scenario->name);
  result->replay = rig_replay_run(options, scenario->file);
  for (bool again = true; again;) {
    char error[512] = "";
    struct rig_run_output run = {0};
    enum rig_status status = rig_live_run(live, &request, &run, error, sizeof error);
    if (status != RIG_OK) {
      tell_no_session(status, error, result);
      return;
    }
    const uint32_t records = run.session.log.capacity;
    again = conclude(attempt, scenario, kept_name, &run, result);
    if (request.log_records == 0 && result->retried[RIG_RETRY_LOG_FULL]) {
      request.log_records = RIG_RETRY_LOG_FACTOR * records;
    }
  }
}
