/*
 * Clients that keep the rules, each in its own way: none may be blamed for anything.
 */
#include <check.h>

#include "unit/suite.h"
#include "unit/trace_builder.h"

/* Retrieves and dispatches one. */
static void serve(struct tb *tb, const struct tb_stimulus *stimulus) {
  tb_peek(tb, TB_MAIN, stimulus);
  if (stimulus->hwnd)
    tb_dispatch(tb, TB_MAIN, stimulus);
}

/* A PeekMessage inside which a sent message is answered. */
static void serve_sent(struct tb *tb, uint32_t thread, const struct tb_stimulus *stimulus) {
  union rig_payload asked = {.retrieve = {.remove = 1}};
  union rig_payload got = {.message = {.result = 0}};
  uint32_t enter =
      tb_call(tb, RIG_KIND_ENTER, RIG_CALL_PeekMessageW, thread, RIG_NO_RECORD, &asked);
  tb_answer(tb, stimulus);
  tb_call(tb, RIG_KIND_LEAVE, RIG_CALL_PeekMessageW, thread, enter, &got);
}

START_TEST(bounded_drain_with_input_available) {
  struct tb tb;
  tb_open(&tb, RIG_ROLE_SERVICE, NULL, 0);
  tb_start(&tb, TB_MAIN, TB_INIT_FLAGS);
  uint32_t wait = tb_wait_enter(&tb, TB_MAIN, TB_ALLINPUT, TB_LEVEL);
  struct tb_stimulus burst[5];
  for (int i = 0; i < 5; i++)
    burst[i] = tb_notify(&tb);
  tb_wait_leave(&tb, TB_MAIN, wait, 2);
  for (int i = 0; i < 3; i++)
    serve(&tb, &burst[i]);
  tb_wait(&tb, TB_MAIN, TB_LEVEL, 2); /* the bound was reached: the wait wakes for the rest */
  serve(&tb, &burst[3]);
  serve(&tb, &burst[4]);
  tb_peek(&tb, TB_MAIN, NULL);
  tb_stop_well(&tb, TB_MAIN, tb_wait_enter(&tb, TB_MAIN, TB_ALLINPUT, TB_LEVEL));
  tb_require_failures(&tb, "");
  tb_require_verdict(&tb, "drain-before-wait", RIG_PASS);
  tb_require_verdict(&tb, "notify-latency", RIG_PASS);
  tb_require_verdict(&tb, "dispatch-path", RIG_PASS);
  tb_require_verdict(&tb, "dispatched", RIG_PASS);
  tb_require_verdict(&tb, "wake-mask", RIG_PASS);
  tb_require_verdict(&tb, "wait-result-compare", RIG_PASS);
  tb_require_verdict(&tb, "pump-runs", RIG_PASS);
  tb_require_verdict(&tb, "stop-latency", RIG_PASS);
  tb_require_verdict(&tb, "no-blocking-get", RIG_NOT_EXERCISED);
  tb_require_verdict(&tb, "sent-latency", RIG_NOT_EXERCISED);
  tb_require_verdict(&tb, "quit-honoured", RIG_NOT_EXERCISED);
  tb_require_cause(&tb, RIG_OUTCOME_PASS, "complete");
  tb_close(&tb);
}
END_TEST

START_TEST(drain_until_false) {
  struct tb tb;
  tb_open(&tb, RIG_ROLE_SERVICE, NULL, 0);
  tb_start(&tb, TB_MAIN, TB_INIT_FLAGS);
  uint32_t wait = tb_wait_enter(&tb, TB_MAIN, TB_ALLINPUT, 0);
  struct tb_stimulus first = tb_notify(&tb);
  struct tb_stimulus second = tb_post(&tb);
  tb_wait_leave(&tb, TB_MAIN, wait, 2);
  serve(&tb, &first);
  serve(&tb, &second);
  tb_peek(&tb, TB_MAIN, NULL);
  wait = tb_wait_enter(&tb, TB_MAIN, TB_ALLINPUT, 0);
  struct tb_stimulus sent = tb_send(&tb);
  tb_wait_leave(&tb, TB_MAIN, wait, 2);
  serve_sent(&tb, TB_MAIN, &sent);
  tb_stop_well(&tb, TB_MAIN, tb_wait_enter(&tb, TB_MAIN, TB_ALLINPUT, 0));
  tb_require_failures(&tb, "");
  tb_require_verdict(&tb, "drain-before-wait", RIG_PASS);
  tb_require_verdict(&tb, "no-blocking-get", RIG_PASS); /* woken for a sent message alone */
  tb_require_verdict(&tb, "sent-latency", RIG_PASS);
  tb_close(&tb);
}
END_TEST

