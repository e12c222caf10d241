/*
 * A scenario's expectations, held against what a run shows.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "unit/trace_builder.h"

static void begin(struct tb *tb) {
  tb_open(tb, RIG_ROLE_SERVICE, NULL, 0);
  tb_start(tb, TB_MAIN, TB_INIT_FLAGS);
}

static struct rig_expectation_results expect(struct tb *tb, const struct rig_scenario *scenario) {
  struct rig_expectation_results results;
  tb_judge(tb);
  ck_assert(rig_expect(scenario, tb->trace, &tb->judgement, &results) == RIG_OK);
  return results;
}

static void require_outcome(struct tb *tb, const struct rig_scenario *scenario,
                            enum rig_outcome outcome, const char *cause, size_t unmet) {
  struct rig_expectation_results results = expect(tb, scenario);
  size_t seen = 0;
  for (size_t i = 0; i < results.count; i++) {
    ck_assert(results.items[i].text[0] != '\0');
    ck_assert_msg(results.items[i].met == (results.items[i].message[0] == '\0'), "%s: %s",
                  results.items[i].text, results.items[i].message);
    seen += !results.items[i].met;
  }
  ck_assert_uint_eq(seen, unmet);
  ck_assert_msg(tb->judgement.outcome == outcome && strcmp(tb->judgement.cause, cause) == 0,
                "%s, %s: %s", rig_outcome_text(tb->judgement.outcome), tb->judgement.cause,
                tb->judgement.message);
  rig_expectation_results_free(&results);
}

static void literal_hang(struct tb *tb) {
  begin(tb);
  uint32_t wait = tb_wait_enter(tb, TB_MAIN, TB_ALLINPUT, 0);
  struct tb_stimulus sent = tb_send(tb);
  tb_wait_leave(tb, TB_MAIN, wait, 2);
  uint32_t get = tb_get_enter(tb, TB_MAIN);
  tb_answer(tb, &sent);
  tb_stop(tb);
  tb_blocked(tb, TB_MAIN, get, 0);
  tb_handle(tb, TB_STOP_HANDLE, RIG_SIGNAL_YES, wait);
  tb_killed(tb, RIG_END_STOP_BLOCKED);
}

START_TEST(expected_failure) {
  struct rig_expected_rule rules[] = {{.id = "no-blocking-get", .verdict = RIG_EXPECT_FAIL},
                                      {.id = "sent-latency", .verdict = RIG_EXPECT_PASS}};
  struct rig_scenario scenario = {
      .expected_rules = rules, .expected_rule_count = 2, .expect_any_rule = true};
  struct tb tb;
  literal_hang(&tb);
  require_outcome(&tb, &scenario, RIG_OUTCOME_PASS, "expected", 0);
  require_outcome(&tb, NULL, RIG_OUTCOME_FAIL, "stop-blocked", 1);
  rules[0].id = "wake-mask"; /* another rule was expected: the real failure stands */
  require_outcome(&tb, &scenario, RIG_OUTCOME_FAIL, "stop-blocked", 2);
  rules[0].id = "no-blocking-get";
  rules[1].verdict = RIG_EXPECT_NA;
  require_outcome(&tb, &scenario, RIG_OUTCOME_FAIL, "expectation", 1);
  tb_close(&tb);
}
END_TEST

START_TEST(expected_failure_that_did_not_come) {
  struct rig_expected_rule rules[] = {{.id = "wake-mask", .verdict = RIG_EXPECT_FAIL}};
  struct rig_scenario scenario = {
      .expected_rules = rules, .expected_rule_count = 1, .expect_any_rule = true};
  struct tb tb;
  begin(&tb);
  tb_stop_well(&tb, TB_MAIN, tb_wait_enter(&tb, TB_MAIN, TB_ALLINPUT, TB_LEVEL));
  require_outcome(&tb, &scenario, RIG_OUTCOME_FAIL, "expectation", 1);
  rules[0] = (struct rig_expected_rule){.id = "sent-latency", .verdict = RIG_EXPECT_PASS};
  require_outcome(&tb, &scenario, RIG_OUTCOME_NOT_EXERCISED, "expected-not-exercised", 1);
  rules[0].verdict = RIG_EXPECT_NOT_EXERCISED;
  require_outcome(&tb, &scenario, RIG_OUTCOME_PASS, "complete", 0);
  rules[0].id = "sent-latencie";
  struct rig_expectation_results results = expect(&tb, &scenario);
  ck_assert(strstr(results.items[0].message, "did you mean 'sent-latency'?") != NULL);
  rig_expectation_results_free(&results);
  /* --as beats the scenario's role: what does not apply is not held against anybody. */
  rules[0] =
      (struct rig_expected_rule){.id = "nt-service-only-in-service", .verdict = RIG_EXPECT_PASS};
  require_outcome(&tb, &scenario, RIG_OUTCOME_FAIL, "expectation", 1);
  scenario.role = RIG_ROLE_CONSOLE;
  require_outcome(&tb, &scenario, RIG_OUTCOME_PASS, "complete", 0);
  tb_close(&tb);
}
END_TEST

