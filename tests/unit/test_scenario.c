/*
 * Good scenarios: every key arrives where the run and the judge look for it, and the plan holds
 * what the director executes.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/session.h"
#include "scenario/scenario.h"
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

START_TEST(smallest) {
  struct rig_scenario *scenario = good("name: x\n");
  ck_assert_str_eq(scenario->file, "scenarios/test.yaml");
  ck_assert_str_eq(scenario->source, "name: x\n");
  ck_assert_str_eq(scenario->name, "x");
  ck_assert_ptr_null(scenario->description);
  ck_assert_int_eq(scenario->role, RIG_ROLE_SERVICE);
  ck_assert(!scenario->role_given);
  ck_assert_uint_eq(scenario->deadline_ms, 0);
  ck_assert_uint_eq(scenario->timeout_ms, 0);
  ck_assert_int_eq(scenario->stop_way, RIG_STOP_DEFAULT);
  ck_assert_uint_eq(scenario->step_count, 0);
  ck_assert(!scenario->expect_any_rule);
  ck_assert_uint_eq(scenario->expectation_count, 0);
  rig_scenario_free(scenario);
}
END_TEST

START_TEST(top_level) {
  struct rig_scenario *scenario = good("version: 1\n"
                                       "name: 'no: yes'\n"
                                       "description: |\n  two\n  lines\n"
                                       "role: desktop\n"
                                       "deadline: 250\n"
                                       "timeout: 0x7D0\n"
                                       "stop: {event: Global\\stop it}\n");
  ck_assert_str_eq(scenario->name, "no: yes");
  ck_assert_str_eq(scenario->description, "two\nlines\n");
  ck_assert_int_eq(scenario->role, RIG_ROLE_DESKTOP);
  ck_assert(scenario->role_given);
  ck_assert_uint_eq(scenario->deadline_ms, 250);
  ck_assert_uint_eq(scenario->timeout_ms, 2000);
  ck_assert_int_eq(scenario->stop_way, RIG_STOP_EVENT);
  ck_assert_str_eq(scenario->stop_event, "Global\\stop it");
  rig_scenario_free(scenario);
}
END_TEST

START_TEST(byte_order_mark_and_crlf) {
  struct rig_scenario *scenario = good("\xEF\xBB\xBFname: \xC3\xA4\r\nsteps:\r\n  - notify\r\n");
  ck_assert_str_eq(scenario->name, "\xC3\xA4");
  ck_assert_uint_eq(scenario->steps[0].position.line, 3);
  ck_assert_uint_eq(scenario->steps[0].position.column, 5);
  rig_scenario_free(scenario);
}
END_TEST

START_TEST(stop_ways) {
  static const struct {
    const char *text;
    enum rig_stop_way way;
  } cases[] = {{"name: x\nstop: scm\n", RIG_STOP_SCM},
               {"name: x\nstop: console-ctrl\n", RIG_STOP_CONSOLE_CTRL},
               {"name: x\nstop: message\n", RIG_STOP_MESSAGE},
               {"name: x\nstop: kill\n", RIG_STOP_KILL}};
  struct rig_scenario *scenario = good(cases[_i].text);
  ck_assert_int_eq(scenario->stop_way, cases[_i].way);
  rig_scenario_free(scenario);
}
END_TEST

START_TEST(client_setup) {
  struct rig_scenario *scenario = good("name: x\n"
                                       "client:\n"
                                       "  arguments: [-v, yes, 010, 'a b', '']\n"
                                       "  folder: data\n"
                                       "  environment: {A: b, C: '', D: 1.0}\n"
                                       "  files: [plugin.dll, sub/x.dll]\n"
                                       "  registry: [keys.reg]\n"
                                       "  service-name: MailPump\n"
                                       "  service-arguments: [one, two words]\n");
  const struct rig_client_setup *client = &scenario->client;
  ck_assert_uint_eq(client->argument_count, 5);
  ck_assert_str_eq(client->arguments[0], "-v");
  ck_assert_str_eq(client->arguments[1], "yes");
  ck_assert_str_eq(client->arguments[2], "010");
  ck_assert_str_eq(client->arguments[3], "a b");
  ck_assert_str_eq(client->arguments[4], "");
  ck_assert_str_eq(client->folder, "data");
  ck_assert_uint_eq(client->environment_count, 3);
  ck_assert_str_eq(client->environment[0], "A=b");
  ck_assert_str_eq(client->environment[1], "C=");
  ck_assert_str_eq(client->environment[2], "D=1.0");
  ck_assert_uint_eq(client->file_count, 2);
  ck_assert_str_eq(client->files[1], "sub/x.dll");
  ck_assert_uint_eq(client->registry_count, 1);
  ck_assert_str_eq(client->registry[0], "keys.reg");
  ck_assert_str_eq(client->service_name, "MailPump");
  ck_assert_uint_eq(client->service_argument_count, 2);
  ck_assert_str_eq(client->service_arguments[1], "two words");
  rig_scenario_free(scenario);
}
END_TEST

static const char ACTIONS[] = "name: x\n"
                              "steps:\n"
                              "  - notify\n"
                              "  - notify: {count: 3}\n"
                              "  - post:\n"
                              "  - post: {window: notification, message: WM_APP+1, count: 10000}\n"
                              "  - post-thread: {message: WM_USER + 0x10}\n"
                              "  - send: {}\n"
                              "  - send: {window: notification, message: 0xC000, timeout: 5}\n"
                              "  - set: {event: Global\\go}\n"
                              "  - reset: {wait-index: 62}\n"
                              "  - quit: {exit-code: 0xFFFFFFFF}\n"
                              "  - stop: {control: shutdown}\n"
                              "  - notify: {}\n";

START_TEST(actions) {
  struct rig_scenario *scenario = good(ACTIONS);
  static const enum rig_action expected[] = {
      RIG_ACTION_NOTIFY,      RIG_ACTION_NOTIFY, RIG_ACTION_POST, RIG_ACTION_POST,
      RIG_ACTION_POST_THREAD, RIG_ACTION_SEND,   RIG_ACTION_SEND, RIG_ACTION_SET_EVENT,
      RIG_ACTION_RESET_EVENT, RIG_ACTION_QUIT,   RIG_ACTION_STOP, RIG_ACTION_NOTIFY};
  ck_assert_uint_eq(scenario->step_count, sizeof expected / sizeof *expected);
  const struct rig_scenario_step *steps = scenario->steps;
  for (size_t i = 0; i < scenario->step_count; i++) {
    ck_assert_uint_eq(steps[i].step.action, expected[i]);
    ck_assert_uint_eq(steps[i].step.trigger, RIG_TRIGGER_NEXT);
    ck_assert_uint_eq(steps[i].step.line, 3 + i);
    ck_assert_uint_eq(steps[i].step.column, 5);
  }
  ck_assert_uint_eq(steps[0].step.repeat, 1);
  ck_assert_uint_eq(steps[1].step.repeat, 3);
  ck_assert_uint_eq(steps[2].step.window, RIG_WINDOW_IDLE);
  ck_assert_uint_eq(steps[2].step.message, 0x8000);
  ck_assert_uint_eq(steps[2].step.repeat, 1);
  ck_assert_uint_eq(steps[3].step.window, RIG_WINDOW_NOTIFICATION);
  ck_assert_uint_eq(steps[3].step.message, 0x8001);
  ck_assert_uint_eq(steps[3].step.repeat, 10000);
  ck_assert_uint_eq(steps[4].step.message, 0x410);
  ck_assert_uint_eq(steps[4].step.repeat, 1);
  ck_assert_uint_eq(steps[5].step.window, RIG_WINDOW_IDLE);
  ck_assert_uint_eq(steps[5].step.timeout_ms, 2000);
  ck_assert_uint_eq(steps[6].step.message, 0xC000);
  ck_assert_uint_eq(steps[6].step.timeout_ms, 5);
  ck_assert_uint_eq(steps[7].step.event_by, RIG_EVENT_BY_NAME);
  ck_assert_str_eq(steps[7].text, "Global\\go");
  ck_assert_uint_eq(steps[8].step.event_by, RIG_EVENT_BY_WAIT_INDEX);
  ck_assert_uint_eq(steps[8].step.index, 62);
  ck_assert_uint_eq(steps[9].step.exit_code, 0xFFFFFFFF);
  ck_assert_uint_eq(steps[10].step.control, 5);
  rig_scenario_free(scenario);
}
END_TEST

START_TEST(triggers) {
  struct rig_scenario *scenario =
      good("name: x\n"
           "steps:\n"
           "  - notify\n"
           "  - {notify: {}, at: {entry: MsgWaitForMultipleObjects, nth: 2}}\n"
           "  - notify: {}\n"
           "    at: {return: GetMessage}\n"
           "  - {after: 100, notify: }\n"
           "  - {notify: {}, when: settled}\n"
           "  - {notify: {}, when: blocked}\n"
           "  - {notify: {}, when: {blocked: WaitForObjects}}\n");
  const struct rig_step *step = &scenario->steps[0].step;
  ck_assert_uint_eq(step->trigger, RIG_TRIGGER_NEXT);
  step = &scenario->steps[1].step;
  ck_assert_uint_eq(step->trigger, RIG_TRIGGER_AT);
  ck_assert_uint_eq(step->edge, RIG_EDGE_ENTRY);
  ck_assert_uint_eq(step->family, RIG_FAMILY_MSG_WAIT);
  ck_assert_uint_eq(step->trigger_count, 2);
  step = &scenario->steps[2].step;
  ck_assert_uint_eq(step->edge, RIG_EDGE_RETURN);
  ck_assert_uint_eq(step->family, RIG_FAMILY_GET_MESSAGE);
  ck_assert_uint_eq(step->trigger_count, 1);
  step = &scenario->steps[3].step;
  ck_assert_uint_eq(step->trigger, RIG_TRIGGER_AFTER);
  ck_assert_uint_eq(step->trigger_ms, 100);
  ck_assert_uint_eq(scenario->steps[4].step.trigger, RIG_TRIGGER_SETTLED);
  step = &scenario->steps[5].step;
  ck_assert_uint_eq(step->trigger, RIG_TRIGGER_BLOCKED);
  ck_assert_uint_eq(step->family, RIG_FAMILY_NONE);
  step = &scenario->steps[6].step;
  ck_assert_uint_eq(step->trigger, RIG_TRIGGER_BLOCKED);
  ck_assert_uint_eq(step->family, RIG_FAMILY_HANDLE_WAIT);
  rig_scenario_free(scenario);
}
END_TEST

static const struct rig_expectation *find(const struct rig_scenario *scenario,
                                          enum rig_expect_kind kind) {
  for (size_t i = 0; i < scenario->expectation_count; i++)
    if (scenario->expectations[i].kind == kind)
      return &scenario->expectations[i];
  ck_abort_msg("expectation %d is missing", (int)kind);
}

static void check_entry(const struct rig_receipt_entry *entry, enum rig_receipt_kind kind,
                        uint32_t least, uint32_t most) {
  for (unsigned i = 0; i < RIG_RECEIPT_COUNT; i++) {
    ck_assert_uint_eq(entry->least[i], i == kind ? least : 0);
    ck_assert_uint_eq(entry->most[i], i == kind ? most : 0);
  }
  ck_assert(!entry->any_order);
}

static const char EXPECTATIONS[] =
    "name: x\n"
    "expect:\n"
    "  rules: {a: pass, b: fail, c: not-exercised, d: n/a, e: {fail: warning}, f: {fail: error}}\n"
    "  receipts: [notification, apc?, idle: 3, {timer?: 2}, any-order: [idle, idle?: 2, apc]]\n"
    "  blocked-in: GetMessage\n"
    "  replies: 0\n"
    "  withdrawn: 2\n"
    "  outcome: not-exercised\n"
    "  cause: step-stuck\n"
    "  exit-code: 0xC0000005\n"
    "  service-states: [start-pending, running, stop-pending, stopped]\n"
    "  ready-within: 3000\n"
    "  run-within: 4000\n"
    "  reply-within: 20\n"
    "  stop-within: 1000\n";

START_TEST(expectations) {
  struct rig_scenario *scenario = good(EXPECTATIONS);
  ck_assert(scenario->expect_any_rule);
  ck_assert_uint_eq(scenario->expected_rule_count, 6);
  const struct rig_expected_rule *rules = scenario->expected_rules;
  ck_assert_str_eq(rules[1].id, "b");
  ck_assert_int_eq(rules[0].verdict, RIG_EXPECT_PASS);
  ck_assert_int_eq(rules[1].verdict, RIG_EXPECT_FAIL);
  ck_assert_int_eq(rules[1].severity, RIG_EXPECT_ANY_SEVERITY);
  ck_assert_int_eq(rules[2].verdict, RIG_EXPECT_NOT_EXERCISED);
  ck_assert_int_eq(rules[3].verdict, RIG_EXPECT_NA);
  ck_assert_int_eq(rules[4].verdict, RIG_EXPECT_FAIL);
  ck_assert_int_eq(rules[4].severity, RIG_EXPECT_WARNING);
  ck_assert_int_eq(rules[5].severity, RIG_EXPECT_ERROR);
  ck_assert_uint_eq(rules[2].position.line, 3);
  ck_assert_uint_eq(scenario->expectation_count, RIG_EXPECT_KIND_COUNT);
  ck_assert_int_eq(find(scenario, RIG_EXPECT_BLOCKED_IN)->family, RIG_FAMILY_GET_MESSAGE);
  ck_assert_int_eq(find(scenario, RIG_EXPECT_BLOCKED_IN)->thread, RIG_WHO_DEFAULT);
  ck_assert_str_eq(find(scenario, RIG_EXPECT_OUTCOME)->texts[0], "not-exercised");
  ck_assert_str_eq(find(scenario, RIG_EXPECT_CAUSE)->texts[0], "step-stuck");
  ck_assert_uint_eq(find(scenario, RIG_EXPECT_REPLIES)->number, 0);
  ck_assert_uint_eq(find(scenario, RIG_EXPECT_WITHDRAWN)->number, 2);
  ck_assert_uint_eq(find(scenario, RIG_EXPECT_EXIT_CODE)->number, 0xC0000005);
  const struct rig_expectation *states = find(scenario, RIG_EXPECT_SERVICE_STATES);
  ck_assert_uint_eq(states->text_count, 4);
  ck_assert_str_eq(states->texts[2], "stop-pending");
  ck_assert_uint_eq(find(scenario, RIG_EXPECT_READY_MS)->number, 3000);
  ck_assert_uint_eq(find(scenario, RIG_EXPECT_RUN_MS)->number, 4000);
  ck_assert_uint_eq(find(scenario, RIG_EXPECT_REPLY_MS)->number, 20);
  ck_assert_uint_eq(find(scenario, RIG_EXPECT_STOP_MS)->number, 1000);
  rig_scenario_free(scenario);
  scenario = good("name: x\nexpect: {blocked-in: {call: Sleep, thread: t2}}\n");
  ck_assert_int_eq(scenario->expectations[0].family, RIG_FAMILY_SLEEP);
  ck_assert_int_eq(scenario->expectations[0].thread, RIG_WHO_NUMBERED + 2);
  rig_scenario_free(scenario);
}
END_TEST

START_TEST(expected_receipts) {
  struct rig_scenario *scenario = good(EXPECTATIONS);
  const struct rig_expectation *receipts = find(scenario, RIG_EXPECT_RECEIPTS);
  ck_assert_uint_eq(receipts->position.line, 4);
  ck_assert_uint_eq(receipts->receipt_count, 5);
  check_entry(&receipts->receipts[0], RIG_RECEIPT_NOTIFICATION, 1, 1);
  check_entry(&receipts->receipts[1], RIG_RECEIPT_APC, 0, 1);
  check_entry(&receipts->receipts[2], RIG_RECEIPT_IDLE, 3, 3);
  check_entry(&receipts->receipts[3], RIG_RECEIPT_TIMER, 0, 2);
  const struct rig_receipt_entry *group = &receipts->receipts[4];
  ck_assert(group->any_order);
  ck_assert_uint_eq(group->least[RIG_RECEIPT_IDLE], 1);
  ck_assert_uint_eq(group->most[RIG_RECEIPT_IDLE], 3);
  ck_assert_uint_eq(group->least[RIG_RECEIPT_APC], 1);
  ck_assert_uint_eq(group->most[RIG_RECEIPT_APC], 1);
  ck_assert_uint_eq(group->most[RIG_RECEIPT_NOTIFICATION], 0);
  rig_scenario_free(scenario);
}
END_TEST

START_TEST(plan_gets_a_final_stop) {
  struct rig_scenario *scenario = good("name: x\nstop: {event: E}\nsteps:\n  - notify\n");
  struct rig_plan plan;
  ck_assert_int_eq(rig_plan_build(scenario, &plan), RIG_OK);
  ck_assert_uint_eq(plan.step_count, 2);
  ck_assert_uint_eq(plan.steps[1].action, RIG_ACTION_STOP);
  ck_assert_uint_eq(plan.steps[1].trigger, RIG_TRIGGER_SETTLED);
  ck_assert_uint_eq(plan.steps[1].stop_way, RIG_STOP_EVENT);
  ck_assert_uint_eq(plan.steps[1].control, 0); /* for the service control manager alone */
  ck_assert_uint_eq(plan.steps[1].line, 0);
  ck_assert_str_eq(plan.texts + plan.steps[1].text, "E");
  rig_plan_free(&plan);
  ck_assert_ptr_null(plan.steps);
  rig_scenario_free(scenario);
}
END_TEST

