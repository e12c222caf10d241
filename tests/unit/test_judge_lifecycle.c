/*
 * Rules about the order of calls: who has initialised MAPI, where, and until when. The rules about
 * what is ended and given back are in test_judge_ends.c.
 */
#include <check.h>
#include <stdio.h>

#include "unit/suite.h"
#include "unit/trace_objects.h"

enum { MULTITHREAD = 1 };

/* ---- a client that keeps them all ---- */

START_TEST(a_whole_life) {
  struct tb tb;
  tb_begin(&tb, 0);
  tb_allocate(&tb, TB_MAIN, TB_BLOCK, 0);
  tb_advise(&tb, TB_MAIN, TB_SESSION, 256);
  tb_thread_begins(&tb, TB_WORKER);
  tb_initialize(&tb, TB_WORKER, 0);
  tb_method(&tb, TB_WORKER, RIG_CALL_IMAPISession_GetLastError, TB_SESSION, 0, 0, 0);
  tb_uninitialize(&tb, TB_WORKER);
  tb_thread_ends(&tb, TB_WORKER);
  tb_unadvise(&tb, TB_MAIN, TB_SESSION, 256, 0);
  tb_free(&tb, TB_MAIN, TB_BLOCK, RIG_BUFFER_FINE);
  tb_end_well(&tb);
  tb_require_failures(&tb, "");
  static const char *const rules[] = {"init-before-use",       "init-balanced",  "uninit-owned",
                                      "first-thread-outlives", "not-in-dllmain", "shutdown-order",
                                      "no-use-after-logoff",   "buffers-freed",  "advise-balanced"};
  for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++)
    tb_require_verdict(&tb, rules[i], RIG_PASS);
  tb_close(&tb);
}
END_TEST

/* ---- init-before-use ---- */

START_TEST(use_before_initialize) {
  struct tb tb;
  tb_open(&tb, RIG_ROLE_CONSOLE, NULL, 0);
  tb_state(&tb, RIG_STATE_HELLO, TB_MAIN, 42, 64, 0, 0);
  tb_logon_session(&tb, TB_MAIN, 0);
  tb_exit(&tb, 1, false);
  tb_require_failures(&tb, "init-before-use");
  tb_require_text(&tb, "init-before-use", "called MAPILogonEx");
  tb_require_text(&tb, "init-before-use", "MAPI_E_NOT_INITIALIZED");
  tb_close(&tb);
  tb_open(&tb, RIG_ROLE_CONSOLE, NULL, 0); /* a block before MAPIInitialize: nobody has MAPI */
  tb_state(&tb, RIG_STATE_HELLO, TB_MAIN, 42, 64, 0, 0);
  tb_allocate(&tb, TB_MAIN, 0, TB_NOT_INITIALIZED);
  tb_initialize(&tb, TB_MAIN, 0);
  tb_finish(&tb, TB_MAIN);
  tb_require_failures(&tb, "init-before-use");
  tb_close(&tb);
  tb_open(&tb, RIG_ROLE_CONSOLE, NULL, 0); /* a name that is not supported counts as well */
  tb_state(&tb, RIG_STATE_HELLO, TB_MAIN, 42, 64, 0, 0);
  tb_unsupported(&tb, TB_MAIN, "MAPIAdminProfiles");
  tb_exit(&tb, 1, false);
  tb_require_failures(&tb, "init-before-use");
  tb_require_text(&tb, "init-before-use", "called MAPIAdminProfiles");
  tb_close(&tb);
}
END_TEST

