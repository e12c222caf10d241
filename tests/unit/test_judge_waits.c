/*
 * What the judge makes of waits that end in neither a handle nor input, of spins, of filters, and
 * of a pump on another thread.
 */
#include <check.h>

#include "unit/suite.h"
#include "unit/trace_builder.h"

enum { FAILED = 0xFFFFFFFF, APC = 0xC0, ABANDONED = 0x81, TIMED_OUT = 0x102 };

static void begin(struct tb *tb) {
  tb_open(tb, RIG_ROLE_SERVICE, NULL, 0);
  tb_start(tb, TB_MAIN, TB_INIT_FLAGS);
}

static void end_well(struct tb *tb, uint32_t flags) {
  tb_stop_well(tb, TB_MAIN, tb_wait_enter(tb, TB_MAIN, TB_ALLINPUT, flags));
}

static uint32_t wait_of(struct tb *tb, uint32_t thread, uint32_t count, uint32_t timeout_ms,
                        uint32_t result, uint32_t error) {
  union rig_payload payload = {.wait = {.count = count,
                                        .timeout_ms = timeout_ms,
                                        .wake_mask = TB_ALLINPUT,
                                        .flags = TB_LEVEL,
                                        .handle = TB_STOP_HANDLE}};
  uint32_t enter = tb_call(tb, RIG_KIND_ENTER, RIG_CALL_MsgWaitForMultipleObjectsEx, thread,
                           RIG_NO_RECORD, &payload);
  payload.wait.result = result;
  payload.wait.error = error;
  tb_call(tb, RIG_KIND_LEAVE, RIG_CALL_MsgWaitForMultipleObjectsEx, thread, enter, &payload);
  return enter;
}

/* GetMessage that answers -1. */
static void get_fails(struct tb *tb) {
  uint32_t enter = tb_get_enter(tb, TB_MAIN);
  union rig_payload payload = {.message = {.result = FAILED, .error = 1400}};
  tb_call(tb, RIG_KIND_LEAVE, RIG_CALL_GetMessageW, TB_MAIN, enter, &payload);
}

/* ---- wait-failed ---- */

START_TEST(retried_for_ever) {
  for (int times = 9; times <= 10; times++) { /* ten is the bound */
    struct tb tb;
    begin(&tb);
    for (int i = 0; i < times; i++) {
      wait_of(&tb, TB_MAIN, 2, TB_INFINITE, FAILED, 6);
      tb_sleep(&tb, 20);
    }
    end_well(&tb, TB_LEVEL);
    tb_require_failures(&tb, times < 10 ? "" : "wait-failed");
    if (times == 10)
      tb_require_text(&tb, "wait-failed", "ERROR_INVALID_HANDLE");
    tb_close(&tb);
  }
}
END_TEST

/* Other errors, or a wait that worked in between: something changed. */
START_TEST(retried_with_success) {
  struct tb tb;
  begin(&tb);
  for (uint32_t i = 0; i < 30; i++) {
    wait_of(&tb, TB_MAIN, 2, TB_INFINITE, FAILED, 6);
    if (i % 3 == 2)
      wait_of(&tb, TB_MAIN, 2, 10, TIMED_OUT, 0);
  }
  end_well(&tb, TB_LEVEL);
  tb_require_failures(&tb, "");
  tb_close(&tb);
}
END_TEST

START_TEST(get_message_minus_one) {
  struct tb tb;
  begin(&tb); /* dispatched as if it were a message */
  struct tb_stimulus none = tb_own_message(0, 0);
  get_fails(&tb);
  tb_dispatch(&tb, TB_MAIN, &none);
  end_well(&tb, TB_LEVEL);
  tb_require_failures(&tb, "wait-failed");
  tb_require_text(&tb, "wait-failed", "-1 is not FALSE");
  tb_close(&tb);

  begin(&tb); /* it leaves the pump: right */
  get_fails(&tb);
  tb_finish(&tb, TB_MAIN);
  tb_require_failures(&tb, "");
  tb_require_verdict(&tb, "wait-failed", RIG_PASS);
  tb_close(&tb);
}
END_TEST

