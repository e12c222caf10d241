/*
 * Rules about how a session ends and what is given back: shutdown-order, no-use-after-logoff,
 * buffers-freed, advise-balanced.
 */
#include <check.h>

#include "unit/suite.h"
#include "unit/trace_objects.h"

/* ---- shutdown-order ---- */

START_TEST(uninitialize_with_a_session) {
  struct tb tb;
  tb_begin(&tb, 0);
  tb_uninitialize(&tb, TB_MAIN);
  tb_log_off(&tb, TB_MAIN, TB_SESSION);
  tb_exit(&tb, 0, false);
  tb_require_failures(&tb, "shutdown-order");
  tb_require_text(&tb, "shutdown-order", "neither logged off nor released");
  ck_assert_uint_eq(tb_finding(&tb, "shutdown-order")->evidence_count, 2);
  tb_close(&tb);
  tb_begin(&tb, 0); /* neither Logoff nor Release at all; the connection's end follows from it */
  tb_advise(&tb, TB_MAIN, TB_SESSION, 256);
  tb_finish(&tb, TB_MAIN);
  tb_require_failures(&tb, "shutdown-order, advise-balanced < shutdown-order");
  tb_close(&tb);
  tb_begin(&tb, 0); /* two sessions */
  tb_logon_session(&tb, TB_MAIN, TB_OTHER_SESSION);
  tb_finish(&tb, TB_MAIN);
  tb_require_failures(&tb, "shutdown-order");
  tb_require_text(&tb, "shutdown-order", "1 more like it");
  tb_close(&tb);
}
END_TEST

START_TEST(ends_that_are_late) {
  struct tb tb;
  tb_begin(&tb, 0);
  tb_logoff(&tb, TB_MAIN, TB_SESSION, 0);
  tb_uninitialize(&tb, TB_MAIN);
  tb_release(&tb, TB_MAIN, TB_SESSION);
  tb_exit(&tb, 0, false);
  tb_require_failures(&tb, "shutdown-order");
  tb_require_text(&tb, "shutdown-order", "called IMAPISession::Release");
  tb_close(&tb);
  tb_begin(&tb, 0);
  tb_allocate(&tb, TB_MAIN, TB_BLOCK, 0);
  tb_log_off(&tb, TB_MAIN, TB_SESSION);
  tb_uninitialize(&tb, TB_MAIN);
  tb_free(&tb, TB_MAIN, TB_BLOCK, RIG_BUFFER_FINE);
  tb_free(&tb, TB_MAIN, 0, RIG_BUFFER_FINE); /* NULL: does nothing */
  tb_exit(&tb, 0, false);
  tb_require_failures(&tb, "shutdown-order");
  tb_require_text(&tb, "shutdown-order", "called MAPIFreeBuffer");
  tb_require_verdict(&tb, "buffers-freed", RIG_PASS);
  tb_close(&tb);
  tb_begin(&tb, 0);
  tb_advise(&tb, TB_MAIN, TB_SESSION, 256);
  tb_logoff(&tb, TB_MAIN, TB_SESSION, 0);
  tb_unadvise(&tb, TB_MAIN, TB_SESSION, 256, TB_INVALID_OBJECT);
  tb_release(&tb, TB_MAIN, TB_SESSION);
  tb_finish(&tb, TB_MAIN);
  tb_require_failures(&tb, "shutdown-order");
  tb_require_text(&tb, "shutdown-order", "for connection 256 after Logoff");
  tb_close(&tb);
}
END_TEST

/* The session outlives the thread that logged on: another thread that has MAPI ends it. */
START_TEST(session_handed_over) {
  struct tb tb;
  tb_open(&tb, RIG_ROLE_CONSOLE, NULL, 0);
  tb_state(&tb, RIG_STATE_HELLO, TB_MAIN, 42, 64, 0, 0);
  tb_initialize(&tb, TB_MAIN, 0);
  tb_initialize(&tb, TB_WORKER, 0);
  tb_logon_session(&tb, TB_WORKER, TB_SESSION);
  tb_uninitialize(&tb, TB_WORKER);
  tb_thread_ends(&tb, TB_WORKER);
  tb_end_well(&tb);
  tb_require_failures(&tb, "");
  tb_require_verdict(&tb, "shutdown-order", RIG_PASS);
  tb_close(&tb);
}
END_TEST

