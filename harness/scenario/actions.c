/*
 * The arguments of each action: its keys, their ranges and what holds without them.
 */
#include "scenario/actions.h"

#include <string.h>

/* Windows refuses to post to a queue that holds 10,000 (W:PostMessage). */
#define REPEAT_MAX 10000u
#define WM_APP 0x8000u
#define SEND_TIMEOUT_MS 2000u
/* MAXIMUM_WAIT_OBJECTS - 1, W:MsgWaitForMultipleObjects */
#define WAIT_INDEX_MAX 62u

static void read_window(struct rig_reader *reader, const struct rig_node *key,
                        const struct rig_node *value, void *target) {
  static const char *const words[] = {"notification", "idle", NULL};
  static const enum rig_window windows[] = {RIG_WINDOW_NOTIFICATION, RIG_WINDOW_IDLE};
  struct rig_scenario_step *step = target;
  size_t index = 0;
  if (rig_read_word(reader, key->text, value, words, &index))
    step->step.window = (uint8_t)windows[index];
}

static void read_message(struct rig_reader *reader, const struct rig_node *key,
                         const struct rig_node *value, void *target) {
  struct rig_scenario_step *step = target;
  (void)rig_read_message(reader, key->text, value, &step->step.message);
}

static void read_count(struct rig_reader *reader, const struct rig_node *key,
                       const struct rig_node *value, void *target) {
  struct rig_scenario_step *step = target;
  (void)rig_read_number(reader, key->text, value, 1, REPEAT_MAX, "", &step->step.repeat);
}

static void read_timeout(struct rig_reader *reader, const struct rig_node *key,
                         const struct rig_node *value, void *target) {
  struct rig_scenario_step *step = target;
  (void)rig_read_number(reader, key->text, value, 1, 600000, "ms", &step->step.timeout_ms);
}

static void read_event_name(struct rig_reader *reader, const struct rig_node *key,
                            const struct rig_node *value, void *target) {
  struct rig_scenario_step *step = target;
  step->step.event_by = RIG_EVENT_BY_NAME;
  (void)rig_read_text(reader, key->text, value, RIG_EVENT_NAME_MAX, &step->text);
}

static void read_wait_index(struct rig_reader *reader, const struct rig_node *key,
                            const struct rig_node *value, void *target) {
  struct rig_scenario_step *step = target;
  step->step.event_by = RIG_EVENT_BY_WAIT_INDEX;
  (void)rig_read_number(reader, key->text, value, 0, WAIT_INDEX_MAX, "", &step->step.index);
}

static void read_exit_code(struct rig_reader *reader, const struct rig_node *key,
                           const struct rig_node *value, void *target) {
  struct rig_scenario_step *step = target;
  (void)rig_read_number(reader, key->text, value, 0, UINT32_MAX, "", &step->step.exit_code);
}

static void read_control(struct rig_reader *reader, const struct rig_node *key,
                         const struct rig_node *value, void *target) {
  static const char *const words[] = {"stop", "shutdown", NULL};
  static const uint32_t controls[] = {RIG_CONTROL_STOP, RIG_CONTROL_SHUTDOWN};
  struct rig_scenario_step *step = target;
  size_t index = 0;
  if (rig_read_word(reader, key->text, value, words, &index))
    step->step.control = controls[index];
}

#define TABLE(name, where, example)                                                                \
  static const struct rig_key_table name##_TABLE = {where, example, name##_KEYS,                   \
                                                    sizeof name##_KEYS / sizeof *name##_KEYS}

static const struct rig_key POST_KEYS[] = {
    {"window", read_window}, {"message", read_message}, {"count", read_count}};
TABLE(POST, "'post'", "post: {window: idle, message: WM_APP+1}");

static const struct rig_key THREAD_KEYS[] = {{"message", read_message}, {"count", read_count}};
TABLE(THREAD, "'post-thread'", "post-thread: {message: WM_APP}");

static const struct rig_key NOTIFY_KEYS[] = {{"count", read_count}};
TABLE(NOTIFY, "'notify'", "notify: {count: 3}");

static const struct rig_key SEND_KEYS[] = {
    {"window", read_window}, {"message", read_message}, {"timeout", read_timeout}};
TABLE(SEND, "'send'", "send: {window: idle, timeout: 2000}");

static const struct rig_key EVENT_KEYS[] = {{"event", read_event_name},
                                            {"wait-index", read_wait_index}};
TABLE(EVENT, "'set' or 'reset'", "set: {event: 'Global\\name'} or set: {wait-index: 0}");

static const struct rig_key QUIT_KEYS[] = {{"exit-code", read_exit_code}};
TABLE(QUIT, "'quit'", "quit: {exit-code: 0}");

static const struct rig_key STOP_KEYS[] = {{"control", read_control}};
TABLE(STOP, "'stop' of a step", "stop: {control: shutdown}");

const struct rig_key_table *const rig_keys_actions[] = {&POST_TABLE, &THREAD_TABLE, &NOTIFY_TABLE,
                                                        &SEND_TABLE, &EVENT_TABLE,  &QUIT_TABLE,
                                                        &STOP_TABLE, NULL};

void rig_read_post(struct rig_reader *reader, const struct rig_node *value,
                   struct rig_scenario_step *step) {
  step->step.window = RIG_WINDOW_IDLE;
  step->step.message = WM_APP;
  step->step.repeat = 1;
  rig_read_mapping(reader, value, &POST_TABLE, step);
}

void rig_read_post_thread(struct rig_reader *reader, const struct rig_node *value,
                          struct rig_scenario_step *step) {
  step->step.message = WM_APP;
  step->step.repeat = 1;
  rig_read_mapping(reader, value, &THREAD_TABLE, step);
}

void rig_read_notify(struct rig_reader *reader, const struct rig_node *value,
                     struct rig_scenario_step *step) {
  step->step.repeat = 1;
  rig_read_mapping(reader, value, &NOTIFY_TABLE, step);
}

void rig_read_send(struct rig_reader *reader, const struct rig_node *value,
                   struct rig_scenario_step *step) {
  step->step.window = RIG_WINDOW_IDLE;
  step->step.message = WM_APP;
  step->step.timeout_ms = SEND_TIMEOUT_MS;
  rig_read_mapping(reader, value, &SEND_TABLE, step);
}

void rig_read_event(struct rig_reader *reader, const struct rig_node *key,
                    const struct rig_node *value, struct rig_scenario_step *step) {
  rig_read_mapping(reader, value, &EVENT_TABLE, step);
  if (value->refused || value->incomplete ||
      (value->kind != RIG_NODE_MAPPING && !rig_node_is_empty(value)))
    return;
  const struct rig_node *name = rig_mapping_find(value, "event");
  const struct rig_node *index = rig_mapping_find(value, "wait-index");
  if (name != NULL && index != NULL)
    rig_problem_add(reader, index->position,
                    "'%s' has both 'event' and 'wait-index': keep one of them", key->text);
  if (name == NULL && index == NULL && value->count == 0)
    rig_problem_add(reader, value->position,
                    "'%s' must say which event: {event: NAME} or {wait-index: 0}", key->text);
}

void rig_read_quit(struct rig_reader *reader, const struct rig_node *value,
                   struct rig_scenario_step *step) {
  rig_read_mapping(reader, value, &QUIT_TABLE, step);
}

void rig_read_stop(struct rig_reader *reader, const struct rig_node *value,
                   struct rig_scenario_step *step) {
  rig_read_mapping(reader, value, &STOP_TABLE, step);
}
