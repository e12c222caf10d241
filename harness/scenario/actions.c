/*
 * The arguments of each action: its keys, their ranges and what holds without them.
 */
#include "scenario/actions.h"

#include <string.h>

/* Windows refuses to post to a queue that holds 10,000 (W:PostMessage). */
#define REPEAT_MAX 10000u
#define SENDERS_MAX 64u
#define FLOOD_MAX 1000000u
#define WM_APP 0x8000u
#define SEND_TIMEOUT_MS 2000u
#define WITHDRAW_TIMEOUT_MS 10u
#define PERIOD_LEAST_MS 10u /* USER_TIMER_MINIMUM, W:SetTimer */
/* MAXIMUM_WAIT_OBJECTS - 1, W:MsgWaitForMultipleObjects */
#define WAIT_INDEX_MAX 62u
#define HOLD_NAME_MAX 60u

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
  uint32_t most = step->step.action == RIG_ACTION_SEND    ? SENDERS_MAX
                  : step->step.action == RIG_ACTION_FLOOD ? FLOOD_MAX
                                                          : REPEAT_MAX;
  (void)rig_read_number(reader, key->text, value, 1, most, "", &step->step.repeat);
}

static void read_timeout(struct rig_reader *reader, const struct rig_node *key,
                         const struct rig_node *value, void *target) {
  struct rig_scenario_step *step = target;
  uint32_t least = step->step.action == RIG_ACTION_TIMER ? PERIOD_LEAST_MS : 1;
  (void)rig_read_number(reader, key->text, value, least, RIG_DELAY_MS_MAX, "ms",
                        &step->step.timeout_ms);
}

/* What the window procedure does beside its receipt; without the key it just returns. */
static void read_handler(struct rig_reader *reader, const struct rig_node *key,
                         const struct rig_node *value, void *target) {
  static const char *const words[] = {"post", "peek", "quit", NULL};
  _Static_assert(RIG_HANDLER_RETURNS == 0 && RIG_HANDLER_POSTS == 1 && RIG_HANDLER_PEEKS == 2 &&
                     RIG_HANDLER_QUITS == 3,
                 "the words in the enum's order");
  struct rig_scenario_step *step = target;
  size_t index = 0;
  if (rig_read_word(reader, key->text, value, words, &index))
    step->step.handler = (uint8_t)(index + 1);
}

