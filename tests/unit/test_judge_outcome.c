/*
 * The outcome of a run and its cause.
 */
#include <check.h>
#include <string.h>

#include "unit/suite.h"
#include "unit/trace_builder.h"

static void begin(struct tb *tb) {
  tb_open(tb, RIG_ROLE_SERVICE, NULL, 0);
  tb_start(tb, TB_MAIN, TB_INIT_FLAGS);
}

/* A stop that Windows refuses. */
static void refuse_stop(struct tb *tb, uint32_t error) {
  struct rig_record record = {.kind = RIG_KIND_STIMULUS,
                              .call = RIG_ACTION_STOP,
                              .thread = TB_DIRECTOR,
                              .link = RIG_NO_RECORD};
  record.u.stimulus.error = error;
  tb_append(tb, record, NULL, 0);
}

/* ---- causes ---- */

START_TEST(never_began) {
  struct tb tb;
  tb_open(&tb, RIG_ROLE_SERVICE, NULL, 0);
  tb.log.header->phase = RIG_PHASE_NOT_STARTED;
  tb.log.header->start_error = 2;
  tb_require_cause(&tb, RIG_OUTCOME_INVALID, "not-started");
  tb_require_text(&tb, NULL, "ERROR_FILE_NOT_FOUND");
  tb.log.header->phase = RIG_PHASE_CREATED;
  tb_require_cause(&tb, RIG_OUTCOME_INVALID, "not-started");
  tb.log.header->phase = RIG_PHASE_STARTED;
  tb_require_cause(&tb, RIG_OUTCOME_INVALID, "stub-not-loaded");
  tb_exit(&tb, 0xC0000135, false);
  tb_require_cause(&tb, RIG_OUTCOME_INVALID, "missing-dll");
  tb_close(&tb);
}
END_TEST

START_TEST(full_log) {
  struct tb tb;
  tb_open_small(&tb, 64);
  tb_start(&tb, TB_MAIN, TB_INIT_FLAGS);
  while (tb_wait(&tb, TB_MAIN, TB_LEVEL, 0x102) != RIG_NO_RECORD)
    tb_sleep(&tb, 1);
  tb.log.header->phase = RIG_PHASE_ENDED;
  tb_require_cause(&tb, RIG_OUTCOME_INVALID, "log-full");
  tb_require_verdict(&tb, "init-balanced", RIG_NOT_EXERCISED);
  tb_close(&tb);
}
END_TEST

START_TEST(crash) {
  struct tb tb;
  begin(&tb);
  struct rig_record record = {.kind = RIG_KIND_STATE,
                              .call = RIG_STATE_EXCEPTION,
                              .thread = TB_MAIN,
                              .link = RIG_NO_RECORD};
  record.u.state.a = 0xC0000005;
  record.u.state.value = 0x140001234;
  tb_append(&tb, record, NULL, 0);
  tb_exit(&tb, 0xC0000005, false);
  tb_require_cause(&tb, RIG_OUTCOME_FAIL, "crash");
  tb_require_text(&tb, NULL, "0xC0000005");
  tb_require_text(&tb, NULL, "thread main at address 0x140001234");
  ck_assert(tb.judgement.exited && tb.judgement.exit_code == 0xC0000005);
  tb_close(&tb);

  begin(&tb); /* known by its exit code alone */
  tb_exit(&tb, 0xC00000FD, false);
  tb_require_cause(&tb, RIG_OUTCOME_FAIL, "crash");
  tb_close(&tb);

  begin(&tb); /* ours */
  tb_exit(&tb, 0xC0000420, false);
  tb_require_cause(&tb, RIG_OUTCOME_INVALID, "stub-failed");
  tb_close(&tb);

  begin(&tb); /* -1 is an exit code like any other */
  tb_stop(&tb);
  tb_uninitialize(&tb, TB_MAIN);
  tb_exit(&tb, 0xFFFFFFFF, false);
  tb_require_cause(&tb, RIG_OUTCOME_PASS, "complete");
  tb_close(&tb);
}
END_TEST

