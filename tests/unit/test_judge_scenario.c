/*
 * What the scenario itself does to a client is none of the client's: holds, gates, withdrawn sends,
 * destroyed windows, faults. And a hang beside it is still found.
 */
#include <check.h>

#include "unit/suite.h"
#include "unit/trace_builder.h"

static void begin(struct tb *tb) {
  tb_open(tb, RIG_ROLE_SERVICE, NULL, 0);
  tb_start(tb, TB_MAIN, TB_INIT_FLAGS);
}

static struct tb_stimulus of(enum rig_action action, uint32_t hwnd, uint32_t message) {
  return (struct tb_stimulus){.window = hwnd == TB_IDLE_HWND ? RIG_WINDOW_IDLE : RIG_WINDOW_NONE,
                              .hwnd = hwnd,
                              .message = message,
                              .thread = TB_MAIN,
                              .action = action};
}

/* The client wakes, takes `stimulus` and waits again. */
static uint32_t serve(struct tb *tb, uint32_t wait, const struct tb_stimulus *stimulus) {
  tb_wait_leave(tb, TB_MAIN, wait, 2);
  tb_peek(tb, TB_MAIN, stimulus);
  tb_dispatch(tb, TB_MAIN, stimulus);
  tb_peek(tb, TB_MAIN, NULL);
  return tb_wait_enter(tb, TB_MAIN, TB_ALLINPUT, TB_LEVEL);
}

/* ---- holds and gates ---- */

START_TEST(a_held_thread_serves_nothing) {
  struct tb tb;
  begin(&tb);
  uint32_t wait = tb_wait_enter(&tb, TB_MAIN, TB_ALLINPUT, TB_LEVEL);
  uint32_t began = tb_detain(&tb, RIG_ACTION_HOLD, TB_MAIN);
  struct tb_stimulus post = tb_post(&tb);
  struct tb_stimulus send = tb_send(&tb);
  tb_sleep(&tb, 2000);
  tb_time_out(&tb, &send);
  tb_sleep(&tb, 2000);
  tb_let_go(&tb, RIG_ACTION_HOLD, TB_MAIN, began);
  wait = serve(&tb, wait, &post);
  tb_stop_well(&tb, TB_MAIN, wait);
  tb_require_failures(&tb, "");
  tb_close(&tb);
}
END_TEST

START_TEST(a_hang_after_a_hold) {
  struct tb tb;
  begin(&tb);
  uint32_t single = tb_single_enter(&tb, TB_MAIN, TB_INFINITE);
  uint32_t began = tb_detain(&tb, RIG_ACTION_HOLD, TB_MAIN);
  tb_post(&tb);
  tb_sleep(&tb, 800);
  tb_let_go(&tb, RIG_ACTION_HOLD, TB_MAIN, began);
  tb_blocked(&tb, TB_MAIN, single, 1);
  tb_stop(&tb);
  tb_single_leave(&tb, TB_MAIN, single, 0);
  tb_finish(&tb, TB_MAIN);
  tb_require_verdict(&tb, "pump-runs", RIG_FAIL);
  tb_close(&tb);
}
END_TEST

/* By time alone, without a diagnosis: the time after the hold counts, and only that. */
START_TEST(time_counts_from_the_release) {
  for (int hung = 0; hung < 2; hung++) {
    struct tb tb;
    begin(&tb);
    uint32_t single = tb_single_enter(&tb, TB_MAIN, TB_INFINITE);
    uint32_t began = tb_detain(&tb, RIG_ACTION_GATE, TB_MAIN);
    tb_post(&tb);
    tb_sleep(&tb, 5000);
    tb_let_go(&tb, RIG_ACTION_GATE, TB_MAIN, began);
    tb_sleep(&tb, hung ? 1500 : 200);
    tb_stop(&tb);
    tb_single_leave(&tb, TB_MAIN, single, 0);
    tb_finish(&tb, TB_MAIN);
    if (hung)
      tb_require_verdict(&tb, "pump-runs", RIG_FAIL);
    else
      tb_require_failures(&tb, TB_NEVER_PUMPS);
    tb_close(&tb);
  }
}
END_TEST

