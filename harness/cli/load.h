/*
 * Loading the scenarios of a run: all of them, and all errors of all files, before anything starts.
 */
#ifndef RIG_CLI_LOAD_H
#define RIG_CLI_LOAD_H

#include <stdbool.h>
#include <stddef.h>

#include "scenario/scenario.h"

struct rig_loaded {
  struct rig_scenario **items;
  size_t count;
};

/* Loads every file of `paths` (files and folders; none: the installed catalogue) and keeps those
 * that `pattern` (may be NULL) selects. False after telling every problem on standard error in the
 * name of `command`. The caller frees with rig_loaded_free. */
bool rig_load(const char *command, char *const *paths, size_t path_count, const char *pattern,
              struct rig_loaded *out);

/* Keeps the one scenario whose name or file is exactly `id`. False after telling that there is none
 * or more than one; `loaded` is then freed. */
bool rig_load_only(const char *command, struct rig_loaded *loaded, const char *id);
void rig_loaded_free(struct rig_loaded *loaded);

/* Tells the loader which rules and causes there are; rig_load does it by itself. */
void rig_load_rules(void);

#endif