/* Leaves the drain when the stop event is set: what lies there then is nobody's. */
START_TEST(drain_that_tests_the_stop_event) {
  struct tb tb;
  tb_open(&tb, RIG_ROLE_SERVICE, NULL, 0);
  tb_start(&tb, TB_MAIN, TB_INIT_FLAGS);
  uint32_t wait = tb_wait_enter(&tb, TB_MAIN, TB_ALLINPUT, 0);
  struct tb_stimulus burst[4];
  for (int i = 0; i < 4; i++)
    burst[i] = tb_notify(&tb);
  tb_wait_leave(&tb, TB_MAIN, wait, 2);
  serve(&tb, &burst[0]);
  tb_single_leave(&tb, TB_MAIN, tb_single_enter(&tb, TB_MAIN, 0), 0x102);
  serve(&tb, &burst[1]);
  tb_stop(&tb);
  tb_single_leave(&tb, TB_MAIN, tb_single_enter(&tb, TB_MAIN, 0), 0);
  tb_finish(&tb, TB_MAIN);
  tb_require_failures(&tb, "");
  tb_require_verdict(&tb, "notify-latency", RIG_PASS);
  tb_require_verdict(&tb, "stop-latency", RIG_PASS);
  tb_close(&tb);
}
END_TEST

START_TEST(one_message_per_wake_with_input_available) {
  struct tb tb;
  tb_open(&tb, RIG_ROLE_SERVICE, NULL, 0);
  tb_start(&tb, TB_MAIN, TB_INIT_FLAGS);
  uint32_t wait = tb_wait_enter(&tb, TB_MAIN, TB_ALLINPUT, TB_LEVEL);
  struct tb_stimulus burst[3];
  for (int i = 0; i < 3; i++)
    burst[i] = tb_post(&tb);
  tb_wait_leave(&tb, TB_MAIN, wait, 2);
  for (int i = 0; i < 3; i++) {
    serve(&tb, &burst[i]);
    if (i < 2)
      tb_wait(&tb, TB_MAIN, TB_LEVEL, 2);
  }
  tb_stop_well(&tb, TB_MAIN, tb_wait_enter(&tb, TB_MAIN, TB_ALLINPUT, TB_LEVEL));
  tb_require_failures(&tb, "");
  tb_require_verdict(&tb, "drain-before-wait", RIG_PASS);
  tb_close(&tb);
}
END_TEST

START_TEST(dispatch_by_hr_dispatch_notifications) {
  struct tb tb;
  tb_open(&tb, RIG_ROLE_SERVICE, NULL, 0);
  tb_start(&tb, TB_MAIN, TB_INIT_FLAGS);
  for (int i = 0; i < 5; i++) {
    uint32_t wait = tb_wait_enter(&tb, TB_MAIN, TB_ALLINPUT, 0);
    struct tb_stimulus first = tb_notify(&tb);
    struct tb_stimulus second = tb_notify(&tb);
    tb_wait_leave(&tb, TB_MAIN, wait, 2);
    uint32_t enter = tb_enter(&tb, RIG_CALL_HrDispatchNotifications, TB_MAIN);
    tb_receipt(&tb, &first);
    tb_receipt(&tb, &second);
    tb_leave(&tb, RIG_CALL_HrDispatchNotifications, TB_MAIN, enter);
  }
  tb_stop_well(&tb, TB_MAIN, tb_wait_enter(&tb, TB_MAIN, TB_ALLINPUT, 0));
  tb_require_failures(&tb, "");
  tb_require_verdict(&tb, "dispatch-path", RIG_PASS);
  tb_require_verdict(&tb, "notify-latency", RIG_PASS);
  tb_close(&tb);
}
END_TEST

