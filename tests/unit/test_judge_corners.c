/*
 * Corners of the judge: several threads, several spans, lost records, bounds of a rule's reach.
 */
#include <check.h>
#include <string.h>

#include "unit/suite.h"
#include "unit/trace_builder.h"

static void begin(struct tb *tb) {
  tb_open(tb, RIG_ROLE_SERVICE, NULL, 0);
  tb_start(tb, TB_MAIN, TB_INIT_FLAGS);
}

static uint32_t wait_for(struct tb *tb, uint32_t mask, uint32_t flags, uint32_t timeout_ms) {
  union rig_payload payload = {.wait = {.count = 2,
                                        .timeout_ms = timeout_ms,
                                        .wake_mask = mask,
                                        .flags = flags,
                                        .handle = TB_STOP_HANDLE}};
  return tb_call(tb, RIG_KIND_ENTER, RIG_CALL_MsgWaitForMultipleObjectsEx, TB_MAIN, RIG_NO_RECORD,
                 &payload);
}

static void end_well(struct tb *tb) {
  tb_stop_well(tb, TB_MAIN, tb_wait_enter(tb, TB_MAIN, TB_ALLINPUT, TB_LEVEL));
}

/* ---- threads and spans ---- */

/* main initialises MAPI first and sits; the worker that pumps serves nobody. */
START_TEST(pump_on_the_wrong_thread) {
  struct tb tb;
  begin(&tb);
  tb_initialize(&tb, TB_WORKER, TB_INIT_FLAGS);
  uint32_t mains = tb_single_enter(&tb, TB_MAIN, TB_INFINITE);
  for (int i = 0; i < 4; i++) { /* what it does wrong is not judged: MAPI's windows are not there */
    tb_wait(&tb, TB_WORKER, 0, 2);
    uint32_t get = tb_get_enter(&tb, TB_WORKER);
    struct tb_stimulus own = tb_own_message(TB_OWN_HWND, 0x500);
    tb_get_leave(&tb, TB_WORKER, get, &own);
  }
  tb_notify(&tb);
  tb_blocked(&tb, TB_MAIN, mains, 1);
  tb_stop(&tb);
  tb_single_leave(&tb, TB_MAIN, mains, 0);
  tb_uninitialize(&tb, TB_WORKER);
  tb_finish(&tb, TB_MAIN);
  tb_require_failures(&tb, "init-multithread-notifications (warning) < pump-thread, "
                           "pump-runs < pump-thread, notify-latency < pump-thread, pump-thread");
  tb_require_verdict(&tb, "drain-before-wait", RIG_NOT_EXERCISED);
  tb_require_verdict(&tb, "no-blocking-get", RIG_NOT_EXERCISED);
  tb_close(&tb);
}
END_TEST

/* MAPI is initialised anew on another thread: that one is the first now. */
START_TEST(initialised_anew_elsewhere) {
  struct tb tb;
  begin(&tb);
  uint32_t wait = tb_wait_enter(&tb, TB_MAIN, TB_ALLINPUT, TB_LEVEL);
  struct tb_stimulus note = tb_notify(&tb);
  tb_wait_leave(&tb, TB_MAIN, wait, 2);
  tb_peek(&tb, TB_MAIN, &note);
  tb_dispatch(&tb, TB_MAIN, &note);
  tb_uninitialize(&tb, TB_MAIN);
  uint32_t mains = tb_single_enter(&tb, TB_MAIN, TB_INFINITE);
  tb_initialize(&tb, TB_WORKER, TB_INIT_FLAGS);
  tb.first = TB_WORKER;
  tb_state(&tb, RIG_STATE_WINDOW, TB_WORKER, RIG_WINDOW_NOTIFICATION, 0x20052, TB_NOTIFY_MESSAGE,
           0);
  uint32_t workers = tb_single_enter(&tb, TB_WORKER, TB_INFINITE);
  tb_notify(&tb);
  tb_blocked(&tb, TB_WORKER, workers, 1);
  tb_stop(&tb);
  tb_single_leave(&tb, TB_WORKER, workers, 0);
  tb_uninitialize(&tb, TB_WORKER);
  tb_single_leave(&tb, TB_MAIN, mains, 0);
  tb_exit(&tb, 0, false);
  tb_require_failures(&tb, "pump-runs, notify-latency < pump-runs");
  tb_require_text(&tb, "pump-runs", "thread t1");
  tb_require_verdict(&tb, "init-balanced", RIG_PASS);
  tb_close(&tb);
}
END_TEST

