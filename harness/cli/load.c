/*
 * Loading scenarios.
 */
#include "cli/load.h"

#include <fnmatch.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/paths.h"
#include "judge/causes.h"
#include "judge/judge.h"
#include "report/file.h"

struct loading {
  const char *command;
  struct rig_loaded *out;
  size_t problems;
  size_t broken; /* files */
};

/* The ids that a scenario's `expect:` may name. */
static const char *rule_id(size_t index) {
  return index < rig_rule_count() ? rig_rule_at(index)->id : NULL;
}

void rig_load_rules(void) {
  rig_scenario_set_ids(rule_id, rig_cause_expectable_at);
}

static void print_problems(const char *path, const struct rig_problems *problems) {
  for (size_t i = 0; i < problems->count; i++) {
    char line[4096];
    fprintf(stderr, "%s\n", rig_problem_format(path, &problems->items[i], line, sizeof line));
  }
}

static bool add(struct rig_loaded *out, struct rig_scenario *scenario) {
  if (out->count % 64 == 0) {
    struct rig_scenario **grown = realloc(out->items, (out->count + 64) * sizeof(void *));
    if (!grown) {
      return false;
    }
    out->items = grown;
  }
  out->items[out->count++] = scenario;
  return true;
}

static void load_file(struct loading *loading, const char *path) {
  struct rig_scenario *scenario = NULL;
  struct rig_problems problems = {0};
  enum rig_status status = rig_scenario_load(path, &scenario, &problems);
  if (status == RIG_OK && !add(loading->out, scenario)) {
    scenario = rig_scenario_free(scenario);
    status = RIG_NO_MEMORY;
  }
  if (status != RIG_OK) {
    print_problems(path, &problems);
    if (problems.count == 0) {
      rig_cli_error(loading->command, "%s: %s", path, rig_status_text(status));
    }
    loading->problems += problems.count ? problems.count : 1;
    loading->broken++;
  }
  rig_problems_free(&problems);
}

static void load_path(struct loading *loading, const char *path) {
  char **files = NULL;
  enum rig_status status = rig_scenario_list(path, &files);
  if (status != RIG_OK) {
    rig_cli_error(loading->command, "no scenario at '%s': %s", path,
                  status == RIG_NOT_FOUND ? "no such file, or a folder without *.yaml"
                                          : rig_status_text(status));
    loading->problems++;
    loading->broken++;
    return;
  }
  for (size_t i = 0; files[i]; i++) {
    load_file(loading, files[i]);
  }
  rig_scenario_list_free(files);
}

/* Like a shell's pattern where it holds one, else any part of the name or the file. */
static bool selected(const struct rig_scenario *scenario, const char *pattern) {
  char anywhere[512];
  if (strpbrk(pattern, "*?[")) {
    snprintf(anywhere, sizeof anywhere, "%s", pattern);
  } else {
    snprintf(anywhere, sizeof anywhere, "*%s*", pattern);
  }
  const char *slash = strrchr(scenario->file, '/');
  return fnmatch(anywhere, scenario->name, FNM_CASEFOLD) == 0 ||
         fnmatch(anywhere, slash ? slash + 1 : scenario->file, FNM_CASEFOLD) == 0;
}

static void keep_selected(struct rig_loaded *out, const char *pattern) {
  size_t kept = 0;
  for (size_t i = 0; i < out->count; i++) {
    if (selected(out->items[i], pattern)) {
      out->items[kept++] = out->items[i];
    } else {
      rig_scenario_free(out->items[i]);
    }
  }
  out->count = kept;
}

bool rig_load(const char *command, char *const *paths, size_t path_count, const char *pattern,
              struct rig_loaded *out) {
  char catalogue[PATH_MAX];
  struct loading loading = {.command = command, .out = out};
  memset(out, 0, sizeof *out);
  rig_load_rules();
  if (path_count == 0) {
    if (!rig_path_scenarios(catalogue, sizeof catalogue)) {
      rig_cli_error(command, "the catalogue of scenarios is missing; name a scenario file");
      return false;
    }
    load_path(&loading, rig_file_short(catalogue));
  }
  for (size_t i = 0; i < path_count; i++) {
    load_path(&loading, paths[i]);
  }
  if (loading.broken > 0) {
    rig_cli_error(command, "%zu problem%s in %zu file%s; nothing was run", loading.problems,
                  loading.problems == 1 ? "" : "s", loading.broken, loading.broken == 1 ? "" : "s");
    rig_loaded_free(out);
    return false;
  }
  size_t all = out->count;
  if (pattern) {
    keep_selected(out, pattern);
  }
  if (out->count == 0) {
    rig_cli_error(command, "-k '%s' selects none of %zu scenarios", pattern ? pattern : "", all);
    rig_loaded_free(out);
    return false;
  }
  return true;
}

/* How a report names it: its name, its file. */
static bool is_called(const struct rig_scenario *scenario, const char *id) {
  return strcmp(scenario->name, id) == 0 || strcmp(scenario->file, id) == 0 ||
         strcmp(rig_file_short(scenario->file), id) == 0;
}

bool rig_load_only(const char *command, struct rig_loaded *loaded, const char *id) {
  size_t all = loaded->count, kept = 0;
  for (size_t i = 0; i < all; i++) {
    if (is_called(loaded->items[i], id)) {
      loaded->items[kept++] = loaded->items[i];
    } else {
      loaded->items[i] = rig_scenario_free(loaded->items[i]);
    }
  }
  loaded->count = kept;
  if (kept == 1) {
    return true;
  }
  if (kept == 0) {
    rig_cli_error(command, "--replay '%s': none of %zu scenarios has this name or file", id, all);
  } else {
    rig_cli_error(command, "--replay '%s': %zu scenarios have this name; give the file of one", id,
                  kept);
  }
  rig_loaded_free(loaded);
  return false;
}

void rig_loaded_free(struct rig_loaded *loaded) {
  for (size_t i = 0; i < loaded->count; i++) {
    rig_scenario_free(loaded->items[i]);
  }
  free(loaded->items);
  memset(loaded, 0, sizeof *loaded);
}
