/*
 * Reading shards: the files come from other machines, and every key is checked before it is used.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli/base64.h"
#include "cli/cli.h"
#include "cli/sim_shard_private.h"

#define BEGINNING "{\"format\":\"" RIG_SIM_SHARD_FORMAT "\""

bool rig_sim_shard_is_one(char *const *paths, size_t count) {
  for (size_t i = 0; i < count; i++) {
    char first[sizeof BEGINNING] = "";
    FILE *file = fopen(paths[i], "re");
    const size_t bytes = file ? fread(first, 1, sizeof BEGINNING - 1, file) : 0;
    if (file) {
      fclose(file);
    }
    if (bytes == sizeof BEGINNING - 1 && memcmp(first, BEGINNING, bytes) == 0) {
      return true;
    }
  }
  return false;
}

static int refuse_header(const char *path) {
  rig_cli_error("merge",
                "%s is no shard of `mapirig sim`, or one of another version: `mapirig sim --shard "
                "K/N --json FILE` writes one",
                path);
  return RIG_EXIT_USAGE;
}

static int refuse_cut(const struct rig_shard_lines *lines, size_t number) {
  rig_cli_error(
      "merge",
      "%s ends in line %zu, without its end: shard %lld/%lld was killed or is still at "
      "work, or the copy is cut. Run it again (--shard %lld/%lld), or copy the file again",
      lines->path, number, (long long)lines->index, (long long)lines->count,
      (long long)lines->index, (long long)lines->count);
  return RIG_EXIT_INVALID;
}

static int refuse_damaged(const struct rig_shard_lines *lines, size_t number) {
  rig_cli_error("merge",
                "%s is damaged in line %zu: it is not what shard %lld/%lld wrote. Copy the file "
                "again, or run the shard again",
                lines->path, number, (long long)lines->index, (long long)lines->count);
  return RIG_EXIT_INVALID;
}

static bool read_header(struct rig_shard_lines *lines, json_t *line) {
  const char *format = json_string_value(json_object_get(line, "format"));
  const json_int_t version = json_integer_value(json_object_get(line, "version"));
  lines->header = json_incref(line);
  return format && strcmp(format, RIG_SIM_SHARD_FORMAT) == 0 && version == RIG_SIM_SHARD_VERSION &&
         json_unpack(line, "{s:I, s:I}", "index", &lines->index, "count", &lines->count) == 0 &&
         lines->index >= 1 && lines->index <= lines->count && lines->count <= 1000 &&
         json_is_array(json_object_get(line, "dialects")) &&
         json_is_array(json_object_get(line, "scenarios"));
}

/* The end line is of the lines before it: so many, with this check. */
static bool fits_end(const struct rig_shard_lines *lines, const json_t *end, uint64_t check) {
  char text[24];
  const char *said = json_string_value(json_object_get(end, "check"));
  const json_int_t parts = json_integer_value(json_object_get(end, "parts"));
  snprintf(text, sizeof text, "%016llx", (unsigned long long)check);
  return said && strcmp(said, text) == 0 && parts == (json_int_t)json_array_size(lines->parts);
}

static int read_lines(struct rig_shard_lines *lines, FILE *file) {
  char *line = NULL;
  size_t size = 0;
  size_t number = 0;
  uint64_t check = RIG_SHARD_CHECK_START;
  int status = RIG_EXIT_OK;
  bool ended = false;
  for (ssize_t bytes; status == RIG_EXIT_OK && (bytes = getline(&line, &size, file)) > 0;) {
    const bool whole = line[bytes - 1] == '\n';
    json_error_t problem;
    json_t *object = json_loadb(line, (size_t)bytes, JSON_REJECT_DUPLICATES, &problem);
    number++;
    if (number == 1 && (!object || !read_header(lines, object))) {
      status = refuse_header(lines->path);
    } else if (ended) {
      status = refuse_damaged(lines, number);
    } else if (!whole) {
      status = refuse_cut(lines, number);
    } else if (!object) {
      status = refuse_damaged(lines, number);
    } else if (json_is_true(json_object_get(object, "end")) && number > 1) {
      ended = true;
      status = fits_end(lines, object, check) ? status : refuse_damaged(lines, number);
    } else if (number > 1) {
      json_array_append(lines->parts, object);
    }
    check = rig_sim_shard_check(check, line, (size_t)bytes - whole);
    json_decref(object);
  }
  free(line);
  if (status == RIG_EXIT_OK && !ended) {
    status = number == 0 ? refuse_header(lines->path) : refuse_cut(lines, number);
  }
  return status;
}

int rig_shard_lines_read(const char *path, struct rig_shard_lines *out) {
  FILE *file = fopen(path, "re");
  *out = (struct rig_shard_lines){.path = path, .parts = json_array()};
  if (!file) {
    rig_cli_error("merge", "cannot read %s: %s", path, strerror(errno));
    return RIG_EXIT_USAGE;
  }
  const int status = read_lines(out, file);
  fclose(file);
  return status;
}

void rig_shard_lines_free(struct rig_shard_lines *lines) {
  json_decref(lines->header);
  json_decref(lines->parts);
}

/* ---- a report ---- */

static bool get_number(const json_t *object, const char *key, uint64_t most, uint64_t *out) {
  const json_t *value = json_object_get(object, key);
  const json_int_t number = json_integer_value(value);
  *out = (uint64_t)number;
  return json_is_integer(value) && number >= 0 && (uint64_t)number <= most;
}

