/*
 * The headers of shards' files: whether they are of one run, which is there whole, and what that
 * run was asked for.
 */
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/sim_shard_private.h"
#include "cli/sim_values.h"

/* ---- do they belong together? ---- */

static char *short_dump(const json_t *value) {
  char *text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
  if (text && strlen(text) > 80) {
    strcpy(text + 77, "...");
  }
  return text;
}

/* Scenarios are the same when their names and texts are, wherever their files lie. */
static bool same_value(const char *key, json_t *one, json_t *other) {
  if (strcmp(key, "scenarios") != 0) {
    return one && other && json_equal(one, other);
  }
  bool same = json_array_size(one) == json_array_size(other);
  for (size_t i = 0; same && i < json_array_size(one); i++) {
    json_t *a = json_array_get(one, i);
    json_t *b = json_array_get(other, i);
    same = json_equal(json_object_get(a, "name"), json_object_get(b, "name")) &&
           json_equal(json_object_get(a, "source"), json_object_get(b, "source"));
  }
  return same;
}

int rig_shards_check_same(const struct rig_shard_lines *files, size_t count) {
  static const struct {
    const char *key, *what;
  } keys[] = {{"mapirig", "version of mapirig"},
              {"count", "number of shards"},
              {"program", "program (the bytes of the objects)"},
              {"symbol", "function"},
              {"dialects", "dialects"},
              {"explore", "way to explore"},
              {"pct", "way to explore"},
              {"guard", "guard"},
              {"bounds", "bounds"},
              {"seed", "seed"},
              {"scenarios", "scenarios"}};
  const struct rig_shard_lines *first = &files[0];
  for (size_t i = 1; i < count; i++) {
    for (size_t k = 0; k < sizeof keys / sizeof *keys; k++) {
      json_t *one = json_object_get(first->header, keys[k].key);
      json_t *other = json_object_get(files[i].header, keys[k].key);
      if (!same_value(keys[k].key, one, other)) {
        char *a = short_dump(one);
        char *b = short_dump(other);
        rig_cli_error("merge",
                      "%s and %s are not of one run: another %s, %s and %s. "
                      "Run the shard again as the others were",
                      first->path, files[i].path, keys[k].what, a ? a : "?", b ? b : "?");
        free(a);
        free(b);
        return RIG_EXIT_USAGE;
      }
    }
  }
  return RIG_EXIT_OK;
}

int rig_shards_check_whole(const struct rig_shard_lines *files, size_t file_count) {
  const long long count = files[0].count;
  for (long long index = 1; index <= count; index++) {
    const char *found = NULL;
    for (size_t i = 0; i < file_count; i++) {
      if (files[i].index == index && found) {
        rig_cli_error("merge", "shard %lld/%lld is there twice: %s and %s; leave one out", index,
                      count, found, files[i].path);
        return RIG_EXIT_USAGE;
      }
      found = files[i].index == index ? files[i].path : found;
    }
    if (!found) {
      rig_cli_error("merge",
                    "shard %lld/%lld is missing: name the files of all %lld, or run it (--shard "
                    "%lld/%lld)",
                    index, count, count, index, count);
      return RIG_EXIT_USAGE;
    }
  }
  return RIG_EXIT_OK;
}

/* ---- what was asked for ---- */

static bool read_bounds(const json_t *bounds, struct rig_cli_sim_options *out) {
  json_int_t values[7];
  if (json_unpack((json_t *)(uintptr_t)bounds, "{s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "states",
                  &values[0], "depth", &values[1], "memory", &values[2], "schedules", &values[3],
                  "early", &values[4], "spurious", &values[5], "retrievals", &values[6]) != 0) {
    return false;
  }
  out->states = (uint64_t)values[0];
  out->depth = (uint64_t)values[1];
  out->memory_mb = (uint64_t)values[2];
  out->schedules = (uint64_t)values[3];
  out->early = (uint64_t)values[4];
  out->spurious = (uint64_t)values[5];
  out->retrievals = (uint64_t)values[6];
  return true;
}

static bool read_dialects(const json_t *list, struct rig_cli_sim_options *out) {
  for (size_t i = 0; i < json_array_size(list); i++) {
    const char *name = json_string_value(json_array_get(list, i));
    if (!name || out->dialect_count == RIG_SIM_DIALECTS_MAX || !rig_dialect_find(name)) {
      return false;
    }
    out->dialects[out->dialect_count++] = name;
  }
  return out->dialect_count > 0;
}

static bool read_options(const json_t *header, struct rig_cli_sim_options *out) {
  const char *explore = NULL;
  json_int_t seed = 0, guard = 0;
  int pct = 0, seed_given = 0;
  if (json_unpack((json_t *)(uintptr_t)header, "{s:s, s:s, s:s, s:b, s:I, s:b, s:I}", "pump",
                  &out->pump, "symbol", &out->symbol, "explore", &explore, "pct", &pct, "seed",
                  &seed, "seed_given", &seed_given, "guard", &guard) != 0) {
    return false;
  }
  out->pct = pct != 0;
  out->seed = (uint32_t)seed;
  out->seed_given = seed_given != 0;
  out->guarded = (enum rig_guard)guard;
  out->bound_text = json_string_value(json_object_get(header, "bound_text"));
  return rig_sim_read_mode(strcmp(explore, "random") == 0 && !pct ? "random-uniform" : explore,
                           out) &&
         read_bounds(json_object_get(header, "bounds"), out) &&
         read_dialects(json_object_get(header, "dialects"), out);
}

static bool read_scenarios(const json_t *list, struct rig_loaded *out) {
  const size_t count = json_array_size(list);
  out->items = calloc(count + 1, sizeof(struct rig_scenario *));
  rig_load_rules();
  for (size_t i = 0; out->items && i < count; i++) {
    const char *file = NULL, *source = NULL;
    struct rig_problems problems = {0};
    const bool read =
        json_unpack(json_array_get(list, i), "{s:s, s:s}", "file", &file, "source", &source) == 0 &&
        rig_scenario_parse(file, source, strlen(source), &out->items[i], &problems) == RIG_OK;
    rig_problems_free(&problems);
    if (!read) {
      return false;
    }
    out->count++;
  }
  return out->items && count > 0;
}

int rig_shard_header_read(const struct rig_shard_lines *first, struct rig_cli_sim_options *options,
                          struct rig_loaded *loaded) {
  if (!read_options(first->header, options) ||
      !read_scenarios(json_object_get(first->header, "scenarios"), loaded)) {
    rig_cli_error("merge", "%s is damaged: its header says nothing that can be run", first->path);
    return RIG_EXIT_INVALID;
  }
  return RIG_EXIT_OK;
}
