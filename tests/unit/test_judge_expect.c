/*
 * A scenario's expectations, held against what a run shows.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "unit/suite.h"
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

#define MOST 8

/* Entries as "notification idle? [idle apc?] idle": in order, in brackets in any. */
static size_t entries(const char *text, struct rig_receipt_entry *out) {
  static const char *const words[] = {
#define RIG_X(symbol, word) word,
      RIG_RECEIPT_KINDS(RIG_X)
#undef RIG_X
  };
  size_t count = 0;
  bool group = false;
  memset(out, 0, MOST * sizeof *out);
  while (*text) {
    size_t length = strcspn(text, " ?[]");
    if (*text == '[' || *text == ']') {
      group = *text == '[';
      out[count].any_order = true;
      count += !group;
    }
    for (size_t kind = 0; length > 0 && kind < RIG_RECEIPT_COUNT; kind++) {
      if (strlen(words[kind]) != length || strncmp(words[kind], text, length) != 0)
        continue;
      out[count].most[kind]++;
      out[count].least[kind] += text[length] != '?';
      count += !group;
    }
    text += length > 0 ? length : 1;
  }
  ck_assert_uint_le(count, MOST);
  return count;
}

/* `seen`: what the message must say of what arrived, NULL when all is as expected. */
static void hold_receipts(struct tb *tb, const char *expected, const char *seen) {
  struct rig_receipt_entry receipts[MOST];
  struct rig_expectation expectation = {.kind = RIG_EXPECT_RECEIPTS, .receipts = receipts};
  expectation.receipt_count = entries(expected, receipts);
  struct rig_scenario scenario = {.expectations = &expectation, .expectation_count = 1};
  if (!seen) {
    require_outcome(tb, &scenario, RIG_OUTCOME_PASS, "complete", 0);
    return;
  }
  require_outcome(tb, &scenario, RIG_OUTCOME_FAIL, "expectation", 1);
  ck_assert_msg(strstr(tb->judgement.message, seen) != NULL, "no '%s' in: %s", seen,
                tb->judgement.message);
}

START_TEST(expected_receipts) {
  struct tb tb;
  three_receipts(&tb);
  hold_receipts(&tb, "notification notification idle", NULL);
  hold_receipts(&tb, "notification notification idle?", NULL);
  hold_receipts(&tb, "[idle notification notification]", NULL);
  hold_receipts(&tb, "notification [idle notification]", NULL);
  hold_receipts(&tb, "[idle? notification? notification?]", NULL);
  hold_receipts(&tb, "[apc? notification notification] idle timer?", NULL);
  hold_receipts(&tb, "notification? notification? notification? idle", NULL);
  hold_receipts(&tb, "[notification idle?] [notification? idle]", NULL);
  hold_receipts(&tb, "notification idle notification",
                "receipts notification, idle, notification: arrived: notification: 2, idle; the "
                "first 1 of 3 are as expected");
  hold_receipts(&tb, "notification notification", "the first 2 of 3 are as expected");
  hold_receipts(&tb, "idle", "receipts idle: arrived: notification: 2, idle");
  hold_receipts(&tb, "[notification idle]", "receipts any-order: [notification, idle]: arrived");
  hold_receipts(&tb, "[notification notification idle] apc", "arrived: notification: 2, idle");
  hold_receipts(&tb, "notification notification timer?", "the first 2 of 3 are as expected");
  hold_receipts(&tb, "", "receipts none: arrived: notification: 2, idle");
  tb_close(&tb);

  begin(&tb); /* one alone, of which the second item is the one that must come */
  uint32_t wait = tb_wait_enter(&tb, TB_MAIN, TB_ALLINPUT, TB_LEVEL);
  struct tb_stimulus post = tb_post(&tb);
  tb_wait_leave(&tb, TB_MAIN, wait, 2);
  tb_peek(&tb, TB_MAIN, &post);
  tb_dispatch(&tb, TB_MAIN, &post);
  tb_stop_well(&tb, TB_MAIN, tb_wait_enter(&tb, TB_MAIN, TB_ALLINPUT, TB_LEVEL));
  hold_receipts(&tb, "idle? idle notification?", NULL);
  hold_receipts(&tb, "idle idle", "arrived: idle");
  hold_receipts(&tb, "", "arrived: idle");
  tb_close(&tb);

  begin(&tb); /* none: nothing to hold against it */
  tb_stop_well(&tb, TB_MAIN, tb_wait_enter(&tb, TB_MAIN, TB_ALLINPUT, TB_LEVEL));
  hold_receipts(&tb, "", NULL);
  hold_receipts(&tb, "idle?", NULL);
  hold_receipts(&tb, "idle", "receipts idle: arrived: none");
  tb_close(&tb);
}
END_TEST

