/*
 * JSON of a run. The keys are a contract (design.md, "The command line"; tests/e2e/contract.py
 * holds them, and `hangs`, which came later): what is not known is null, never absent, so that two
 * runs of one scenario have the same shape.
 */
#include "report/json.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/file.h"
#include "report/json_values.h"
#include "report/simulated_json.h"

/* Milliseconds and seconds with three decimals: more would be noise. */
static json_t *rounded(double value) {
  return json_real((double)(long long)(value * 1000 + 0.5) / 1000);
}

static void put(json_t *object, const char *key, json_t *value) {
  json_object_set_new(object, key, value); /* a NULL value (no memory) leaves the key out, and the
                                            * dump below then fails the contract's own test */
}

static json_t *place_json(const struct rig_place *place) {
  char caller[200];
  json_t *object = json_object();
  rig_source_text(&place->caller, caller, sizeof caller);
  put(object, "record", json_integer(place->record));
  put(object, "ms", rounded(place->ms));
  put(object, "thread", rig_json_string_or_null(place->thread));
  put(object, "call", rig_json_string_or_null(place->call));
  put(object, "caller", rig_json_string_or_null(caller));
  put(object, "source", rig_json_string_or_null(place->caller.line));
  return object;
}

static json_t *finding_json(const struct rig_result *result, size_t index) {
  const struct rig_finding *finding = &result->judgement.findings[index];
  const struct rig_place *places = rig_result_places(result, index);
  bool failed = finding->verdict == RIG_FAIL;
  json_t *object = json_object();
  json_t *evidence = json_array();
  for (size_t i = 0; i < finding->evidence_count; i++) {
    json_array_append_new(evidence, place_json(&places[i]));
  }
  put(object, "id", rig_json_string(finding->rule->id));
  put(object, "verdict", rig_json_string(rig_verdict_text(finding->verdict)));
  put(object, "severity",
      failed ? rig_json_string(rig_severity_text(finding->severity)) : json_null());
  put(object, "message", rig_json_string(finding->message));
  put(object, "root", failed && finding->root ? rig_json_string(finding->root->id) : json_null());
  put(object, "evidence", evidence);
  return object;
}

static json_t *expectations_json(const struct rig_expectation_results *results) {
  json_t *array = json_array();
  for (size_t i = 0; i < results->count; i++) {
    json_t *object = json_object();
    put(object, "text", rig_json_string(results->items[i].text));
    put(object, "met", json_boolean(results->items[i].met));
    put(object, "message", rig_json_string(results->items[i].message));
    json_array_append_new(array, object);
  }
  return array;
}

static json_t *stack_json(const struct rig_stack *stack) {
  json_t *array = json_array();
  for (size_t i = 0; i < stack->count; i++) {
    const struct rig_frame *frame = &stack->frames[i];
    char name[200];
    json_t *object = json_object();
    put(object, "frame", rig_json_string(rig_frame_text(frame, name, sizeof name)));
    put(object, "source", rig_json_string_or_null(frame->source.line));
    json_array_append_new(array, object);
  }
  return array;
}

/* A thread that runs is at another place at every look: its stack is no part of what two runs have
 * in common, and stays out. */
static json_t *hangs_json(const struct rig_result *result) {
  json_t *array = json_array();
  for (size_t i = 0; i < result->judgement.hang_count; i++) {
    const struct rig_hang *hang = &result->judgement.hangs[i];
    bool runs = hang->stance == RIG_STANCE_SPINS || hang->stance == RIG_STANCE_LOOPS;
    json_t *object = json_object();
    put(object, "thread", rig_json_string(hang->thread));
    put(object, "state", rig_json_string(rig_stance_text(hang->stance)));
    put(object, "call", rig_json_string_or_null(hang->call));
    put(object, "ms", rounded(hang->ms));
    put(object, "record", json_integer(hang->record));
    put(object, "wakes", rig_json_string_or_null(hang->wakes));
    put(object, "pending", rig_json_string_or_null(hang->pending));
    put(object, "waits_for", rig_json_string_or_null(hang->waits));
    put(object, "stack", runs ? json_array() : stack_json(&result->stacks[i]));
    json_array_append_new(array, object);
  }
  return array;
}

