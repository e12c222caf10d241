/*
 * Which work is a shard's own, and writing its file.
 */
#include "cli/sim_shard.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "cli/base64.h"
#include "cli/cli.h"
#include "cli/sim_shard_private.h"
#include "core/hash.h"
#include "report/json_values.h"

struct rig_sim_shard_file {
  FILE *out;
  const struct rig_cli_sim_options *options;
  uint64_t check; /* of every byte so far */
  size_t parts;
  bool failed;
};

bool rig_sim_share(enum rig_explore_mode mode, size_t part, size_t parts, uint32_t index,
                   uint32_t count, uint32_t *shard, uint32_t *shards) {
  const uint32_t at = index - 1;
  *shard = at;
  *shards = count;
  if (mode != RIG_EXPLORE_STATES) {
    return true;
  }
  if (count <= parts) {
    *shard = 0;
    *shards = 1;
    return part % count == at;
  }
  *shard = (uint32_t)(at / parts);
  *shards = (uint32_t)(count / parts + (part < count % parts));
  return at % parts == part;
}

uint64_t rig_sim_shard_check(uint64_t check, const char *line, size_t bytes) {
  return rig_hash_fold(check ^ rig_hash_bytes(line, bytes), RIG_HASH_K1) + bytes;
}

static json_t *hex(uint64_t value) {
  char text[24];
  snprintf(text, sizeof text, "%016llx", (unsigned long long)value);
  return json_string(text);
}

static void put(json_t *object, const char *key, json_t *value) {
  json_object_set_new(object, key, value);
}

/* One line; what could not be written is told at the end. */
static void write_line(struct rig_sim_shard_file *file, json_t *object) {
  char *line = json_dumps(object, JSON_COMPACT);
  const size_t bytes = line ? strlen(line) : 0;
  file->failed = file->failed || !line || fwrite(line, 1, bytes, file->out) != bytes ||
                 fputc('\n', file->out) == EOF || fflush(file->out) != 0;
  if (line) {
    file->check = rig_sim_shard_check(file->check, line, bytes);
  }
  free(line);
  json_decref(object);
}

/* ---- the header ---- */

static uint64_t hash_file(uint64_t hash, const char *path) {
  char block[65536];
  FILE *file = fopen(path, "rbe");
  size_t bytes;
  while (file && (bytes = fread(block, 1, sizeof block, file)) > 0) {
    hash = rig_sim_shard_check(hash, block, bytes);
  }
  if (file) {
    fclose(file);
  }
  return hash;
}

/* Of the machine code that is run. */
static json_t *program_hash(const struct rig_cli_sim_options *options) {
  const struct rig_sim_options one = rig_cli_sim_options_for(options, options->dialects[0]);
  uint64_t hash = RIG_SHARD_CHECK_START;
  for (size_t i = 0; i < options->path_count; i++) {
    hash = hash_file(hash, options->paths[i]);
  }
  return hex(rig_simulate_is_program(&one) ? hash_file(hash, options->stand_in) : hash);
}

static json_t *bounds_json(const struct rig_cli_sim_options *options) {
  json_t *object = json_object();
  put(object, "states", rig_json_number(options->states));
  put(object, "depth", rig_json_number(options->depth));
  put(object, "memory", rig_json_number(options->memory_mb));
  put(object, "schedules", rig_json_number(options->schedules));
  put(object, "early", rig_json_number(options->early));
  put(object, "spurious", rig_json_number(options->spurious));
  put(object, "retrievals", rig_json_number(options->retrievals));
  return object;
}

static json_t *header_json(const struct rig_cli_sim_options *options,
                           const struct rig_loaded *loaded) {
  json_t *object = json_object();
  json_t *dialects = json_array();
  json_t *scenarios = json_array();
  for (size_t i = 0; i < options->dialect_count; i++) {
    json_array_append_new(dialects, json_string(options->dialects[i]));
  }
  for (size_t i = 0; i < loaded->count; i++) {
    json_t *scenario = json_object();
    put(scenario, "file", rig_json_string(loaded->items[i]->file));
    put(scenario, "name", rig_json_string(loaded->items[i]->name));
    put(scenario, "source", json_string(loaded->items[i]->source));
    json_array_append_new(scenarios, scenario);
  }
  put(object, "format", json_string(RIG_SIM_SHARD_FORMAT));
  put(object, "version", json_integer(RIG_SIM_SHARD_VERSION));
  put(object, "mapirig", json_string(RIG_PROGRAM_VERSION));
  put(object, "index", json_integer(options->shard.index));
  put(object, "count", json_integer(options->shard.count));
  put(object, "pump", rig_json_string(options->pump));
  put(object, "symbol", rig_json_string(options->symbol));
  put(object, "program", program_hash(options));
  put(object, "dialects", dialects);
  put(object, "explore", json_string(rig_explore_text(options->mode)));
  put(object, "pct", json_boolean(options->pct));
  put(object, "guard", json_integer((json_int_t)options->guarded));
  put(object, "bounds", bounds_json(options));
  put(object, "bound_text",
      options->bound_text ? rig_json_string(options->bound_text) : json_null());
  put(object, "seed", json_integer(options->seed));
  put(object, "seed_given", json_boolean(options->seed_given));
  put(object, "scenarios", scenarios);
  return object;
}

