/*
 * Joining shards of `mapirig sim`: the files hold what was recorded, so that the same judge makes
 * the same report of it here as where it was explored.
 */
#include <stdlib.h>
#include <string.h>

#include "cli/assess.h"
#include "cli/cli.h"
#include "cli/output.h"
#include "cli/replay.h"
#include "cli/sim_judge.h"
#include "cli/sim_shard_private.h"
#include "cli/sim_values.h"
#include "cli/sim_work.h"
#include "report/clean.h"
#include "report/json.h"

struct merging {
  struct rig_shard_lines *files;
  size_t count;
  struct rig_cli_sim_options options;
  struct rig_loaded loaded;
  struct rig_symbols *symbols;
};

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

static int check_same(const struct merging *merging) {
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
  const struct rig_shard_lines *first = &merging->files[0];
  for (size_t i = 1; i < merging->count; i++) {
    for (size_t k = 0; k < sizeof keys / sizeof *keys; k++) {
      json_t *one = json_object_get(first->header, keys[k].key);
      json_t *other = json_object_get(merging->files[i].header, keys[k].key);
      if (!same_value(keys[k].key, one, other)) {
        char *a = short_dump(one);
        char *b = short_dump(other);
        rig_cli_error("merge", "%s and %s are not of one run: another %s, %s and %s", first->path,
                      merging->files[i].path, keys[k].what, a ? a : "?", b ? b : "?");
        free(a);
        free(b);
        return RIG_EXIT_USAGE;
      }
    }
  }
  return RIG_EXIT_OK;
}

