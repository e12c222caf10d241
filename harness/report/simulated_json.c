/*
 * A simulation as JSON: what is not known is null, never absent (report/json.c).
 */
#include "report/simulated_json.h"

#include <stdlib.h>

#include "report/clean.h"

static json_t *text(const char *value) {
  char *clean = rig_clean_new(value);
  json_t *string = clean ? json_string(clean) : json_null();
  free(clean);
  return string;
}

static json_t *text_or_null(const char *value) {
  return value && value[0] ? text(value) : json_null();
}

static json_t *number(uint64_t value) {
  return json_integer((json_int_t)value);
}

static json_t *path_json(const struct rig_simulated_path *path) {
  json_t *object = json_object();
  json_t *steps = json_array();
  for (size_t i = 0; i < path->step_count; i++) {
    json_array_append_new(steps, text(path->steps[i]));
  }
  json_object_set_new(object, "end", text(path->end));
  json_object_set_new(object, "dialects", text(path->dialects));
  json_object_set_new(object, "dialect", text(path->dialect));
  json_object_set_new(object, "rules", text_or_null(path->rules));
  json_object_set_new(object, "message", text_or_null(path->message));
  json_object_set_new(object, "id", text_or_null(path->id));
  json_object_set_new(object, "replay", text_or_null(path->replay));
  json_object_set_new(object, "live", text_or_null(path->live));
  json_object_set_new(object, "steps", steps);
  json_object_set_new(object, "cut", json_boolean(path->cut));
  return object;
}

json_t *rig_simulated_json(const struct rig_simulated *simulated) {
  json_t *object = json_object();
  json_t *paths = json_array();
  for (size_t i = 0; i < simulated->path_count; i++) {
    json_array_append_new(paths, path_json(&simulated->paths[i]));
  }
  json_object_set_new(object, "explore", text(simulated->explore));
  json_object_set_new(object, "dialects", text(simulated->dialects));
  json_object_set_new(object, "states", number(simulated->states));
  json_object_set_new(object, "transitions", number(simulated->transitions));
  json_object_set_new(object, "schedules", number(simulated->schedules));
  json_object_set_new(object, "depth", number(simulated->depth));
  json_object_set_new(object, "bytes", number(simulated->bytes));
  json_object_set_new(object, "omission", json_real(simulated->omission));
  json_object_set_new(object, "bounds", text(simulated->bounds));
  json_object_set_new(object, "bound", text_or_null(simulated->bound));
  json_object_set_new(object, "complete", json_boolean(simulated->complete));
  json_object_set_new(object, "seconds",
                      json_real((double)(long long)(simulated->seconds * 1000 + 0.5) / 1000));
  json_object_set_new(object, "judged", number(simulated->judged));
  json_object_set_new(object, "shards", number(simulated->shards));
  json_object_set_new(object, "left_out", number(simulated->left_out));
  json_object_set_new(object, "paths", paths);
  return object;
}
