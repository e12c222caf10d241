/*
 * Clients that break a rule: the root is named, its consequences under it, and nothing else.
 */
#include <check.h>

#include "unit/suite.h"
#include "unit/trace_builder.h"

static void begin(struct tb *tb) {
  tb_open(tb, RIG_ROLE_SERVICE, NULL, 0);
  tb_start(tb, TB_MAIN, TB_INIT_FLAGS);
}

/* The documented pump: one GetMessage, TranslateMessage, DispatchMessage for each wake. */
static void literal_turn(struct tb *tb, const struct tb_stimulus *stimulus) {
  tb_get(tb, TB_MAIN, stimulus);
  if (stimulus->hwnd)
    tb_dispatch(tb, TB_MAIN, stimulus);
}

START_TEST(no_pump) {
  struct tb tb;
  begin(&tb);
  uint32_t wait = tb_single_enter(&tb, TB_MAIN, TB_INFINITE);
  tb_notify(&tb);
  struct tb_stimulus sent = tb_send(&tb);
  tb_blocked(&tb, TB_MAIN, wait, 2);
  tb_time_out(&tb, &sent);
  tb_stop(&tb);
  tb_single_leave(&tb, TB_MAIN, wait, 0);
  tb_finish(&tb, TB_MAIN);
  tb_require_failures(&tb, TB_NO_PUMP ", notify-latency < pump-runs, sent-latency < pump-runs");
  tb_require_cause(&tb, RIG_OUTCOME_FAIL, "rule-broken");
  tb_require_text(&tb, "pump-runs", "WaitForSingleObject(INFINITE)");
  tb_require_text(&tb, "pump-runs", "which serves no messages");
  tb_require_text(&tb, "pump-runs", "thread main");
  tb_require_text(&tb, "notify-latency", "notification");
  tb_require_text(&tb, NULL, "the client broke pump-runs; that led to notify-latency");
  tb_close(&tb);
}
END_TEST

/* Woken again and again by its own time-out: never blocked for D, and never a look at the queue. */
START_TEST(no_pump_that_polls) {
  struct tb tb;
  begin(&tb);
  tb_notify(&tb);
  for (int i = 0; i < 12; i++) {
    uint32_t wait = tb_single_enter(&tb, TB_MAIN, 100);
    tb_sleep(&tb, 100);
    tb_single_leave(&tb, TB_MAIN, wait, 0x102);
  }
  tb_stop(&tb);
  tb_finish(&tb, TB_MAIN);
  tb_require_failures(&tb, TB_NO_PUMP ", notify-latency < pump-runs");
  tb_close(&tb);

  begin(&tb); /* not long enough: no evidence */
  tb_notify(&tb);
  for (int i = 0; i < 9; i++) {
    uint32_t wait = tb_single_enter(&tb, TB_MAIN, 100);
    tb_sleep(&tb, 100);
    tb_single_leave(&tb, TB_MAIN, wait, 0x102);
  }
  tb_stop(&tb);
  tb_finish(&tb, TB_MAIN);
  tb_require_failures(&tb, "init-multithread-notifications (warning)");
  tb_require_verdict(&tb, "pump-runs", RIG_NOT_EXERCISED);
  tb_require_verdict(&tb, "notify-latency", RIG_NOT_EXERCISED);
  tb_close(&tb);
}
END_TEST

START_TEST(no_pump_with_multithread_notifications) {
  struct tb tb;
  tb_open(&tb, RIG_ROLE_SERVICE, NULL, 0);
  tb_start(&tb, TB_MAIN, TB_INIT_FLAGS | 1);
  uint32_t wait = tb_single_enter(&tb, TB_MAIN, TB_INFINITE);
  tb_send(&tb); /* a sender to the idle window is blocked: no longer a warning */
  tb_blocked(&tb, TB_MAIN, wait, 1);
  tb_stop(&tb);
  tb_single_leave(&tb, TB_MAIN, wait, 0);
  tb_finish(&tb, TB_MAIN);
  tb_require_failures(&tb, "pump-runs, sent-latency < pump-runs");
  tb_close(&tb);
}
END_TEST