START_TEST(unsupported) {
  struct tb tb;
  begin(&tb); /* ends */
  tb_unsupported(&tb, TB_MAIN, "IMAPISession::OpenMsgStore");
  tb_uninitialize(&tb, TB_MAIN);
  tb_exit(&tb, 1, false);
  tb_require_cause(&tb, RIG_OUTCOME_NOT_EXERCISED, "unsupported");
  tb_require_text(&tb, NULL, "IMAPISession::OpenMsgStore, called from 0x140001234");
  tb_require_text(&tb, "pump-runs", "IMAPISession::OpenMsgStore");
  tb_close(&tb);

  begin(&tb); /* crashes on it */
  tb_unsupported(&tb, TB_MAIN, "IMAPISession::OpenMsgStore");
  tb_exit(&tb, 0xC0000005, false);
  tb_require_cause(&tb, RIG_OUTCOME_NOT_EXERCISED, "unsupported");
  tb_close(&tb);

  begin(
      &tb); /* leaves its pump for a plain wait, in which messages lie and the stop is not heard */
  tb_wait(&tb, TB_MAIN, TB_LEVEL, 2);
  tb_peek(&tb, TB_MAIN, NULL);
  tb_unsupported(&tb, TB_MAIN, "IMAPISession::OpenMsgStore");
  uint32_t wait = tb_single_enter(&tb, TB_MAIN, TB_INFINITE);
  tb_notify(&tb);
  tb_blocked(&tb, TB_MAIN, wait, 1);
  tb_stop(&tb);
  tb_blocked(&tb, TB_MAIN, wait, 0);
  tb_killed(&tb, RIG_END_STOP_BLOCKED);
  tb_require_failures(&tb, "");
  tb_require_cause(&tb, RIG_OUTCOME_NOT_EXERCISED, "unsupported");
  tb_close(&tb);

  begin(&tb); /* pumps on after it: judged like anybody */
  tb_unsupported(&tb, TB_MAIN, "IMAPISession::OpenMsgStore");
  tb_wait(&tb, TB_MAIN, TB_LEVEL, 2);
  tb_peek(&tb, TB_MAIN, NULL);
  wait = tb_single_enter(&tb, TB_MAIN, TB_INFINITE);
  tb_notify(&tb);
  tb_blocked(&tb, TB_MAIN, wait, 1);
  tb_stop(&tb);
  tb_single_leave(&tb, TB_MAIN, wait, 0);
  tb_finish(&tb, TB_MAIN);
  tb_require_failures(&tb, "pump-runs, notify-latency < pump-runs");
  tb_close(&tb);
}
END_TEST

START_TEST(endings) {
  struct tb tb;
  tb_open(&tb, RIG_ROLE_CONSOLE, NULL, 0);
  tb_state(&tb, RIG_STATE_HELLO, TB_MAIN, 42, 64, 0, 0);
  tb_exit(&tb, 0, false);
  tb_require_cause(&tb, RIG_OUTCOME_NOT_EXERCISED, "no-mapi-call");
  tb_close(&tb);

  tb_open(&tb, RIG_ROLE_CONSOLE, NULL, 0);
  tb_state(&tb, RIG_STATE_HELLO, TB_MAIN, 42, 64, 0, 0);
  tb_initialize(&tb, TB_MAIN, 0);
  tb.log.header->stop_way = RIG_STOP_CONSOLE_CTRL;
  tb_stop(&tb);
  tb_exit(&tb, 0xC000013A, false);
  tb_require_failures(&tb, "");
  tb_require_verdict(&tb, "stop-latency", RIG_NOT_EXERCISED);
  tb_require_verdict(&tb, "init-balanced", RIG_NOT_EXERCISED);
  tb_require_cause(&tb, RIG_OUTCOME_NOT_EXERCISED, "console-unhandled");
  tb_close(&tb);

  begin(&tb);
  tb_end(&tb, RIG_END_NEVER_READY, RIG_MISSING_LOGON | RIG_MISSING_RUNNING);
  tb_exit(&tb, 1, true);
  tb_require_cause(&tb, RIG_OUTCOME_NOT_EXERCISED, "never-ready");
  tb_require_text(&tb, NULL, "the return of MAPILogonEx, SERVICE_RUNNING");
  tb_close(&tb);

  tb_open(&tb, RIG_ROLE_SERVICE, NULL, 0); /* given up waiting for, and the stop was refused */
  tb_state(&tb, RIG_STATE_HELLO, TB_MAIN, 42, 64, 0, 0);
  tb_initialize(&tb, TB_MAIN, TB_INIT_FLAGS);
  tb_enter(&tb, RIG_CALL_Sleep, TB_MAIN);
  tb_state(&tb, RIG_STATE_READY, TB_DIRECTOR, RIG_MISSING_LOGON | RIG_MISSING_RUNNING, 0, 0, 0);
  refuse_stop(&tb, 1052);
  tb_killed(&tb, RIG_END_STEP_STUCK);
  tb_require_cause(&tb, RIG_OUTCOME_NOT_EXERCISED, "never-ready");
  tb_require_text(&tb, NULL, "the return of MAPILogonEx, SERVICE_RUNNING");
  tb_close(&tb);

  begin(&tb);
  tb_killed(&tb, RIG_END_STEP_STUCK);
  tb_require_cause(&tb, RIG_OUTCOME_NOT_EXERCISED, "step-stuck");
  tb_close(&tb);

  begin(&tb);
  tb_killed(&tb, RIG_END_TIMEOUT);
  tb_require_cause(&tb, RIG_OUTCOME_FAIL, "timeout");
  tb_close(&tb);

  begin(&tb);
  tb_finish(&tb, TB_MAIN);
  tb_require_cause(&tb, RIG_OUTCOME_NOT_EXERCISED, "ended-early");
  tb_close(&tb);

  begin(&tb); /* Ctrl-C */
  tb_exit(&tb, 1, true);
  tb_require_cause(&tb, RIG_OUTCOME_INVALID, "interrupted");
  ck_assert(!tb.judgement.exited);
  tb_close(&tb);

  begin(&tb);
  tb_require_cause(&tb, RIG_OUTCOME_INVALID, "unfinished");
  tb_close(&tb);
}
END_TEST