/* MAPI is initialised first on a worker; main sits in its own wait, and owes MAPI nothing. */
START_TEST(pump_on_a_worker) {
  struct tb tb;
  tb_open(&tb, RIG_ROLE_SERVICE, NULL, 0);
  tb_start(&tb, TB_WORKER, TB_INIT_FLAGS);
  uint32_t mains = tb_single_enter(&tb, TB_MAIN, TB_INFINITE);
  uint32_t wait = tb_wait_enter(&tb, TB_WORKER, TB_ALLINPUT, TB_LEVEL);
  struct tb_stimulus note = tb_notify(&tb);
  tb_wait_leave(&tb, TB_WORKER, wait, 2);
  tb_peek(&tb, TB_WORKER, &note);
  tb_dispatch(&tb, TB_WORKER, &note);
  tb_blocked(&tb, TB_MAIN, mains, 0);
  wait = tb_wait_enter(&tb, TB_WORKER, TB_ALLINPUT, TB_LEVEL);
  tb_stop(&tb);
  tb_wait_leave(&tb, TB_WORKER, wait, 0);
  tb_single_leave(&tb, TB_MAIN, mains, 0);
  tb_finish(&tb, TB_WORKER);
  tb_require_failures(&tb, "");
  tb_require_verdict(&tb, "pump-runs", RIG_PASS);
  tb_require_verdict(&tb, "init-balanced", RIG_PASS);
  tb_close(&tb);
}
END_TEST

/* Notifications arrive on MAPI's thread; the idle window waits for a main thread without a pump. */
START_TEST(multithread_notifications) {
  struct tb tb;
  tb_open(&tb, RIG_ROLE_SERVICE, NULL, 0);
  tb_start(&tb, TB_MAIN, TB_INIT_FLAGS | 1);
  uint32_t wait = tb_single_enter(&tb, TB_MAIN, TB_INFINITE);
  struct tb_stimulus note = tb_notify(&tb);
  ck_assert_uint_eq(note.thread, TB_MAPI);
  tb_receipt(&tb, &note);
  tb_post(&tb);
  tb_blocked(&tb, TB_MAIN, wait, 1);
  tb_stop(&tb);
  tb_single_leave(&tb, TB_MAIN, wait, 0);
  tb_finish(&tb, TB_MAIN);
  tb_require_failures(&tb, "pump-runs (warning)");
  tb_require_verdict(&tb, "notify-latency", RIG_PASS);
  tb_require_cause(&tb, RIG_OUTCOME_PASS, "complete");
  tb_close(&tb);
}
END_TEST

START_TEST(queue_made_by_a_ranged_peek) {
  struct tb tb;
  tb_open(&tb, RIG_ROLE_SERVICE, NULL, 0);
  tb_start(&tb, TB_MAIN, TB_INIT_FLAGS);
  struct tb_stimulus note = tb_notify(&tb);
  tb_peek_range(&tb, TB_MAIN, 0x400, 0x400);
  tb_wait(&tb, TB_MAIN, 0, 2);
  serve(&tb, &note);
  tb_peek(&tb, TB_MAIN, NULL);
  tb_stop_well(&tb, TB_MAIN, tb_wait_enter(&tb, TB_MAIN, TB_ALLINPUT, 0));
  tb_require_failures(&tb, "");
  tb_close(&tb);
}
END_TEST

/* Messages that lie undelivered once the stop was asked for are nobody's fault. */
START_TEST(undelivered_after_the_stop) {
  struct tb tb;
  tb_open(&tb, RIG_ROLE_SERVICE, NULL, 0);
  tb_start(&tb, TB_MAIN, TB_INIT_FLAGS);
  uint32_t wait = tb_wait_enter(&tb, TB_MAIN, TB_ALLINPUT, TB_LEVEL);
  tb_stop(&tb);
  tb_notify(&tb);
  tb_post(&tb);
  tb_wait_leave(&tb, TB_MAIN, wait, 0);
  uint32_t workers = tb_single_enter(&tb, TB_MAIN, TB_INFINITE);
  tb_blocked(&tb, TB_MAIN, workers, 2);
  tb_single_leave(&tb, TB_MAIN, workers, 0);
  tb_finish(&tb, TB_MAIN);
  tb_require_failures(&tb, "");
  tb_require_verdict(&tb, "notify-latency", RIG_NOT_EXERCISED);
  tb_close(&tb);
}
END_TEST