/* What was posted before the last MAPIUninitialize went with its window. */
START_TEST(undelivered_after_uninitialize) {
  struct tb tb;
  begin(&tb);
  tb_notify(&tb);
  tb_uninitialize(&tb, TB_MAIN);
  uint32_t wait = tb_single_enter(&tb, TB_MAIN, TB_INFINITE);
  tb_blocked(&tb, TB_MAIN, wait, 1);
  tb_stop(&tb);
  tb_single_leave(&tb, TB_MAIN, wait, 0);
  tb_exit(&tb, 0, false);
  tb_require_failures(&tb, "");
  tb_close(&tb);
}
END_TEST

/* After the stop the first initialising thread's block tells most. */
START_TEST(two_blocked_threads) {
  struct tb tb;
  begin(&tb);
  uint32_t workers = tb_single_enter(&tb, TB_WORKER, TB_INFINITE);
  uint32_t wait = tb_wait_enter(&tb, TB_MAIN, TB_ALLINPUT, TB_LEVEL);
  tb_stop(&tb);
  tb_wait_leave(&tb, TB_MAIN, wait, 0);
  uint32_t get = tb_get_enter(&tb, TB_MAIN);
  tb_blocked(&tb, TB_MAIN, get, 0);
  tb_blocked(&tb, TB_WORKER, workers, 0);
  tb_killed(&tb, RIG_END_STOP_BLOCKED);
  tb_require_failures(&tb, "wait-result-compare, stop-latency < wait-result-compare");
  tb_require_text(&tb, "stop-latency", "thread main still sat in GetMessageW");
  tb_close(&tb);
}
END_TEST

START_TEST(stop_blocked_without_a_diagnosis) {
  struct tb tb;
  begin(&tb);
  tb_wait_enter(&tb, TB_MAIN, TB_ALLINPUT, TB_LEVEL);
  tb_stop(&tb);
  tb_killed(&tb, RIG_END_STOP_BLOCKED);
  tb_require_failures(&tb, "stop-latency");
  tb_close(&tb);
}
END_TEST

/* The LEAVE of a wait was lost: what follows is not inside it. */
START_TEST(lost_leave) {
  struct tb tb;
  begin(&tb);
  tb_wait_enter(&tb, TB_MAIN, TB_ALLINPUT, TB_LEVEL);
  uint32_t wait = tb_wait_enter(&tb, TB_MAIN, TB_ALLINPUT, TB_LEVEL);
  tb_stop(&tb);
  tb_wait_leave(&tb, TB_MAIN, wait, 0);
  uint32_t get = tb_get_enter(&tb, TB_MAIN); /* beside the wait, not below it */
  tb_blocked(&tb, TB_MAIN, get, 0);
  tb_killed(&tb, RIG_END_STOP_BLOCKED);
  tb_require_failures(&tb, "wait-result-compare, stop-latency < wait-result-compare");
  tb_close(&tb);
}
END_TEST

/* ---- the stop ---- */