START_TEST(handler_that_never_returns) {
  struct tb tb;
  begin(&tb);
  uint32_t wait = tb_wait_enter(&tb, TB_MAIN, TB_ALLINPUT, TB_LEVEL);
  struct tb_stimulus first = tb_notify(&tb);
  tb_wait_leave(&tb, TB_MAIN, wait, 2);
  tb_peek(&tb, TB_MAIN, &first);
  tb_enter(&tb, RIG_CALL_DispatchMessageW, TB_MAIN);
  tb_receipt(&tb, &first);
  uint32_t inside = tb_single_enter(&tb, TB_MAIN, TB_INFINITE);
  tb_notify(&tb);
  tb_blocked(&tb, TB_MAIN, inside, 1);
  tb_stop(&tb);
  tb_blocked(&tb, TB_MAIN, inside, 0);
  tb_killed(&tb, RIG_END_STOP_BLOCKED);
  tb_require_failures(&tb, "pump-runs, stop-latency, notify-latency < pump-runs");
  tb_close(&tb);
}
END_TEST

START_TEST(wait_all) {
  struct tb tb;
  begin(&tb);
  uint32_t wait = tb_wait_enter(&tb, TB_MAIN, TB_ALLINPUT, TB_WAITALL);
  tb_notify(&tb);
  tb_blocked(&tb, TB_MAIN, wait, 1);
  tb_stop_well(&tb, TB_MAIN, wait);
  tb_require_failures(&tb, "pump-runs, notify-latency < pump-runs");
  tb_require_text(&tb, "pump-runs", "MWMO_WAITALL");
  tb_close(&tb);
}
END_TEST

START_TEST(literal_pump_wording_only) {
  struct tb tb;
  begin(&tb);
  uint32_t wait = tb_wait_enter(&tb, TB_MAIN, TB_ALLINPUT, 0);
  struct tb_stimulus note = tb_notify(&tb);
  tb_wait_leave(&tb, TB_MAIN, wait, 2);
  literal_turn(&tb, &note);
  tb_stop_well(&tb, TB_MAIN, tb_wait_enter(&tb, TB_MAIN, TB_ALLINPUT, 0));
  tb_require_failures(&tb, "drain-before-wait (warning), no-blocking-get (warning)");
  tb_require_cause(&tb, RIG_OUTCOME_PASS, "complete");
  tb_close(&tb);
}
END_TEST

START_TEST(literal_pump_and_a_sent_message) {
  struct tb tb;
  begin(&tb);
  uint32_t wait = tb_wait_enter(&tb, TB_MAIN, TB_ALLINPUT, 0);
  struct tb_stimulus sent = tb_send(&tb);
  tb_wait_leave(&tb, TB_MAIN, wait, 2);
  uint32_t get = tb_get_enter(&tb, TB_MAIN);
  tb_answer(&tb, &sent);
  tb_stop(&tb);
  tb_blocked(&tb, TB_MAIN, get, 0);
  tb_handle(&tb, TB_STOP_HANDLE, RIG_SIGNAL_YES, wait);
  tb_handle(&tb, TB_WORK_HANDLE, RIG_SIGNAL_NO, wait);
  tb_killed(&tb, RIG_END_STOP_BLOCKED);
  tb_require_failures(&tb, "no-blocking-get, stop-latency < no-blocking-get");
  tb_require_verdict(&tb, "sent-latency", RIG_PASS);
  tb_require_verdict(&tb, "init-balanced", RIG_NOT_EXERCISED);
  tb_require_cause(&tb, RIG_OUTCOME_FAIL, "stop-blocked");
  tb_require_text(&tb, "no-blocking-get", "has sat in GetMessageW");
  tb_require_text(&tb, "no-blocking-get", "handle 0x58 (index 0 of its last wait) is signalled");
  tb_require_text(&tb, "no-blocking-get", "nothing pending can wake GetMessageW");
  tb_require_text(&tb, NULL, "root cause: no-blocking-get");
  tb_close(&tb);
}
END_TEST

/* The handle's state could not be read, but the client itself set it. */
START_TEST(signal_known_from_the_record) {
  struct tb tb;
  begin(&tb);
  uint32_t wait = tb_wait_enter(&tb, TB_MAIN, TB_ALLINPUT, 0);
  struct tb_stimulus sent = tb_send(&tb);
  tb_wait_leave(&tb, TB_MAIN, wait, 2);
  uint32_t get = tb_get_enter(&tb, TB_MAIN);
  tb_answer(&tb, &sent);
  tb_stop(&tb);
  union rig_payload set = {.object = {.handle = TB_STOP_HANDLE, .result = 1}};
  tb_call(&tb, RIG_KIND_CALL, RIG_CALL_SetEvent, TB_WORKER, RIG_NO_RECORD, &set);
  tb_blocked(&tb, TB_MAIN, get, 0);
  tb_handle(&tb, TB_STOP_HANDLE, RIG_SIGNAL_UNKNOWN, wait);
  tb_killed(&tb, RIG_END_STOP_BLOCKED);
  tb_require_failures(&tb, "no-blocking-get, stop-latency < no-blocking-get");
  tb_close(&tb);
}
END_TEST