/* The sender's thread ends with the process before it records its answer; it has one once the call
 * that brought the message has returned. */
START_TEST(answered_but_not_recorded) {
  struct tb tb;
  for (unsigned returned = 0; returned < 2; returned++) {
    tb_open(&tb, RIG_ROLE_SERVICE, NULL, 0);
    tb_start(&tb, TB_MAIN, TB_INIT_FLAGS);
    uint32_t wait = tb_wait_enter(&tb, TB_MAIN, TB_ALLINPUT, TB_LEVEL);
    struct tb_stimulus send = tb_send(&tb);
    tb_wait_leave(&tb, TB_MAIN, wait, 1);
    tb_stop(&tb);
    uint32_t look = tb_enter(&tb, RIG_CALL_PeekMessageW, TB_MAIN);
    tb_receipt(&tb, &send);
    if (returned != 0) {
      tb_leave(&tb, RIG_CALL_PeekMessageW, TB_MAIN, look);
      tb_finish(&tb, TB_MAIN);
    } else {
      tb_exit(&tb, 0, false);
    }
    tb_require_verdict(&tb, "sent-latency", returned != 0 ? RIG_PASS : RIG_NOT_EXERCISED);
    tb_close(&tb);
  }
}
END_TEST

/* Woken twice for nothing: a sender that gave up, input that another call took. */
START_TEST(spurious_wakes) {
  struct tb tb;
  tb_open(&tb, RIG_ROLE_SERVICE, NULL, 0);
  tb_start(&tb, TB_MAIN, TB_INIT_FLAGS);
  tb_wait(&tb, TB_MAIN, TB_LEVEL, 2);
  tb_peek(&tb, TB_MAIN, NULL);
  tb_wait(&tb, TB_MAIN, TB_LEVEL, 2);
  tb_wait(&tb, TB_MAIN, TB_LEVEL, 2); /* a single repeated wait is never judged, nor two */
  tb_peek(&tb, TB_MAIN, NULL);
  tb_stop_well(&tb, TB_MAIN, tb_wait_enter(&tb, TB_MAIN, TB_ALLINPUT, TB_LEVEL));
  tb_require_failures(&tb, "");
  tb_close(&tb);
}
END_TEST

/* Thread messages may be dispatched or not. */
START_TEST(thread_messages) {
  struct tb tb;
  tb_open(&tb, RIG_ROLE_SERVICE, NULL, 0);
  tb_start(&tb, TB_MAIN, TB_INIT_FLAGS);
  uint32_t wait = tb_wait_enter(&tb, TB_MAIN, TB_ALLINPUT, TB_LEVEL);
  struct tb_stimulus first = tb_post_thread(&tb);
  struct tb_stimulus second = tb_post_thread(&tb);
  tb_wait_leave(&tb, TB_MAIN, wait, 2);
  tb_peek(&tb, TB_MAIN, &first);
  tb_dispatch(&tb, TB_MAIN, &first);
  tb_peek(&tb, TB_MAIN, &second);
  tb_peek(&tb, TB_MAIN, NULL);
  uint32_t last = tb_wait_enter(&tb, TB_MAIN, TB_ALLINPUT, TB_LEVEL);
  tb_blocked(&tb, TB_MAIN, last, 0);
  tb_stop_well(&tb, TB_MAIN, last);
  tb_require_failures(&tb, "");
  tb_require_verdict(&tb, "dispatched", RIG_NOT_EXERCISED);
  tb_require_verdict(&tb, "pump-runs", RIG_PASS);
  tb_close(&tb);
}
END_TEST

static void dialog(struct tb *tb, const struct tb_stimulus *stimulus, uint32_t result) {
  union rig_payload payload = {
      .message = {.hwnd = stimulus->hwnd, .message = stimulus->message, .result = result}};
  payload.message.wparam = stimulus->token;
  tb_call(tb, RIG_KIND_CALL, RIG_CALL_IsDialogMessageW, TB_MAIN, RIG_NO_RECORD, &payload);
}