START_TEST(plan_keeps_the_scenarios_stop) {
  struct rig_scenario *scenario = good(ACTIONS);
  struct rig_plan plan;
  ck_assert_int_eq(rig_plan_build(scenario, &plan), RIG_OK);
  ck_assert_uint_eq(plan.step_count, scenario->step_count);
  ck_assert_int_eq(plan.texts[0], '\0');
  ck_assert_uint_eq(plan.steps[0].text, 0);
  ck_assert_str_eq(plan.texts + plan.steps[7].text, "Global\\go");
  ck_assert_uint_eq(plan.text_bytes, 1 + sizeof "Global\\go");
  ck_assert_uint_eq(plan.steps[10].control, 5);
  ck_assert_uint_eq(plan.steps[10].line, 13);
  rig_plan_free(&plan);
  rig_scenario_free(scenario);
}
END_TEST

START_TEST(most_steps) {
  char *text = malloc(64 * RIG_STEPS_MAX);
  ck_assert_ptr_nonnull(text);
  size_t used = (size_t)sprintf(text, "name: x\nsteps:\n");
  for (unsigned i = 0; i < RIG_STEPS_MAX - 1; i++)
    used += (size_t)sprintf(text + used, "  - notify: {count: 2}\n");
  struct rig_scenario *scenario = good(text);
  struct rig_plan plan;
  ck_assert_int_eq(rig_plan_build(scenario, &plan), RIG_OK);
  ck_assert_uint_eq(plan.step_count, RIG_STEPS_MAX);
  rig_plan_free(&plan);
  rig_scenario_free(scenario);
  free(text);
}
END_TEST

START_TEST(resolve) {
  struct rig_scenario *scenario = good("name: x\n");
  char *path = rig_scenario_resolve(scenario, "a/b.dll");
  ck_assert_str_eq(path, "scenarios/a/b.dll");
  free(path);
  path = rig_scenario_resolve(scenario, "/b.dll");
  ck_assert_str_eq(path, "/b.dll");
  free(path);
  rig_scenario_free(scenario);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("scenario");
  TCase *tests = tcase_create("good");
  tcase_add_test(tests, smallest);
  tcase_add_test(tests, top_level);
  tcase_add_test(tests, byte_order_mark_and_crlf);
  tcase_add_loop_test(tests, stop_ways, 0, 4);
  tcase_add_test(tests, client_setup);
  tcase_add_test(tests, actions);
  tcase_add_test(tests, triggers);
  tcase_add_test(tests, expectations);
  tcase_add_test(tests, expected_receipts);
  tcase_add_test(tests, plan_gets_a_final_stop);
  tcase_add_test(tests, plan_keeps_the_scenarios_stop);
  tcase_add_test(tests, most_steps);
  tcase_add_test(tests, resolve);
  suite_add_tcase(suite, tests);
  return run_suite(suite);
}