/* No handle is signalled: what the thread is deaf to is not its handles. */
START_TEST(blocked_in_get_with_no_signal) {
  struct tb tb;
  begin(&tb);
  uint32_t wait = tb_wait_enter(&tb, TB_MAIN, TB_ALLINPUT, 0);
  struct tb_stimulus sent = tb_send(&tb);
  tb_wait_leave(&tb, TB_MAIN, wait, 2);
  uint32_t get = tb_get_enter(&tb, TB_MAIN);
  tb_answer(&tb, &sent);
  tb_stop(&tb);
  tb_blocked(&tb, TB_MAIN, get, 0);
  tb_handle(&tb, TB_STOP_HANDLE, RIG_SIGNAL_NO, wait);
  tb_killed(&tb, RIG_END_STOP_BLOCKED);
  tb_require_failures(&tb, "no-blocking-get (warning), stop-latency");
  tb_close(&tb);
}
END_TEST

START_TEST(literal_pump_and_a_burst) {
  struct tb tb;
  begin(&tb);
  uint32_t wait = tb_wait_enter(&tb, TB_MAIN, TB_ALLINPUT, 0);
  struct tb_stimulus first = tb_notify(&tb);
  struct tb_stimulus second = tb_notify(&tb);
  tb_wait_leave(&tb, TB_MAIN, wait, 2);
  literal_turn(&tb, &first);
  wait = tb_wait_enter(&tb, TB_MAIN, TB_ALLINPUT, 0);
  tb_blocked(&tb, TB_MAIN, wait, 1);
  tb_stop_well(&tb, TB_MAIN, wait);
  (void)second;
  tb_require_failures(&tb, "drain-before-wait, no-blocking-get (warning), "
                           "notify-latency < drain-before-wait");
  tb_require_text(&tb, "drain-before-wait", "old input");
  tb_require_text(&tb, "notify-latency", "MWMO_INPUTAVAILABLE");
  tb_close(&tb);
}
END_TEST

START_TEST(mask_without_sent) {
  struct tb tb;
  begin(&tb);
  uint32_t wait = tb_wait_enter(&tb, TB_MAIN, TB_POSTED, TB_LEVEL);
  tb_send(&tb);
  tb_blocked(&tb, TB_MAIN, wait, 1);
  tb_stop_well(&tb, TB_MAIN, wait);
  tb_require_failures(&tb, "wake-mask, sent-latency < wake-mask");
  tb_require_text(&tb, "wake-mask", "QS_POSTMESSAGE");
  tb_close(&tb);

  begin(&tb); /* the sender's time-out, without a diagnosis */
  wait = tb_wait_enter(&tb, TB_MAIN, TB_POSTED, TB_LEVEL);
  struct tb_stimulus sent = tb_send(&tb);
  tb_sleep(&tb, 2000);
  tb_time_out(&tb, &sent);
  tb_stop_well(&tb, TB_MAIN, wait);
  tb_require_failures(&tb, "wake-mask, sent-latency < wake-mask");
  tb_close(&tb);

  begin(&tb); /* nothing was sent: the shape alone */
  wait = tb_wait_enter(&tb, TB_MAIN, TB_POSTED, TB_LEVEL);
  tb_stop_well(&tb, TB_MAIN, wait);
  tb_require_failures(&tb, "wake-mask (warning)");
  tb_close(&tb);
}
END_TEST

START_TEST(mask_without_posted) {
  struct tb tb;
  begin(&tb);
  uint32_t wait = tb_wait_enter(&tb, TB_MAIN, TB_SENT, TB_LEVEL);
  tb_notify(&tb);
  tb_blocked(&tb, TB_MAIN, wait, 1);
  tb_stop_well(&tb, TB_MAIN, wait);
  tb_require_failures(&tb, "wake-mask, notify-latency < wake-mask");
  tb_close(&tb);
}
END_TEST

