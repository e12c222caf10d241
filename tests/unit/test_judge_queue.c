/*
 * What the judge makes of filters, crowds and senders.
 */
#include <check.h>

#include "unit/suite.h"
#include "unit/trace_builder.h"

static void begin(struct tb *tb) {
  tb_open(tb, RIG_ROLE_SERVICE, NULL, 0);
  tb_start(tb, TB_MAIN, TB_INIT_FLAGS);
}

static void end_well(struct tb *tb, uint32_t flags) {
  tb_stop_well(tb, TB_MAIN, tb_wait_enter(tb, TB_MAIN, TB_ALLINPUT, flags));
}

static uint32_t get_filtered(struct tb *tb, uint32_t hwnd, uint32_t first, uint32_t last) {
  union rig_payload asked = {.retrieve = {.hwnd = hwnd, .first = first, .last = last, .remove = 1}};
  return tb_call(tb, RIG_KIND_ENTER, RIG_CALL_GetMessageW, TB_MAIN, RIG_NO_RECORD, &asked);
}

static void filtered_peek(struct tb *tb, uint32_t hwnd, uint32_t remove) {
  union rig_payload asked = {.retrieve = {.hwnd = hwnd, .remove = remove}};
  union rig_payload got = {.message = {.result = 0}};
  uint32_t enter =
      tb_call(tb, RIG_KIND_ENTER, RIG_CALL_PeekMessageW, TB_MAIN, RIG_NO_RECORD, &asked);
  tb_call(tb, RIG_KIND_LEAVE, RIG_CALL_PeekMessageW, TB_MAIN, enter, &got);
}

/* A blocking retrieval whose filter leaves the message out serves it as little as a plain wait. */
START_TEST(filtered_get) {
  static const struct {
    uint32_t hwnd, first, last;
  } filters[] = {{TB_OWN_HWND, 0, 0}, {0, 0x400, 0x400}, {0, 0, 0x3FF}};
  for (size_t i = 0; i < sizeof filters / sizeof filters[0]; i++) {
    struct tb tb;
    begin(&tb);
    uint32_t get = get_filtered(&tb, filters[i].hwnd, filters[i].first, filters[i].last);
    tb_notify(&tb);
    tb_blocked(&tb, TB_MAIN, get, 1);
    tb_stop(&tb);
    struct tb_stimulus own = tb_own_message(TB_OWN_HWND, 0x400);
    tb_get_leave(&tb, TB_MAIN, get, &own);
    tb_finish(&tb, TB_MAIN);
    tb_require_failures(&tb, "no-filter, notify-latency < no-filter");
    tb_require_text(&tb, "no-filter", "through a filter that leaves this message out");
    tb_close(&tb);
  }
}
END_TEST

/* Without a filter GetMessage would have returned: whatever this is, it is not the client. */
START_TEST(unexplained) {
  static const struct { uint32_t first, last; } whole[] = {{0, 0}, {0, 0xFFFFFFFF}};
  for (size_t i = 0; i < 2; i++) {
    struct tb tb;
    begin(&tb);
    uint32_t get = get_filtered(&tb, 0, whole[i].first, whole[i].last);
    tb_notify(&tb);
    tb_blocked(&tb, TB_MAIN, get, 1);
    tb_stop(&tb);
    tb_finish(&tb, TB_MAIN);
    tb_require_failures(&tb, "");
    tb_require_verdict(&tb, "notify-latency", RIG_NOT_EXERCISED);
    tb_close(&tb);
  }
}
END_TEST

/* A filter that finds nothing does not show that the queue is empty. */
START_TEST(emptied_by_a_filtered_peek) {
  for (int i = 0; i < 2; i++) {
    struct tb tb;
    begin(&tb);
    uint32_t wait = tb_wait_enter(&tb, TB_MAIN, TB_ALLINPUT, 0);
    struct tb_stimulus note = tb_notify(&tb);
    tb_wait_leave(&tb, TB_MAIN, wait, 2);
    tb_peek(&tb, TB_MAIN, &note);
    tb_dispatch(&tb, TB_MAIN, &note);
    filtered_peek(&tb, i == 0 ? TB_OWN_HWND : 0, i == 0 ? 1 : 0x00400001); /* PM_QS_SENDMESSAGE */
    end_well(&tb, 0);
    tb_require_failures(&tb, "drain-before-wait (warning)");
    tb_close(&tb);
  }
}
END_TEST

