/*
 * The end of a run.
 */
#include "cli/output.h"

#include <stdlib.h>
#include <time.h>

#include "cli/cli.h"
#include "report/file.h"
#include "report/json.h"
#include "report/junit.h"

double rig_output_now(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

int rig_output(const char *command, const struct rig_text_report *report,
               const struct rig_results *results, const char *json, const char *junit) {
  char error[512];
  int status = rig_results_status(results);
  struct rig_text_report once = *report;
  once.told = calloc(rig_rule_count() + 1, sizeof *once.told);
  for (size_t i = 0; i < results->count; i++) {
    rig_text_details(&once, &results->items[i]);
  }
  rig_text_summary(&once, results);
  free(once.told);
  if (json && rig_json_write(results, json, error, sizeof error) != RIG_OK) {
    rig_cli_error(command, "%s", error);
    status = RIG_EXIT_INVALID;
  }
  if (junit && rig_junit_write(results, junit, error, sizeof error) != RIG_OK) {
    rig_cli_error(command, "%s", error);
    status = RIG_EXIT_INVALID;
  }
  return status;
}

void rig_output_free(struct rig_results *results) {
  for (size_t i = 0; i < results->count; i++) {
    rig_result_free(&results->items[i]);
  }
  free(results->items);
  results->items = NULL;
  results->count = 0;
}

bool rig_output_check(const char *command, const char *json, const char *junit) {
  const char *const paths[] = {json, junit};
  char error[512];
  for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
    if (paths[i] && rig_file_check(paths[i], error, sizeof error) != RIG_OK) {
      rig_cli_error(command, "%s", error);
      return false;
    }
  }
  return true;
}