START_TEST(input_ignored) {
  struct tb tb;
  begin(&tb);
  tb_notify(&tb);
  for (int i = 0; i < 3; i++)
    tb_wait(&tb, TB_MAIN, TB_LEVEL, 2);
  tb_stop_well(&tb, TB_MAIN, tb_wait_enter(&tb, TB_MAIN, TB_ALLINPUT, TB_LEVEL));
  tb_require_failures(&tb, "dispatch-path");
  tb_require_text(&tb, "dispatch-path", "WAIT_OBJECT_0 + 2 (input)");
  tb_close(&tb);

  begin(&tb); /* spinning for longer than D: the notification is its consequence */
  tb_notify(&tb);
  struct tb_stimulus sent = tb_send(&tb);
  for (int i = 0; i < 30; i++) {
    tb_wait(&tb, TB_MAIN, TB_LEVEL, 2);
    tb_sleep(&tb, 100);
  }
  tb_time_out(&tb, &sent);
  tb_stop_well(&tb, TB_MAIN, tb_wait_enter(&tb, TB_MAIN, TB_ALLINPUT, TB_LEVEL));
  tb_require_failures(&tb, "dispatch-path, notify-latency < dispatch-path, "
                           "sent-latency < dispatch-path");
  tb_close(&tb);

  begin(&tb); /* once, together with an undelivered message */
  uint32_t wait = tb_wait_enter(&tb, TB_MAIN, TB_ALLINPUT, 0);
  tb_notify(&tb);
  tb_wait_leave(&tb, TB_MAIN, wait, 2);
  wait = tb_wait_enter(&tb, TB_MAIN, TB_ALLINPUT, 0);
  tb_blocked(&tb, TB_MAIN, wait, 1);
  tb_stop_well(&tb, TB_MAIN, wait);
  tb_require_failures(&tb, "dispatch-path, notify-latency < dispatch-path");
  tb_close(&tb);
}
END_TEST

START_TEST(handle_taken_for_input) {
  struct tb tb;
  begin(&tb);
  uint32_t wait = tb_wait_enter(&tb, TB_MAIN, TB_ALLINPUT, 0);
  tb_stop(&tb);
  tb_wait_leave(&tb, TB_MAIN, wait, 0);
  uint32_t get = tb_get_enter(&tb, TB_MAIN);
  tb_blocked(&tb, TB_MAIN, get, 0);
  tb_handle(&tb, TB_STOP_HANDLE, RIG_SIGNAL_YES, wait);
  tb_killed(&tb, RIG_END_STOP_BLOCKED);
  tb_require_failures(&tb, "wait-result-compare, stop-latency < wait-result-compare");
  tb_require_text(&tb, "wait-result-compare", "which is a handle");
  tb_close(&tb);
}
END_TEST

START_TEST(input_taken_for_a_handle) {
  struct tb tb;
  begin(&tb); /* for the stop event: it leaves */
  uint32_t wait = tb_wait_enter(&tb, TB_MAIN, TB_ALLINPUT, 0);
  tb_notify(&tb);
  tb_wait_leave(&tb, TB_MAIN, wait, 2);
  tb_finish(&tb, TB_MAIN);
  tb_require_failures(&tb, "wait-result-compare");
  tb_require_text(&tb, "wait-result-compare", "nobody had asked it to stop");
  tb_close(&tb);

  begin(&tb); /* for the work event: it resets it, and waits again */
  tb_notify(&tb);
  union rig_payload reset = {.object = {.handle = TB_WORK_HANDLE, .result = 1}};
  for (int i = 0; i < 3; i++) {
    tb_wait(&tb, TB_MAIN, 0, 2);
    tb_call(&tb, RIG_KIND_CALL, RIG_CALL_ResetEvent, TB_MAIN, RIG_NO_RECORD, &reset);
  }
  tb_stop_well(&tb, TB_MAIN, tb_wait_enter(&tb, TB_MAIN, TB_ALLINPUT, 0));
  tb_require_failures(&tb, "dispatch-path < wait-result-compare, wait-result-compare");
  tb_close(&tb);
}
END_TEST

