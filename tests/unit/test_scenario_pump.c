/*
 * The pump's whole vocabulary: every action, trigger and fault with its arguments, in the plan.
 */
#include <check.h>
#include <stdio.h>
#include <string.h>

#include "core/session.h"
#include "scenario/scenario.h"
#include "unit/bad_scenario.h"
#include "unit/suite.h"

/* Loads a text that must be good; prints what is wrong with it otherwise. */
static struct rig_scenario *good(const char *text) {
  struct rig_scenario *scenario = NULL;
  struct rig_problems problems;
  enum rig_status status =
      rig_scenario_parse("scenarios/test.yaml", text, strlen(text), &scenario, &problems);
  ck_assert_msg(status == RIG_OK, "%s: %s", rig_status_text(status),
                problems.count > 0 ? problems.items[0].text : "no problem told");
  ck_assert_uint_eq(problems.count, 0);
  ck_assert_ptr_nonnull(scenario);
  return scenario;
}

static const char PUMP_ACTIONS[] =
    "name: x\n"
    "steps:\n"
    "  - post: {handler: post}\n"
    "  - notify: {handler: peek}\n"
    "  - send: {count: 64, handler: quit}\n"
    "  - post-thread: {thread: t63}\n"
    "  - quit: {thread: main}\n"
    "  - withdraw\n"
    "  - withdraw: {window: notification, message: WM_USER, timeout: 7}\n"
    "  - send-notify: {count: 3, handler: peek}\n"
    "  - quit-flag: {exit-code: 4, thread: mapi}\n"
    "  - apc: {thread: first, count: 2}\n"
    "  - timer\n"
    "  - {after: 5, timer: {window: notification, period: 50, count: 3}}\n"
    "  - destroy-window: {window: notification}\n"
    "  - flood\n"
    "  - flood: {message: WM_APP+2, count: 1000000, for: 200}\n"
    "  - gate: {window: notification}\n"
    "  - ungate: {window: notification}\n"
    "  - hold: {name: here}\n"
    "    at: {entry: MAPILogonEx, thread: any}\n"
    "  - release\n"
    "  - control: pause\n"
    "  - control: {control: 128}\n";

static const struct rig_step PUMP_STEPS[] = {
    {.action = RIG_ACTION_POST,
     .window = RIG_WINDOW_IDLE,
     .message = 0x8000,
     .repeat = 1,
     .handler = RIG_HANDLER_POSTS},
    {.action = RIG_ACTION_NOTIFY, .repeat = 1, .handler = RIG_HANDLER_PEEKS},
    {.action = RIG_ACTION_SEND,
     .window = RIG_WINDOW_IDLE,
     .message = 0x8000,
     .repeat = 64,
     .timeout_ms = 2000,
     .handler = RIG_HANDLER_QUITS},
    {.action = RIG_ACTION_POST_THREAD,
     .message = 0x8000,
     .repeat = 1,
     .target_thread = RIG_WHO_NUMBERED + 63},
    {.action = RIG_ACTION_QUIT, .target_thread = RIG_WHO_NUMBERED},
    {.action = RIG_ACTION_WITHDRAW,
     .window = RIG_WINDOW_IDLE,
     .message = 0x8000,
     .repeat = 1,
     .timeout_ms = 10},
    {.action = RIG_ACTION_WITHDRAW,
     .window = RIG_WINDOW_NOTIFICATION,
     .message = 0x400,
     .repeat = 1,
     .timeout_ms = 7},
    {.action = RIG_ACTION_SEND_NOTIFY,
     .window = RIG_WINDOW_IDLE,
     .message = 0x8000,
     .repeat = 3,
     .handler = RIG_HANDLER_PEEKS},
    {.action = RIG_ACTION_QUIT_FLAG, .exit_code = 4, .target_thread = RIG_WHO_MAPI},
    {.action = RIG_ACTION_APC, .repeat = 2, .target_thread = RIG_WHO_FIRST},
    {.action = RIG_ACTION_TIMER, .window = RIG_WINDOW_IDLE, .timeout_ms = 10, .repeat = 1},
    {.action = RIG_ACTION_TIMER,
     .trigger = RIG_TRIGGER_AFTER,
     .trigger_ms = 5,
     .window = RIG_WINDOW_NOTIFICATION,
     .timeout_ms = 50,
     .repeat = 3},
    {.action = RIG_ACTION_DESTROY_WINDOW, .window = RIG_WINDOW_NOTIFICATION},
    {.action = RIG_ACTION_FLOOD, .window = RIG_WINDOW_IDLE, .message = 0x8000},
    {.action = RIG_ACTION_FLOOD,
     .window = RIG_WINDOW_IDLE,
     .message = 0x8002,
     .repeat = 1000000,
     .timeout_ms = 200},
    {.action = RIG_ACTION_GATE, .window = RIG_WINDOW_NOTIFICATION},
    {.action = RIG_ACTION_UNGATE, .window = RIG_WINDOW_NOTIFICATION},
    {.action = RIG_ACTION_HOLD,
     .trigger = RIG_TRIGGER_AT,
     .edge = RIG_EDGE_ENTRY,
     .family = RIG_FAMILY_MAPI_LOGON,
     .trigger_count = 1,
     .trigger_thread = RIG_WHO_ANY},
    {.action = RIG_ACTION_RELEASE},
    {.action = RIG_ACTION_CONTROL, .control = 2},
    {.action = RIG_ACTION_CONTROL, .control = 128},
};

