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
  status = status == RIG_EXIT_OK ? rig_shards_check_same(merging.files, merging.count) : status;
  status = status == RIG_EXIT_OK ? rig_shards_check_whole(merging.files, merging.count) : status;
  status = status == RIG_EXIT_OK
               ? rig_shard_header_read(&merging.files[0], &merging.options, &merging.loaded)
               : status;
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
