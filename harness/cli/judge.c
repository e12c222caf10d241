/*
 * `mapirig judge`: recorded session files, judged again with the scenario that each carries.
 */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/assess.h"
#include "cli/cli.h"
#include "cli/load.h"
#include "cli/output.h"
#include "cli/replay.h"
#include "report/clean.h"
#include "report/file.h"

#define NAME_COLUMNS 40

enum { OPTION_JSON = RIG_CLI_FIRST, OPTION_JUNIT, OPTION_STRICT, OPTION_QUIET };

static const struct option long_options[] = {RIG_CLI_COMMON,
                                             {"json", required_argument, NULL, OPTION_JSON},
                                             {"junit", required_argument, NULL, OPTION_JUNIT},
                                             {"strict", no_argument, NULL, OPTION_STRICT},
                                             {"quiet", no_argument, NULL, OPTION_QUIET},
                                             {"verbose", no_argument, NULL, 'v'},
                                             {NULL, 0, NULL, 0}};

static const struct rig_cli_command command = {
    "judge",
    "usage: mapirig judge SESSION... [--json F] [--junit F] [--strict] [--quiet] [-v]\n"
    "\n"
    "Judges recorded session files again (`mapirig run --keep DIR` keeps them), each with the\n"
    "scenario that it carries. Report, files and exit status are those of `mapirig run`.\n",
    ":v", long_options, NULL};

struct judging {
  struct rig_text_report report;
  const char *json;
  const char *junit;
  struct rig_results results;
  struct rig_symbols *symbols;
  char client[PATH_MAX];
  char role[16];
  bool refused; /* a file could not be read, or its scenario no longer holds */
};

static const char *const roles[] = {"service", "console", "desktop"};

/* One client and role for all, or "mixed". */
static void note_common(struct judging *judging, const struct rig_trace *trace) {
  uint32_t role = rig_trace_header(trace)->role;
  const char *word = role < RIG_ROLE_COUNT ? roles[role] : "?";
  const char *client = rig_trace_text(trace, RIG_TEXT_CLIENT);
  bool first = judging->results.count == 0;
  if (first || strcmp(judging->client, client) == 0) {
    rig_clean_copy(judging->client, sizeof judging->client, client);
  } else {
    strcpy(judging->client, "mixed");
  }
  if (first || strcmp(judging->role, word) == 0) {
    snprintf(judging->role, sizeof judging->role, "%s", word);
  } else {
    strcpy(judging->role, "mixed");
  }
}

/* The scenario a session carries; NULL when it has none. False when it has one that does not
 * parse. */
static bool embedded_scenario(const struct rig_trace *trace, const char *path,
                              struct rig_scenario **out) {
  const char *source = rig_trace_text(trace, RIG_TEXT_SCENARIO_SOURCE);
  const char *file = rig_trace_text(trace, RIG_TEXT_SCENARIO_FILE);
  struct rig_problems problems = {0};
  *out = NULL;
  if (!source[0]) {
    return true;
  }
  enum rig_status status = rig_scenario_parse(file, source, strlen(source), out, &problems);
  for (size_t i = 0; i < problems.count; i++) {
    rig_cli_error("judge", "%s: its scenario, %s:%u:%u: %s", path, file,
                  problems.items[i].position.line, problems.items[i].position.column,
                  problems.items[i].text);
  }
  rig_problems_free(&problems);
  return status == RIG_OK;
}

/* Milliseconds of the last record, in seconds. */
static double length_of(const struct rig_trace *trace) {
  struct rig_record record;
  for (uint32_t i = rig_trace_count(trace); i > 0; i--) {
    if (rig_trace_record(trace, i - 1, &record)) {
      return rig_trace_ms(trace, record.stamp) / 1000;
    }
  }
  return 0;
}

static bool judge_trace(struct judging *judging, const struct rig_trace *trace, const char *path,
                        struct rig_result *result) {
  const struct rig_seen seen = {.cause = "", .message = ""};
  struct rig_scenario *scenario = NULL;
  if (!embedded_scenario(trace, path, &scenario)) {
    return false;
  }
  enum rig_status status = rig_assess(trace, scenario, &seen, judging->symbols, result);
  if (status != RIG_OK) {
    rig_assess_invalid(result, RIG_CAUSE_HOST_FAILED, rig_status_text(status));
  }
  result->file = rig_clean_new(scenario ? scenario->file : path);
  result->name = rig_clean_new(scenario ? scenario->name : path);
  result->replay = rig_replay_judge(path);
  result->seconds = length_of(trace);
  scenario = rig_scenario_free(scenario);
  return true;
}

static void judge_file(struct judging *judging, const char *path) {
  char error[512];
  struct rig_trace *trace = NULL;
  if (rig_trace_open(path, &trace, error, sizeof error) != RIG_OK) {
    rig_cli_error("judge", "%s", error);
    judging->refused = true;
    return;
  }
  note_common(judging, trace);
  struct rig_result *result = &judging->results.items[judging->results.count];
  if (judge_trace(judging, trace, path, result)) {
    judging->results.count++;
    rig_text_line(&judging->report, result);
  } else {
    rig_result_free(result);
    judging->refused = true;
  }
  trace = rig_trace_close(trace);
}

static bool read_options(int argc, char **argv, struct judging *judging, int *status) {
  for (int option; (option = rig_cli_next(&command, argc, argv, status)) != -1;) {
    switch (option) {
    case RIG_CLI_DONE:
      return false;
    case OPTION_JSON:
      judging->json = optarg;
      break;
    case OPTION_JUNIT:
      judging->junit = optarg;
      break;
    case OPTION_STRICT:
      judging->results.strict = true;
      break;
    case OPTION_QUIET:
      judging->report.quiet = true;
      break;
    default:
      judging->report.verbose = true;
      break;
    }
  }
  if (optind == argc) {
    *status = rig_cli_error("judge", "name a session file; `mapirig run --keep DIR` keeps them");
    return false;
  }
  return true;
}

static int judge_all(struct judging *judging, char **paths, size_t count) {
  double began = rig_output_now();
  rig_load_rules();
  for (size_t i = 0; i < count; i++) {
    judge_file(judging, paths[i]);
  }
  if (judging->results.count == 0) { /* every file was refused, and has been told */
    return RIG_EXIT_USAGE;
  }
  judging->results.client = judging->client;
  judging->results.role = judging->role;
  judging->results.planned = count;
  judging->results.seconds = rig_output_now() - began;
  int status =
      rig_output("judge", &judging->report, &judging->results, judging->json, judging->junit);
  return judging->refused && status < RIG_EXIT_USAGE ? RIG_EXIT_USAGE : status;
}

int rig_cli_judge(int argc, char **argv) {
  int status = RIG_EXIT_OK;
  struct judging *judging = calloc(1, sizeof *judging);
  struct rig_result *items = calloc((size_t)argc, sizeof *items);
  if (!judging || !items) {
    free(judging);
    free(items);
    rig_cli_error("judge", "out of memory");
    return RIG_EXIT_INVALID;
  }
  judging->report.paint = rig_paint_for(stdout);
  judging->report.width = NAME_COLUMNS;
  judging->results.items = items;
  judging->symbols = rig_symbols_new();
  if (read_options(argc, argv, judging, &status)) {
    status = judge_all(judging, argv + optind, (size_t)(argc - optind));
  }
  rig_output_free(&judging->results);
  judging->symbols = rig_symbols_free(judging->symbols);
  free(judging);
  return status;
}