START_TEST(ole) {
  struct tb tb;
  tb_begin(&tb, 0); /* begun after MAPI, ended after it */
  tb_ole(&tb, TB_MAIN, true);
  tb_log_off(&tb, TB_MAIN, TB_SESSION);
  tb_uninitialize(&tb, TB_MAIN);
  tb_ole(&tb, TB_MAIN, false);
  tb_exit(&tb, 0, false);
  tb_require_failures(&tb, "shutdown-order");
  tb_require_text(&tb, "shutdown-order", "called OleUninitialize");
  tb_close(&tb);
  tb_begin(&tb, 0); /* the documented order; and OLE again once MAPI is gone */
  tb_ole(&tb, TB_MAIN, true);
  tb_log_off(&tb, TB_MAIN, TB_SESSION);
  tb_ole(&tb, TB_MAIN, false);
  tb_uninitialize(&tb, TB_MAIN);
  tb_ole(&tb, TB_MAIN, true);
  tb_ole(&tb, TB_MAIN, false);
  tb_exit(&tb, 0, false);
  tb_require_failures(&tb, "");
  tb_close(&tb);
  tb_begin(&tb, 0); /* on another thread: not MAPI's business */
  tb_ole(&tb, TB_WORKER, true);
  tb_log_off(&tb, TB_MAIN, TB_SESSION);
  tb_uninitialize(&tb, TB_MAIN);
  tb_ole(&tb, TB_WORKER, false);
  tb_exit(&tb, 0, false);
  tb_require_failures(&tb, "");
  tb_close(&tb);
}
END_TEST

START_TEST(utilities) {
  struct tb tb;
  tb_begin(&tb, 0);
  tb_util(&tb, TB_MAIN, false); /* nobody called ScInitMapiUtil */
  tb_end_well(&tb);
  tb_require_failures(&tb, "shutdown-order");
  tb_close(&tb);
  tb_begin(&tb, 0); /* after the last MAPIUninitialize it takes nothing away */
  tb_log_off(&tb, TB_MAIN, TB_SESSION);
  tb_uninitialize(&tb, TB_MAIN);
  tb_util(&tb, TB_MAIN, false);
  tb_exit(&tb, 0, false);
  tb_require_failures(&tb, "shutdown-order (warning)");
  tb_close(&tb);
  tb_begin(&tb, 0); /* a pair inside MAPI's life, as a component has it */
  tb_util(&tb, TB_MAIN, true);
  tb_util(&tb, TB_MAIN, false);
  tb_end_well(&tb);
  tb_require_failures(&tb, "");
  tb_close(&tb);
  tb_open(&tb, RIG_ROLE_CONSOLE, NULL, 0); /* begun before, ended before: not as documented */
  tb_state(&tb, RIG_STATE_HELLO, TB_MAIN, 42, 64, 0, 0);
  tb_util(&tb, TB_MAIN, true);
  tb_initialize(&tb, TB_MAIN, 0);
  tb_util(&tb, TB_MAIN, false);
  tb_finish(&tb, TB_MAIN);
  tb_require_failures(&tb, "shutdown-order (warning)");
  tb_close(&tb);
}
END_TEST

/* What a client does after an answer "not supported", before anybody asks it to stop, is not held
 * against it. */
START_TEST(giving_up) {
  struct tb tb;
  tb_begin(&tb, 0);
  tb_allocate(&tb, TB_MAIN, TB_BLOCK, 0);
  tb_advise(&tb, TB_MAIN, TB_SESSION, 256);
  tb_unsupported(&tb, TB_MAIN, "IMAPISession::OpenMsgStore");
  tb_finish(&tb, TB_MAIN);
  tb_release(&tb, TB_MAIN, TB_SESSION);
  tb_require_failures(&tb, "");
  tb_require_verdict(&tb, "buffers-freed", RIG_NOT_EXERCISED);
  tb_require_verdict(&tb, "advise-balanced", RIG_NOT_EXERCISED);
  tb_close(&tb);
}
END_TEST

/* ---- no-use-after-logoff ---- */

START_TEST(use_after_logoff) {
  struct tb tb;
  tb_begin(&tb, 0);
  tb_logoff(&tb, TB_MAIN, TB_SESSION, 0);
  tb_method(&tb, TB_MAIN, RIG_CALL_IMAPISession_Advise, TB_SESSION, 0, 0, TB_INVALID_OBJECT);
  tb_release(&tb, TB_MAIN, TB_SESSION);
  tb_finish(&tb, TB_MAIN);
  tb_require_failures(&tb, "no-use-after-logoff");
  tb_require_text(&tb, "no-use-after-logoff", "MAPI_E_INVALID_OBJECT");
  tb_close(&tb);
  tb_begin(&tb, 0);
  tb_logoff(&tb, TB_MAIN, TB_SESSION, 0);
  tb_method(&tb, TB_MAIN, RIG_CALL_IMAPISession_AddRef, TB_SESSION, 0, 2, 0);
  tb_method(&tb, TB_MAIN, RIG_CALL_IMAPISession_Release, TB_SESSION, 0, 1, 0);
  tb_release(&tb, TB_MAIN, TB_SESSION);
  tb_finish(&tb, TB_MAIN);
  tb_require_failures(&tb, "no-use-after-logoff (warning)");
  tb_close(&tb);
  tb_begin(&tb, 0); /* a Logoff that failed ended nothing */
  tb_logoff(&tb, TB_MAIN, TB_SESSION, TB_INVALID_PARAMETER);
  tb_method(&tb, TB_MAIN, RIG_CALL_IMAPISession_GetLastError, TB_SESSION, 0, 0, 0);
  tb_end_well(&tb);
  tb_require_failures(&tb, "");
  tb_close(&tb);
}
END_TEST

