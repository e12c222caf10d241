/*
 * Joining shards. The files come from other machines: every key is checked before it is used.
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/json.h"

static const char *const outcomes[4] = {"pass", "fail", "not-exercised", "invalid"};

/* One file; the texts point into `root`. */
struct part {
  const char *path;
  json_t *root;
  json_t *scenarios;
  json_t *positions;
  json_t *summary;
  const char *client;
  const char *role;
  const char *list;
  const char *mapirig;
  json_int_t index, count, all, status;
};

struct joining {
  struct part *parts;
  size_t count;
  json_t **slots; /* a scenario for each place of the whole list, borrowed; NULL = was not run */
  char *error;
  size_t size;
};

#define REFUSE(joining, ...) (snprintf((joining)->error, (joining)->size, __VA_ARGS__), RIG_INVALID)

static enum rig_status read_part(struct joining *joining, struct part *part) {
  json_error_t problem;
  part->root = json_load_file(part->path, JSON_REJECT_DUPLICATES, &problem);
  if (!part->root && problem.line < 1) {
    snprintf(joining->error, joining->size, "%s", problem.text);
    return RIG_IO;
  }
  if (!part->root) {
    return REFUSE(joining, "%s:%d: not JSON: %s", part->path, problem.line, problem.text);
  }
  json_t *version = json_object_get(part->root, "version");
  if (!json_is_integer(version) || json_integer_value(version) != 1) {
    return REFUSE(joining, "%s is no report of version 1", part->path);
  }
  json_t *shard = json_object_get(part->root, "shard");
  if (!shard) {
    return REFUSE(joining, "%s is no shard: `mapirig run --shard K/N --json FILE` writes one",
                  part->path);
  }
  int bad =
      json_unpack(shard, "{s:I, s:I, s:I, s:I, s:o, s:s, s:s}", "index", &part->index, "count",
                  &part->count, "all", &part->all, "exit_status", &part->status, "positions",
                  &part->positions, "list", &part->list, "mapirig", &part->mapirig);
  bad |= json_unpack(part->root, "{s:s, s:s, s:o, s:o}", "client", &part->client, "role",
                     &part->role, "scenarios", &part->scenarios, "summary", &part->summary);
  if (bad || !json_is_array(part->positions) || !json_is_array(part->scenarios) ||
      json_array_size(part->positions) != json_array_size(part->scenarios) || part->index < 1 ||
      part->index > part->count || part->all < 0 || part->status < 0 || part->status > 3) {
    return REFUSE(joining, "%s is damaged: its keys are not those of a shard", part->path);
  }
  return RIG_OK;
}

/* All parts are of one run. */
static enum rig_status check_same(const struct joining *joining) {
  const struct part *first = &joining->parts[0];
  for (size_t i = 1; i < joining->count; i++) {
    const struct part *part = &joining->parts[i];
    const struct {
      const char *what, *one, *other;
    } pairs[] = {{"mapirig", first->mapirig, part->mapirig},
                 {"client", first->client, part->client},
                 {"role", first->role, part->role}};
    for (size_t j = 0; j < sizeof pairs / sizeof *pairs; j++) {
      if (strcmp(pairs[j].one, pairs[j].other) != 0) {
        return REFUSE(joining, "%s and %s are not of one run: %s %s, and %s", first->path,
                      part->path, pairs[j].what, pairs[j].one, pairs[j].other);
      }
    }
    if (part->count != first->count) {
      return REFUSE(joining,
                    "%s is a shard of %" JSON_INTEGER_FORMAT ", %s of %" JSON_INTEGER_FORMAT,
                    first->path, first->count, part->path, part->count);
    }
    if (part->all != first->all || strcmp(part->list, first->list) != 0) {
      return REFUSE(joining, "%s and %s are shards of different lists of scenarios", first->path,
                    part->path);
    }
  }
  return RIG_OK;
}

static enum rig_status check_whole(const struct joining *joining) {
  const json_int_t count = joining->parts[0].count;
  for (size_t i = 0; i < joining->count; i++) {
    for (size_t j = 0; j < i; j++) {
      if (joining->parts[i].index == joining->parts[j].index) {
        return REFUSE(
            joining,
            "shard %" JSON_INTEGER_FORMAT "/%" JSON_INTEGER_FORMAT " is there twice: %s and %s",
            joining->parts[i].index, count, joining->parts[j].path, joining->parts[i].path);
      }
    }
  }
  for (json_int_t index = 1; index <= count; index++) {
    bool found = false;
    for (size_t i = 0; i < joining->count; i++) {
      found |= joining->parts[i].index == index;
    }
    if (!found) {
      return REFUSE(joining,
                    "shard %" JSON_INTEGER_FORMAT "/%" JSON_INTEGER_FORMAT
                    " is missing: name the JSON of all %" JSON_INTEGER_FORMAT,
                    index, count, count);
    }
  }
  return RIG_OK;
}