/* Two notifications, one post, in this order. */
static void three_receipts(struct tb *tb) {
  begin(tb);
  uint32_t wait = tb_wait_enter(tb, TB_MAIN, TB_ALLINPUT, TB_LEVEL);
  struct tb_stimulus all[] = {tb_notify(tb), tb_notify(tb), tb_post(tb)};
  tb_wait_leave(tb, TB_MAIN, wait, 2);
  for (int i = 0; i < 3; i++) {
    tb_peek(tb, TB_MAIN, &all[i]);
    tb_dispatch(tb, TB_MAIN, &all[i]);
  }
  tb_peek(tb, TB_MAIN, NULL);
  tb_state(tb, RIG_STATE_SERVICE, TB_MAIN, 4, 1, 0, 0);
  tb_state(tb, RIG_STATE_SERVICE, TB_MAIN, 3, 0, 1, 0);
  tb_state(tb, RIG_STATE_SERVICE, TB_MAIN, 3, 0, 2, 0);
  tb_stop_well(tb, TB_MAIN, tb_wait_enter(tb, TB_MAIN, TB_ALLINPUT, TB_LEVEL));
}

static void hold_texts(struct tb *tb, enum rig_expect_kind kind, const char *first,
                       const char *second, const char *third, bool met) {
  char *texts[3] = {(char *)(uintptr_t)first, (char *)(uintptr_t)second, (char *)(uintptr_t)third};
  struct rig_expectation expectation = {.kind = kind, .texts = texts};
  while (expectation.text_count < 3 && texts[expectation.text_count])
    expectation.text_count++;
  struct rig_scenario scenario = {.expectations = &expectation, .expectation_count = 1};
  if (met)
    require_outcome(tb, &scenario, RIG_OUTCOME_PASS, "complete", 0);
  else
    require_outcome(tb, &scenario, RIG_OUTCOME_FAIL, "expectation", 1);
}

START_TEST(expected_receipts) {
  struct tb tb;
  three_receipts(&tb);
  const enum rig_expect_kind kind = RIG_EXPECT_RECEIPTS;
  hold_texts(&tb, kind, "notification", "notification", "idle", true);
  hold_texts(&tb, kind, "notification", "notification", "idle?", true);
  hold_texts(&tb, kind, "notification", "idle", "notification", false);
  hold_texts(&tb, kind, "notification", "notification", NULL, false);
  hold_texts(&tb, kind, "notification", "idle", NULL, false);
  tb_close(&tb);

  begin(&tb); /* one alone, of which the second item is the one that must come */
  uint32_t wait = tb_wait_enter(&tb, TB_MAIN, TB_ALLINPUT, TB_LEVEL);
  struct tb_stimulus post = tb_post(&tb);
  tb_wait_leave(&tb, TB_MAIN, wait, 2);
  tb_peek(&tb, TB_MAIN, &post);
  tb_dispatch(&tb, TB_MAIN, &post);
  tb_stop_well(&tb, TB_MAIN, tb_wait_enter(&tb, TB_MAIN, TB_ALLINPUT, TB_LEVEL));
  hold_texts(&tb, kind, "idle?", "idle", "notification?", true);
  hold_texts(&tb, kind, "idle", "idle", NULL, false);
  hold_texts(&tb, kind, NULL, NULL, NULL, false);
  tb_close(&tb);
}
END_TEST

START_TEST(expected_service_states) {
  struct tb tb;
  three_receipts(&tb);
  hold_texts(&tb, RIG_EXPECT_SERVICE_STATES, "running", "stop-pending", NULL, true);
  hold_texts(&tb, RIG_EXPECT_SERVICE_STATES, "running", "stop-pending", "stopped", false);
  hold_texts(&tb, RIG_EXPECT_SERVICE_STATES, "running", NULL, NULL, false);
  tb_close(&tb);
}
END_TEST

static void hold_number(struct tb *tb, enum rig_expect_kind kind, uint32_t number,
                        enum rig_family family, bool met) {
  struct rig_expectation expectation = {.kind = kind, .number = number, .family = family};
  struct rig_expected_rule rules[] = {{.id = "no-blocking-get", .verdict = RIG_EXPECT_FAIL}};
  struct rig_scenario scenario = {.expectations = &expectation,
                                  .expectation_count = 1,
                                  .expected_rules = rules,
                                  .expected_rule_count = 1};
  if (met)
    require_outcome(tb, &scenario, RIG_OUTCOME_PASS, "expected", 0);
  else
    require_outcome(tb, &scenario, RIG_OUTCOME_FAIL, "expectation", 1);
}