START_TEST(removed_and_dropped) {
  struct tb tb;
  begin(&tb);
  uint32_t wait = tb_wait_enter(&tb, TB_MAIN, TB_ALLINPUT, TB_LEVEL);
  struct tb_stimulus note = tb_notify(&tb);
  tb_wait_leave(&tb, TB_MAIN, wait, 2);
  tb_peek(&tb, TB_MAIN, &note);
  tb_peek(&tb, TB_MAIN, NULL);
  wait = tb_wait_enter(&tb, TB_MAIN, TB_ALLINPUT, TB_LEVEL);
  tb_blocked(&tb, TB_MAIN, wait, 1);
  tb_stop_well(&tb, TB_MAIN, wait);
  tb_require_failures(&tb, "dispatched, notify-latency < dispatched");
  tb_require_text(&tb, "dispatched", "a window of MAPI's");
  tb_close(&tb);

  begin(&tb); /* a window of its own: its own affair, nearly */
  tb_wait(&tb, TB_MAIN, TB_LEVEL, 2);
  struct tb_stimulus own = tb_own_message(TB_OWN_HWND, 0x500);
  tb_peek(&tb, TB_MAIN, &own);
  tb_peek(&tb, TB_MAIN, NULL);
  tb_stop_well(&tb, TB_MAIN, tb_wait_enter(&tb, TB_MAIN, TB_ALLINPUT, TB_LEVEL));
  tb_require_failures(&tb, "dispatched (warning)");
  tb_close(&tb);

  begin(&tb); /* dispatched changed */
  wait = tb_wait_enter(&tb, TB_MAIN, TB_ALLINPUT, TB_LEVEL);
  note = tb_post(&tb);
  tb_wait_leave(&tb, TB_MAIN, wait, 2);
  tb_peek(&tb, TB_MAIN, &note);
  struct tb_stimulus changed = tb_own_message(TB_IDLE_HWND, 0x8000);
  tb_dispatch(&tb, TB_MAIN, &changed);
  tb_peek(&tb, TB_MAIN, NULL);
  tb_stop_well(&tb, TB_MAIN, tb_wait_enter(&tb, TB_MAIN, TB_ALLINPUT, TB_LEVEL));
  tb_require_failures(&tb, "dispatched");
  tb_require_text(&tb, "dispatched", "dispatched it changed");
  tb_close(&tb);
}
END_TEST

START_TEST(quit_swallowed) {
  struct tb tb;
  begin(&tb); /* the stop came by another way: a warning */
  uint32_t wait = tb_wait_enter(&tb, TB_MAIN, TB_ALLINPUT, TB_LEVEL);
  struct tb_stimulus quit = tb_quit(&tb);
  tb_wait_leave(&tb, TB_MAIN, wait, 2);
  tb_peek(&tb, TB_MAIN, &quit);
  tb_dispatch(&tb, TB_MAIN, &quit);
  tb_peek(&tb, TB_MAIN, NULL);
  wait = tb_wait_enter(&tb, TB_MAIN, TB_ALLINPUT, TB_LEVEL);
  tb_sleep(&tb, 1500);
  tb_stop_well(&tb, TB_MAIN, wait);
  tb_require_failures(&tb, "quit-honoured (warning)");
  tb_require_text(&tb, "quit-honoured", "passed it to DispatchMessage");
  tb_close(&tb);

  begin(&tb); /* too short a time: decides nothing */
  wait = tb_wait_enter(&tb, TB_MAIN, TB_ALLINPUT, TB_LEVEL);
  quit = tb_quit(&tb);
  tb_wait_leave(&tb, TB_MAIN, wait, 2);
  tb_peek(&tb, TB_MAIN, &quit);
  wait = tb_wait_enter(&tb, TB_MAIN, TB_ALLINPUT, TB_LEVEL);
  tb_sleep(&tb, 20);
  tb_stop_well(&tb, TB_MAIN, wait);
  tb_require_failures(&tb, "");
  tb_require_verdict(&tb, "quit-honoured", RIG_NOT_EXERCISED);
  tb_close(&tb);
}
END_TEST

START_TEST(quit_swallowed_when_it_is_the_stop) {
  struct tb tb;
  begin(&tb);
  tb.log.header->stop_way = RIG_STOP_MESSAGE;
  uint32_t wait = tb_wait_enter(&tb, TB_MAIN, TB_ALLINPUT, TB_LEVEL);
  struct tb_stimulus quit = tb_stop(&tb);
  tb_wait_leave(&tb, TB_MAIN, wait, 2);
  tb_peek(&tb, TB_MAIN, &quit);
  tb_peek(&tb, TB_MAIN, NULL);
  wait = tb_wait_enter(&tb, TB_MAIN, TB_ALLINPUT, TB_LEVEL);
  tb_blocked(&tb, TB_MAIN, wait, 0);
  tb_handle(&tb, TB_STOP_HANDLE, RIG_SIGNAL_NO, wait);
  tb_killed(&tb, RIG_END_STOP_BLOCKED);
  tb_require_failures(&tb, "quit-honoured, stop-latency < quit-honoured");
  tb_close(&tb);
}
END_TEST

