/*
 * Words and numbers that the options of `mapirig sim` take.
 */
#include "cli/sim_values.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"
#include "core/names.h"

const char *rig_explore_text(enum rig_explore_mode mode) {
  return mode == RIG_EXPLORE_STATES      ? "states"
         : mode == RIG_EXPLORE_SCHEDULES ? "schedules"
                                         : "random";
}

/* Tells what a word should have been. */
static bool no_word(const struct rig_cli_sim_options *out, const char *option, const char *list,
                    const char *word, const char *const *words) {
  const char *near = rig_nearest(word, words);
  rig_cli_error(out->command, "%s takes %s, not '%s'%s%s%s", option, list, word,
                near ? "; did you mean " : "", near ? near : "", near ? "?" : "");
  return false;
}

bool rig_sim_read_dialect(const char *word, struct rig_cli_sim_options *out) {
  static const char *const words[] = {"wine-8.0", "windows", "both", NULL};
  out->dialect_count = 0;
  for (size_t i = 0; i < RIG_SIM_DIALECTS_MAX; i++) {
    if (strcmp(word, words[i]) == 0 || strcmp(word, "both") == 0) {
      out->dialects[out->dialect_count++] = words[i];
    }
  }
  return out->dialect_count > 0 ||
         no_word(out, "--dialect", "wine-8.0, windows or both", word, words);
}

bool rig_sim_read_mode(const char *word, struct rig_cli_sim_options *out) {
  static const char *const words[] = {"states", "schedules", "random", "random-uniform", NULL};
  static const enum rig_explore_mode modes[] = {RIG_EXPLORE_STATES, RIG_EXPLORE_SCHEDULES,
                                                RIG_EXPLORE_RANDOM, RIG_EXPLORE_RANDOM};
  for (size_t i = 0; words[i]; i++) {
    if (strcmp(word, words[i]) == 0) {
      out->mode = modes[i];
      out->mode_given = true;
      out->pct = i == 2;
      return true;
    }
  }
  return no_word(out, "--explore", "states, schedules, random or random-uniform", word, words);
}

bool rig_sim_read_guard(const char *word, struct rig_cli_sim_options *out) {
  static const char *const words[] = {"end", "begin", NULL};
  if (word == NULL || strcmp(word, words[0]) == 0) {
    out->guarded = RIG_GUARD_END;
    return true;
  }
  out->guarded = RIG_GUARD_BEGIN;
  return strcmp(word, words[1]) == 0 || no_word(out, "--guard", "end or begin", word, words);
}

static bool is_symbol(const char *text) {
  size_t length = 0;
  while (isalnum((unsigned char)text[length]) || strchr("_?@$", text[length])) {
    if (text[length] == '\0') {
      break;
    }
    length++;
  }
  return length > 0 && text[length] == '\0' && !isdigit((unsigned char)text[0]);
}

/* A colon in a file's name is one of the name when such a file is there. */
bool rig_sim_read_pump(const char *text, struct rig_cli_sim_options *out) {
  free(out->objects);
  out->pump = text;
  out->objects = strdup(text);
  out->symbol = "pump";
  out->path_count = 0;
  if (!out->objects) {
    return false;
  }
  char *colon = strrchr(out->objects, ':');
  if (colon && access(out->objects, F_OK) != 0) {
    *colon = '\0';
    out->symbol = colon + 1;
    if (!is_symbol(out->symbol)) {
      rig_cli_error(out->command, "--pump: '%s' is no name of a function", out->symbol);
      return false;
    }
  }
  char *rest = out->objects;
  for (char *path; (path = strsep(&rest, ",")) != NULL;) {
    if (path[0] == '\0' || out->path_count == RIG_SIM_OBJECTS_MAX) {
      rig_cli_error(out->command,
                    path[0] == '\0' ? "--pump takes OBJ[,OBJ...][:SYMBOL]; in '%s' a path is empty"
                                    : "--pump: too many objects in '%s': make a library of them",
                    text);
      return false;
    }
    out->paths[out->path_count++] = path;
  }
  return true;
}

static bool read_count(const struct rig_cli_sim_options *out, const char *name, const char *text,
                       uint64_t most, uint64_t *count) {
  char *end = NULL;
  errno = 0;
  const unsigned long long value = strtoull(text, &end, 10);
  if (!isdigit((unsigned char)text[0]) || *end || errno || value > most) {
    rig_cli_error(out->command, "--bound %s takes a number up to %llu, not '%s'", name,
                  (unsigned long long)most, text);
    return false;
  }
  *count = value;
  return true;
}

static bool read_bound(char *pair, struct rig_cli_sim_options *out) {
  const struct {
    const char *name;
    uint64_t *value;
    uint64_t most;
  } bounds[] = {{"states", &out->states, 10000000000u},
                {"depth", &out->depth, 100000000u},
                {"memory", &out->memory_mb, 1000000u},
                {"schedules", &out->schedules, 10000000000u},
                {"early", &out->early, 1000u},
                {"spurious", &out->spurious, 1000u},
                {"retrievals", &out->retrievals, 1000000u}};
  static const char *const names[] = {"states", "depth",    "memory",     "schedules",
                                      "early",  "spurious", "retrievals", NULL};
  char *value = strchr(pair, '=');
  if (!value) {
    rig_cli_error(out->command, "--bound takes NAME=N, states=100000 for one, not '%s'", pair);
    return false;
  }
  *value++ = '\0';
  for (size_t i = 0; i < sizeof bounds / sizeof *bounds; i++) {
    if (strcmp(pair, bounds[i].name) == 0) {
      return read_count(out, pair, value, bounds[i].most, bounds[i].value);
    }
  }
  return no_word(out, "--bound", "states, depth, memory, schedules, early, spurious and retrievals",
                 pair, names);
}

bool rig_sim_read_bounds(const char *text, struct rig_cli_sim_options *out) {
  char *copy = strdup(text);
  char *rest = copy;
  bool read = copy != NULL;
  for (char *pair; read && (pair = strsep(&rest, ",")) != NULL;) {
    read = read_bound(pair, out);
  }
  free(copy);
  out->bound_text = text;
  return read;
}