/* A diagnosis that reaches into a hold proves nothing. */
START_TEST(a_diagnosis_of_a_held_thread) {
  struct tb tb;
  begin(&tb);
  uint32_t single = tb_single_enter(&tb, TB_MAIN, TB_INFINITE);
  tb_post(&tb);
  uint32_t began = tb_detain(&tb, RIG_ACTION_HOLD, TB_MAIN);
  tb_sleep(&tb, 500);
  tb_let_go(&tb, RIG_ACTION_HOLD, TB_MAIN, began);
  tb_sleep(&tb, 600);
  tb_state(&tb, RIG_STATE_BLOCKED, TB_DIRECTOR, TB_MAIN, single, 1005, 1);
  tb_stop(&tb);
  tb_single_leave(&tb, TB_MAIN, single, 0);
  tb_finish(&tb, TB_MAIN);
  tb_require_failures(&tb, TB_NEVER_PUMPS);
  tb_close(&tb);
}
END_TEST

/* ---- messages ---- */

START_TEST(a_withdrawn_send_is_nobodys_fault) {
  struct tb tb;
  begin(&tb);
  uint32_t wait = tb_wait_enter(&tb, TB_MAIN, TB_ALLINPUT, TB_LEVEL);
  struct tb_stimulus send = tb_perform(&tb, of(RIG_ACTION_WITHDRAW, TB_IDLE_HWND, 0x8000));
  tb_sleep(&tb, 1500);
  tb_time_out(&tb, &send);
  tb_wait_leave(&tb, TB_MAIN, wait, 2);
  tb_peek(&tb, TB_MAIN, NULL);
  wait = tb_wait_enter(&tb, TB_MAIN, TB_ALLINPUT, TB_LEVEL);
  tb_stop_well(&tb, TB_MAIN, wait);
  tb_require_failures(&tb, "");
  tb_close(&tb);

  begin(
      &tb); /* the documented pump: woken for nothing, it sits in GetMessage and misses the stop */
  wait = tb_wait_enter(&tb, TB_MAIN, TB_ALLINPUT, 0);
  send = tb_perform(&tb, of(RIG_ACTION_WITHDRAW, TB_IDLE_HWND, 0x8000));
  tb_sleep(&tb, 10);
  tb_time_out(&tb, &send);
  tb_wait_leave(&tb, TB_MAIN, wait, 2);
  uint32_t get = tb_get_enter(&tb, TB_MAIN);
  tb_stop(&tb);
  tb_blocked(&tb, TB_MAIN, get, 0);
  tb_handle(&tb, TB_STOP_HANDLE, RIG_SIGNAL_YES, wait);
  tb_killed(&tb, RIG_END_STOP_BLOCKED);
  tb_require_verdict(&tb, "stop-latency", RIG_FAIL);
  tb_close(&tb);
}
END_TEST

START_TEST(a_notify_only_send_must_be_served) {
  struct tb tb;
  begin(&tb);
  uint32_t wait = tb_wait_enter(&tb, TB_MAIN, TB_POSTED, 0);
  tb_perform(&tb, of(RIG_ACTION_SEND_NOTIFY, TB_IDLE_HWND, 0x8000));
  tb_blocked(&tb, TB_MAIN, wait, 1);
  tb_stop_well(&tb, TB_MAIN, wait);
  tb_require_verdict(&tb, "wake-mask", RIG_FAIL);
  tb_close(&tb);
}
END_TEST