START_TEST(stop_not_heard) {
  struct tb tb;
  begin(&tb); /* its wait does not hold the event that the handler sets */
  uint32_t wait = tb_wait_enter(&tb, TB_MAIN, TB_ALLINPUT, TB_LEVEL);
  tb_stop(&tb);
  tb_blocked(&tb, TB_MAIN, wait, 0);
  tb_handle(&tb, TB_STOP_HANDLE, RIG_SIGNAL_NO, wait);
  tb_handle(&tb, TB_WORK_HANDLE, RIG_SIGNAL_NO, wait);
  tb_killed(&tb, RIG_END_STOP_BLOCKED);
  tb_require_failures(&tb, "stop-latency");
  tb_require_text(&tb, "stop-latency", "SERVICE_CONTROL_STOP");
  tb_require_text(&tb, "stop-latency", "none of its 2 handles was signalled");
  tb_require_cause(&tb, RIG_OUTCOME_FAIL, "stop-blocked");
  tb_close(&tb);

  begin(&tb); /* retrieves on and on */
  struct tb_stimulus stop = tb_stop(&tb);
  struct tb_stimulus own = tb_own_message(TB_OWN_HWND, 0x500);
  for (int i = 0; i < 300; i++) {
    tb_peek(&tb, TB_MAIN, &own);
    tb_dispatch(&tb, TB_MAIN, &own);
    tb_sleep(&tb, 110);
  }
  (void)stop;
  tb_killed(&tb, RIG_END_STOP_IGNORED);
  tb_require_failures(&tb, "stop-latency");
  tb_require_text(&tb, "stop-latency", "it went on without ending");
  tb_require_cause(&tb, RIG_OUTCOME_FAIL, "stop-ignored");
  tb_close(&tb);
}
END_TEST

/* The stop is a posted WM_QUIT, and the thread serves no messages. */
START_TEST(stop_message_without_a_pump) {
  struct tb tb;
  begin(&tb);
  tb.log.header->stop_way = RIG_STOP_MESSAGE;
  uint32_t wait = tb_single_enter(&tb, TB_MAIN, TB_INFINITE);
  tb_notify(&tb);
  tb_blocked(&tb, TB_MAIN, wait, 1);
  tb_stop(&tb);
  tb_blocked(&tb, TB_MAIN, wait, 2);
  tb_killed(&tb, RIG_END_STOP_BLOCKED);
  tb_require_failures(&tb, TB_NO_PUMP ", stop-latency < pump-runs, notify-latency < pump-runs");
  tb_close(&tb);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("judge_broken");
  TCase *tests = tcase_create("broken clients");
  tcase_add_test(tests, no_pump);
  tcase_add_test(tests, no_pump_that_polls);
  tcase_add_test(tests, no_pump_with_multithread_notifications);
  tcase_add_test(tests, handler_that_never_returns);
  tcase_add_test(tests, wait_all);
  tcase_add_test(tests, literal_pump_wording_only);
  tcase_add_test(tests, literal_pump_and_a_sent_message);
  tcase_add_test(tests, signal_known_from_the_record);
  tcase_add_test(tests, blocked_in_get_with_no_signal);
  tcase_add_test(tests, literal_pump_and_a_burst);
  tcase_add_test(tests, mask_without_sent);
  tcase_add_test(tests, mask_without_posted);
  tcase_add_test(tests, input_ignored);
  tcase_add_test(tests, handle_taken_for_input);
  tcase_add_test(tests, input_taken_for_a_handle);
  tcase_add_test(tests, removed_and_dropped);
  tcase_add_test(tests, quit_swallowed);
  tcase_add_test(tests, quit_swallowed_when_it_is_the_stop);
  tcase_add_test(tests, stop_not_heard);
  tcase_add_test(tests, stop_message_without_a_pump);
  suite_add_tcase(suite, tests);
  return run_suite(suite);
}
