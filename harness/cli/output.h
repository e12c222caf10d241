/*
 * Ending a run: summary, files, exit status. Shared by run, sim and judge.
 */
#ifndef RIG_CLI_OUTPUT_H
#define RIG_CLI_OUTPUT_H

#include <stdbool.h>

#include "report/result.h"
#include "report/text.h"

/* Prints details and summary, writes the files asked for (NULL: none) and returns the exit status.
 * A file that could not be written is told in the name of `command` and gives RIG_EXIT_INVALID. */
int rig_output(const char *command, const struct rig_text_report *report,
               const struct rig_results *results, const char *json, const char *junit);

/* What would only be found out after the last run is found out before the first: false after
 * telling, in the name of `command`, that one of the files (NULL: not asked for) cannot be written.
 */
bool rig_output_check(const char *command, const char *json, const char *junit);

/* Frees every result. */
void rig_output_free(struct rig_results *results);

/* Seconds of CLOCK_MONOTONIC. */
double rig_output_now(void);

#endif