static void read_thread(struct rig_reader *reader, const struct rig_node *key,
                        const struct rig_node *value, void *target) {
  struct rig_scenario_step *step = target;
  (void)rig_read_thread(reader, key->text, value, false, &step->step.target_thread);
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

static void read_name(struct rig_reader *reader, const struct rig_node *key,
                      const struct rig_node *value, void *target) {
  struct rig_scenario_step *step = target;
  (void)rig_read_text(reader, key->text, value, HOLD_NAME_MAX, &step->text);
}

static void read_control(struct rig_reader *reader, const struct rig_node *key,
                         const struct rig_node *value, void *target) {
  struct rig_scenario_step *step = target;
  (void)rig_read_service_control(reader, key->text, value, &step->step.control);
}

#define TABLE(name, keys, where, example)                                                          \
  static const struct rig_key_table name##_TABLE = {where, example, keys##_KEYS,                   \
                                                    sizeof keys##_KEYS / sizeof *keys##_KEYS}

static const struct rig_key POST_KEYS[] = {{"window", read_window},
                                           {"message", read_message},
                                           {"count", read_count},
                                           {"handler", read_handler}};
TABLE(POST, POST, "'post'", "post: {window: idle, message: WM_APP+1}");
TABLE(SEND_NOTIFY, POST, "'send-notify'", "send-notify: {window: idle, message: WM_APP+1}");

static const struct rig_key THREAD_KEYS[] = {
    {"message", read_message}, {"count", read_count}, {"thread", read_thread}};
TABLE(THREAD, THREAD, "'post-thread'", "post-thread: {message: WM_APP}");

static const struct rig_key NOTIFY_KEYS[] = {{"count", read_count}, {"handler", read_handler}};
TABLE(NOTIFY, NOTIFY, "'notify'", "notify: {count: 3}");

static const struct rig_key SEND_KEYS[] = {{"window", read_window},
                                           {"message", read_message},
                                           {"timeout", read_timeout},
                                           {"count", read_count},
                                           {"handler", read_handler}};
TABLE(SEND, SEND, "'send'", "send: {window: idle, timeout: 2000}");

static const struct rig_key WITHDRAW_KEYS[] = {
    {"window", read_window}, {"message", read_message}, {"timeout", read_timeout}};
TABLE(WITHDRAW, WITHDRAW, "'withdraw'", "withdraw: {window: idle, timeout: 10}");

static const struct rig_key EVENT_KEYS[] = {{"event", read_event_name},
                                            {"wait-index", read_wait_index}};
TABLE(EVENT, EVENT, "'set' or 'reset'", "set: {event: 'Global\\name'} or set: {wait-index: 0}");

static const struct rig_key QUIT_KEYS[] = {{"exit-code", read_exit_code}, {"thread", read_thread}};
TABLE(QUIT, QUIT, "'quit'", "quit: {exit-code: 0}");
TABLE(QUIT_FLAG, QUIT, "'quit-flag'", "quit-flag: {exit-code: 0}");

static const struct rig_key STOP_KEYS[] = {{"control", rig_read_stop_control}};
TABLE(STOP, STOP, "'stop' of a step", "stop: {control: shutdown}");

static const struct rig_key APC_KEYS[] = {{"count", read_count}, {"thread", read_thread}};
TABLE(APC, APC, "'apc'", "apc: {thread: first}");

static const struct rig_key TIMER_KEYS[] = {
    {"window", read_window}, {"period", read_timeout}, {"count", read_count}};
TABLE(TIMER, TIMER, "'timer'", "timer: {window: idle, period: 50}");

static const struct rig_key WINDOW_KEYS[] = {{"window", read_window}};
TABLE(DESTROY_WINDOW, WINDOW, "'destroy-window'", "destroy-window: {window: idle}");
TABLE(GATE, WINDOW, "'gate'", "gate: {window: idle}");
TABLE(UNGATE, WINDOW, "'ungate'", "ungate: {window: idle}");

static const struct rig_key FLOOD_KEYS[] = {{"window", read_window},
                                            {"message", read_message},
                                            {"count", read_count},
                                            {"for", read_timeout}};
TABLE(FLOOD, FLOOD, "'flood'", "flood: {window: idle, for: 200}");

static const struct rig_key HOLD_KEYS[] = {{"name", read_name}};
TABLE(HOLD, HOLD, "'hold'", "hold: {name: before-the-wait}");
TABLE(RELEASE, HOLD, "'release'", "release: {name: before-the-wait}");

static const struct rig_key CONTROL_KEYS[] = {{"control", read_control}};
TABLE(CONTROL, CONTROL, "'control' of a step", "control: {control: pause}");

const struct rig_key_table *const rig_keys_actions[] = {
    [RIG_ACTION_POST - 1] = &POST_TABLE,
    [RIG_ACTION_POST_THREAD - 1] = &THREAD_TABLE,
    [RIG_ACTION_NOTIFY - 1] = &NOTIFY_TABLE,
    [RIG_ACTION_SEND - 1] = &SEND_TABLE,
    [RIG_ACTION_SET_EVENT - 1] = &EVENT_TABLE,
    [RIG_ACTION_RESET_EVENT - 1] = &EVENT_TABLE,
    [RIG_ACTION_QUIT - 1] = &QUIT_TABLE,
    [RIG_ACTION_STOP - 1] = &STOP_TABLE,
    [RIG_ACTION_WITHDRAW - 1] = &WITHDRAW_TABLE,
    [RIG_ACTION_SEND_NOTIFY - 1] = &SEND_NOTIFY_TABLE,
    [RIG_ACTION_QUIT_FLAG - 1] = &QUIT_FLAG_TABLE,
    [RIG_ACTION_APC - 1] = &APC_TABLE,
    [RIG_ACTION_TIMER - 1] = &TIMER_TABLE,
    [RIG_ACTION_DESTROY_WINDOW - 1] = &DESTROY_WINDOW_TABLE,
    [RIG_ACTION_FLOOD - 1] = &FLOOD_TABLE,
    [RIG_ACTION_GATE - 1] = &GATE_TABLE,
    [RIG_ACTION_UNGATE - 1] = &UNGATE_TABLE,
    [RIG_ACTION_HOLD - 1] = &HOLD_TABLE,
    [RIG_ACTION_RELEASE - 1] = &RELEASE_TABLE,
    [RIG_ACTION_CONTROL - 1] = &CONTROL_TABLE,
    [RIG_ACTION_FAULT - 1] = NULL,
};
_Static_assert(sizeof rig_keys_actions / sizeof *rig_keys_actions == RIG_ACTION_COUNT - 1,
               "a table for each action");

/* What holds without the key. */
#define MESSAGE .window = RIG_WINDOW_IDLE, .message = WM_APP
static const struct rig_step DEFAULTS[RIG_ACTION_COUNT] = {
    [RIG_ACTION_POST] = {.repeat = 1, MESSAGE},
    [RIG_ACTION_POST_THREAD] = {.repeat = 1, .message = WM_APP},
    [RIG_ACTION_NOTIFY] = {.repeat = 1},
    [RIG_ACTION_SEND] = {.repeat = 1, MESSAGE, .timeout_ms = SEND_TIMEOUT_MS},
    [RIG_ACTION_WITHDRAW] = {.repeat = 1, MESSAGE, .timeout_ms = WITHDRAW_TIMEOUT_MS},
    [RIG_ACTION_SEND_NOTIFY] = {.repeat = 1, MESSAGE},
    [RIG_ACTION_APC] = {.repeat = 1},
    [RIG_ACTION_TIMER] = {.repeat = 1, .window = RIG_WINDOW_IDLE, .timeout_ms = PERIOD_LEAST_MS},
    [RIG_ACTION_DESTROY_WINDOW] = {.window = RIG_WINDOW_IDLE},
    [RIG_ACTION_FLOOD] = {MESSAGE}, /* neither limit */
    [RIG_ACTION_GATE] = {.window = RIG_WINDOW_IDLE},
    [RIG_ACTION_UNGATE] = {.window = RIG_WINDOW_IDLE},
};

static void check_event(struct rig_reader *reader, const struct rig_node *key,
                        const struct rig_node *value) {
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

/* `control: pause` is short for `control: {control: pause}`. */
static void read_control_step(struct rig_reader *reader, const struct rig_node *key,
                              const struct rig_node *value, struct rig_scenario_step *step) {
  if (value->kind == RIG_NODE_SCALAR && !rig_node_is_empty(value)) {
    read_control(reader, key, value, step);
    return;
  }
  rig_read_mapping(reader, value, &CONTROL_TABLE, step);
  if (!value->refused && !value->incomplete && value->kind != RIG_NODE_LIST && value->count == 0)
    rig_problem_add(reader, value->position, "'%s' must say which: write control: pause",
                    key->text);
}

void rig_read_action(struct rig_reader *reader, enum rig_action action, const struct rig_node *key,
                     const struct rig_node *value, struct rig_scenario_step *step) {
  const struct rig_step *defaults = &DEFAULTS[action];
  step->step.action = (uint8_t)action; /* its trigger may have been read before it */
  step->step.window = defaults->window;
  step->step.message = defaults->message;
  step->step.repeat = defaults->repeat;
  step->step.timeout_ms = defaults->timeout_ms;
  if (action == RIG_ACTION_CONTROL) {
    read_control_step(reader, key, value, step);
    return;
  }
  rig_read_mapping(reader, value, rig_keys_actions[action - 1], step);
  if (action == RIG_ACTION_SET_EVENT || action == RIG_ACTION_RESET_EVENT)
    check_event(reader, key, value);
}