/* An address that a new session got is the new session's. */
START_TEST(address_used_again) {
  struct tb tb;
  tb_begin(&tb, 0);
  tb_advise(&tb, TB_MAIN, TB_SESSION, 256);
  tb_unadvise(&tb, TB_MAIN, TB_SESSION, 256, 0);
  tb_log_off(&tb, TB_MAIN, TB_SESSION);
  tb_logon_session(&tb, TB_MAIN, TB_SESSION);
  tb_advise(&tb, TB_MAIN, TB_SESSION, 257);
  tb_unadvise(&tb, TB_MAIN, TB_SESSION, 257, 0);
  tb_end_well(&tb);
  tb_require_failures(&tb, "");
  tb_require_text(&tb, "advise-balanced", "2 connections");
  tb_close(&tb);
}
END_TEST

START_TEST(use_after_the_last_uninitialize) {
  struct tb tb;
  tb_begin(&tb, 0);
  tb_log_off(&tb, TB_MAIN, TB_SESSION);
  tb_uninitialize(&tb, TB_MAIN);
  tb_allocate(&tb, TB_MAIN, 0, TB_NOT_INITIALIZED);
  tb_exit(&tb, 0, false);
  tb_require_failures(&tb, "no-use-after-logoff");
  tb_require_text(&tb, "no-use-after-logoff", "after the last MAPIUninitialize");
  tb_close(&tb);
  tb_begin(&tb, 0); /* it begins anew */
  tb_log_off(&tb, TB_MAIN, TB_SESSION);
  tb_uninitialize(&tb, TB_MAIN);
  tb_initialize(&tb, TB_MAIN, 0);
  tb_logon_session(&tb, TB_MAIN, TB_SESSION);
  tb_end_well(&tb);
  tb_require_failures(&tb, "");
  tb_close(&tb);
}
END_TEST

/* ---- buffers-freed ---- */

START_TEST(blocks_freed_wrongly) {
  static const struct {
    enum rig_buffer_problem problem;
    const char *text;
  } cases[] = {{RIG_BUFFER_FREED, "freed before"},
               {RIG_BUFFER_LINKED, "MAPIAllocateMore"},
               {RIG_BUFFER_FOREIGN, "no block of MAPIAllocateBuffer"}};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    struct tb tb;
    tb_begin(&tb, 0);
    tb_allocate(&tb, TB_MAIN, TB_BLOCK, 0);
    tb_free(&tb, TB_MAIN, TB_BLOCK, RIG_BUFFER_FINE);
    tb_free(&tb, TB_MAIN, cases[i].problem == RIG_BUFFER_FREED ? TB_BLOCK : TB_OTHER_BLOCK,
            cases[i].problem);
    tb_end_well(&tb);
    tb_require_failures(&tb, "buffers-freed");
    tb_require_text(&tb, "buffers-freed", cases[i].text);
    tb_close(&tb);
  }
}
END_TEST

START_TEST(blocks_never_freed) {
  struct tb tb;
  tb_begin(&tb, 0);
  tb_allocate(&tb, TB_MAIN, TB_BLOCK, 0);
  tb_allocate(&tb, TB_MAIN, TB_OTHER_BLOCK, 0);
  tb_free(&tb, TB_MAIN, TB_BLOCK, RIG_BUFFER_FINE);
  tb_stop(&tb);
  tb_end_well(&tb);
  tb_require_failures(&tb, "buffers-freed (warning)");
  tb_require_text(&tb, "buffers-freed", "64 bytes");
  tb_require_cause(&tb, RIG_OUTCOME_PASS, "complete");
  tb_close(&tb);
  tb_begin(&tb, 0); /* MAPI was never given up: that is the fault */
  tb_allocate(&tb, TB_MAIN, TB_BLOCK, 0);
  tb_advise(&tb, TB_MAIN, TB_SESSION, 256);
  tb_exit(&tb, 0, false);
  tb_require_failures(&tb, "init-balanced, buffers-freed (warning) < init-balanced, "
                           "advise-balanced < init-balanced");
  tb_close(&tb);
  tb_begin(&tb, 0); /* FreeProws may have freed it: nobody knows */
  tb_allocate(&tb, TB_MAIN, TB_BLOCK, 0);
  tb_unsupported(&tb, TB_MAIN, "FreeProws");
  tb_stop(&tb);
  tb_end_well(&tb);
  tb_require_failures(&tb, "");
  tb_require_verdict(&tb, "buffers-freed", RIG_NOT_EXERCISED);
  tb_close(&tb);
}
END_TEST