START_TEST(pump_actions) {
  struct rig_scenario *scenario = good(PUMP_ACTIONS);
  ck_assert_uint_eq(scenario->step_count, sizeof PUMP_STEPS / sizeof *PUMP_STEPS);
  for (size_t i = 0; i < scenario->step_count; i++) {
    struct rig_step step = scenario->steps[i].step;
    ck_assert_uint_ne(step.line, 0);
    step.line = 0;
    step.column = 0;
    ck_assert_msg(memcmp(&step, &PUMP_STEPS[i], sizeof step) == 0, "step %zu differs", i);
  }
  ck_assert_str_eq(scenario->steps[17].text, "here");
  ck_assert_str_eq(scenario->steps[18].text, "here"); /* the only hold's name */
  rig_scenario_free(scenario);
}
END_TEST

START_TEST(service_controls) {
  static const struct {
    const char *word;
    uint32_t control;
  } cases[] = {{"pause", 2},           {"continue", 3},          {"interrogate", 4},
               {"param-change", 6},    {"net-bind-add", 7},      {"net-bind-remove", 8},
               {"net-bind-enable", 9}, {"net-bind-disable", 10}, {"0xFF", 255}};
  char text[80];
  snprintf(text, sizeof text, "name: x\nsteps: [control: %s]\n", cases[_i].word);
  struct rig_scenario *scenario = good(text);
  ck_assert_uint_eq(scenario->steps[0].step.control, cases[_i].control);
  rig_scenario_free(scenario);
}
END_TEST

START_TEST(stop_controls) {
  static const struct {
    const char *way;
    const char *word;
    uint32_t control;
  } cases[] = {{"scm", "stop", 1},
               {"scm", "shutdown", 5},
               {"scm", "preshutdown", 15},
               {"console-ctrl", "ctrl-c", 0},
               {"console-ctrl", "ctrl-break", 1},
               {"console-ctrl", "close", 2},
               {"console-ctrl", "logoff", 5},
               {"console-ctrl", "shutdown", 6}};
  char text[120];
  snprintf(text, sizeof text, "name: x\nsteps: [stop: {control: %s}]\nstop: %s\n", cases[_i].word,
           cases[_i].way);
  struct rig_scenario *scenario = good(text);
  ck_assert_uint_eq(scenario->steps[0].step.control, cases[_i].control);
  ck_assert_uint_ne(scenario->steps[0].step.stop_way, RIG_STOP_DEFAULT);
  rig_scenario_free(scenario);
}
END_TEST