/* A timer's message and an APC are receipts of their own kinds. */
START_TEST(expected_timer_and_apc) {
  struct tb tb;
  begin(&tb);
  uint32_t wait = tb_wait_enter(&tb, TB_MAIN, TB_ALLINPUT, TB_LEVEL);
  uint32_t causes[2];
  for (int i = 0; i < 2; i++) {
    struct rig_record stimulus = {.kind = RIG_KIND_STIMULUS,
                                  .call = i == 0 ? RIG_ACTION_TIMER : RIG_ACTION_APC,
                                  .thread = TB_DIRECTOR,
                                  .link = RIG_NO_RECORD};
    stimulus.u.stimulus.result = 1;
    causes[i] = tb_append(&tb, stimulus, NULL, 0);
  }
  for (int i = 0; i < 2; i++) {
    struct rig_record receipt = {.kind = RIG_KIND_RECEIPT, .thread = TB_MAIN, .link = causes[i]};
    receipt.u.receipt.window = i == 0 ? RIG_WINDOW_IDLE : RIG_WINDOW_APC;
    tb_append(&tb, receipt, NULL, 0);
  }
  tb_stop_well(&tb, TB_MAIN, wait);
  hold_receipts(&tb, "timer apc", NULL);
  hold_receipts(&tb, "[apc timer]", NULL);
  hold_receipts(&tb, "idle apc", "receipts idle, apc: arrived: timer, apc");
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

static void hold_end(struct tb *tb, enum rig_expect_kind kind, const char *word,
                     enum rig_outcome outcome, const char *cause, size_t unmet) {
  char *texts[] = {(char *)(uintptr_t)word};
  struct rig_expectation expectation = {.kind = kind, .texts = texts, .text_count = 1};
  struct rig_scenario scenario = {.expectations = &expectation, .expectation_count = 1};
  require_outcome(tb, &scenario, outcome, cause, unmet);
}

START_TEST(expected_end) {
  struct tb tb;
  begin(&tb);
  tb_exit(&tb, 0xC0000005, false);
  hold_end(&tb, RIG_EXPECT_CAUSE, "crash", RIG_OUTCOME_PASS, "expected", 0);
  hold_end(&tb, RIG_EXPECT_OUTCOME, "fail", RIG_OUTCOME_PASS, "expected", 0);
  hold_end(&tb, RIG_EXPECT_CAUSE, "timeout", RIG_OUTCOME_FAIL, "crash", 1);
  hold_end(&tb, RIG_EXPECT_OUTCOME, "pass", RIG_OUTCOME_FAIL, "crash", 1);
  tb_close(&tb);

  begin(&tb); /* a run that could not exercise the scenario, as the scenario says */
  tb_killed(&tb, RIG_END_STEP_STUCK);
  hold_end(&tb, RIG_EXPECT_CAUSE, "step-stuck", RIG_OUTCOME_PASS, "expected", 0);
  hold_end(&tb, RIG_EXPECT_OUTCOME, "not-exercised", RIG_OUTCOME_PASS, "expected", 0);
  hold_end(&tb, RIG_EXPECT_CAUSE, "crash", RIG_OUTCOME_NOT_EXERCISED, "step-stuck", 1);
  tb_close(&tb);

  begin(&tb);
  tb_stop_well(&tb, TB_MAIN, tb_wait_enter(&tb, TB_MAIN, TB_ALLINPUT, TB_LEVEL));
  hold_end(&tb, RIG_EXPECT_CAUSE, "complete", RIG_OUTCOME_PASS, "complete", 0);
  hold_end(&tb, RIG_EXPECT_OUTCOME, "pass", RIG_OUTCOME_PASS, "complete", 0);
  hold_end(&tb, RIG_EXPECT_CAUSE, "step-stuck", RIG_OUTCOME_FAIL, "expectation", 1);
  ck_assert(strstr(tb.judgement.message, "cause step-stuck: complete") != NULL);
  tb_close(&tb);

  literal_hang(&tb); /* the end is as expected, but the rules that failed are not listed */
  hold_end(&tb, RIG_EXPECT_CAUSE, "stop-blocked", RIG_OUTCOME_FAIL, "expectation", 1);
  tb_close(&tb);
}
END_TEST

START_TEST(expected_severity) {
  struct rig_expected_rule rules[] = {
      {.id = "no-blocking-get", .verdict = RIG_EXPECT_FAIL, .severity = RIG_EXPECT_ERROR}};
  struct rig_scenario scenario = {
      .expected_rules = rules, .expected_rule_count = 1, .expect_any_rule = true};
  struct tb tb;
  literal_hang(&tb);
  require_outcome(&tb, &scenario, RIG_OUTCOME_PASS, "expected", 0);
  rules[0].severity = RIG_EXPECT_WARNING;
  struct rig_expectation_results results = expect(&tb, &scenario);
  ck_assert(!results.items[0].met);
  ck_assert_str_eq(results.items[0].text, "rule no-blocking-get: fail, a warning");
  ck_assert(strncmp(results.items[0].message, "fail, an error: ", 16) == 0);
  rig_expectation_results_free(&results);
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
  hold_number(&tb, RIG_EXPECT_WITHDRAWN, 0, 0, true);
  hold_number(&tb, RIG_EXPECT_WITHDRAWN, 1, 0, false);
  hold_number(&tb, RIG_EXPECT_REPLY_MS, 60000, 0, true);
  hold_number(&tb, RIG_EXPECT_RUN_MS, 60000, 0, false);
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

static void hold_ms(struct tb *tb, enum rig_expect_kind kind, uint32_t most,
                    enum rig_outcome outcome, const char *cause) {
  struct rig_expectation expectation = {.kind = kind, .number = most};
  struct rig_scenario scenario = {.expectations = &expectation, .expectation_count = 1};
  require_outcome(tb, &scenario, outcome, cause, outcome != RIG_OUTCOME_PASS);
}

START_TEST(expected_durations) {
  const enum rig_outcome pass = RIG_OUTCOME_PASS, fail = RIG_OUTCOME_FAIL;
  struct tb tb;
  begin(&tb);
  uint32_t wait = tb_wait_enter(&tb, TB_MAIN, TB_ALLINPUT, TB_LEVEL);
  tb_stop_well(&tb, TB_MAIN, wait);
  hold_ms(&tb, RIG_EXPECT_READY_MS, 60000, pass, "complete");
  hold_ms(&tb, RIG_EXPECT_READY_MS, 1, fail, "expectation");
  hold_ms(&tb, RIG_EXPECT_RUN_MS, 60000, pass, "complete");
  hold_ms(&tb, RIG_EXPECT_RUN_MS, 1, fail, "expectation");
  hold_ms(&tb, RIG_EXPECT_REPLY_MS, 1, RIG_OUTCOME_NOT_EXERCISED, "expected-not-exercised");
  tb_close(&tb);

  tb_open(&tb, RIG_ROLE_SERVICE, NULL, 0); /* never ready */
  tb_state(&tb, RIG_STATE_HELLO, TB_MAIN, 42, 64, 0, 0);
  tb_initialize(&tb, TB_MAIN, TB_INIT_FLAGS);
  tb_stop_well(&tb, TB_MAIN, tb_wait_enter(&tb, TB_MAIN, TB_ALLINPUT, TB_LEVEL));
  hold_ms(&tb, RIG_EXPECT_READY_MS, 60000, fail, "expectation");
  tb_close(&tb);

  begin(&tb); /* the client ends without being asked: how soon it would stop is not known */
  tb_finish(&tb, TB_MAIN);
  tb_judge(&tb);
  struct rig_expectation stop = {.kind = RIG_EXPECT_STOP_MS, .number = 1};
  struct rig_scenario scenario = {.expectations = &stop, .expectation_count = 1};
  struct rig_expectation_results results = expect(&tb, &scenario);
  ck_assert_str_eq(results.items[1].message, "not-exercised: it was never asked to stop");
  rig_expectation_results_free(&results);
  tb_close(&tb);
}
END_TEST

/* What the scenario takes from the client counts for nothing, two holds at once for one. */
START_TEST(durations_less_what_the_scenario_held) {
  struct tb tb;
  begin(&tb);
  uint32_t wait = tb_wait_enter(&tb, TB_MAIN, TB_ALLINPUT, TB_LEVEL);
  tb_stop(&tb);
  uint32_t first = tb_detain(&tb, RIG_ACTION_HOLD, TB_MAIN);
  tb_sleep(&tb, 100);
  uint32_t second = tb_detain(&tb, RIG_ACTION_GATE, TB_WORKER);
  tb_sleep(&tb, 100);
  tb_let_go(&tb, RIG_ACTION_HOLD, TB_MAIN, first);
  tb_sleep(&tb, 100);
  tb_let_go(&tb, RIG_ACTION_GATE, TB_WORKER, second);
  tb_sleep(&tb, 50);
  tb_wait_leave(&tb, TB_MAIN, wait, 0);
  tb_finish(&tb, TB_MAIN);
  hold_ms(&tb, RIG_EXPECT_STOP_MS, 60, RIG_OUTCOME_PASS, "complete");
  hold_ms(&tb, RIG_EXPECT_STOP_MS, 49, RIG_OUTCOME_FAIL, "expectation");
  struct rig_expectation stop = {.kind = RIG_EXPECT_STOP_MS, .number = 49};
  struct rig_scenario scenario = {.expectations = &stop, .expectation_count = 1};
  struct rig_expectation_results results = expect(&tb, &scenario);
  ck_assert_ptr_nonnull(
      strstr(results.items[1].message, " beside the 300 ms in which the scenario held it"));
  rig_expectation_results_free(&results);
  tb_close(&tb);
}
END_TEST

/* Too long on a machine that was late itself. */
START_TEST(durations_on_a_late_machine) {
  struct tb tb;
  tb_open(&tb, RIG_ROLE_SERVICE, NULL, 0);
  tb_state(&tb, RIG_STATE_HELLO, TB_MAIN, 42, 64, 0, 0);
  tb_initialize(&tb, TB_MAIN, TB_INIT_FLAGS);
  uint32_t wait = tb_wait_enter(&tb, TB_MAIN, TB_ALLINPUT, TB_LEVEL);
  tb_sleep(&tb, 600);
  tb_late(&tb, 500);
  tb_state(&tb, RIG_STATE_READY, TB_DIRECTOR, 0, 0, 0, 0);
  tb_stop_well(&tb, TB_MAIN, wait);
  hold_ms(&tb, RIG_EXPECT_READY_MS, 1, RIG_OUTCOME_INVALID, "machine-late");
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
  tcase_add_test(tests, expected_timer_and_apc);
  tcase_add_test(tests, expected_end);
  tcase_add_test(tests, expected_severity);
  tcase_add_test(tests, expected_service_states);
  tcase_add_test(tests, expected_numbers);
  tcase_add_test(tests, expected_durations);
  tcase_add_test(tests, durations_less_what_the_scenario_held);
  tcase_add_test(tests, durations_on_a_late_machine);
  tcase_add_test(tests, expectations_of_a_run_that_tells_nothing);
  tcase_add_test(tests, expectations_on_a_late_machine);
  suite_add_tcase(suite, tests);
  return run_suite(suite);
}
