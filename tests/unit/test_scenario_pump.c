/*
 * The pump's whole vocabulary: every action, trigger and fault with its arguments, in the plan.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/session.h"
#include "scenario/scenario.h"

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

int main(void) {
  Suite *suite = suite_create("scenario, the vocabulary of the pump");
  TCase *tests = tcase_create("good");
  tcase_add_test(tests, pump_actions);
  tcase_add_loop_test(tests, service_controls, 0, 9);
  tcase_add_loop_test(tests, stop_controls, 0, 8);
  tcase_add_test(tests, faults);
  tcase_add_test(tests, plan_ends_holds_and_gates);
  tcase_add_test(tests, more_triggers);
  suite_add_tcase(suite, tests);
  SRunner *runner = srunner_create(suite);
  srunner_run_all(runner, CK_NORMAL);
  int failed = srunner_ntests_failed(runner);
  srunner_free(runner);
  return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