/* Faults come first in the plan, and nothing follows from their place. */
START_TEST(faults) {
  struct rig_scenario *scenario =
      good("name: x\n"
           "steps: [notify]\n"
           "mapi:\n"
           "  - {call: MAPILogonEx, nth: 1, fail: MAPI_E_LOGON_FAILED}\n"
           "  - {fail: 0x80040111, call: MAPILogonEx, nth: 2}\n"
           "  - {call: Advise, block: true}\n"
           "  - {call: MAPIUninitialize, take: 500}\n");
  ck_assert_uint_eq(scenario->fault_count, 4);
  struct rig_plan plan;
  ck_assert_int_eq(rig_plan_build(scenario, &plan), RIG_OK);
  ck_assert_uint_eq(plan.step_count, 6);
  for (unsigned i = 0; i < 4; i++) {
    ck_assert_uint_eq(plan.steps[i].action, RIG_ACTION_FAULT);
    ck_assert_uint_eq(plan.steps[i].trigger, RIG_TRIGGER_START);
    ck_assert_uint_eq(plan.steps[i].line, 4 + i);
    ck_assert_uint_eq(plan.steps[i].column, 5);
  }
  ck_assert_uint_eq(plan.steps[0].family, RIG_FAMILY_MAPI_LOGON);
  ck_assert_uint_eq(plan.steps[0].trigger_count, 1);
  ck_assert_uint_eq(plan.steps[0].fault, RIG_FAULT_FAILS);
  ck_assert_uint_eq(plan.steps[0].result, 0x80040111);
  ck_assert_uint_eq(plan.steps[1].result, 0x80040111);
  ck_assert_uint_eq(plan.steps[2].family, RIG_FAMILY_MAPI_ADVISE);
  ck_assert_uint_eq(plan.steps[2].trigger_count, 0);
  ck_assert_uint_eq(plan.steps[2].fault, RIG_FAULT_BLOCKS);
  ck_assert_uint_eq(plan.steps[3].fault, RIG_FAULT_TAKES);
  ck_assert_uint_eq(plan.steps[3].timeout_ms, 500);
  ck_assert_uint_eq(plan.steps[4].action, RIG_ACTION_NOTIFY);
  ck_assert_uint_eq(plan.steps[5].action, RIG_ACTION_STOP);
  rig_plan_free(&plan);
  rig_scenario_free(scenario);
}
END_TEST

/* Each hold and gate has its end in the plan: after the last step, before the final stop. */
START_TEST(plan_ends_holds_and_gates) {
  static const char text[] = "name: x\n"
                             "steps:\n"
                             "  - {hold: {name: a}, at: {entry: GetMessage}}\n"
                             "  - gate\n"
                             "  - {hold: , at: {return: GetMessage}}\n"
                             "  - release: {name: a}\n"
                             "  - ungate\n"
                             "  - gate: {window: notification}\n"
                             "%s";
  for (unsigned stops = 0; stops < 2; stops++) {
    char whole[400];
    snprintf(whole, sizeof whole, text, stops ? "  - stop\n" : "");
    struct rig_scenario *scenario = good(whole);
    struct rig_plan plan;
    ck_assert_int_eq(rig_plan_build(scenario, &plan), RIG_OK);
    ck_assert_uint_eq(plan.step_count, 9);
    const struct rig_step *end = &plan.steps[6 + stops];
    ck_assert_uint_eq(end[0].action, RIG_ACTION_RELEASE);
    ck_assert_uint_eq(end[0].text, 0);
    ck_assert_uint_eq(end[0].trigger, RIG_TRIGGER_NEXT);
    ck_assert_uint_eq(end[0].line, 0);
    ck_assert_uint_eq(end[1].action, RIG_ACTION_UNGATE);
    ck_assert_uint_eq(end[1].window, RIG_WINDOW_NOTIFICATION);
    ck_assert_uint_eq(plan.steps[stops ? 6 : 8].action, RIG_ACTION_STOP);
    ck_assert_str_eq(plan.texts + plan.steps[0].text, "a");
    ck_assert_str_eq(plan.texts + plan.steps[3].text, "a");
    rig_plan_free(&plan);
    rig_scenario_free(scenario);
  }
}
END_TEST