/* Puts every scenario into its place of the list. */
static enum rig_status place(struct joining *joining) {
  const size_t all = (size_t)joining->parts[0].all;
  joining->slots = calloc(all + 1, sizeof(json_t *));
  if (!joining->slots) {
    snprintf(joining->error, joining->size, "out of memory");
    return RIG_NO_MEMORY;
  }
  for (size_t i = 0; i < joining->count; i++) {
    const struct part *part = &joining->parts[i];
    for (size_t j = 0; j < json_array_size(part->positions); j++) {
      json_t *number = json_array_get(part->positions, j);
      const json_int_t position = json_is_integer(number) ? json_integer_value(number) : -1;
      if (position < 0 || (size_t)position >= all || joining->slots[position]) {
        return REFUSE(joining, "%s is damaged: its positions are not those of a shard", part->path);
      }
      joining->slots[position] = json_array_get(part->scenarios, j);
    }
  }
  return RIG_OK;
}

/* Adds up one count over all parts. */
static json_int_t total(const struct joining *joining, const char *key) {
  json_int_t sum = 0;
  for (size_t i = 0; i < joining->count; i++) {
    sum += json_integer_value(json_object_get(joining->parts[i].summary, key));
  }
  return sum;
}

static json_t *sum_up(const struct joining *joining, struct rig_merged *out) {
  json_t *summary = json_object();
  double seconds = 0;
  for (size_t i = 0; i < joining->count; i++) {
    seconds += json_number_value(json_object_get(joining->parts[i].summary, "seconds"));
  }
  for (size_t i = 0; i < sizeof outcomes / sizeof *outcomes; i++) {
    out->outcomes[i] = total(joining, outcomes[i]);
    json_object_set_new(summary, outcomes[i], json_integer(out->outcomes[i]));
  }
  out->retried = total(joining, "retried");
  json_object_set_new(summary, "retried", json_integer(out->retried));
  json_object_set_new(summary, "seconds",
                      json_real((double)(long long)(seconds * 1000 + 0.5) / 1000));
  return summary;
}

static enum rig_status join(const struct joining *joining, struct rig_merged *out) {
  const struct part *first = &joining->parts[0];
  json_t *root = json_object();
  json_t *scenarios = json_array();
  *out = (struct rig_merged){.shards = joining->count, .all = (size_t)first->all};
  for (size_t i = 0; i < out->all; i++) {
    if (joining->slots[i]) {
      json_array_append(scenarios, joining->slots[i]);
      out->scenarios++;
    }
  }
  for (size_t i = 0; i < joining->count; i++) { /* 3 beats 1 beats 0, as within a run */
    const int status = (int)joining->parts[i].status;
    out->status = status > out->status ? status : out->status;
  }
  json_object_set_new(root, "version", json_integer(1));
  json_object_set_new(root, "client", json_string(first->client));
  json_object_set_new(root, "role", json_string(first->role));
  json_object_set_new(root, "scenarios", scenarios);
  json_object_set_new(root, "summary", sum_up(joining, out));
  out->text = json_dumps(root, RIG_JSON_FORMAT);
  json_decref(root);
  if (!out->text) {
    snprintf(joining->error, joining->size, "out of memory");
    return RIG_NO_MEMORY;
  }
  return RIG_OK;
}

enum rig_status rig_json_merge(char *const *paths, size_t count, struct rig_merged *out,
                               char *error, size_t size) {
  struct joining joining = {.count = count, .error = error, .size = size};
  enum rig_status status = RIG_OK;
  joining.parts = calloc(count, sizeof *joining.parts);
  if (!joining.parts) {
    snprintf(error, size, "out of memory");
    return RIG_NO_MEMORY;
  }
  for (size_t i = 0; status == RIG_OK && i < count; i++) {
    joining.parts[i].path = paths[i];
    status = read_part(&joining, &joining.parts[i]);
  }
  status = status == RIG_OK ? check_same(&joining) : status;
  status = status == RIG_OK ? check_whole(&joining) : status;
  status = status == RIG_OK ? place(&joining) : status;
  status = status == RIG_OK ? join(&joining, out) : status;
  for (size_t i = 0; i < count; i++) {
    json_decref(joining.parts[i].root);
  }
  free(joining.slots);
  free(joining.parts);
  return status;
}