START_TEST(expected_numbers) {
  struct tb tb;
  literal_hang(&tb);
  hold_number(&tb, RIG_EXPECT_REPLIES, 1, 0, true);
  hold_number(&tb, RIG_EXPECT_REPLIES, 2, 0, false);
  hold_number(&tb, RIG_EXPECT_BLOCKED_IN, 0, RIG_FAMILY_GET_MESSAGE, true);
  hold_number(&tb, RIG_EXPECT_BLOCKED_IN, 0, RIG_FAMILY_MSG_WAIT, false);
  hold_number(&tb, RIG_EXPECT_EXIT_CODE, 0xDEAD, 0, false); /* the harness's, not its own */
  hold_number(&tb, RIG_EXPECT_STOP_MS, 60000, 0, false);
  tb_close(&tb);

  begin(&tb);
  tb_stop_well(&tb, TB_MAIN, tb_wait_enter(&tb, TB_MAIN, TB_ALLINPUT, TB_LEVEL));
  struct rig_expectation expectation = {.kind = RIG_EXPECT_STOP_MS, .number = 10};
  struct rig_scenario scenario = {.expectations = &expectation, .expectation_count = 1};
  require_outcome(&tb, &scenario, RIG_OUTCOME_PASS, "complete", 0);
  expectation.number = 2;
  require_outcome(&tb, &scenario, RIG_OUTCOME_FAIL, "expectation", 1);
  expectation = (struct rig_expectation){.kind = RIG_EXPECT_EXIT_CODE, .number = 0};
  require_outcome(&tb, &scenario, RIG_OUTCOME_PASS, "complete", 0);
  tb_close(&tb);

  begin(&tb); /* a crash that the scenario names is what it expects */
  tb_exit(&tb, 0xC0000005, false);
  expectation.number = 0xC0000005;
  require_outcome(&tb, &scenario, RIG_OUTCOME_PASS, "expected", 0);
  require_outcome(&tb, NULL, RIG_OUTCOME_FAIL, "crash", 0);
  tb_close(&tb);
}
END_TEST

/* An invalid run stays invalid, and one that did not come so far is not blamed for it. */
START_TEST(expectations_of_a_run_that_tells_nothing) {
  struct rig_expected_rule rules[] = {{.id = "pump-runs", .verdict = RIG_EXPECT_PASS}};
  struct rig_scenario scenario = {.expected_rules = rules, .expected_rule_count = 1};
  struct tb tb;
  tb_open(&tb, RIG_ROLE_SERVICE, NULL, 0);
  require_outcome(&tb, &scenario, RIG_OUTCOME_INVALID, "stub-not-loaded", 1);
  tb_close(&tb);
  begin(&tb);
  tb_unsupported(&tb, TB_MAIN, "IMAPISession::OpenMsgStore");
  tb_exit(&tb, 1, false);
  require_outcome(&tb, &scenario, RIG_OUTCOME_NOT_EXERCISED, "unsupported", 1);
  tb_close(&tb);
}
END_TEST

/* What is missing because nothing could be concluded is not the client's failure. */
START_TEST(expectations_on_a_late_machine) {
  struct rig_expectation expectation = {.kind = RIG_EXPECT_REPLIES, .number = 1};
  struct rig_scenario scenario = {.expectations = &expectation, .expectation_count = 1};
  struct tb tb;
  begin(&tb);
  uint32_t wait = tb_single_enter(&tb, TB_MAIN, TB_INFINITE);
  tb_send(&tb);
  tb_blocked(&tb, TB_MAIN, wait, 1);
  tb_late(&tb, 500);
  tb_stop(&tb);
  tb_single_leave(&tb, TB_MAIN, wait, 0);
  tb_finish(&tb, TB_MAIN);
  require_outcome(&tb, &scenario, RIG_OUTCOME_INVALID, "machine-late", 1);
  tb_close(&tb);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("judge_expect");
  TCase *tests = tcase_create("expectations");
  tcase_add_test(tests, expected_failure);
  tcase_add_test(tests, expected_failure_that_did_not_come);
  tcase_add_test(tests, expected_receipts);
  tcase_add_test(tests, expected_service_states);
  tcase_add_test(tests, expected_numbers);
  tcase_add_test(tests, expectations_of_a_run_that_tells_nothing);
  tcase_add_test(tests, expectations_on_a_late_machine);
  suite_add_tcase(suite, tests);
  SRunner *runner = srunner_create(suite);
  srunner_run_all(runner, CK_NORMAL);
  int failed = srunner_ntests_failed(runner);
  srunner_free(runner);
  return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