static json_t *scenario_json(const struct rig_result *result) {
  const struct rig_judgement *judgement = &result->judgement;
  json_t *object = json_object();
  json_t *rules = json_array();
  for (size_t i = 0; i < judgement->finding_count; i++) {
    json_array_append_new(rules, finding_json(result, i));
  }
  put(object, "file", rig_json_string(result->file));
  put(object, "name", rig_json_string(result->name));
  put(object, "outcome", rig_json_string(rig_outcome_text(judgement->outcome)));
  put(object, "cause", rig_json_string(judgement->cause));
  put(object, "message", rig_json_string(judgement->message));
  put(object, "exit_code", judgement->exited ? json_integer(judgement->exit_code) : json_null());
  put(object, "seconds", rounded(result->seconds));
  put(object, "replay", rig_json_string(result->replay));
  if (result->confirmed) { /* of a run that was to show a simulated finding */
    put(object, "shown", json_boolean(result->shown));
    put(object, "confirmed", rig_json_string(result->confirmed));
  }
  put(object, "rules", rules);
  put(object, "expectations", expectations_json(&result->expectations));
  put(object, "hangs", hangs_json(result));
  if (result->sim) { /* a live run's has no such key */
    put(object, "sim", rig_simulated_json(result->sim));
  }
  return object;
}

static json_t *summary_json(const struct rig_results *results) {
  static const enum rig_outcome outcomes[] = {RIG_OUTCOME_PASS, RIG_OUTCOME_FAIL,
                                              RIG_OUTCOME_NOT_EXERCISED, RIG_OUTCOME_INVALID};
  json_t *object = json_object();
  for (size_t i = 0; i < sizeof outcomes / sizeof *outcomes; i++) {
    put(object, rig_outcome_text(outcomes[i]),
        json_integer((json_int_t)rig_results_outcomes(results, outcomes[i])));
  }
  put(object, "retried", json_integer(rig_results_retried(results)));
  put(object, "seconds", rounded(results->seconds));
  return object;
}

/* What `mapirig merge` joins shards by. */
static json_t *shard_json(const struct rig_results *results) {
  char list[24];
  json_t *object = json_object();
  json_t *positions = json_array();
  for (size_t i = 0; i < results->count; i++) {
    size_t position = results->shard.positions[results->items[i].index];
    json_array_append_new(positions, json_integer((json_int_t)position));
  }
  snprintf(list, sizeof list, "%016llx", (unsigned long long)results->shard.list);
  put(object, "index", json_integer(results->shard.index));
  put(object, "count", json_integer(results->shard.count));
  put(object, "all", json_integer((json_int_t)results->shard.all));
  put(object, "planned", json_integer((json_int_t)results->planned));
  put(object, "positions", positions);
  put(object, "list", json_string(list));
  put(object, "mapirig", rig_json_string(results->version));
  put(object, "exit_status", json_integer(rig_results_status(results)));
  return object;
}

char *rig_json_text(const struct rig_results *results) {
  json_t *root = json_object();
  json_t *scenarios = json_array();
  for (size_t i = 0; i < results->count; i++) {
    json_array_append_new(scenarios, scenario_json(&results->items[i]));
  }
  put(root, "version", json_integer(1));
  put(root, "client", rig_json_string(results->client));
  put(root, "role", rig_json_string(results->role));
  put(root, "scenarios", scenarios);
  put(root, "summary", summary_json(results));
  if (results->shard.count > 0) {
    put(root, "shard", shard_json(results));
  }
  char *dump = json_dumps(root, RIG_JSON_FORMAT);
  json_decref(root);
  return dump;
}

enum rig_status rig_json_write(const struct rig_results *results, const char *path, char *error,
                               size_t size) {
  char *dump = rig_json_text(results);
  if (!dump) {
    snprintf(error, size, "cannot write %s: out of memory", path);
    return RIG_NO_MEMORY;
  }
  enum rig_status status = rig_file_write(path, dump, strlen(dump), error, size);
  free(dump);
  return status;
}