START_TEST(a_flood_must_begin_to_be_served) {
  for (int served = 0; served < 2; served++) {
    struct tb tb;
    begin(&tb);
    uint32_t single = tb_single_enter(&tb, TB_MAIN, TB_INFINITE);
    struct tb_stimulus flood = tb_perform(&tb, of(RIG_ACTION_FLOOD, TB_IDLE_HWND, 0x8000));
    if (served)
      tb_receipt(&tb, &flood);
    tb_blocked(&tb, TB_MAIN, single, !served);
    tb_stop(&tb);
    tb_single_leave(&tb, TB_MAIN, single, 0);
    tb_finish(&tb, TB_MAIN);
    if (served)
      tb_require_failures(&tb, TB_NEVER_PUMPS);
    else
      tb_require_verdict(&tb, "pump-runs", RIG_FAIL);
    tb_close(&tb);
  }
}
END_TEST

START_TEST(messages_of_a_destroyed_window) {
  struct tb tb;
  begin(&tb);
  uint32_t wait = tb_wait_enter(&tb, TB_MAIN, TB_ALLINPUT, 0);
  tb_post(&tb);
  struct tb_stimulus send = tb_send(&tb);
  tb_perform(&tb, of(RIG_ACTION_DESTROY_WINDOW, TB_IDLE_HWND, 0));
  tb_time_out(&tb, &send);
  tb_blocked(&tb, TB_MAIN, wait, 0);
  tb_stop_well(&tb, TB_MAIN, wait);
  tb_require_failures(&tb, "");
  tb_close(&tb);

  begin(&tb); /* those of another window stay */
  uint32_t single = tb_single_enter(&tb, TB_MAIN, TB_INFINITE);
  tb_notify(&tb);
  tb_perform(&tb, of(RIG_ACTION_DESTROY_WINDOW, TB_IDLE_HWND, 0));
  tb_blocked(&tb, TB_MAIN, single, 1);
  tb_stop(&tb);
  tb_single_leave(&tb, TB_MAIN, single, 0);
  tb_finish(&tb, TB_MAIN);
  tb_require_verdict(&tb, "pump-runs", RIG_FAIL);
  tb_close(&tb);
}
END_TEST

START_TEST(what_need_not_be_served) {
  static const enum rig_action actions[] = {RIG_ACTION_APC, RIG_ACTION_TIMER};
  for (size_t i = 0; i < sizeof actions / sizeof *actions; i++) {
    struct tb tb;
    begin(&tb);
    uint32_t wait = tb_wait_enter(&tb, TB_MAIN, TB_ALLINPUT, TB_LEVEL);
    tb_perform(&tb, of(actions[i], TB_IDLE_HWND, 0));
    tb_sleep(&tb, 3000);
    tb_stop_well(&tb, TB_MAIN, wait);
    tb_require_failures(&tb, "");
    tb_close(&tb);
  }
}
END_TEST

START_TEST(quit_flags_coalesce) {
  struct tb tb;
  begin(&tb);
  uint32_t wait = tb_wait_enter(&tb, TB_MAIN, TB_ALLINPUT, TB_LEVEL);
  tb_perform(&tb, of(RIG_ACTION_QUIT_FLAG, 0, 0x12));
  tb_perform(&tb, of(RIG_ACTION_QUIT_FLAG, 0, 0x12));
  tb_wait_leave(&tb, TB_MAIN, wait, 2);
  struct tb_stimulus quit = tb_own_message(0, 0x12);
  tb_peek(&tb, TB_MAIN, &quit);
  tb_finish(&tb, TB_MAIN);
  tb_require_failures(&tb, "");
  tb_close(&tb);

  begin(&tb); /* one that is never taken */
  uint32_t single = tb_single_enter(&tb, TB_MAIN, TB_INFINITE);
  tb_perform(&tb, of(RIG_ACTION_QUIT_FLAG, 0, 0x12));
  tb_blocked(&tb, TB_MAIN, single, 1);
  tb_stop(&tb);
  tb_single_leave(&tb, TB_MAIN, single, 0);
  tb_finish(&tb, TB_MAIN);
  tb_require_verdict(&tb, "pump-runs", RIG_FAIL);
  tb_close(&tb);
}
END_TEST