struct rig_sim_shard_file *rig_sim_shard_begin(const struct rig_cli_sim_options *options,
                                               const struct rig_loaded *loaded) {
  struct rig_sim_shard_file *file = calloc(1, sizeof *file);
  if (!file) {
    rig_cli_error("sim", "out of memory");
    return NULL;
  }
  file->out = fopen(options->json, "we");
  if (!file->out) {
    rig_cli_error("sim", "cannot write %s: %s", options->json, strerror(errno));
    free(file);
    return NULL;
  }
  file->options = options;
  file->check = RIG_SHARD_CHECK_START;
  write_line(file, header_json(options, loaded));
  return file;
}

/* ---- a part ---- */

static json_t *path_json(const struct rig_sim_report *report, const struct rig_sim_path *path) {
  json_t *object = json_object();
  json_t *steps = json_array();
  const char *session = (const char *)report + path->session_offset;
  char *coded = rig_base64(session, (size_t)rig_sim_session_used(report, path));
  for (uint32_t i = 0; i < path->step_count && i < RIG_SIM_STEPS_MAX; i++) {
    json_array_append_new(steps, json_pack("[iii]", path->steps[i].actor, path->steps[i].choice,
                                           (int)path->steps[i].record));
  }
  put(object, "end", rig_json_number(path->end));
  put(object, "why", rig_json_number(path->why));
  put(object, "kind", hex(path->kind));
  put(object, "message", rig_json_string(path->message));
  put(object, "replay", rig_json_string(path->replay));
  put(object, "cut", json_boolean(path->cut));
  put(object, "end_record", rig_json_number(path->end_record));
  put(object, "steps", steps);
  put(object, "session_bytes", rig_json_number(path->session_bytes));
  put(object, "session", coded ? json_string(coded) : json_null());
  free(coded);
  return object;
}

static json_t *report_json(const struct rig_sim_report *report) {
  json_t *object = json_object();
  json_t *ends = json_array();
  json_t *kinds = json_array();
  for (size_t i = 0; i < RIG_SIM_END_COUNT; i++) {
    json_array_append_new(ends, rig_json_number(report->ends[i]));
  }
  for (uint32_t i = 0; i < report->kind_count && i < RIG_SIM_KINDS_MAX; i++) {
    json_array_append_new(kinds, hex(report->kinds[i]));
  }
  put(object, "done", rig_json_number(report->done));
  put(object, "status", rig_json_number(report->status));
  put(object, "error", rig_json_string(report->error));
  put(object, "refused", rig_json_string(report->refused));
  put(object, "complete", json_boolean(report->complete));
  put(object, "bound", rig_json_string(report->bound));
  put(object, "states", rig_json_number(report->states));
  put(object, "transitions", rig_json_number(report->transitions));
  put(object, "schedules", rig_json_number(report->schedules));
  put(object, "ends", ends);
  put(object, "depth", rig_json_number(report->depth));
  put(object, "bytes", rig_json_number(report->bytes));
  put(object, "omission", json_real(report->omission));
  put(object, "seconds", json_real(report->seconds));
  put(object, "impatient", json_boolean(report->impatient));
  put(object, "left_out", rig_json_number(report->paths_left_out));
  put(object, "kinds", kinds);
  return object;
}

void rig_sim_shard_add(struct rig_sim_shard_file *file, size_t part, uint32_t shard,
                       uint32_t shards, double seconds, const struct rig_sim_report *report) {
  const struct rig_cli_sim_options *options = file->options;
  json_t *object = json_object();
  json_t *paths = json_array();
  for (uint32_t i = 0; i < report->path_count && i < RIG_SIM_PATHS_MAX; i++) {
    json_array_append_new(paths, path_json(report, &report->paths[i]));
  }
  put(object, "part", rig_json_number(part));
  put(object, "scenario", rig_json_number(part / options->dialect_count));
  put(object, "dialect", json_string(options->dialects[part % options->dialect_count]));
  put(object, "shard", json_integer(shard));
  put(object, "shards", json_integer(shards));
  put(object, "seconds", json_real(seconds));
  put(object, "report", report_json(report));
  put(object, "paths", paths);
  write_line(file, object);
  file->parts++;
}

void rig_sim_shard_abandon(struct rig_sim_shard_file *file) {
  if (file) {
    (void)fclose(file->out);
    free(file);
  }
}

bool rig_sim_shard_end(struct rig_sim_shard_file *file, double seconds) {
  json_t *object = json_object();
  put(object, "end", json_true());
  put(object, "parts", rig_json_number(file->parts));
  put(object, "seconds", json_real(seconds));
  put(object, "check", hex(file->check));
  write_line(file, object);
  const bool written = fclose(file->out) == 0 && !file->failed;
  if (!written) {
    rig_cli_error("sim", "%s could not be written to its end: make room, and run the shard again",
                  file->options->json);
  }
  free(file);
  return written;
}