/* GetMessage straight after each of them: by shape, and by proof. */
START_TEST(taken_for_a_message) {
  static const uint32_t results[] = {FAILED, APC, ABANDONED};
  for (size_t i = 0; i < 3; i++) {
    struct tb tb;
    struct tb_stimulus own = tb_own_message(TB_OWN_HWND, 0x500);
    begin(&tb);
    wait_of(&tb, TB_MAIN, 2, TB_INFINITE, results[i], 6);
    tb_get(&tb, TB_MAIN, &own);
    tb_dispatch(&tb, TB_MAIN, &own);
    end_well(&tb, TB_LEVEL);
    tb_require_failures(&tb, "wait-failed (warning)");
    tb_close(&tb);

    begin(&tb);
    uint32_t wait = wait_of(&tb, TB_MAIN, 2, TB_INFINITE, results[i], 6);
    uint32_t get = tb_get_enter(&tb, TB_MAIN);
    tb_stop(&tb);
    tb_blocked(&tb, TB_MAIN, get, 1);
    tb_handle(&tb, TB_STOP_HANDLE, RIG_SIGNAL_YES, wait);
    tb_killed(&tb, RIG_END_STOP_BLOCKED);
    tb_require_failures(&tb, "stop-latency < wait-failed, wait-failed");
    tb_close(&tb);

    begin(&tb); /* the machine was late: a shape is all that is left */
    wait_of(&tb, TB_MAIN, 2, TB_INFINITE, results[i], 6);
    get = tb_get_enter(&tb, TB_MAIN);
    tb_stop(&tb);
    tb_sleep(&tb, 600);
    tb_late(&tb, 400);
    tb_sleep(&tb, 410);
    tb_state(&tb, RIG_STATE_BLOCKED, TB_DIRECTOR, TB_MAIN, get, 1005, 1);
    tb_killed(&tb, RIG_END_STOP_BLOCKED);
    tb_require_failures(&tb, "wait-failed (warning)");
    tb_close(&tb);
  }
}
END_TEST

/* An exit that nobody asked for. */
START_TEST(taken_for_a_stop) {
  static const struct {
    uint32_t result;
    const char *failures;
  } cases[] = {{APC, "wait-failed"},
               {ABANDONED, "wait-failed (warning)"},
               {FAILED, ""}}; /* with a failure there is nothing to go on with */
  for (size_t i = 0; i < 3; i++) {
    struct tb tb;
    begin(&tb);
    wait_of(&tb, TB_MAIN, 2, TB_INFINITE, cases[i].result, 6);
    tb_finish(&tb, TB_MAIN);
    tb_require_failures(&tb, cases[i].failures);
    tb_close(&tb);

    begin(&tb); /* asked to stop meanwhile: it may leave after anything */
    uint32_t wait = tb_wait_enter(&tb, TB_MAIN, TB_ALLINPUT, TB_LEVEL);
    tb_stop(&tb);
    tb_wait_leave(&tb, TB_MAIN, wait, cases[i].result);
    tb_finish(&tb, TB_MAIN);
    tb_require_failures(&tb, "");
    tb_close(&tb);
  }
}
END_TEST

START_TEST(told_apart) {
  struct tb tb;
  begin(&tb);
  wait_of(&tb, TB_MAIN, 2, TB_INFINITE, APC, 0);
  wait_of(&tb, TB_MAIN, 2, TB_INFINITE, ABANDONED, 0);
  tb_peek(&tb, TB_MAIN, NULL);
  end_well(&tb, TB_LEVEL);
  tb_require_failures(&tb, "");
  tb_require_verdict(&tb, "wait-failed", RIG_PASS);
  tb_close(&tb);
  begin(&tb);
  end_well(&tb, TB_LEVEL);
  tb_require_failures(&tb, "");
  tb_require_verdict(&tb, "wait-failed", RIG_NOT_EXERCISED);
  tb_close(&tb);
}
END_TEST

/* ---- wait-limit ---- */

START_TEST(limit) {
  for (uint32_t count = 63; count <= 64; count++) {
    struct tb tb;
    begin(&tb);
    uint32_t result = count == 63 ? TIMED_OUT : FAILED;
    for (int i = 0; i < 12; i++)
      wait_of(&tb, TB_MAIN, count, 10, result, 87);
    end_well(&tb, TB_LEVEL);
    tb_require_failures(&tb, count == 63 ? "" : "wait-failed < wait-limit, wait-limit");
    tb_require_verdict(&tb, "wait-limit", count == 63 ? RIG_PASS : RIG_FAIL);
    tb_close(&tb);
  }
  struct tb tb;
  begin(&tb); /* a worker's too; MAPI's own thread is not the client's */
  wait_of(&tb, TB_WORKER, 64, 0, FAILED, 87);
  end_well(&tb, TB_LEVEL);
  tb_require_failures(&tb, "wait-limit");
  tb_require_text(&tb, "wait-limit", "thread t1");
  tb_close(&tb);
}
END_TEST