/* One at a time is no crowd: the rule is not exercised by it. */
START_TEST(never_two_at_once) {
  struct tb tb;
  begin(&tb);
  for (int i = 0; i < 3; i++) {
    uint32_t wait = tb_wait_enter(&tb, TB_MAIN, TB_ALLINPUT, 0);
    struct tb_stimulus note = tb_notify(&tb);
    tb_wait_leave(&tb, TB_MAIN, wait, 2);
    tb_peek(&tb, TB_MAIN, &note);
    tb_dispatch(&tb, TB_MAIN, &note);
    tb_peek(&tb, TB_MAIN, NULL);
  }
  end_well(&tb, 0);
  tb_require_failures(&tb, "");
  tb_require_verdict(&tb, "drain-before-wait", RIG_NOT_EXERCISED);
  tb_require_text(&tb, "notify-latency", "3 of 3 notifications");
  tb_require_verdict(&tb, "dispatch-path", RIG_PASS);
  tb_close(&tb);
}
END_TEST

/* What comes between the return of the wait and the first look is made old by that look as well: it
 * is one crowd, whether the thread woke before or behind the second message. */
START_TEST(second_before_the_first_look) {
  for (int late = 0; late < 2; late++) {
    struct tb tb;
    begin(&tb);
    uint32_t wait = tb_wait_enter(&tb, TB_MAIN, TB_ALLINPUT, TB_LEVEL);
    struct tb_stimulus notes[2] = {tb_notify(&tb)};
    if (late == 0)
      notes[1] = tb_notify(&tb);
    tb_wait_leave(&tb, TB_MAIN, wait, 2);
    if (late == 1)
      notes[1] = tb_notify(&tb);
    for (int i = 0; i < 2; i++) {
      tb_peek(&tb, TB_MAIN, &notes[i]);
      tb_dispatch(&tb, TB_MAIN, &notes[i]);
      if (i == 0)
        tb_wait(&tb, TB_MAIN, TB_LEVEL, 2);
    }
    tb_stop_well(&tb, TB_MAIN, tb_wait_enter(&tb, TB_MAIN, TB_ALLINPUT, TB_LEVEL));
    tb_require_verdict(&tb, "drain-before-wait", RIG_PASS);
    tb_close(&tb);
  }
}
END_TEST

/* Answered by the thread in a call of MAPI's own: then nothing waits. */
START_TEST(answered_without_a_receipt) {
  struct tb tb;
  begin(&tb);
  uint32_t wait = tb_single_enter(&tb, TB_MAIN, TB_INFINITE);
  struct tb_stimulus sent = tb_send(&tb);
  tb_reply(&tb, &sent);
  tb_blocked(&tb, TB_MAIN, wait, 0);
  tb_stop(&tb);
  tb_single_leave(&tb, TB_MAIN, wait, 0);
  tb_finish(&tb, TB_MAIN);
  tb_require_failures(&tb, "init-multithread-notifications (warning)");
  tb_require_verdict(&tb, "sent-latency", RIG_PASS);
  tb_close(&tb);
}
END_TEST

/* The sender gave up, but the thread was not deaf: it looked at its queue meanwhile. */
START_TEST(timed_out_while_it_served) {
  struct tb tb;
  begin(&tb);
  struct tb_stimulus sent = tb_send(&tb);
  tb_sleep(&tb, 1500);
  tb_peek(&tb, TB_MAIN, NULL);
  tb_sleep(&tb, 500);
  tb_time_out(&tb, &sent);
  end_well(&tb, TB_LEVEL);
  tb_require_failures(&tb, "");
  tb_require_verdict(&tb, "sent-latency", RIG_NOT_EXERCISED);
  tb_close(&tb);

  begin(&tb); /* nor is a sender of little patience proof of anything */
  uint32_t wait = tb_wait_enter(&tb, TB_MAIN, TB_POSTED, TB_LEVEL);
  sent = tb_send(&tb);
  tb_sleep(&tb, 300);
  tb_time_out(&tb, &sent);
  tb_stop_well(&tb, TB_MAIN, wait);
  tb_require_failures(&tb, "wake-mask (warning)");
  tb_require_verdict(&tb, "sent-latency", RIG_NOT_EXERCISED);
  tb_close(&tb);
}
END_TEST

/* A spin over ignored input, seen just between two of its waits: ServiceMain is all that is open.
 */