START_TEST(more_triggers) {
  struct rig_scenario *scenario = good("name: x\n"
                                       "steps:\n"
                                       "  - {notify: , at: {return: MAPILogonEx, thread: t1}}\n"
                                       "  - {notify: , at: {entry: SetEvent, thread: main}}\n"
                                       "  - {notify: , when: {settled, thread: t2}}\n"
                                       "  - {notify: , when: {blocked, thread: mapi}}\n"
                                       "  - {notify: , when: {thread: first, blocked: Sleep}}\n"
                                       "  - {notify: , when: {receipt: idle, nth: 3}}\n"
                                       "  - {notify: , when: {nth: 2, receipt: any}}\n"
                                       "  - {notify: , when: {receipt: apc}}\n"
                                       "  - {notify: , when: {receipt: notification}}\n");
  static const struct rig_step expected[] = {
      {.trigger = RIG_TRIGGER_AT,
       .edge = RIG_EDGE_RETURN,
       .family = RIG_FAMILY_MAPI_LOGON,
       .trigger_count = 1,
       .trigger_thread = RIG_WHO_NUMBERED + 1},
      {.trigger = RIG_TRIGGER_AT,
       .edge = RIG_EDGE_ENTRY,
       .family = RIG_FAMILY_SET_EVENT,
       .trigger_count = 1,
       .trigger_thread = RIG_WHO_NUMBERED},
      {.trigger = RIG_TRIGGER_SETTLED, .trigger_thread = RIG_WHO_NUMBERED + 2},
      {.trigger = RIG_TRIGGER_BLOCKED, .trigger_thread = RIG_WHO_MAPI},
      {.trigger = RIG_TRIGGER_BLOCKED, .family = RIG_FAMILY_SLEEP, .trigger_thread = RIG_WHO_FIRST},
      {.trigger = RIG_TRIGGER_RECEIPT, .trigger_window = RIG_WINDOW_IDLE, .trigger_count = 3},
      {.trigger = RIG_TRIGGER_RECEIPT, .trigger_window = RIG_WINDOW_NONE, .trigger_count = 2},
      {.trigger = RIG_TRIGGER_RECEIPT, .trigger_window = RIG_WINDOW_APC, .trigger_count = 1},
      {.trigger = RIG_TRIGGER_RECEIPT,
       .trigger_window = RIG_WINDOW_NOTIFICATION,
       .trigger_count = 1},
  };
  ck_assert_uint_eq(scenario->step_count, sizeof expected / sizeof *expected);
  for (size_t i = 0; i < scenario->step_count; i++) {
    struct rig_step step = scenario->steps[i].step;
    ck_assert_uint_eq(step.action, RIG_ACTION_NOTIFY);
    step.action = 0;
    step.repeat = 0;
    step.line = 0;
    step.column = 0;
    ck_assert_msg(memcmp(&step, &expected[i], sizeof step) == 0, "step %zu differs", i);
  }
  rig_scenario_free(scenario);
}
END_TEST

/* ---- mistakes ---- */

#define HOLD STEP "{hold: {name: a}, at: {entry: GetMessage}}\n" /* in line 3 */