static int check_whole(const struct merging *merging) {
  const long long count = merging->files[0].count;
  for (long long index = 1; index <= count; index++) {
    const char *found = NULL;
    for (size_t i = 0; i < merging->count; i++) {
      if (merging->files[i].index == index && found) {
        rig_cli_error("merge", "shard %lld/%lld is there twice: %s and %s; leave one out", index,
                      count, found, merging->files[i].path);
        return RIG_EXIT_USAGE;
      }
      found = merging->files[i].index == index ? merging->files[i].path : found;
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

static int read_run(struct merging *merging) {
  const struct rig_shard_lines *first = &merging->files[0];
  if (!read_options(first->header, &merging->options) ||
      !read_scenarios(json_object_get(first->header, "scenarios"), &merging->loaded)) {
    rig_cli_error("merge", "%s is damaged: its header says nothing that can be run", first->path);
    return RIG_EXIT_INVALID;
  }
  return RIG_EXIT_OK;
}

/* ---- parts ---- */

/* The line of a part in a file, which must have one with this share. NULL: it has not. */
static json_t *find_part(const struct rig_shard_lines *file, size_t part, uint32_t shard,
                         uint32_t shards) {
  json_t *found = NULL;
  for (size_t i = 0; i < json_array_size(file->parts); i++) {
    json_t *line = json_array_get(file->parts, i);
    if (json_integer_value(json_object_get(line, "part")) == (json_int_t)part) {
      const bool fits = json_integer_value(json_object_get(line, "shard")) == shard &&
                        json_integer_value(json_object_get(line, "shards")) == shards;
      found = fits && !found ? line : NULL;
      if (!found) {
        break; /* another share, or twice */
      }
    }
  }
  return found;
}

/* The reports of all shards of one part become one. NULL after telling. */
static struct rig_sim_report *join_part(struct merging *merging, size_t part, double *seconds) {
  const size_t parts = merging->loaded.count * merging->options.dialect_count;
  struct rig_sim_report **all = calloc(merging->count, sizeof *all);
  struct rig_sim_report *out = rig_sim_report_new();
  size_t count = 0;
  bool good = all && out;
  /* In the shards' order, not in that of the files. */
  for (uint32_t index = 1; good && index <= merging->count; index++) {
    uint32_t shard, shards;
    const struct rig_shard_lines *file = merging->files;
    while (file->index != index) {
      file++;
    }
    if (!rig_sim_share(merging->options.mode, part, parts, index, (uint32_t)merging->count, &shard,
                       &shards)) {
      continue;
    }
    const json_t *line = find_part(file, part, shard, shards);
    all[count] = rig_sim_report_new();
    good = line && all[count] && rig_shard_report_read(line, all[count]);
    count++;
    *seconds += json_number_value(json_object_get(line, "seconds"));
    if (!good) {
      rig_cli_error("merge",
                    "%s is damaged: what it should have of '%s' under %s is not there. Run the "
                    "shard again (--shard %u/%zu)",
                    file->path, merging->loaded.items[part / merging->options.dialect_count]->name,
                    merging->options.dialects[part % merging->options.dialect_count], index,
                    merging->count);
    }
  }
  if (good) {
    rig_sim_report_join((const struct rig_sim_report *const *)all, count, false, out);
    merging->options.merged = count > merging->options.merged ? count : merging->options.merged;
  }
  for (size_t i = 0; all && i < count; i++) {
    all[i] = rig_sim_report_free(all[i]);
  }
  free(all);
  return good ? out : rig_sim_report_free(out);
}

static bool conclude(struct merging *merging, size_t index, struct rig_result *result) {
  struct rig_sim_report *reports[RIG_SIM_DIALECTS_MAX] = {NULL};
  const struct rig_cli_sim_options *options = &merging->options;
  const struct rig_scenario *scenario = merging->loaded.items[index];
  bool good = true;
  merging->options.merged = 0;
  result->index = index;
  result->file = rig_clean_new(scenario->file);
  result->name = rig_clean_new(scenario->name);
  result->replay = rig_replay_sim(options, scenario->file, NULL, NULL);
  for (size_t i = 0; good && i < options->dialect_count; i++) {
    reports[i] = join_part(merging, index * options->dialect_count + i, &result->seconds);
    good = reports[i] != NULL;
  }
  if (good) {
    const enum rig_status status =
        rig_sim_judge(options, scenario, reports, merging->symbols, result);
    if (status != RIG_OK) {
      rig_assess_invalid(result, RIG_CAUSE_SIMULATOR_FAILED, rig_status_text(status));
    }
  }
  for (size_t i = 0; i < RIG_SIM_DIALECTS_MAX; i++) {
    reports[i] = rig_sim_report_free(reports[i]);
  }
  return good;
}

static int judge_all(struct merging *merging, const char *json) {
  struct rig_text_report report = {.paint = rig_paint_for(stdout)};
  struct rig_results results = {
      .client = merging->options.pump, .role = "bare pump", .planned = merging->loaded.count};
  int status = RIG_EXIT_OK;
  results.items = calloc(merging->loaded.count + 1, sizeof *results.items);
  if (!results.items) {
    rig_cli_error("merge", "out of memory");
    return RIG_EXIT_INVALID;
  }
  while (status == RIG_EXIT_OK && results.count < merging->loaded.count) {
    const bool good = conclude(merging, results.count, &results.items[results.count]);
    results.seconds += results.items[results.count].seconds;
    results.count++;
    status = good ? status : RIG_EXIT_INVALID;
  }
  if (status == RIG_EXIT_OK && json) {
    for (size_t i = 0; i < results.count; i++) {
      rig_text_line(&report, &results.items[i]);
    }
    printf("%zu shards\n", merging->count);
    status = rig_output("merge", &report, &results, json, NULL);
  } else if (status == RIG_EXIT_OK) {
    status = rig_results_status(&results);
    char *text = rig_json_text(&results);
    if (!text) {
      rig_cli_error("merge", "out of memory");
      status = RIG_EXIT_INVALID;
    } else {
      fputs(text, stdout);
    }
    free(text);
  }
  rig_output_free(&results);
  return status;
}

int rig_sim_shard_merge(char *const *paths, size_t count, const char *json) {
  struct merging merging = {.files = calloc(count, sizeof *merging.files)};
  int status = merging.files ? RIG_EXIT_OK : RIG_EXIT_INVALID;
  for (size_t i = 0; status == RIG_EXIT_OK && i < count; i++) {
    merging.count++;
    status = rig_shard_lines_read(paths[i], &merging.files[i]);
  }
  status = status == RIG_EXIT_OK ? check_same(&merging) : status;
  status = status == RIG_EXIT_OK ? check_whole(&merging) : status;
  status = status == RIG_EXIT_OK ? read_run(&merging) : status;
  if (status == RIG_EXIT_OK) {
    merging.symbols = rig_symbols_new();
    status = judge_all(&merging, json);
    rig_symbols_free(merging.symbols);
  }
  rig_loaded_free(&merging.loaded);
  for (size_t i = 0; i < merging.count; i++) {
    rig_shard_lines_free(&merging.files[i]);
  }
  free(merging.files);
  return status;
}