START_TEST(time_out_after_the_stop) {
  struct tb tb;
  begin(&tb); /* 30 s without a wait hint */
  tb_stop(&tb);
  tb_sleep(&tb, 31000);
  tb_killed(&tb, RIG_END_TIMEOUT);
  tb_require_failures(&tb, "stop-latency");
  tb_require_cause(&tb, RIG_OUTCOME_FAIL, "timeout");
  tb_close(&tb);

  begin(&tb); /* it may take 50 s, it said */
  union rig_payload status = {.scm = {.state = 3, .wait_hint_ms = 50000, .result = 1}};
  tb_stop(&tb);
  tb_call(&tb, RIG_KIND_CALL, RIG_CALL_SetServiceStatus, TB_MAIN, RIG_NO_RECORD, &status);
  tb_sleep(&tb, 31000);
  tb_killed(&tb, RIG_END_TIMEOUT);
  tb_require_failures(&tb, "");
  tb_require_verdict(&tb, "stop-latency", RIG_NOT_EXERCISED);
  tb_require_text(&tb, "stop-latency", "before the 50000 ms");
  tb_close(&tb);
}
END_TEST

START_TEST(looks_at_its_handles_and_goes_on) {
  struct tb tb;
  begin(&tb);
  tb_stop(&tb);
  struct tb_stimulus own = tb_own_message(TB_OWN_HWND, 0x500);
  for (int i = 0; i < 5; i++) {
    tb_peek(&tb, TB_MAIN, &own);
    tb_single_leave(&tb, TB_MAIN, tb_single_enter(&tb, TB_MAIN, 0), 0x102);
  }
  tb_killed(&tb, RIG_END_STOP_IGNORED);
  tb_require_failures(&tb, "stop-latency");
  tb_require_text(&tb, "stop-latency", "it went on without ending");
  tb_close(&tb);
}
END_TEST

START_TEST(killed_as_planned) {
  struct tb tb;
  begin(&tb);
  tb.log.header->stop_way = RIG_STOP_KILL;
  tb_stop(&tb);
  tb_exit(&tb, 1, false);
  tb_require_cause(&tb, RIG_OUTCOME_PASS, "complete");
  ck_assert(!tb.judgement.exited);
  tb_close(&tb);
}
END_TEST

/* The control handler had been called: then leaving is what was asked for. */
START_TEST(leaves_when_asked) {
  struct tb tb;
  begin(&tb);
  union rig_payload control = {.scm = {.control = 1}};
  uint32_t wait = tb_wait_enter(&tb, TB_MAIN, TB_ALLINPUT, 0);
  tb_notify(&tb);
  tb_wait_leave(&tb, TB_MAIN, wait, 2);
  uint32_t handler =
      tb_call(&tb, RIG_KIND_ENTER, RIG_CALL_HandlerEx, TB_WORKER, RIG_NO_RECORD, &control);
  tb_leave(&tb, RIG_CALL_HandlerEx, TB_WORKER, handler);
  tb_finish(&tb, TB_MAIN);
  tb_require_failures(&tb, "");
  tb_close(&tb);

  begin(&tb); /* INTERROGATE is no request to stop */
  control.scm.control = 4;
  wait = tb_wait_enter(&tb, TB_MAIN, TB_ALLINPUT, 0);
  tb_notify(&tb);
  tb_wait_leave(&tb, TB_MAIN, wait, 2);
  handler = tb_call(&tb, RIG_KIND_ENTER, RIG_CALL_HandlerEx, TB_WORKER, RIG_NO_RECORD, &control);
  tb_leave(&tb, RIG_CALL_HandlerEx, TB_WORKER, handler);
  union rig_payload status = {.scm = {.state = 3, .result = 1}};
  tb_call(&tb, RIG_KIND_CALL, RIG_CALL_SetServiceStatus, TB_MAIN, RIG_NO_RECORD, &status);
  tb_finish(&tb, TB_MAIN);
  tb_require_failures(&tb, "wait-result-compare");
  tb_require_text(&tb, "wait-result-compare", "SetServiceStatus");
  tb_close(&tb);

  begin(&tb); /* its thread ends without another call */
  wait = tb_wait_enter(&tb, TB_MAIN, TB_ALLINPUT, 0);
  tb_notify(&tb);
  tb_wait_leave(&tb, TB_MAIN, wait, 2);
  tb_state(&tb, RIG_STATE_THREAD_END, TB_MAIN, 0, 0, 0, 0);
  tb_exit(&tb, 0, false);
  tb_require_failures(&tb, "init-balanced, wait-result-compare");
  tb_close(&tb);
}
END_TEST

