/*
 * A simulation as JSON: what is not known is null, never absent (report/json.c).
 */
#include "report/simulated_json.h"

#include "report/json_values.h"

static json_t *path_json(const struct rig_simulated_path *path) {
  json_t *object = json_object();
  json_t *steps = json_array();
  for (size_t i = 0; i < path->step_count; i++) {
    json_array_append_new(steps, rig_json_string(path->steps[i]));
  }
  json_object_set_new(object, "end", rig_json_string(path->end));
  json_object_set_new(object, "dialects", rig_json_string(path->dialects));
  json_object_set_new(object, "dialect", rig_json_string(path->dialect));
  json_object_set_new(object, "rules", rig_json_string_or_null(path->rules));
  json_object_set_new(object, "message", rig_json_string_or_null(path->message));
  json_object_set_new(object, "id", rig_json_string_or_null(path->id));
  json_object_set_new(object, "replay", rig_json_string_or_null(path->replay));
  json_object_set_new(object, "live", rig_json_string_or_null(path->live));
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
  json_object_set_new(object, "explore", rig_json_string(simulated->explore));
  json_object_set_new(object, "dialects", rig_json_string(simulated->dialects));
  json_object_set_new(object, "states", rig_json_number(simulated->states));
  json_object_set_new(object, "transitions", rig_json_number(simulated->transitions));
  json_object_set_new(object, "schedules", rig_json_number(simulated->schedules));
  json_object_set_new(object, "depth", rig_json_number(simulated->depth));
  json_object_set_new(object, "bytes", rig_json_number(simulated->bytes));
  json_object_set_new(object, "omission", json_real(simulated->omission));
  json_object_set_new(object, "bounds", rig_json_string(simulated->bounds));
  json_object_set_new(object, "bound", rig_json_string_or_null(simulated->bound));
  json_object_set_new(object, "complete", json_boolean(simulated->complete));
  json_object_set_new(object, "seconds",
                      json_real((double)(long long)(simulated->seconds * 1000 + 0.5) / 1000));
  json_object_set_new(object, "judged", rig_json_number(simulated->judged));
  json_object_set_new(object, "shards", rig_json_number(simulated->shards));
  json_object_set_new(object, "left_out", rig_json_number(simulated->left_out));
  json_object_set_new(object, "paths", paths);
  return object;
}