/* A WM_QUIT that is removed, and the pump waits on: proven only by the time that is its own. */
START_TEST(a_swallowed_quit_beside_a_hold) {
  for (int hung = 0; hung < 2; hung++) {
    struct tb tb;
    begin(&tb);
    uint32_t wait = tb_wait_enter(&tb, TB_MAIN, TB_ALLINPUT, TB_LEVEL);
    struct tb_stimulus quit = tb_quit(&tb);
    tb_wait_leave(&tb, TB_MAIN, wait, 2);
    tb_peek(&tb, TB_MAIN, &quit);
    wait = tb_wait_enter(&tb, TB_MAIN, TB_ALLINPUT, TB_LEVEL);
    uint32_t began = tb_detain(&tb, RIG_ACTION_HOLD, TB_MAIN);
    tb_sleep(&tb, 3000);
    tb_let_go(&tb, RIG_ACTION_HOLD, TB_MAIN, began);
    tb_sleep(&tb, hung ? 1500 : 200);
    tb_stop_well(&tb, TB_MAIN, wait);
    tb_require_verdict(&tb, "quit-honoured", hung ? RIG_FAIL : RIG_NOT_EXERCISED);
    tb_close(&tb);
  }
}
END_TEST

/* ---- faults and controls ---- */

static const struct rig_step fault_plan[] = {{.action = RIG_ACTION_FAULT,
                                              .trigger = RIG_TRIGGER_START,
                                              .family = RIG_FAMILY_MAPI_LOGON,
                                              .trigger_count = 1,
                                              .result = 0x80040111u,
                                              .line = 4},
                                             {.action = RIG_ACTION_STOP, .line = 6}};

static uint32_t meet(struct tb *tb, enum rig_call call, uint32_t error, uint32_t link) {
  struct rig_record record = {
      .kind = RIG_KIND_STIMULUS, .call = RIG_ACTION_FAULT, .thread = TB_MAIN, .link = link};
  record.u.stimulus.thread = TB_MAIN;
  record.u.stimulus.message = call;
  record.u.stimulus.result = 1;
  record.u.stimulus.error = error;
  return tb_append(tb, record, NULL, 0);
}

START_TEST(a_call_that_fails_is_told) {
  struct tb tb;
  tb_open(&tb, RIG_ROLE_SERVICE, fault_plan, 2);
  tb_start(&tb, TB_MAIN, TB_INIT_FLAGS);
  meet(&tb, RIG_CALL_MAPILogonEx, 0x80040111u, RIG_NO_RECORD);
  tb_finish(&tb, TB_MAIN);
  tb_require_cause(&tb, RIG_OUTCOME_NOT_EXERCISED, "ended-early");
  tb_require_text(&tb, NULL, "the scenario made MAPILogonEx fail with MAPI_E_LOGON_FAILED");
  tb_close(&tb);
}
END_TEST

START_TEST(a_fault_that_no_call_meets) {
  struct tb tb;
  tb_open(&tb, RIG_ROLE_SERVICE, fault_plan, 2);
  tb_start(&tb, TB_MAIN, TB_INIT_FLAGS);
  uint32_t wait = tb_wait_enter(&tb, TB_MAIN, TB_ALLINPUT, TB_LEVEL);
  struct tb_stimulus stop = {.thread = 0, .action = RIG_ACTION_STOP};
  stop = tb_perform(&tb, stop);
  tb.log.records[stop.record].u.stimulus.step = 1;
  tb_wait_leave(&tb, TB_MAIN, wait, 0);
  tb_finish(&tb, TB_MAIN);
  tb_require_cause(&tb, RIG_OUTCOME_NOT_EXERCISED, "step-stuck");
  tb_require_text(&tb, NULL, "line 4");
  tb_close(&tb);
}
END_TEST

