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
                         const struct rig_node *key, enum rig_action action) {
  if (reading->action != NULL) {
    rig_problem_add(reader, key->position,
                    "a second action in one step: '%s' comes after '%s' of line %u, write it as a "
                    "step of its own, '- %s: ...'",
                    key->text, reading->action->text, reading->action->position.line, key->text);
    return false;
  }
  reading->action = key;
  reading->step->step.action = (uint8_t)action;
  reading->step->position = key->position;
  reading->step->step.line = key->position.line;
  reading->step->step.column = key->position.column;
  return true;
}

static void read_post(struct rig_reader *reader, const struct rig_node *key,
                      const struct rig_node *value, void *target) {
  struct reading *reading = target;
  if (begin_action(reader, reading, key, RIG_ACTION_POST))
    rig_read_post(reader, value, reading->step);
}

static void read_post_thread(struct rig_reader *reader, const struct rig_node *key,
                             const struct rig_node *value, void *target) {
  struct reading *reading = target;
  if (begin_action(reader, reading, key, RIG_ACTION_POST_THREAD))
    rig_read_post_thread(reader, value, reading->step);
}

static void read_notify(struct rig_reader *reader, const struct rig_node *key,
                        const struct rig_node *value, void *target) {
  struct reading *reading = target;
  if (begin_action(reader, reading, key, RIG_ACTION_NOTIFY))
    rig_read_notify(reader, value, reading->step);
}

static void read_send(struct rig_reader *reader, const struct rig_node *key,
                      const struct rig_node *value, void *target) {
  struct reading *reading = target;
  if (begin_action(reader, reading, key, RIG_ACTION_SEND))
    rig_read_send(reader, value, reading->step);
}

static void read_set(struct rig_reader *reader, const struct rig_node *key,
                     const struct rig_node *value, void *target) {
  struct reading *reading = target;
  if (begin_action(reader, reading, key, RIG_ACTION_SET_EVENT))
    rig_read_event(reader, key, value, reading->step);
}

static void read_reset(struct rig_reader *reader, const struct rig_node *key,
                       const struct rig_node *value, void *target) {
  struct reading *reading = target;
  if (begin_action(reader, reading, key, RIG_ACTION_RESET_EVENT))
    rig_read_event(reader, key, value, reading->step);
}

static void read_quit(struct rig_reader *reader, const struct rig_node *key,
                      const struct rig_node *value, void *target) {
  struct reading *reading = target;
  if (begin_action(reader, reading, key, RIG_ACTION_QUIT))
    rig_read_quit(reader, value, reading->step);
}

static void read_stop(struct rig_reader *reader, const struct rig_node *key,
                      const struct rig_node *value, void *target) {
  struct reading *reading = target;
  if (begin_action(reader, reading, key, RIG_ACTION_STOP))
    rig_read_stop(reader, value, reading->step);
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
  (void)rig_read_number(reader, key->text, value, 0, 600000, "ms", &reading->step->step.trigger_ms);
}

static void read_when(struct rig_reader *reader, const struct rig_node *key,
                      const struct rig_node *value, void *target) {
  struct reading *reading = target;
  if (begin_trigger(reader, reading, key))
    rig_read_when(reader, key, value, &reading->step->step);
}

static const struct rig_key STEP_KEYS[] = {
    {"post", read_post},     {"post-thread", read_post_thread},
    {"notify", read_notify}, {"send", read_send},
    {"set", read_set},       {"reset", read_reset},
    {"quit", read_quit},     {"stop", read_stop},
    {"at", read_at},         {"after", read_after},
    {"when", read_when},
};
const struct rig_key_table rig_keys_step = {"a step", "- notify: {}", STEP_KEYS,
                                            sizeof STEP_KEYS / sizeof *STEP_KEYS};

#define ACTIONS "post, post-thread, notify, send, set, reset, quit, stop"

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
      rig_problem_add(reader, node->position, "a step needs one action: " ACTIONS);
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
    return;
  }
  size_t before = reader->problems.count + reader->untold;
  rig_read_mapping(reader, node, &rig_keys_step, &reading);
  bool told = reader->problems.count + reader->untold != before; /* a misspelt action, say */
  if (reading.action == NULL && !node->incomplete && !told)
    rig_problem_add(reader, node->position, "a step needs one action: " ACTIONS);
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

static bool is_told_to_scm(enum rig_stop_way way) {
  return way == RIG_STOP_DEFAULT || way == RIG_STOP_SCM;
}

void rig_check_steps(struct rig_reader *reader) {
  struct rig_scenario *scenario = reader->scenario;
  const struct rig_scenario_step *first = NULL;
  for (size_t i = 0; i < scenario->step_count; i++) {
    struct rig_scenario_step *step = &scenario->steps[i];
    if (step->step.action != RIG_ACTION_STOP)
      continue;
    if (first != NULL)
      rig_problem_add(reader, step->position,
                      "a second stop: a scenario asks once, in line %u already",
                      first->position.line);
    if (step->step.control != 0 && !is_told_to_scm(scenario->stop_way))
      rig_problem_add(reader, step->position,
                      "'control' is for the service control manager, but the scenario says 'stop' "
                      "goes another way: remove one of them");
    step->step.stop_way = (uint8_t)scenario->stop_way;
    if (step->step.control == 0)
      step->step.control = RIG_CONTROL_STOP;
    if (scenario->stop_way == RIG_STOP_EVENT)
      step->text = scenario->stop_event;
    if (first == NULL)
      first = step;
  }
}