START_TEST(is_dialog_message_dispatches) {
  struct tb tb;
  tb_open(&tb, RIG_ROLE_DESKTOP, NULL, 0);
  tb_start(&tb, TB_MAIN, 0);
  tb_wait(&tb, TB_MAIN, TB_LEVEL, 2);
  struct tb_stimulus own = tb_own_message(TB_OWN_HWND, 0x100);
  tb_peek(&tb, TB_MAIN, &own);
  dialog(&tb, &own, 1);
  tb_peek(&tb, TB_MAIN, NULL);
  tb_stop_well(&tb, TB_MAIN, tb_wait_enter(&tb, TB_MAIN, TB_ALLINPUT, TB_LEVEL));
  tb_judge(&tb);
  tb_require_verdict(&tb, "dispatched", RIG_PASS);
  tb_close(&tb);

  tb_open(&tb, RIG_ROLE_DESKTOP, NULL, 0); /* FALSE: it was none of the dialog's */
  tb_start(&tb, TB_MAIN, 0);
  tb_wait(&tb, TB_MAIN, TB_LEVEL, 2);
  tb_peek(&tb, TB_MAIN, &own);
  dialog(&tb, &own, 0);
  tb_peek(&tb, TB_MAIN, NULL);
  tb_stop_well(&tb, TB_MAIN, tb_wait_enter(&tb, TB_MAIN, TB_ALLINPUT, TB_LEVEL));
  ck_assert_uint_eq(tb_finding(&tb, "dispatched")->severity, RIG_SEVERITY_WARNING);
  tb_close(&tb);
}
END_TEST

/* GetMessage with a message that PeekMessage showed: it cannot block. */
START_TEST(get_after_a_look) {
  struct tb tb;
  tb_open(&tb, RIG_ROLE_SERVICE, NULL, 0);
  tb_start(&tb, TB_MAIN, TB_INIT_FLAGS);
  uint32_t wait = tb_wait_enter(&tb, TB_MAIN, TB_ALLINPUT, 0);
  struct tb_stimulus note = tb_notify(&tb);
  tb_wait_leave(&tb, TB_MAIN, wait, 2);
  tb_peek_look(&tb, TB_MAIN, &note);
  tb_get(&tb, TB_MAIN, &note);
  tb_dispatch(&tb, TB_MAIN, &note);
  tb_peek(&tb, TB_MAIN, NULL);
  tb_stop_well(&tb, TB_MAIN, tb_wait_enter(&tb, TB_MAIN, TB_ALLINPUT, 0));
  tb_require_failures(&tb, "");
  tb_require_verdict(&tb, "no-blocking-get", RIG_PASS);
  tb_close(&tb);
}
END_TEST

/* GetMessage where the thread itself has posted what it gets: after the wake, and in a loop inside
 * a window procedure. */
START_TEST(get_of_an_own_post) {
  struct tb tb;
  tb_open(&tb, RIG_ROLE_SERVICE, NULL, 0);
  tb_start(&tb, TB_MAIN, TB_INIT_FLAGS);
  struct tb_stimulus own = {.message = 0x8200};
  const union rig_payload post = {.message = {.hwnd = TB_MAIN, .message = 0x8200, .result = 1}};
  uint32_t wait = tb_wait_enter(&tb, TB_MAIN, TB_ALLINPUT, TB_LEVEL);
  struct tb_stimulus note = tb_notify(&tb);
  tb_wait_leave(&tb, TB_MAIN, wait, 2);
  tb_call(&tb, RIG_KIND_CALL, RIG_CALL_PostThreadMessageW, TB_MAIN, TB_NONE, &post);
  tb_get(&tb, TB_MAIN, &note);
  uint32_t dispatch = tb_enter(&tb, RIG_CALL_DispatchMessageW, TB_MAIN);
  tb_receipt(&tb, &note);
  tb_get(&tb, TB_MAIN, &own);
  tb_leave(&tb, RIG_CALL_DispatchMessageW, TB_MAIN, dispatch);
  tb_peek(&tb, TB_MAIN, NULL);
  tb_stop_well(&tb, TB_MAIN, tb_wait_enter(&tb, TB_MAIN, TB_ALLINPUT, TB_LEVEL));
  tb_require_failures(&tb, "");
  tb_close(&tb);
}
END_TEST