/* ---- waits ---- */

/* A zero-wait only tests: no mask and no old input can hurt it. */
START_TEST(zero_waits) {
  struct tb tb;
  begin(&tb);
  struct tb_stimulus note = tb_notify(&tb);
  tb_wait(&tb, TB_MAIN, TB_LEVEL, 2);
  tb_peek(&tb, TB_MAIN, &note);
  tb_dispatch(&tb, TB_MAIN, &note);
  tb_wait_leave(&tb, TB_MAIN, wait_for(&tb, 0, 0, 0), 0x102);
  tb_wait_leave(&tb, TB_MAIN, wait_for(&tb, TB_ALLINPUT, 0, 0), 0x102);
  end_well(&tb);
  tb_require_failures(&tb, "");
  tb_close(&tb);
}
END_TEST

/* A time-out, an abandoned mutex, an APC and a failure are no handles and no input. */
START_TEST(other_results) {
  static const uint32_t results[] = {0x102, 0x80, 0xC0, 0xFFFFFFFF, 3};
  struct tb tb;
  begin(&tb);
  for (size_t i = 0; i < sizeof results / sizeof results[0]; i++) {
    struct tb_stimulus own = tb_own_message(TB_OWN_HWND, 0x500);
    tb_wait(&tb, TB_MAIN, TB_LEVEL, results[i]);
    tb_peek_look(&tb, TB_MAIN, &own);
    tb_get(&tb, TB_MAIN, &own);
    tb_dispatch(&tb, TB_MAIN, &own);
  }
  end_well(&tb);
  tb_require_failures(&tb, "");
  tb_require_verdict(&tb, "dispatch-path", RIG_NOT_EXERCISED);
  tb_require_verdict(&tb, "no-blocking-get", RIG_PASS);
  tb_close(&tb);
}
END_TEST

START_TEST(only_one_kind_of_result) {
  struct tb tb;
  begin(&tb);
  end_well(&tb);
  tb_judge(&tb);
  tb_require_verdict(&tb, "wait-result-compare", RIG_NOT_EXERCISED);
  tb_require_text(&tb, "wait-result-compare", "only for a handle");
  tb_close(&tb);

  begin(&tb); /* GetMessage after a handle's return that a message ended: a warning */
  struct tb_stimulus note = tb_notify(&tb);
  tb_wait(&tb, TB_MAIN, 0, 1);
  tb_get(&tb, TB_MAIN, &note);
  tb_dispatch(&tb, TB_MAIN, &note);
  end_well(&tb);
  tb_require_failures(&tb, "wait-result-compare (warning)");
  tb_close(&tb);

  begin(&tb); /* it saw to it that there is something to get */
  tb_wait(&tb, TB_MAIN, TB_LEVEL, 1);
  tb_post_quit(&tb, TB_MAIN);
  struct tb_stimulus quit = {.message = 0x12};
  tb_get(&tb, TB_MAIN, &quit);
  tb_stop(&tb);
  tb_finish(&tb, TB_MAIN);
  tb_require_failures(&tb, "");
  tb_close(&tb);
}
END_TEST