START_TEST(use_on_a_worker) {
  struct tb tb;
  tb_begin(&tb, 0);
  tb_method(&tb, TB_WORKER, RIG_CALL_IMAPISession_GetLastError, TB_SESSION, 0, 0, 0);
  tb_end_well(&tb);
  tb_require_failures(&tb, "init-before-use");
  tb_require_text(&tb, "init-before-use", "that of thread main does not count for it");
  tb_close(&tb);
  tb_begin(&tb, 0); /* the process's allocator, and a count of references: warnings */
  tb_allocate(&tb, TB_WORKER, TB_BLOCK, 0);
  tb_free(&tb, TB_WORKER, TB_BLOCK, RIG_BUFFER_FINE);
  tb_method(&tb, TB_WORKER, RIG_CALL_IMAPISession_AddRef, TB_SESSION, 0, 2, 0);
  tb_method(&tb, TB_MAIN, RIG_CALL_IMAPISession_Release, TB_SESSION, 0, 1, 0);
  tb_end_well(&tb);
  tb_require_failures(&tb, "init-before-use (warning)");
  tb_require_text(&tb, "init-before-use", "2 more like it");
  tb_close(&tb);
  static const struct {
    const char *told;
    int calls;
  } counts[] = {{"9", 10}, {"10 or", 11}, {"10 or", 100}, {"100 or", 101}};
  for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
    tb_begin(&tb, 0); /* many are told by their order of magnitude */
    for (int left = counts[i].calls; left > 0; left--)
      tb_method(&tb, TB_WORKER, RIG_CALL_IMAPISession_GetLastError, TB_SESSION, 0, 0, 0);
    tb_end_well(&tb);
    char text[64];
    (void)snprintf(text, sizeof text, "(%s more like it.)", counts[i].told);
    tb_require_text(&tb, "init-before-use", text);
    tb_close(&tb);
  }
  tb_begin(&tb, 0); /* an error is told before a warning */
  tb_allocate(&tb, TB_WORKER, TB_BLOCK, 0);
  tb_unsupported(&tb, TB_WORKER, "IMsgStore::OpenEntry");
  tb_free(&tb, TB_MAIN, TB_BLOCK, RIG_BUFFER_FINE);
  tb_stop(&tb);
  tb_end_well(&tb);
  tb_require_failures(&tb, "init-before-use");
  tb_require_text(&tb, "init-before-use", "IMsgStore::OpenEntry");
  tb_close(&tb);
}
END_TEST

START_TEST(use_after_own_uninitialize) {
  struct tb tb;
  tb_begin(&tb, 0);
  tb_initialize(&tb, TB_WORKER, 0);
  tb_uninitialize(&tb, TB_WORKER);
  tb_method(&tb, TB_WORKER, RIG_CALL_IMAPISession_GetLastError, TB_SESSION, 0, 0, 0);
  tb_end_well(&tb);
  tb_require_failures(&tb, "init-before-use");
  tb_require_text(&tb, "init-before-use", "after its own MAPIUninitialize");
  tb_close(&tb);
}
END_TEST

/* Its MAPIInitialize failed, and it went on: the failure's own rule is the root. */
START_TEST(use_after_failed_initialize) {
  struct tb tb;
  tb_open(&tb, RIG_ROLE_CONSOLE, NULL, 0);
  tb_state(&tb, RIG_STATE_HELLO, TB_MAIN, 42, 64, 0, 0);
  tb_initialize_fails(&tb, TB_MAIN, TB_INVALID_PARAMETER);
  tb_logon_session(&tb, TB_MAIN, 0);
  tb_uninitialize(&tb, TB_MAIN);
  tb_exit(&tb, 1, false);
  tb_require_failures(&tb,
                      "init-version, init-before-use < init-version, uninit-owned < init-version");
  tb_require_text(&tb, "init-before-use", "had failed");
  tb_close(&tb);
}
END_TEST

START_TEST(uses_that_are_exempt) {
  static const char *const names[] = {"MAPISendMail",  "MAPILogon", "MAPISendDocuments",
                                      "BMAPISendMail", "FBadProp",  "SzFindCh"};
  struct tb tb;
  tb_open(&tb, RIG_ROLE_CONSOLE, NULL, 0);
  tb_state(&tb, RIG_STATE_HELLO, TB_MAIN, 42, 64, 0, 0);
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
    tb_unsupported(&tb, TB_MAIN, names[i]);
  tb_util(&tb, TB_MAIN, true);
  tb_allocate(&tb, TB_MAIN, TB_BLOCK, 0);
  tb_method(&tb, TB_MAIN, RIG_CALL_HrAllocAdviseSink, TB_OTHER_BLOCK, 0, 0, 0);
  tb_free(&tb, TB_MAIN, TB_BLOCK, RIG_BUFFER_FINE);
  tb_util(&tb, TB_MAIN, false);
  tb_free(&tb, TB_MAIN, 0, RIG_BUFFER_FINE); /* NULL */
  tb_exit(&tb, 0, false);
  tb_require_failures(&tb, "");
  tb_require_verdict(&tb, "init-before-use", RIG_NOT_EXERCISED);
  tb_require_verdict(&tb, "uninit-owned", RIG_NOT_EXERCISED);
  tb_require_verdict(&tb, "not-in-dllmain", RIG_NOT_EXERCISED);
  tb_require_verdict(&tb, "shutdown-order", RIG_NOT_EXERCISED);
  tb_require_verdict(&tb, "no-use-after-logoff", RIG_NOT_EXERCISED);
  tb_require_verdict(&tb, "buffers-freed", RIG_PASS);
  tb_close(&tb);
}
END_TEST

