/*
 * `steps:`, the stimuli: one action each, at most one trigger.
 */
#include <stdio.h>
#include <string.h>

#include "core/assert.h"
#include "scenario/actions.h"

/* One step as it is read. */
struct reading {
  struct rig_scenario_step *step;
  const struct rig_node *action; /* the key that named it */
  const struct rig_node *trigger;
};

/* True when `key` is the step's first action. */
static bool begin_action(struct rig_reader *reader, struct reading *reading,
                         const struct rig_node *key) {
  if (reading->action != NULL) {
    rig_problem_add(reader, key->position,
                    "a second action in one step: '%s' comes after '%s' of line %u, write it as a "
                    "step of its own, '- %s: ...'",
                    key->text, reading->action->text, reading->action->position.line, key->text);
    return false;
  }
  reading->action = key;
  reading->step->position = key->position;
  reading->step->step.line = key->position.line;
  reading->step->step.column = key->position.column;
  return true;
}

static const char *const WORDS[RIG_ACTION_COUNT] = {
#define RIG_X(symbol, word, text) [RIG_ACTION_##symbol] = word,
    RIG_STEP_ACTIONS(RIG_X)
#undef RIG_X
};

static enum rig_action action_of(const char *word) {
  for (unsigned action = 1; action < RIG_ACTION_COUNT; action++)
    if (WORDS[action] != NULL && strcmp(WORDS[action], word) == 0)
      return (enum rig_action)action;
  return RIG_ACTION_NONE;
}

static void read_action(struct rig_reader *reader, const struct rig_node *key,
                        const struct rig_node *value, void *target) {
  struct reading *reading = target;
  enum rig_action action = action_of(key->text);
  RIG_ASSERT(action != RIG_ACTION_NONE);
  if (begin_action(reader, reading, key))
    rig_read_action(reader, action, key, value, reading->step);
}

/* True when `key` is the step's first trigger. */
static bool begin_trigger(struct rig_reader *reader, struct reading *reading,
                          const struct rig_node *key) {
  if (reading->trigger != NULL) {
    rig_problem_add(reader, key->position,
                    "a second trigger in one step: '%s' comes after '%s' of line %u, keep one",
                    key->text, reading->trigger->text, reading->trigger->position.line);
    return false;
  }
  reading->trigger = key;
  return true;
}

static void read_at(struct rig_reader *reader, const struct rig_node *key,
                    const struct rig_node *value, void *target) {
  struct reading *reading = target;
  if (begin_trigger(reader, reading, key))
    rig_read_at(reader, key, value, &reading->step->step);
}

static void read_after(struct rig_reader *reader, const struct rig_node *key,
                       const struct rig_node *value, void *target) {
  struct reading *reading = target;
  if (!begin_trigger(reader, reading, key))
    return;
  reading->step->step.trigger = RIG_TRIGGER_AFTER;
  (void)rig_read_number(reader, key->text, value, 0, RIG_DELAY_MS_MAX, "ms",
                        &reading->step->step.trigger_ms);
}

static void read_when(struct rig_reader *reader, const struct rig_node *key,
                      const struct rig_node *value, void *target) {
  struct reading *reading = target;
  if (begin_trigger(reader, reading, key))
    rig_read_when(reader, key, value, &reading->step->step);
}

static const struct rig_key STEP_KEYS[] = {
#define RIG_X(symbol, word, text) {word, read_action},
    RIG_STEP_ACTIONS(RIG_X)
#undef RIG_X
        {"at", read_at},
    {"after", read_after},
    {"when", read_when},
};
const struct rig_key_table rig_keys_step = {"a step", "- notify: {}", STEP_KEYS,
                                            sizeof STEP_KEYS / sizeof *STEP_KEYS};

/* "a step needs one action: post, post-thread, ..." */
static void tell_no_action(struct rig_reader *reader, const struct rig_node *node) {
  static const char all[] =
#define RIG_X(symbol, word, text) ", " word
      RIG_STEP_ACTIONS(RIG_X);
#undef RIG_X
  rig_problem_add(reader, node->position, "a step needs one action: %s", all + 2);
}

static bool is_trigger(const char *word) {
  return strcmp(word, "at") == 0 || strcmp(word, "after") == 0 || strcmp(word, "when") == 0;
}

/* "notify when": a bare action and a trigger below it, which YAML reads as one text. */
static bool is_action_and_more(const char *text) {
  size_t length = strcspn(text, " ");
  for (size_t i = 0; text[length] == ' ' && i < rig_keys_step.count; i++)
    if (strncmp(STEP_KEYS[i].name, text, length) == 0 && STEP_KEYS[i].name[length] == '\0')
      return true;
  return false;
}

/* A hold is held at a boundary. */
static void check_hold(struct rig_reader *reader, const struct reading *reading) {
  if (reading->step->step.action == RIG_ACTION_HOLD &&
      (reading->trigger == NULL || strcmp(reading->trigger->text, "at") != 0))
    rig_problem_add(reader, reading->action->position,
                    "'hold' needs the call boundary where it holds: add 'at: {entry: "
                    "MsgWaitForMultipleObjects}'");
}

/* Reads one item of the list. A bare word is an action without arguments: `- notify`. */
static void read_step(struct rig_reader *reader, const struct rig_node *node,
                      struct rig_scenario_step *step) {
  struct reading reading = {.step = step};
  step->position = node->position;
  if (node->refused)
    return;
  if (node->kind == RIG_NODE_SCALAR && !rig_node_is_empty(node)) {
    struct rig_node nothing = {.kind = RIG_NODE_SCALAR, .plain = true, .text = ""};
    struct rig_node word = *node;
    if (is_trigger(node->text)) {
      tell_no_action(reader, node);
      return;
    }
    nothing.position = node->position;
    word.next = &nothing;
    if (is_action_and_more(node->text)) {
      rig_problem_add(reader, node->position,
                      "'%.60s': an action with more keys after it needs its colon, '- notify: {}'",
                      node->text);
      return;
    }
    struct rig_node mapping = {.kind = RIG_NODE_MAPPING, .first = &word, .count = 2};
    mapping.position = node->position;
    rig_read_mapping(reader, &mapping, &rig_keys_step, &reading);
    check_hold(reader, &reading);
    return;
  }
  size_t before = reader->problems.count + reader->untold;
  rig_read_mapping(reader, node, &rig_keys_step, &reading);
  bool told = reader->problems.count + reader->untold != before; /* a misspelt action, say */
  if (reading.action == NULL && !node->incomplete && !told)
    tell_no_action(reader, node);
  if (!node->incomplete)
    check_hold(reader, &reading);
}

void rig_read_steps(struct rig_reader *reader, const struct rig_node *key,
                    const struct rig_node *value, void *target) {
  struct rig_scenario *scenario = target;
  if (value->refused)
    return;
  if (value->kind != RIG_NODE_LIST) {
    rig_tell_kind(reader, key->text, value, "a list of steps, such as '- notify: {}'");
    return;
  }
  /* One is kept for the final stop that a plan may add. */
  if (value->count >= RIG_STEPS_MAX) {
    rig_problem_add(reader, value->position, "%zu steps, at most %u are possible: use 'count'",
                    value->count, RIG_STEPS_MAX - 1);
    return;
  }
  scenario->steps = rig_arena_take(reader->memory, (value->count + 1) * sizeof *scenario->steps);
  if (scenario->steps == NULL)
    return;
  for (const struct rig_node *node = value->first; node != NULL; node = node->next)
    read_step(reader, node, &scenario->steps[scenario->step_count++]);
  RIG_ASSERT(scenario->step_count == value->count);
}