/* GetQueueStatus made it old, and the thread waits for new input. */
START_TEST(old_by_queue_status) {
  struct tb tb;
  begin(&tb);
  tb_post(&tb);
  union rig_payload status = {.queue = {.flags = TB_ALLINPUT, .result = 0x00080008}};
  uint32_t call =
      tb_call(&tb, RIG_KIND_CALL, RIG_CALL_GetQueueStatus, TB_MAIN, RIG_NO_RECORD, &status);
  ck_assert_uint_ne(call, RIG_NO_RECORD);
  uint32_t wait = tb_wait_enter(&tb, TB_MAIN, TB_ALLINPUT, 0);
  tb_blocked(&tb, TB_MAIN, wait, 1);
  tb_stop_well(&tb, TB_MAIN, wait);
  tb_require_failures(&tb, "drain-before-wait");
  tb_close(&tb);
}
END_TEST

/* ---- messages ---- */

/* The same message for two windows: each must be dispatched. */
START_TEST(two_windows) {
  struct tb tb;
  begin(&tb);
  struct tb_stimulus first = tb_own_message(TB_OWN_HWND, 0x500);
  struct tb_stimulus second = tb_own_message(TB_OWN_HWND + 2, 0x500);
  tb_wait(&tb, TB_MAIN, TB_LEVEL, 2);
  tb_peek(&tb, TB_MAIN, &first);
  tb_peek(&tb, TB_MAIN, &second);
  tb_dispatch(&tb, TB_MAIN, &second); /* collected first, dispatched later */
  tb_dispatch(&tb, TB_MAIN, &first);
  tb_peek(&tb, TB_MAIN, NULL);
  tb_wait(&tb, TB_MAIN, TB_LEVEL, 2);
  tb_peek(&tb, TB_MAIN, &first);
  tb_dispatch(&tb, TB_MAIN, &second); /* not the one that was removed */
  tb_peek(&tb, TB_MAIN, NULL);
  end_well(&tb);
  tb_require_failures(&tb, "dispatched (warning)");
  tb_require_text(&tb, "dispatched", "window 0x10060");
  tb_close(&tb);
}
END_TEST

/* Its window procedure was called in another way than by DispatchMessage. */
START_TEST(received_otherwise) {
  struct tb tb;
  begin(&tb);
  uint32_t wait = tb_wait_enter(&tb, TB_MAIN, TB_ALLINPUT, TB_LEVEL);
  struct tb_stimulus note = tb_notify(&tb);
  tb_wait_leave(&tb, TB_MAIN, wait, 2);
  tb_peek(&tb, TB_MAIN, &note);
  tb_receipt(&tb, &note);
  tb_peek(&tb, TB_MAIN, NULL);
  end_well(&tb);
  tb_require_failures(&tb, "");
  tb_require_verdict(&tb, "dispatched", RIG_PASS);
  tb_close(&tb);
}
END_TEST

/* WM_QUIT without the director's token is still the one that it posted. */
START_TEST(quit_without_its_token) {
  struct tb tb;
  begin(&tb);
  uint32_t wait = tb_wait_enter(&tb, TB_MAIN, TB_ALLINPUT, TB_LEVEL);
  tb_quit(&tb);
  tb_wait_leave(&tb, TB_MAIN, wait, 2);
  struct tb_stimulus bare = {.message = 0x12};
  tb_get(&tb, TB_MAIN, &bare);
  wait = tb_single_enter(&tb, TB_MAIN, TB_INFINITE); /* for its workers */
  tb_blocked(&tb, TB_MAIN, wait, 0);
  tb_single_leave(&tb, TB_MAIN, wait, 0);
  tb_stop(&tb);
  tb_finish(&tb, TB_MAIN);
  tb_require_failures(&tb, "no-blocking-get (warning)");
  tb_require_verdict(&tb, "quit-honoured", RIG_PASS);
  tb_require_verdict(&tb, "pump-runs", RIG_PASS);
  tb_close(&tb);
}
END_TEST

/* ---- what is told ---- */

