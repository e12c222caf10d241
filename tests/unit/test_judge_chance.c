/*
 * What chance decides in a run, and a verdict and its words must not depend on: where in its loop a
 * thread was when the stop came, whether a sender's patience ended before it, and when the machine
 * was late.
 */
#include <check.h>

#include "unit/suite.h"
#include "unit/trace_builder.h"

static void begin(struct tb *tb) {
  tb_open(tb, RIG_ROLE_SERVICE, NULL, 0);
  tb_start(tb, TB_MAIN, TB_INIT_FLAGS);
}

static void pause_for(struct tb *tb, double ms) {
  uint32_t sleep = tb_enter(tb, RIG_CALL_Sleep, TB_MAIN);
  tb_sleep(tb, ms);
  tb_leave(tb, RIG_CALL_Sleep, TB_MAIN, sleep);
}

/* Waits that return for input, and pauses: nobody looks at the queue. */
static void ignore_for(struct tb *tb, double ms) {
  for (; ms > 0; ms -= 100) {
    tb_wait(tb, TB_MAIN, TB_LEVEL, 2);
    pause_for(tb, 100);
  }
}

static void require_same(struct tb *first, struct tb *second, const char *rule) {
  const struct rig_finding *a = tb_finding(first, rule);
  const struct rig_finding *b = tb_finding(second, rule);
  ck_assert_str_eq(a->message, b->message);
  ck_assert_uint_eq(a->evidence_count, b->evidence_count);
  for (size_t i = 0; i < a->evidence_count; i++)
    ck_assert_str_eq(a->evidence[i].note, b->evidence[i].note);
}

START_TEST(where_in_its_loop) {
  struct tb pausing;
  begin(&pausing);
  tb_notify(&pausing);
  ignore_for(&pausing, 1100);
  tb_wait(&pausing, TB_MAIN, TB_LEVEL, 2);
  uint32_t sleep = tb_enter(&pausing, RIG_CALL_Sleep, TB_MAIN);
  tb_stop(&pausing);
  tb_leave(&pausing, RIG_CALL_Sleep, TB_MAIN, sleep);
  tb_stop_well(&pausing, TB_MAIN, tb_wait_enter(&pausing, TB_MAIN, TB_ALLINPUT, TB_LEVEL));
  struct tb waiting;
  begin(&waiting);
  tb_notify(&waiting);
  ignore_for(&waiting, 1100);
  tb_wait(&waiting, TB_MAIN, TB_LEVEL, 2);
  tb_stop_well(&waiting, TB_MAIN, tb_wait_enter(&waiting, TB_MAIN, TB_ALLINPUT, TB_LEVEL));
  tb_require_failures(&pausing, "dispatch-path, notify-latency < dispatch-path");
  tb_require_failures(&waiting, "dispatch-path, notify-latency < dispatch-path");
  tb_require_text(&waiting, "dispatch-path", "had waited again, in MsgWaitForMultipleObjectsEx");
  require_same(&pausing, &waiting, "dispatch-path");
  require_same(&pausing, &waiting, "notify-latency");
  tb_close(&pausing);
  tb_close(&waiting);
}
END_TEST

/* After one ignored return alone it is where it is: nothing has ignored anything before. */
START_TEST(one_ignored_return) {
  struct tb tb;
  begin(&tb);
  tb_notify(&tb);
  tb_wait(&tb, TB_MAIN, TB_LEVEL, 2);
  uint32_t sleep = tb_enter(&tb, RIG_CALL_Sleep, TB_MAIN);
  tb_sleep(&tb, 1100);
  tb_stop(&tb);
  tb_leave(&tb, RIG_CALL_Sleep, TB_MAIN, sleep);
  tb_stop_well(&tb, TB_MAIN, tb_wait_enter(&tb, TB_MAIN, TB_ALLINPUT, TB_LEVEL));
  tb_require_text(&tb, "dispatch-path", "was in Sleep");
  tb_close(&tb);
}
END_TEST

START_TEST(whether_the_sender_gave_up) {
  struct tb runs[2];
  for (int i = 0; i < 2; i++) {
    begin(&runs[i]);
    uint32_t wait = tb_wait_enter(&runs[i], TB_MAIN, TB_POSTED, TB_LEVEL);
    struct tb_stimulus sent = tb_send(&runs[i]);
    tb_blocked(&runs[i], TB_MAIN, wait, 1);
    if (i == 0)
      tb_time_out(&runs[i], &sent);
    tb_stop_well(&runs[i], TB_MAIN, wait);
    tb_require_failures(&runs[i], "wake-mask, sent-latency < wake-mask");
  }
  require_same(&runs[0], &runs[1], "wake-mask");
  require_same(&runs[0], &runs[1], "sent-latency");
  tb_close(&runs[0]);
  tb_close(&runs[1]);
}
END_TEST

/* D after the machine was late is as good as D without; less is nothing, though it was longer. */
START_TEST(on_time_for_long_enough) {
  struct tb tb;
  begin(&tb);
  tb_notify(&tb);
  ignore_for(&tb, 600);
  tb_late(&tb, 500);
  ignore_for(&tb, 1000);
  tb_stop_well(&tb, TB_MAIN, tb_wait_enter(&tb, TB_MAIN, TB_ALLINPUT, TB_LEVEL));
  tb_require_failures(&tb, "dispatch-path, notify-latency < dispatch-path");
  tb_require_text(&tb, "dispatch-path", "had waited again");
  tb_close(&tb);

  begin(&tb);
  tb_notify(&tb);
  ignore_for(&tb, 600);
  tb_late(&tb, 500);
  ignore_for(&tb, 900);
  tb_stop_well(&tb, TB_MAIN, tb_wait_enter(&tb, TB_MAIN, TB_ALLINPUT, TB_LEVEL));
  tb_require_failures(&tb, "dispatch-path");
  tb_require_text(&tb, "dispatch-path", "3 times in a row");
  tb_close(&tb);
}
END_TEST

/* Too late for the director to find it blocked before its sender gave up: nothing is known. */
START_TEST(answers_on_a_late_machine) {
  struct rig_expectation expectation = {.kind = RIG_EXPECT_REPLIES, .number = 1};
  struct rig_scenario scenario = {.expectations = &expectation, .expectation_count = 1};
  struct rig_expectation_results results;
  struct tb tb;
  begin(&tb);
  uint32_t wait = tb_single_enter(&tb, TB_MAIN, TB_INFINITE);
  struct tb_stimulus sent = tb_send(&tb);
  tb_sleep(&tb, 2000);
  tb_late(&tb, 1900);
  tb_time_out(&tb, &sent);
  tb_stop(&tb);
  tb_single_leave(&tb, TB_MAIN, wait, 0);
  tb_finish(&tb, TB_MAIN);
  tb_judge(&tb);
  ck_assert(rig_expect(&scenario, tb.trace, &tb.judgement, &results) == RIG_OK);
  rig_expectation_results_free(&results);
  ck_assert(tb.judgement.outcome == RIG_OUTCOME_INVALID);
  ck_assert_str_eq(tb.judgement.cause, "machine-late");
  tb_close(&tb);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("judge_chance");
  TCase *tests = tcase_create("chance");
  tcase_add_test(tests, where_in_its_loop);
  tcase_add_test(tests, one_ignored_return);
  tcase_add_test(tests, whether_the_sender_gave_up);
  tcase_add_test(tests, on_time_for_long_enough);
  tcase_add_test(tests, answers_on_a_late_machine);
  suite_add_tcase(suite, tests);
  return run_suite(suite);
}