START_TEST(a_call_that_blocks_ends_nothing) {
  struct tb tb;
  begin(&tb);
  uint32_t enter = tb_enter(&tb, RIG_CALL_IMAPISession_Logoff, TB_WORKER);
  tb_detain(&tb, RIG_ACTION_FAULT, TB_WORKER);
  uint32_t wait = tb_wait_enter(&tb, TB_MAIN, TB_ALLINPUT, TB_LEVEL);
  tb_stop(&tb);
  tb_wait_leave(&tb, TB_MAIN, wait, 0);
  uint32_t single = tb_single_enter(&tb, TB_MAIN, TB_INFINITE); /* for the worker */
  tb_blocked(&tb, TB_MAIN, single, 0);
  tb_killed(&tb, RIG_END_STOP_BLOCKED);
  tb_require_verdict(&tb, "stop-latency", RIG_NOT_EXERCISED);
  tb_require_cause(&tb, RIG_OUTCOME_NOT_EXERCISED, "detained");
  ck_assert_uint_ne(enter, RIG_NO_RECORD);
  tb_close(&tb);

  begin(&tb); /* the pump beside it does not hear the stop: that is the client's own */
  tb_enter(&tb, RIG_CALL_IMAPISession_Logoff, TB_WORKER);
  tb_detain(&tb, RIG_ACTION_FAULT, TB_WORKER);
  wait = tb_wait(&tb, TB_MAIN, 0, 2);
  uint32_t get = tb_get_enter(&tb, TB_MAIN);
  tb_stop(&tb);
  tb_blocked(&tb, TB_MAIN, get, 0);
  tb_handle(&tb, TB_STOP_HANDLE, RIG_SIGNAL_YES, wait);
  tb_killed(&tb, RIG_END_STOP_BLOCKED);
  tb_require_verdict(&tb, "stop-latency", RIG_FAIL);
  tb_close(&tb);
}
END_TEST

START_TEST(a_refused_control_is_no_failure) {
  struct tb tb;
  begin(&tb);
  uint32_t wait = tb_wait_enter(&tb, TB_MAIN, TB_ALLINPUT, TB_LEVEL);
  struct rig_record record = {.kind = RIG_KIND_STIMULUS,
                              .call = RIG_ACTION_CONTROL,
                              .thread = TB_DIRECTOR,
                              .link = RIG_NO_RECORD};
  record.u.stimulus.error = 1052;
  tb_append(&tb, record, NULL, 0);
  tb_stop_well(&tb, TB_MAIN, wait);
  tb_require_cause(&tb, RIG_OUTCOME_NOT_EXERCISED, "control-refused");
  tb_require_failures(&tb, "");
  tb_close(&tb);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("judge: what the scenario does");
  TCase *cases = tcase_create("scenario");
  tcase_add_test(cases, a_held_thread_serves_nothing);
  tcase_add_test(cases, a_hang_after_a_hold);
  tcase_add_test(cases, time_counts_from_the_release);
  tcase_add_test(cases, a_diagnosis_of_a_held_thread);
  tcase_add_test(cases, a_withdrawn_send_is_nobodys_fault);
  tcase_add_test(cases, a_notify_only_send_must_be_served);
  tcase_add_test(cases, a_flood_must_begin_to_be_served);
  tcase_add_test(cases, messages_of_a_destroyed_window);
  tcase_add_test(cases, what_need_not_be_served);
  tcase_add_test(cases, quit_flags_coalesce);
  tcase_add_test(cases, a_swallowed_quit_beside_a_hold);
  tcase_add_test(cases, a_call_that_fails_is_told);
  tcase_add_test(cases, a_fault_that_no_call_meets);
  tcase_add_test(cases, a_call_that_blocks_ends_nothing);
  tcase_add_test(cases, a_refused_control_is_no_failure);
  suite_add_tcase(suite, cases);
  return run_suite(suite);
}