START_TEST(timed_out_between_two_waits) {
  struct tb tb;
  tb_open(&tb, RIG_ROLE_SERVICE, NULL, 0);
  uint32_t main = tb_enter(&tb, RIG_CALL_ServiceMain, TB_MAIN);
  ck_assert_uint_eq(main, 0);
  tb_start(&tb, TB_MAIN, TB_INIT_FLAGS);
  struct tb_stimulus sent = tb_send(&tb);
  for (int i = 0; i < 20; i++) {
    tb_wait(&tb, TB_MAIN, TB_LEVEL, 2);
    tb_sleep(&tb, 100);
  }
  tb_time_out(&tb, &sent);
  end_well(&tb, TB_LEVEL);
  tb_require_failures(&tb, "dispatch-path, sent-latency < dispatch-path");
  tb_close(&tb);
}
END_TEST

/* A post that Windows refused waits for nobody. */
START_TEST(refused_post) {
  struct tb tb;
  begin(&tb);
  uint32_t wait = tb_single_enter(&tb, TB_MAIN, TB_INFINITE);
  struct rig_record record = {.kind = RIG_KIND_STIMULUS,
                              .call = RIG_ACTION_NOTIFY,
                              .thread = TB_DIRECTOR,
                              .link = RIG_NO_RECORD};
  record.u.stimulus.thread = TB_MAIN;
  record.u.stimulus.error = 1400;
  tb_append(&tb, record, NULL, 0);
  tb_blocked(&tb, TB_MAIN, wait, 0);
  tb_stop(&tb);
  tb_single_leave(&tb, TB_MAIN, wait, 0);
  tb_finish(&tb, TB_MAIN);
  tb_require_failures(&tb, "init-multithread-notifications (warning)");
  tb_require_text(&tb, "notify-latency", "the run made no notification");
  tb_close(&tb);
}
END_TEST

/* While it waits for its own SendMessage a thread serves what is sent to it, not what is posted. */
START_TEST(inside_a_send_of_its_own) {
  struct tb tb;
  begin(&tb);
  uint32_t call = tb_enter(&tb, RIG_CALL_SendMessageW, TB_MAIN);
  tb_notify(&tb);
  tb_send(&tb);
  tb_blocked(&tb, TB_MAIN, call, 2);
  tb_stop(&tb);
  tb_leave(&tb, RIG_CALL_SendMessageW, TB_MAIN, call);
  tb_finish(&tb, TB_MAIN);
  tb_require_failures(&tb, "pump-runs, notify-latency < pump-runs");
  tb_close(&tb);
}
END_TEST

/* An OnNotify that does not return, on a thread of MAPI's own: no pump of the client's is to blame.
 */
START_TEST(sink_on_mapis_thread) {
  struct tb tb;
  tb_open(&tb, RIG_ROLE_SERVICE, NULL, 0);
  tb_start(&tb, TB_MAIN, TB_INIT_FLAGS | 1);
  uint32_t wait = tb_wait_enter(&tb, TB_MAIN, TB_ALLINPUT, TB_LEVEL);
  struct tb_stimulus first = tb_notify(&tb);
  tb_receipt(&tb, &first);
  tb_enter(&tb, RIG_CALL_IMAPIAdviseSink_OnNotify, TB_MAPI);
  uint32_t inside = tb_single_enter(&tb, TB_MAPI, TB_INFINITE);
  tb_notify(&tb);
  tb_blocked(&tb, TB_MAPI, inside, 1);
  tb_stop_well(&tb, TB_MAIN, wait);
  tb_require_failures(&tb, "notify-latency");
  tb_require_text(&tb, "notify-latency", "thread mapi");
  tb_close(&tb);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("judge_queue");
  TCase *tests = tcase_create("filters, crowds, senders");
  tcase_add_test(tests, filtered_get);
  tcase_add_test(tests, unexplained);
  tcase_add_test(tests, emptied_by_a_filtered_peek);
  tcase_add_test(tests, never_two_at_once);
  tcase_add_test(tests, second_before_the_first_look);
  tcase_add_test(tests, answered_without_a_receipt);
  tcase_add_test(tests, timed_out_while_it_served);
  tcase_add_test(tests, timed_out_between_two_waits);
  tcase_add_test(tests, refused_post);
  tcase_add_test(tests, inside_a_send_of_its_own);
  tcase_add_test(tests, sink_on_mapis_thread);
  suite_add_tcase(suite, tests);
  return run_suite(suite);
}
