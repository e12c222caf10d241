/*
 * `mapirig lint`: scenarios validated without running them.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/load.h"
#include "scenario/scenario.h"

static const struct option options[] = {RIG_CLI_COMMON, {NULL, 0, NULL, 0}};

static const struct rig_cli_command command = {
    .name = "lint",
    .help = "mapirig lint SCENARIO|DIR...\n"
            "\n"
            "Validates scenario files without running them; of a folder, every *.yaml and *.yml\n"
            "below it. Every mistake is told as FILE:LINE:COLUMN: error: what, and what to do.\n"
            "Exit status: 0 no mistakes, 2 mistakes or nothing to validate.\n",
    .short_options = ":",
    .options = options};

/* Names seen so far: reports and -k tell scenarios apart by them. */
struct seen {
  char *name;
  char *file;
};

struct lint {
  struct seen *seen;
  size_t files;
  size_t valid; /* how many of `seen` are in use */
  size_t problems;
  bool out_of_memory;
};

static void remember(struct lint *lint, const char *file, const char *name) {
  for (size_t i = 0; i < lint->valid; i++) {
    if (strcmp(lint->seen[i].name, name) == 0 && strcmp(lint->seen[i].file, file) != 0) {
      printf("%s: error: the name '%s' is that of %s too: give each its own\n", file, name,
             lint->seen[i].file);
      lint->problems++;
      return;
    }
  }
  struct seen *seen = realloc(lint->seen, (lint->valid + 1) * sizeof *seen);
  if (seen == NULL) {
    lint->out_of_memory = true;
    return;
  }
  lint->seen = seen;
  seen[lint->valid].name = strdup(name);
  seen[lint->valid].file = strdup(file);
  if (seen[lint->valid].name == NULL || seen[lint->valid].file == NULL) {
    free(seen[lint->valid].name);
    free(seen[lint->valid].file);
    lint->out_of_memory = true;
    return;
  }
  lint->valid++;
}

static void lint_file(struct lint *lint, const char *file) {
  struct rig_scenario *scenario = NULL;
  struct rig_problems problems;
  enum rig_status status = rig_scenario_load(file, &scenario, &problems);
  lint->files++;
  lint->problems += problems.count;
  for (size_t i = 0; i < problems.count; i++) {
    char line[4096];
    puts(rig_problem_format(file, &problems.items[i], line, sizeof line));
  }
  if (status == RIG_OK)
    remember(lint, file, scenario->name);
  else if (problems.count == 0)
    lint->out_of_memory = true;
  rig_problems_free(&problems);
  rig_scenario_free(scenario);
}

/* One operand; the exit status so far on from `status`. */
static int lint_path(struct lint *lint, const char *path) {
  char **files = NULL;
  enum rig_status status = rig_scenario_list(path, &files);
  if (status == RIG_NOT_FOUND)
    return rig_cli_error(command.name,
                         "no scenario at '%s': it must be a file, or a folder with "
                         "*.yaml files",
                         path);
  if (status != RIG_OK)
    return rig_cli_error(command.name, "cannot list '%s': %s", path, rig_status_text(status));
  for (size_t i = 0; files[i] != NULL; i++)
    lint_file(lint, files[i]);
  rig_scenario_list_free(files);
  return RIG_EXIT_OK;
}

int rig_cli_lint(int argc, char **argv) {
  int status = RIG_EXIT_OK;
  if (rig_cli_next(&command, argc, argv, &status) != -1)
    return status; /* there is no option but --help and --version */
  if (optind >= argc)
    return rig_cli_error(command.name, "name a scenario file or a folder of them");
  struct lint lint = {0};
  rig_load_rules();
  for (int i = optind; i < argc; i++)
    if (lint_path(&lint, argv[i]) != RIG_EXIT_OK)
      status = RIG_EXIT_USAGE;
  for (size_t i = 0; i < lint.valid; i++) {
    free(lint.seen[i].name);
    free(lint.seen[i].file);
  }
  free(lint.seen);
  if (lint.out_of_memory)
    return rig_cli_error(command.name, "out of memory");
  if (lint.files > 0)
    printf("%zu scenario%s, %zu problem%s\n", lint.files, lint.files == 1 ? "" : "s", lint.problems,
           lint.problems == 1 ? "" : "s");
  return lint.problems > 0 ? RIG_EXIT_USAGE : status;
}