static const struct bad BAD_STEPS[] = {
    {STEP "fault: {}\n", 3, 5, "in a step, unknown key 'fault': one of post"},
    {STEP "post: {handler: returns}\n", 3, 21, "one of post, peek, quit"},
    {STEP "notify: {handler: peak}\n", 3, 23, "did you mean 'peek'?"},
    {STEP "post-thread: {handler: peek}\n", 3, 19, "it belongs inside 'post'"},
    {STEP "post-thread: {thread: any}\n", 3, 27, "one of first, mapi, main, t1"},
    {STEP "post-thread: {thread: t64}\n", 3, 27, "threads are main, then t1 to t63"},
    {STEP "post-thread: {thread: t0}\n", 3, 27, "threads are main, then t1 to t63"},
    {STEP "post-thread: {thread: t01}\n", 3, 27, "threads are main, then t1 to t63"},
    {STEP "post-thread: {thread: [t1]}\n", 3, 27, "must be one of first, mapi, main, t1"},
    {STEP "post: {thread: t1}\n", 3, 12, "it belongs inside 'post-thread'"},
    {STEP "withdraw: {timeout: 0}\n", 3, 25, "from 1 to 600000 ms"},
    {STEP "withdraw: {count: 2}\n", 3, 16, "it belongs inside 'post'"},
    {STEP "withdrw\n", 3, 5, "did you mean 'withdraw'?"},
    {STEP "send-notify: {timeout: 5}\n", 3, 19, "it belongs inside"},
    {STEP "quit-flag: {exit-code: -1}\n", 3, 28, "from 0 to 4294967295"},
    {STEP "apc: {thread: any}\n", 3, 19, "one of first, mapi, main, t1"},
    {STEP "timer: {period: 9}\n", 3, 21, "from 10 to 600000 ms"},
    {STEP "timer: {perid: 9}\n", 3, 13, "did you mean 'period'?"},
    {STEP "destroy-window: {window: mine}\n", 3, 30, "one of notification, idle"},
    {STEP "flood: {for: 1s}\n", 3, 18, "without a unit"},
    {STEP "flood: {count: 1000001}\n", 3, 20, "from 1 to 1000000"},
    {STEP "gate: idle\n", 3, 11, "write gate: {window: idle}"},
    {STEP "gate\n  - gate\n", 4, 5, "a second gate for window idle: that of line 3"},
    {STEP "ungate\n", 3, 5, "no gate for window idle comes before it"},
    {STEP "gate\n  - ungate: {window: notification}\n", 4, 5, "no gate for window notification"},
    {STEP "hold\n", 3, 5, "'hold' needs the call boundary"},
    {STEP "hold: {name: a}\n    when: settled\n", 3, 5, "'hold' needs the call boundary"},
    {HOLD "  - {hold: {name: a}, at: {entry: Sleep}}\n", 4, 6, "a second hold named 'a'"},
    {STEP "{hold: , at: {entry: Sleep}}\n  - {hold: , at: {entry: Sleep}}\n", 4, 6,
     "a second hold without a name"},
    {STEP "release\n", 3, 5, "no hold comes before it"},
    {HOLD "  - release: {name: b}\n", 4, 5, "no hold before it has the name 'b'"},
    {HOLD "  - release\n  - release\n", 5, 5, "the release of line 4 comes before it"},
    {HOLD "  - {hold: , at: {entry: Sleep}}\n  - release\n", 5, 5, "2 holds come before it"},
    {STEP "control\n", 3, 5, "must say which: write control: pause"},
    {STEP "control: {}\n", 3, 14, "must say which: write control: pause"},
    {STEP "control: [pause]\n", 3, 14, "must be a mapping, not a list"},
    {STEP "control: puase\n", 3, 14, "did you mean 'pause'?"},
    {STEP "control: 127\n", 3, 14, "from 128 to 255"},
    {STEP "control: stop\n", 3, 14, "write 'stop: {control: stop}'"},
    {STEP "control: {control: shutdown}\n", 3, 24, "write 'stop: {control: shutdown}'"},
    {STEP "stop: {control: ctrl-c}\n", 3, 5, "the scenario needs 'stop: console-ctrl'"},
    {"stop: console-ctrl\n" STEP "stop: {control: preshutdown}\n", 4, 5, "is a service control"},
    {STEP "{notify: , at: {entry: Sleep, thread: t64}}\n", 3, 43, "main, then t1 to t63"},
    {STEP "{notify: , at: {entry: Sleep, thread: frist}}\n", 3, 43, "did you mean 'first'?"},
    {STEP "{notify: , when: receipt}\n", 3, 22, "'receipt' needs its window"},
    {STEP "{notify: , when: {receipt: }}\n", 3, 32, "'receipt' has no value"},
    {STEP "{notify: , when: {receipt: idel}}\n", 3, 32, "did you mean 'idle'?"},
    {STEP "{notify: , when: {receipt: idle, thread: t1}}\n", 3, 38, "a receipt's thread is its"},
    {STEP "{notify: , when: {settled, nth: 2}}\n", 3, 32, "'nth' counts receipts"},
    {STEP "{notify: , when: {settled: t1}}\n", 3, 32, "'settled' takes no value"},
    {STEP "{notify: , when: {settled, blocked}}\n", 3, 32, "both 'settled' and 'blocked'"},
    {STEP "{notify: , when: {thread: t1}}\n", 3, 22, "'when' names no state"},
    {STEP "{notify: , when: {settled, thread: any}}\n", 3, 40, "one of first, mapi, main, t1"},
};