static bool get_text(const json_t *object, const char *key, char *to, size_t size) {
  const json_t *value = json_object_get(object, key);
  const char *text = json_string_value(value);
  snprintf(to, size, "%s", text ? text : "");
  return text || json_is_null(value);
}

static bool get_hex(const json_t *value, uint64_t *out) {
  const char *text = json_string_value(value);
  char *end = NULL;
  *out = text ? strtoull(text, &end, 16) : 0;
  return text && *text && *end == '\0';
}

static bool read_steps(const json_t *list, struct rig_sim_path *path) {
  const size_t count = json_array_size(list);
  bool good = json_is_array(list) && count <= RIG_SIM_STEPS_MAX;
  for (size_t i = 0; good && i < count; i++) {
    const json_t *step = json_array_get(list, i);
    json_int_t numbers[3];
    for (size_t k = 0; k < 3; k++) {
      const json_t *value = json_array_get(step, k);
      numbers[k] = json_integer_value(value);
      good = good && json_is_integer(value) && numbers[k] >= 0 &&
             numbers[k] <= (k < 2 ? UINT16_MAX : (json_int_t)UINT32_MAX);
    }
    path->steps[i] = (struct rig_sim_step){.actor = (uint16_t)numbers[0],
                                           .choice = (uint16_t)numbers[1],
                                           .record = (uint32_t)numbers[2]};
  }
  path->step_count = (uint32_t)count;
  return good;
}

static bool read_path(const json_t *object, struct rig_sim_report *out) {
  const uint64_t room = rig_sim_session_offset(1) - rig_sim_session_offset(0);
  struct rig_sim_path *path = &out->paths[out->path_count];
  const char *session = json_string_value(json_object_get(object, "session"));
  uint64_t end, why, end_record;
  size_t bytes = 0;
  path->session_offset = rig_sim_session_offset(out->path_count);
  const bool good = get_number(object, "end", RIG_SIM_END_COUNT - 1, &end) && end > 0 &&
                    get_number(object, "why", RIG_SIM_REPLAYED, &why) &&
                    get_hex(json_object_get(object, "kind"), &path->kind) &&
                    get_text(object, "message", path->message, sizeof path->message) &&
                    get_text(object, "replay", path->replay, sizeof path->replay) &&
                    get_number(object, "end_record", UINT32_MAX, &end_record) &&
                    get_number(object, "session_bytes", room, &path->session_bytes) &&
                    read_steps(json_object_get(object, "steps"), path) && session &&
                    rig_base64_read(session, (char *)out + path->session_offset,
                                    (size_t)path->session_bytes, &bytes);
  if (good) {
    path->end = (uint32_t)end;
    path->why = (uint32_t)why;
    path->end_record = (uint32_t)end_record;
    path->cut = json_is_true(json_object_get(object, "cut"));
    out->path_count++;
  }
  return good;
}

static bool read_numbers(const json_t *object, struct rig_sim_report *out) {
  uint64_t done, status, depth, left_out;
  const json_t *ends = json_object_get(object, "ends");
  const json_t *kinds = json_object_get(object, "kinds");
  bool good =
      get_number(object, "done", 1, &done) && get_number(object, "status", UINT32_MAX, &status) &&
      get_text(object, "error", out->error, sizeof out->error) &&
      get_text(object, "refused", out->refused, sizeof out->refused) &&
      get_text(object, "bound", out->bound, sizeof out->bound) &&
      get_number(object, "states", INT64_MAX, &out->states) &&
      get_number(object, "transitions", INT64_MAX, &out->transitions) &&
      get_number(object, "schedules", INT64_MAX, &out->schedules) &&
      get_number(object, "depth", UINT32_MAX, &depth) &&
      get_number(object, "bytes", INT64_MAX, &out->bytes) &&
      get_number(object, "left_out", UINT32_MAX, &left_out) &&
      json_array_size(ends) == RIG_SIM_END_COUNT && json_array_size(kinds) <= RIG_SIM_KINDS_MAX;
  for (size_t i = 0; good && i < RIG_SIM_END_COUNT; i++) {
    out->ends[i] = (uint64_t)json_integer_value(json_array_get(ends, i));
  }
  for (size_t i = 0; good && i < json_array_size(kinds); i++) {
    good = get_hex(json_array_get(kinds, i), &out->kinds[out->kind_count++]);
  }
  if (good) {
    out->done = (uint32_t)done;
    out->status = (uint32_t)status;
    out->depth = (uint32_t)depth;
    out->paths_left_out = (uint32_t)left_out;
    out->complete = json_is_true(json_object_get(object, "complete"));
    out->impatient = json_is_true(json_object_get(object, "impatient"));
    out->omission = json_number_value(json_object_get(object, "omission"));
    out->seconds = json_number_value(json_object_get(object, "seconds"));
  }
  return good;
}

bool rig_shard_report_read(const json_t *part, struct rig_sim_report *out) {
  const json_t *paths = json_object_get(part, "paths");
  bool good = read_numbers(json_object_get(part, "report"), out) && json_is_array(paths) &&
              json_array_size(paths) <= RIG_SIM_PATHS_MAX;
  for (size_t i = 0; good && i < json_array_size(paths); i++) {
    good = read_path(json_array_get(paths, i), out);
  }
  return good;
}