/* ---- no-busy-wait ---- */

static void spin(struct tb *tb, int turns, double pause_ms) {
  for (int i = 0; i < turns; i++) {
    tb_peek(tb, TB_MAIN, NULL);
    tb_sleep(tb, pause_ms);
  }
}

START_TEST(spins) {
  struct tb tb;
  begin(&tb);
  spin(&tb, 1001, 0.9);
  end_well(&tb, TB_LEVEL);
  tb_require_failures(&tb, "no-busy-wait");
  tb_require_text(&tb, "no-busy-wait", "PeekMessageW");
  tb_close(&tb);

  begin(&tb); /* a thousand are none too many */
  spin(&tb, 1000, 0.9);
  end_well(&tb, TB_LEVEL);
  tb_require_failures(&tb, "");
  tb_require_verdict(&tb, "no-busy-wait", RIG_PASS);
  tb_close(&tb);

  begin(&tb); /* nor are more of them over a longer time */
  spin(&tb, 2000, 1.1);
  end_well(&tb, TB_LEVEL);
  tb_require_failures(&tb, "");
  tb_close(&tb);
}
END_TEST

/* A spin fills the log: what is recorded proves it, and the run is no invalid one. */
START_TEST(fills_the_log) {
  struct tb tb;
  tb_open_small(&tb, 4096);
  tb_start(&tb, TB_MAIN, TB_INIT_FLAGS);
  spin(&tb, 3000, 0);
  tb_judge(&tb);
  tb_require_cause(&tb, RIG_OUTCOME_FAIL, "rule-broken");
  tb_require_text(&tb, NULL, "filled the log");
  tb_close(&tb);
}
END_TEST

/* A pump under load: an empty look and a test of its handles for each message. */
START_TEST(serves_much) {
  struct tb tb;
  begin(&tb);
  for (int i = 0; i < 700; i++) {
    struct tb_stimulus own = tb_own_message(TB_OWN_HWND, 0x500);
    tb_peek(&tb, TB_MAIN, &own);
    tb_peek(&tb, TB_MAIN, NULL);
    wait_of(&tb, TB_MAIN, 2, 0, TIMED_OUT, 0);
  }
  end_well(&tb, TB_LEVEL);
  tb_require_verdict(&tb, "no-busy-wait", RIG_PASS);
  tb_close(&tb);
}
END_TEST

/* Waits that took a millisecond have waited, however often. */
START_TEST(short_waits) {
  struct tb tb;
  begin(&tb);
  for (int i = 0; i < 1100; i++) {
    uint32_t wait = tb_wait_enter(&tb, TB_MAIN, TB_ALLINPUT, TB_LEVEL);
    tb_sleep(&tb, 1);
    tb_wait_leave(&tb, TB_MAIN, wait, TIMED_OUT);
  }
  end_well(&tb, TB_LEVEL);
  tb_require_failures(&tb, "");
  tb_close(&tb);
}
END_TEST

/* What a spin goes round on is its root, when that rule failed. */
START_TEST(spins_for_a_reason) {
  struct tb tb;
  begin(&tb);
  for (int i = 0; i < 1001; i++)
    wait_of(&tb, TB_MAIN, 2, TB_INFINITE, FAILED, 6);
  end_well(&tb, TB_LEVEL);
  tb_require_failures(&tb, "no-busy-wait < wait-failed, wait-failed");
  tb_close(&tb);

  begin(&tb);
  for (int i = 0; i < 1001; i++)
    wait_of(&tb, TB_MAIN, 2, TB_INFINITE, 2, 0);
  end_well(&tb, TB_LEVEL);
  tb_require_failures(&tb, "dispatch-path, no-busy-wait < dispatch-path");
  tb_close(&tb);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("judge_waits");
  TCase *tests = tcase_create("strange results, limits, spins");
  tcase_add_test(tests, retried_for_ever);
  tcase_add_test(tests, retried_with_success);
  tcase_add_test(tests, get_message_minus_one);
  tcase_add_test(tests, taken_for_a_message);
  tcase_add_test(tests, taken_for_a_stop);
  tcase_add_test(tests, told_apart);
  tcase_add_test(tests, limit);
  tcase_add_test(tests, spins);
  tcase_add_test(tests, fills_the_log);
  tcase_add_test(tests, serves_much);
  tcase_add_test(tests, short_waits);
  tcase_add_test(tests, spins_for_a_reason);
  suite_add_tcase(suite, tests);
  return run_suite(suite);
}