START_TEST(late_after_the_stop) {
  struct tb tb;
  begin(&tb);
  uint32_t wait = tb_wait_enter(&tb, TB_MAIN, TB_ALLINPUT, TB_LEVEL);
  tb_stop(&tb);
  tb_blocked(&tb, TB_MAIN, wait, 0);
  tb_late(&tb, 300);
  tb_killed(&tb, RIG_END_STOP_BLOCKED);
  tb_require_failures(&tb, "");
  tb_require_cause(&tb, RIG_OUTCOME_INVALID, "machine-late");
  tb_close(&tb);
}
END_TEST

START_TEST(stop_refused) {
  struct tb tb;
  begin(&tb);
  refuse_stop(&tb, 1052);
  tb_killed(&tb, RIG_END_STEP_STUCK);
  tb_require_verdict(&tb, "stop-latency", RIG_NOT_EXERCISED);
  tb_require_cause(&tb, RIG_OUTCOME_NOT_EXERCISED, "stop-refused");
  tb_close(&tb);

  begin(&tb); /* a control that it does not accept: it waits on, as it should */
  uint32_t wait = tb_wait_enter(&tb, TB_MAIN, TB_ALLINPUT, TB_LEVEL);
  refuse_stop(&tb, 1052);
  tb_blocked(&tb, TB_MAIN, wait, 0);
  tb_killed(&tb, RIG_END_STOP_BLOCKED);
  tb_require_failures(&tb, "");
  tb_require_cause(&tb, RIG_OUTCOME_NOT_EXERCISED, "stop-refused");
  tb_close(&tb);

  begin(&tb); /* it is stopping already, and hangs in that */
  wait = tb_wait_enter(&tb, TB_MAIN, TB_ALLINPUT, TB_LEVEL);
  refuse_stop(&tb, 1061);
  tb_blocked(&tb, TB_MAIN, wait, 0);
  tb_killed(&tb, RIG_END_STOP_BLOCKED);
  tb_require_verdict(&tb, "stop-latency", RIG_FAIL);
  tb_close(&tb);
}
END_TEST

/* After a close Windows ends the client when its handler has returned, whatever it answered. */
START_TEST(closed_before_it_had_ended) {
  for (uint32_t taken = 0; taken < 2; taken++) {
    struct tb tb;
    tb_open(&tb, RIG_ROLE_SERVICE, NULL, 0);
    tb_start(&tb, TB_MAIN, TB_INIT_FLAGS);
    tb_wait_enter(&tb, TB_MAIN, TB_ALLINPUT, TB_LEVEL);
    tb_stop(&tb);
    uint32_t enter = tb_enter(&tb, RIG_CALL_HandlerRoutine, TB_WORKER);
    union rig_payload payload = {.scm = {.control = 2, .result = taken}};
    tb_call(&tb, RIG_KIND_LEAVE, RIG_CALL_HandlerRoutine, TB_WORKER, enter, &payload);
    tb_exit(&tb, 0xC000013A, false);
    tb_require_cause(&tb, RIG_OUTCOME_NOT_EXERCISED, "console-unhandled");
    tb_require_text(&tb, NULL, taken ? "before the client had ended" : "has no handler");
    tb_close(&tb);
  }
}
END_TEST

/* A service that has stopped by itself is not active any more when it is asked to stop. */
START_TEST(stopped_before_it_was_asked) {
  static const struct rig_step steps[] = {{.action = RIG_ACTION_STOP}};
  struct tb tb;
  tb_open(&tb, RIG_ROLE_SERVICE, steps, 1);
  tb_enter(&tb, RIG_CALL_StartServiceCtrlDispatcherW, TB_WORKER);
  tb_start(&tb, TB_MAIN, TB_INIT_FLAGS);
  refuse_stop(&tb, 1062);
  tb_finish(&tb, TB_MAIN);
  tb_require_cause(&tb, RIG_OUTCOME_PASS, "complete");
  tb_close(&tb);
}
END_TEST