/* A nested loop takes WM_QUIT and posts it again for the outer one, which leaves. */
START_TEST(quit_posted_again) {
  struct tb tb;
  tb_open(&tb, RIG_ROLE_SERVICE, NULL, 0);
  tb_start(&tb, TB_MAIN, TB_INIT_FLAGS);
  uint32_t wait = tb_wait_enter(&tb, TB_MAIN, TB_ALLINPUT, TB_LEVEL);
  struct tb_stimulus quit = tb_quit(&tb);
  tb_wait_leave(&tb, TB_MAIN, wait, 2);
  tb_peek(&tb, TB_MAIN, &quit);
  tb_post_quit(&tb, TB_MAIN);
  tb_wait(&tb, TB_MAIN, TB_LEVEL, 2);
  struct tb_stimulus again = {.message = 0x12};
  tb_peek(&tb, TB_MAIN, &again);
  tb_finish(&tb, TB_MAIN);
  tb_require_failures(&tb, "");
  tb_require_verdict(&tb, "quit-honoured", RIG_PASS);
  tb_close(&tb);
}
END_TEST

/* Two messages of one client: what is between its wait and its end is its own affair, even when its
 * own worker woke it by a message. */
START_TEST(leaves_on_its_own_message) {
  struct tb tb;
  tb_open(&tb, RIG_ROLE_SERVICE, NULL, 0);
  tb_start(&tb, TB_MAIN, TB_INIT_FLAGS);
  uint32_t wait = tb_wait_enter(&tb, TB_MAIN, TB_ALLINPUT, TB_LEVEL);
  tb_notify(&tb);
  tb_call(&tb, RIG_KIND_CALL, RIG_CALL_PostThreadMessageW, TB_WORKER, RIG_NO_RECORD, NULL);
  tb_wait_leave(&tb, TB_MAIN, wait, 2);
  tb_finish(&tb, TB_MAIN);
  tb_require_failures(&tb, "");
  tb_close(&tb);
}
END_TEST

/* The machine itself was late: a block of that time proves nothing. */
START_TEST(late_machine) {
  struct tb tb;
  tb_open(&tb, RIG_ROLE_SERVICE, NULL, 0);
  tb_start(&tb, TB_MAIN, TB_INIT_FLAGS);
  uint32_t wait = tb_single_enter(&tb, TB_MAIN, TB_INFINITE);
  tb_notify(&tb);
  tb_blocked(&tb, TB_MAIN, wait, 1);
  tb_late(&tb, 500);
  tb_stop(&tb);
  tb_single_leave(&tb, TB_MAIN, wait, 0);
  tb_finish(&tb, TB_MAIN);
  tb_require_failures(&tb, "init-multithread-notifications (warning)"); /* by its shape */
  tb_require_verdict(&tb, "notify-latency", RIG_NOT_EXERCISED);
  tb_close(&tb);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("judge_good");
  TCase *tests = tcase_create("good clients");
  tcase_add_test(tests, bounded_drain_with_input_available);
  tcase_add_test(tests, drain_until_false);
  tcase_add_test(tests, drain_that_tests_the_stop_event);
  tcase_add_test(tests, one_message_per_wake_with_input_available);
  tcase_add_test(tests, dispatch_by_hr_dispatch_notifications);
  tcase_add_test(tests, pump_on_a_worker);
  tcase_add_test(tests, multithread_notifications);
  tcase_add_test(tests, queue_made_by_a_ranged_peek);
  tcase_add_test(tests, undelivered_after_the_stop);
  tcase_add_test(tests, answered_but_not_recorded);
  tcase_add_test(tests, spurious_wakes);
  tcase_add_test(tests, thread_messages);
  tcase_add_test(tests, is_dialog_message_dispatches);
  tcase_add_test(tests, get_after_a_look);
  tcase_add_test(tests, get_of_an_own_post);
  tcase_add_test(tests, quit_posted_again);
  tcase_add_test(tests, leaves_on_its_own_message);
  tcase_add_test(tests, late_machine);
  suite_add_tcase(suite, tests);
  return run_suite(suite);
}