#define FAULT N "mapi:\n  - " /* a fault written here begins at 3:5 */

static const struct bad BAD_FAULTS[] = {
    {N "mapi: {call: Advise, block: true}\n", 2, 7, "a list of faults"},
    {N "mapi:\n", 2, 6, "'mapi' has no value"},
    {FAULT "MAPILogonEx\n", 3, 5, "must be a mapping, not a text"},
    {FAULT "{}\n", 3, 5, "must name its call"},
    {FAULT "{block: true}\n", 3, 5, "must name its call"},
    {FAULT "{call: Advise}\n", 3, 5, "must say what happens"},
    {FAULT "{call: Advise, nth: 2}\n", 3, 5, "must say what happens"},
    {FAULT "{call: GetMessage, block: true}\n", 3, 12, "'call' names a call of MAPI, not"},
    {FAULT "{call: OnNotify, block: true}\n", 3, 12, "'call' names a call of MAPI, not"},
    {FAULT "{call: MAPILogon, block: true}\n", 3, 12, "did you mean 'MAPILogonEx'?"},
    {FAULT "{call: , block: true}\n", 3, 12, "such as MAPILogonEx"},
    {FAULT "{call: Advise, nth: 0, block: true}\n", 3, 25, "from 1 to 1000000"},
    {FAULT "{call: Advise, fail: MAPI_E_NOT_FOUDN}\n", 3, 26, "did you mean 'MAPI_E_NOT_FOUND'?"},
    {FAULT "{call: Advise, fail: broken}\n", 3, 26, "or a number (0x8004010F)"},
    {FAULT "{call: Advise, fail: S_OK}\n", 3, 26, "S_OK is a success"},
    {FAULT "{call: Advise, fail: 0x40380}\n", 3, 26, "with the failure bit"},
    {FAULT "{call: Advise, fail: }\n", 3, 26, "'fail' has no value"},
    {FAULT "{call: Advise, block: false}\n", 3, 27, "'block' cannot be 'false'"},
    {FAULT "{call: Advise, take: 0}\n", 3, 26, "from 1 to 600000 ms"},
    {FAULT "{call: Advise, take: 5, block: true}\n", 3, 29, "both 'take' and 'block'"},
    {FAULT "{call: Advise, tkae: 5}\n", 3, 20, "did you mean 'take'?"},
    {FAULT "{call: MAPIUninitialize, fail: MAPI_E_CALL_FAILED}\n", 3, 30, "cannot fail"},
    {FAULT "{call: Advise, take: 5}\n  - {call: Advise, block: true}\n", 4, 5, "a second fault"},
};

TABLE_TEST(bad_steps, BAD_STEPS)
TABLE_TEST(bad_faults, BAD_FAULTS)

int main(void) {
  Suite *suite = suite_create("scenario, the vocabulary of the pump");
  TCase *tests = tcase_create("good");
  tcase_add_test(tests, pump_actions);
  tcase_add_loop_test(tests, service_controls, 0, 9);
  tcase_add_loop_test(tests, stop_controls, 0, 8);
  tcase_add_test(tests, faults);
  tcase_add_test(tests, plan_ends_holds_and_gates);
  tcase_add_test(tests, more_triggers);
  tcase_add_loop_test(tests, bad_steps, 0, ROWS(BAD_STEPS));
  tcase_add_loop_test(tests, bad_faults, 0, ROWS(BAD_FAULTS));
  suite_add_tcase(suite, tests);
  return run_suite(suite);
}