/* A sink is called on the thread that MAPI made for notifications. */
START_TEST(callback_on_a_thread_of_mapis) {
  struct tb tb;
  tb_begin(&tb, MULTITHREAD);
  tb_state(&tb, RIG_STATE_THREAD_START, TB_MAPI, 7, 1, 0, 0);
  uint32_t notify = tb_enter(&tb, RIG_CALL_IMAPIAdviseSink_OnNotify, TB_MAPI);
  tb_method(&tb, TB_MAPI, RIG_CALL_IMAPISession_GetLastError, TB_SESSION, 0, 0, 0);
  tb_allocate(&tb, TB_MAPI, TB_BLOCK, 0);
  tb_free(&tb, TB_MAPI, TB_BLOCK, RIG_BUFFER_FINE);
  tb_leave(&tb, RIG_CALL_IMAPIAdviseSink_OnNotify, TB_MAPI, notify);
  tb_end_well(&tb);
  tb_require_failures(&tb, "");
  tb_close(&tb);
}
END_TEST

/* A service's thread ends beside main(), which ends the process: which is recorded first is chance,
 * and the words are the same. */
START_TEST(a_thread_that_ends_with_its_process) {
  struct tb tb;
  for (unsigned first = 0; first < 2; first++) {
    tb_begin(&tb, 0);
    tb_log_off(&tb, TB_MAIN, TB_SESSION);
    tb_uninitialize(&tb, TB_MAIN);
    tb_initialize(&tb, TB_WORKER, 0);
    if (first != 0)
      tb_thread_ends(&tb, TB_WORKER);
    tb_exit(&tb, 0, false);
    tb_require_text(&tb, "init-balanced", "the process ended at");
    tb_close(&tb);
  }
  tb_begin(&tb, 0); /* the process goes on without it */
  tb_initialize(&tb, TB_WORKER, 0);
  tb_thread_ends(&tb, TB_WORKER);
  tb_end_well(&tb);
  tb_require_text(&tb, "init-balanced", "the thread ended at");
  tb_close(&tb);
}
END_TEST

/* ---- uninit-owned ---- */

START_TEST(uninitialize_of_another) {
  struct tb tb;
  tb_begin(&tb, 0);
  tb_uninitialize(&tb, TB_WORKER);
  tb_end_well(&tb);
  tb_require_failures(&tb, "uninit-owned");
  tb_require_text(&tb, "uninit-owned", "never initialised MAPI");
  tb_close(&tb);
  tb_begin(&tb, 0); /* once too often on the same thread */
  tb_log_off(&tb, TB_MAIN, TB_SESSION);
  tb_uninitialize(&tb, TB_MAIN);
  tb_uninitialize(&tb, TB_MAIN);
  tb_exit(&tb, 0, false);
  tb_require_failures(&tb, "uninit-owned");
  tb_require_text(&tb, "uninit-owned", "already");
  tb_close(&tb);
  tb_begin(&tb, 0); /* in the place of the owner's, which never comes */
  tb_log_off(&tb, TB_MAIN, TB_SESSION);
  tb_uninitialize(&tb, TB_WORKER);
  tb_exit(&tb, 0, false);
  tb_require_failures(&tb, "init-balanced < uninit-owned, uninit-owned");
  tb_close(&tb);
}
END_TEST

/* ---- first-thread-outlives ---- */

START_TEST(first_thread_ends_first) {
  struct tb tb;
  tb_open(&tb, RIG_ROLE_CONSOLE, NULL, 0);
  tb_state(&tb, RIG_STATE_HELLO, TB_MAIN, 42, 64, 0, 0);
  tb_initialize(&tb, TB_WORKER, 0);
  tb_initialize(&tb, TB_MAIN, 0);
  tb_uninitialize(&tb, TB_WORKER);
  tb_thread_ends(&tb, TB_WORKER);
  tb_finish(&tb, TB_MAIN);
  tb_require_failures(&tb, "first-thread-outlives");
  tb_require_text(&tb, "first-thread-outlives", "it ended at");
  tb_close(&tb);
  tb_open(&tb, RIG_ROLE_CONSOLE, NULL, 0); /* it lives on: by shape only */
  tb_state(&tb, RIG_STATE_HELLO, TB_MAIN, 42, 64, 0, 0);
  tb_initialize(&tb, TB_WORKER, 0);
  tb_initialize(&tb, TB_MAIN, 0);
  tb_uninitialize(&tb, TB_WORKER);
  tb_uninitialize(&tb, TB_MAIN);
  tb_thread_ends(&tb, TB_WORKER);
  tb_exit(&tb, 0, false);
  tb_require_failures(&tb, "first-thread-outlives (warning)");
  tb_close(&tb);
}
END_TEST