/* The record of a free may come after the next owner's: they are counted by address. */
START_TEST(blocks_of_two_threads) {
  struct tb tb;
  tb_begin(&tb, 0);
  tb_initialize(&tb, TB_WORKER, 0);
  tb_allocate(&tb, TB_MAIN, TB_BLOCK, 0);
  tb_allocate(&tb, TB_WORKER, TB_BLOCK, 0);
  tb_free(&tb, TB_MAIN, TB_BLOCK, RIG_BUFFER_FINE);
  tb_free(&tb, TB_WORKER, TB_BLOCK, RIG_BUFFER_FINE);
  tb_uninitialize(&tb, TB_WORKER);
  tb_end_well(&tb);
  tb_require_failures(&tb, "");
  tb_require_verdict(&tb, "buffers-freed", RIG_PASS);
  tb_close(&tb);
}
END_TEST

/* ---- advise-balanced ---- */

START_TEST(connections) {
  struct tb tb;
  tb_begin(&tb, 0);
  tb_advise(&tb, TB_MAIN, TB_SESSION, 256);
  tb_end_well(&tb);
  tb_require_failures(&tb, "advise-balanced");
  tb_require_text(&tb, "advise-balanced", "connection 256");
  tb_close(&tb);
  tb_begin(&tb, 0);
  tb_advise(&tb, TB_MAIN, TB_SESSION, 256);
  tb_unadvise(&tb, TB_MAIN, TB_SESSION, 256, 0);
  tb_unadvise(&tb, TB_MAIN, TB_SESSION, 256, TB_INVALID_PARAMETER);
  tb_end_well(&tb);
  tb_require_failures(&tb, "advise-balanced");
  tb_require_text(&tb, "advise-balanced", "Unadvised before");
  tb_close(&tb);
  tb_begin(&tb, 0);
  tb_unadvise(&tb, TB_MAIN, TB_SESSION, 77, TB_INVALID_PARAMETER);
  tb_end_well(&tb);
  tb_require_failures(&tb, "advise-balanced");
  tb_require_text(&tb, "advise-balanced", "which no Advise of this session returned");
  tb_close(&tb);
  tb_begin(&tb, 0); /* connection 0 hits nobody */
  tb_unadvise(&tb, TB_MAIN, TB_SESSION, 0, TB_INVALID_PARAMETER);
  tb_end_well(&tb);
  tb_require_failures(&tb, "advise-balanced (warning)");
  tb_close(&tb);
  tb_begin(&tb, 0);
  tb_end_well(&tb);
  tb_require_verdict(&tb, "advise-balanced", RIG_NOT_EXERCISED);
  tb_close(&tb);
}
END_TEST

/* ---- ends that tell nothing ---- */

START_TEST(ended_from_outside) {
  for (unsigned i = 0; i < 2; i++) {
    struct tb tb;
    tb_begin(&tb, 0);
    tb_allocate(&tb, TB_MAIN, TB_BLOCK, 0);
    tb_advise(&tb, TB_MAIN, TB_SESSION, 256);
    if (i == 0)
      tb_killed(&tb, RIG_END_TIMEOUT);
    else
      tb_exit(&tb, 0xC0000005, false);
    tb_judge(&tb);
    static const char *const rules[] = {"init-balanced", "shutdown-order", "no-use-after-logoff",
                                        "buffers-freed", "advise-balanced"};
    for (size_t k = 0; k < sizeof rules / sizeof rules[0]; k++)
      tb_require_verdict(&tb, rules[k], RIG_NOT_EXERCISED);
    tb_close(&tb);
  }
}
END_TEST

int main(void) {
  Suite *suite = suite_create("judge_ends");
  TCase *tests = tcase_create("how a session ends");
  tcase_add_test(tests, uninitialize_with_a_session);
  tcase_add_test(tests, ends_that_are_late);
  tcase_add_test(tests, session_handed_over);
  tcase_add_test(tests, ole);
  tcase_add_test(tests, utilities);
  tcase_add_test(tests, giving_up);
  tcase_add_test(tests, use_after_logoff);
  tcase_add_test(tests, address_used_again);
  tcase_add_test(tests, use_after_the_last_uninitialize);
  tcase_add_test(tests, blocks_freed_wrongly);
  tcase_add_test(tests, blocks_never_freed);
  tcase_add_test(tests, blocks_of_two_threads);
  tcase_add_test(tests, connections);
  tcase_add_test(tests, ended_from_outside);
  suite_add_tcase(suite, tests);
  return run_suite(suite);
}