/* Performed but for its last stop, which the client did not wait for: a WM_QUIT ended it. */
START_TEST(ended_by_a_step) {
  static const struct rig_step steps[] = {{.action = RIG_ACTION_QUIT}, {.action = RIG_ACTION_STOP}};
  struct tb tb;
  tb_open(&tb, RIG_ROLE_SERVICE, steps, 2);
  tb_start(&tb, TB_MAIN, TB_INIT_FLAGS);
  uint32_t wait = tb_wait_enter(&tb, TB_MAIN, TB_ALLINPUT, TB_LEVEL);
  struct tb_stimulus quit = tb_quit(&tb);
  tb_wait_leave(&tb, TB_MAIN, wait, 2);
  tb_peek(&tb, TB_MAIN, &quit);
  tb_finish(&tb, TB_MAIN);
  tb_require_failures(&tb, "");
  tb_require_verdict(&tb, "quit-honoured", RIG_PASS);
  tb_require_cause(&tb, RIG_OUTCOME_PASS, "complete");
  tb_close(&tb);
}
END_TEST

/* Faults are no steps, and neither are the ends of holds and gates that the plan adds. */
START_TEST(steps_are_the_scenarios) {
  static const struct rig_step steps[] = {
      {.action = RIG_ACTION_FAULT, .trigger = RIG_TRIGGER_START, .line = 2},
      {.action = RIG_ACTION_NOTIFY, .line = 4},
      {.action = RIG_ACTION_GATE, .line = 5, .window = RIG_WINDOW_IDLE},
      {.action = RIG_ACTION_UNGATE, .window = RIG_WINDOW_IDLE},
      {.action = RIG_ACTION_STOP}};
  struct tb tb;
  tb_open(&tb, RIG_ROLE_SERVICE, steps, 5);
  tb_start(&tb, TB_MAIN, TB_INIT_FLAGS);
  tb_finish(&tb, TB_MAIN);
  tb_require_cause(&tb, RIG_OUTCOME_NOT_EXERCISED, "ended-early");
  tb_require_text(&tb, NULL, "0 of the scenario's 3 steps");
  tb_close(&tb);

  static const struct rig_step fault_alone[] = {
      {.action = RIG_ACTION_FAULT, .trigger = RIG_TRIGGER_START, .line = 2},
      {.action = RIG_ACTION_STOP}};
  for (unsigned met = 0; met < 2; met++) { /* a fault that met the client is what it ended for */
    tb_open(&tb, RIG_ROLE_SERVICE, fault_alone, 2);
    tb_start(&tb, TB_MAIN, TB_INIT_FLAGS);
    struct rig_record fault = {.kind = RIG_KIND_STIMULUS,
                               .call = RIG_ACTION_FAULT,
                               .thread = TB_MAIN,
                               .link = RIG_NO_RECORD};
    fault.u.stimulus.result = 1;
    if (met)
      tb_append(&tb, fault, NULL, 0);
    tb_finish(&tb, TB_MAIN);
    tb_require_cause(&tb, met ? RIG_OUTCOME_PASS : RIG_OUTCOME_NOT_EXERCISED,
                     met ? "complete" : "ended-early");
    tb_close(&tb);
  }

  tb_open(&tb, RIG_ROLE_SERVICE, steps, 5);
  tb_start(&tb, TB_MAIN, TB_INIT_FLAGS);
  struct rig_record end = {
      .kind = RIG_KIND_STATE, .call = RIG_STATE_END, .thread = TB_DIRECTOR, .link = RIG_NO_RECORD};
  end.u.state.a = RIG_END_STEP_STUCK;
  end.u.state.b = 2;
  tb_append(&tb, end, NULL, 0);
  tb_exit(&tb, 1, true);
  tb_require_cause(&tb, RIG_OUTCOME_NOT_EXERCISED, "step-stuck");
  tb_require_text(&tb, NULL, "step 2 (line 5 of the scenario)");
  tb_close(&tb);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("judge_outcome");
  TCase *tests = tcase_create("outcome");
  tcase_add_test(tests, never_began);
  tcase_add_test(tests, full_log);
  tcase_add_test(tests, crash);
  tcase_add_test(tests, unsupported);
  tcase_add_test(tests, endings);
  tcase_add_test(tests, late_after_the_stop);
  tcase_add_test(tests, stop_refused);
  tcase_add_test(tests, closed_before_it_had_ended);
  tcase_add_test(tests, stopped_before_it_was_asked);
  tcase_add_test(tests, ended_by_a_step);
  tcase_add_test(tests, steps_are_the_scenarios);
  suite_add_tcase(suite, tests);
  return run_suite(suite);
}