START_TEST(worst_first_others_counted) {
  struct tb tb;
  begin(&tb);
  tb_logon(&tb, TB_MAIN, TB_LOGON_FLAGS);
  tb_logon(&tb, TB_MAIN, 0x22);
  tb_logon(&tb, TB_MAIN, 0x32);
  tb_logon(&tb, TB_MAIN, 0x2A);
  end_well(&tb);
  tb_require_failures(&tb, "logon-nt-service, logon-no-mail");
  tb_require_text(&tb, "logon-no-mail",
                  "flFlags = MAPI_NEW_SESSION | MAPI_EXTENDED:"); /* the first of them */
  tb_require_text(&tb, "logon-no-mail", "(2 more like it.)");
  tb_close(&tb);

  begin(&tb); /* a warning, an error, a warning: the error is told, and counted alone */
  tb_wait_leave(&tb, TB_MAIN, wait_for(&tb, TB_POSTED, TB_LEVEL, 50), 0x102);
  uint32_t wait = tb_wait_enter(&tb, TB_MAIN, TB_POSTED, TB_LEVEL);
  tb_send(&tb);
  tb_blocked(&tb, TB_MAIN, wait, 1);
  tb_stop_well(&tb, TB_MAIN, wait);
  tb_require_failures(&tb, "wake-mask, sent-latency < wake-mask");
  tb_require_text(&tb, "wake-mask", "lacks this kind of message.");
  tb_close(&tb);
}
END_TEST

START_TEST(caller_in_a_module) {
  struct tb tb;
  begin(&tb);
  static const char path[] = "C:\\clients\\mail service.exe";
  struct rig_record module = {
      .kind = RIG_KIND_STATE, .call = RIG_STATE_MODULE, .thread = TB_MAIN, .link = RIG_NO_RECORD};
  module.u.state.a = 0x10000;
  module.u.state.value = 0x140000000;
  tb_append(&tb, module, path, sizeof path - 1);
  tb_unsupported(&tb, TB_MAIN, "IMAPISession::OpenMsgStore");
  tb_exit(&tb, 1, false);
  tb_require_cause(&tb, RIG_OUTCOME_NOT_EXERCISED, "unsupported");
  tb_require_text(&tb, NULL, "called from mail service.exe+0x1234");
  tb_close(&tb);
}
END_TEST

/* It went on to other MAPI calls before it crashed: the crash is its own. */
START_TEST(crash_long_after_an_unsupported_call) {
  struct tb tb;
  begin(&tb);
  tb_unsupported(&tb, TB_MAIN, "IMAPISession::OpenMsgStore");
  tb_logon(&tb, TB_MAIN, TB_LOGON_FLAGS);
  tb_exit(&tb, 0xC0000005, false);
  tb_require_cause(&tb, RIG_OUTCOME_FAIL, "crash");
  tb_close(&tb);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("judge_corners");
  TCase *tests = tcase_create("corners");
  tcase_add_test(tests, pump_on_the_wrong_thread);
  tcase_add_test(tests, initialised_anew_elsewhere);
  tcase_add_test(tests, undelivered_after_uninitialize);
  tcase_add_test(tests, two_blocked_threads);
  tcase_add_test(tests, stop_blocked_without_a_diagnosis);
  tcase_add_test(tests, lost_leave);
  tcase_add_test(tests, time_out_after_the_stop);
  tcase_add_test(tests, looks_at_its_handles_and_goes_on);
  tcase_add_test(tests, killed_as_planned);
  tcase_add_test(tests, leaves_when_asked);
  tcase_add_test(tests, zero_waits);
  tcase_add_test(tests, other_results);
  tcase_add_test(tests, only_one_kind_of_result);
  tcase_add_test(tests, old_by_queue_status);
  tcase_add_test(tests, two_windows);
  tcase_add_test(tests, received_otherwise);
  tcase_add_test(tests, quit_without_its_token);
  tcase_add_test(tests, worst_first_others_counted);
  tcase_add_test(tests, caller_in_a_module);
  tcase_add_test(tests, crash_long_after_an_unsupported_call);
  suite_add_tcase(suite, tests);
  return run_suite(suite);
}