START_TEST(first_thread_and_others) {
  struct tb tb;
  tb_open(&tb, RIG_ROLE_CONSOLE, NULL, 0); /* MAPI's own thread has the window */
  tb_state(&tb, RIG_STATE_HELLO, TB_MAIN, 42, 64, 0, 0);
  tb_initialize(&tb, TB_WORKER, MULTITHREAD);
  tb_initialize(&tb, TB_MAIN, MULTITHREAD);
  tb_uninitialize(&tb, TB_WORKER);
  tb_thread_ends(&tb, TB_WORKER);
  tb_finish(&tb, TB_MAIN);
  tb_require_failures(&tb, "");
  tb_require_verdict(&tb, "first-thread-outlives", RIG_NA);
  tb_close(&tb);
  tb_begin(&tb, 0); /* one thread alone has no others */
  tb_end_well(&tb);
  tb_require_verdict(&tb, "first-thread-outlives", RIG_NOT_EXERCISED);
  tb_close(&tb);
  tb_begin(&tb, 0); /* a worker that ended without undoing it uses no window any more */
  tb_initialize(&tb, TB_WORKER, 0);
  tb_thread_ends(&tb, TB_WORKER);
  tb_end_well(&tb);
  tb_require_failures(&tb, "init-balanced");
  tb_close(&tb);
  tb_begin(&tb, 0); /* a worker that never undoes it, and lives: that is the fault */
  tb_initialize(&tb, TB_WORKER, 0);
  tb_end_well(&tb);
  tb_require_failures(&tb, "init-balanced, first-thread-outlives (warning) < init-balanced");
  tb_close(&tb);
}
END_TEST

/* Each life of MAPI in the process has a first thread of its own. */
START_TEST(first_thread_of_each_life) {
  struct tb tb;
  tb_begin(&tb, 0);
  tb_initialize(&tb, TB_MAIN, 0);
  tb_uninitialize(&tb, TB_MAIN);
  tb_log_off(&tb, TB_MAIN, TB_SESSION);
  tb_uninitialize(&tb, TB_MAIN);
  tb_initialize(&tb, TB_WORKER, 0);
  tb_initialize(&tb, TB_MAIN, 0);
  tb_uninitialize(&tb, TB_MAIN);
  tb_uninitialize(&tb, TB_WORKER);
  tb_exit(&tb, 0, false);
  tb_require_failures(&tb, "");
  tb_require_verdict(&tb, "first-thread-outlives", RIG_PASS);
  tb_close(&tb);
}
END_TEST

/* ---- not-in-dllmain ---- */

START_TEST(calls_in_dllmain) {
  struct tb tb;
  tb_begin(&tb, 0);
  tb_in_dllmain(&tb, TB_MAIN, true);
  tb_uninitialize(&tb, TB_MAIN);
  tb_end_well(&tb);
  tb_require_failures(&tb, "not-in-dllmain");
  tb_require_text(&tb, "not-in-dllmain", "called MAPIInitialize");
  tb_close(&tb);
  tb_begin(&tb, 0);
  tb_initialize(&tb, TB_MAIN, 0);
  tb_in_dllmain(&tb, TB_MAIN, false);
  tb_end_well(&tb);
  tb_require_failures(&tb, "not-in-dllmain");
  tb_require_text(&tb, "not-in-dllmain", "called MAPIUninitialize");
  tb_close(&tb);
  tb_begin(&tb, 0); /* the DLL was loaded by one thread and freed by another */
  tb_in_dllmain(&tb, TB_WORKER, true);
  tb_in_dllmain(&tb, TB_MAIN, false);
  tb_log_off(&tb, TB_MAIN, TB_SESSION);
  tb_uninitialize(&tb, TB_MAIN);
  tb_exit(&tb, 0, false);
  tb_judge(&tb);
  ck_assert_str_eq(tb_finding(&tb, "init-balanced")->root->id, "not-in-dllmain");
  tb_close(&tb);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("judge_lifecycle");
  TCase *tests = tcase_create("who has initialised MAPI");
  tcase_add_test(tests, a_whole_life);
  tcase_add_test(tests, use_before_initialize);
  tcase_add_test(tests, use_on_a_worker);
  tcase_add_test(tests, use_after_own_uninitialize);
  tcase_add_test(tests, use_after_failed_initialize);
  tcase_add_test(tests, uses_that_are_exempt);
  tcase_add_test(tests, callback_on_a_thread_of_mapis);
  tcase_add_test(tests, a_thread_that_ends_with_its_process);
  tcase_add_test(tests, uninitialize_of_another);
  tcase_add_test(tests, first_thread_ends_first);
  tcase_add_test(tests, first_thread_and_others);
  tcase_add_test(tests, first_thread_of_each_life);
  tcase_add_test(tests, calls_in_dllmain);
  suite_add_tcase(suite, tests);
  return run_suite(suite);
}
