/*
 * What the judge makes of filters, of a pump on another thread, of a message that is never removed,
 * and of a stop event that nobody looks at.
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

/* PeekMessage(PM_REMOVE) with a filter; finds nothing, or `found`. */
static void filtered(struct tb *tb, uint32_t hwnd, uint32_t first, uint32_t last,
                     const struct tb_stimulus *found) {
  union rig_payload asked = {.retrieve = {.hwnd = hwnd, .first = first, .last = last, .remove = 1}};
  union rig_payload got = {.message = {.result = found != NULL}};
  if (found) {
    got.message.hwnd = found->hwnd;
    got.message.message = found->message;
    got.message.wparam = found->token;
  }
  uint32_t enter =
      tb_call(tb, RIG_KIND_ENTER, RIG_CALL_PeekMessageW, TB_MAIN, RIG_NO_RECORD, &asked);
  tb_call(tb, RIG_KIND_LEAVE, RIG_CALL_PeekMessageW, TB_MAIN, enter, &got);
}

/* ---- no-filter ---- */

START_TEST(filter_by_shape) {
  static const struct {
    uint32_t hwnd, first, last;
  } filters[] = {{TB_OWN_HWND, 0, 0}, {0xFFFFFFFF, 0, 0}, {0, 0x400, 0x4FF}};
  for (size_t i = 0; i < 3; i++) {
    struct tb tb;
    begin(&tb);
    tb_wait(&tb, TB_MAIN, TB_LEVEL, 2);
    filtered(&tb, filters[i].hwnd, filters[i].first, filters[i].last, NULL);
    end_well(&tb, TB_LEVEL);
    tb_require_failures(&tb, "no-filter (warning)");
    tb_close(&tb);
  }
}
END_TEST

/* A look at what matters first is no fault, before or after the whole look. */
START_TEST(filter_and_whole_look) {
  struct tb tb;
  begin(&tb);
  tb_wait(&tb, TB_MAIN, TB_LEVEL, 2);
  filtered(&tb, 0, 0x400, 0x4FF, NULL);
  tb_peek(&tb, TB_MAIN, NULL);
  tb_wait(&tb, TB_MAIN, TB_LEVEL, 2);
  tb_peek(&tb, TB_MAIN, NULL);
  filtered(&tb, TB_OWN_HWND, 0, 0, NULL);
  tb_peek_range(&tb, TB_MAIN, 0x400, 0x400);
  end_well(&tb, TB_LEVEL);
  tb_require_failures(&tb, "");
  tb_require_verdict(&tb, "no-filter", RIG_PASS);
  tb_close(&tb);

  begin(&tb); /* what matters first, one for each wake: the next turn may look at the rest */
  struct tb_stimulus own = tb_own_message(TB_OWN_HWND, 0x400);
  tb_wait(&tb, TB_MAIN, TB_LEVEL, 2);
  filtered(&tb, 0, 0x400, 0x4FF, &own);
  tb_dispatch(&tb, TB_MAIN, &own);
  end_well(&tb, TB_LEVEL);
  tb_require_failures(&tb, "");
  tb_close(&tb);

  begin(&tb); /* the documented way to create a queue */
  tb_wait(&tb, TB_MAIN, TB_LEVEL, 2);
  tb_peek_range(&tb, TB_MAIN, 0x400, 0x400);
  end_well(&tb, TB_LEVEL);
  tb_require_failures(&tb, "");
  tb_require_verdict(&tb, "no-filter", RIG_NOT_EXERCISED);
  tb_close(&tb);
}
END_TEST

/* Made old by a look that left it out: the filter is the cause, not the missing flag. */
START_TEST(filter_by_proof) {
  struct tb tb;
  begin(&tb);
  uint32_t wait = tb_wait_enter(&tb, TB_MAIN, TB_ALLINPUT, 0);
  tb_notify(&tb);
  tb_wait_leave(&tb, TB_MAIN, wait, 2);
  filtered(&tb, TB_OWN_HWND, 0, 0, NULL);
  wait = tb_wait_enter(&tb, TB_MAIN, TB_ALLINPUT, 0);
  tb_blocked(&tb, TB_MAIN, wait, 1);
  tb_stop_well(&tb, TB_MAIN, wait);
  tb_require_failures(&tb, "no-filter, notify-latency < no-filter");
  tb_require_text(&tb, "no-filter", "through a filter that leaves this message out");
  tb_close(&tb);

  begin(&tb); /* a loop that never blocks: by time */
  tb_notify(&tb);
  for (int i = 0; i < 12; i++) {
    tb_wait(&tb, TB_MAIN, TB_LEVEL, 2);
    filtered(&tb, 0, 0x400, 0x4FF, NULL);
    tb_sleep(&tb, 100);
  }
  end_well(&tb, TB_LEVEL);
  tb_require_failures(&tb, "no-filter, notify-latency < no-filter");
  tb_close(&tb);
}
END_TEST

/* A filter that lets the message through did not hide it: then the missing flag is the cause. */
START_TEST(filter_that_lets_through) {
  struct tb tb;
  begin(&tb);
  uint32_t wait = tb_wait_enter(&tb, TB_MAIN, TB_ALLINPUT, 0);
  struct tb_stimulus first = tb_notify(&tb);
  tb_notify(&tb);
  tb_wait_leave(&tb, TB_MAIN, wait, 2);
  filtered(&tb, TB_NOTIFY_HWND, 0, 0, &first);
  tb_dispatch(&tb, TB_MAIN, &first);
  wait = tb_wait_enter(&tb, TB_MAIN, TB_ALLINPUT, 0);
  tb_blocked(&tb, TB_MAIN, wait, 1);
  tb_stop_well(&tb, TB_MAIN, wait);
  tb_require_failures(&tb, "drain-before-wait, notify-latency < drain-before-wait");
  tb_close(&tb);
}
END_TEST

/* ---- pump-thread ---- */

/* main initialises first and sits; the worker pumps. */
static void on_worker(struct tb *tb, uint32_t init_flags, bool notified) {
  tb_open(tb, RIG_ROLE_SERVICE, NULL, 0);
  tb_start(tb, TB_MAIN, init_flags);
  uint32_t mains = tb_single_enter(tb, TB_MAIN, TB_INFINITE);
  uint32_t wait = tb_wait_enter(tb, TB_WORKER, TB_ALLINPUT, TB_LEVEL);
  if (notified) {
    tb_notify(tb);
    tb_blocked(tb, TB_MAIN, mains, 1);
  }
  tb_stop(tb);
  tb_wait_leave(tb, TB_WORKER, wait, 0);
  tb_state(tb, RIG_STATE_THREAD_END, TB_WORKER, 0, 0, 0, 0);
  tb_single_leave(tb, TB_MAIN, mains, 0);
  tb_finish(tb, TB_MAIN);
}

START_TEST(pump_on_a_worker) {
  struct tb tb;
  on_worker(&tb, TB_INIT_FLAGS, false);
  tb_require_failures(
      &tb, "init-multithread-notifications (warning) < pump-thread, pump-thread (warning)");
  tb_close(&tb);
  on_worker(&tb, TB_INIT_FLAGS, true);
  tb_require_failures(&tb, "init-multithread-notifications (warning) < pump-thread, "
                           "pump-runs < pump-thread, notify-latency < pump-thread, pump-thread");
  tb_require_text(&tb, "pump-thread", "thread t1 pumps");
  tb_close(&tb);
  on_worker(&tb, TB_INIT_FLAGS | 1, false); /* MAPI_MULTITHREAD_NOTIFICATIONS */
  tb_require_failures(&tb, "");
  tb_require_verdict(&tb, "pump-thread", RIG_NA);
  tb_close(&tb);
}
END_TEST

/* A second pump beside that of the first thread is no fault, nor is no pump at all this rule's. */
START_TEST(second_pump) {
  struct tb tb;
  begin(&tb);
  uint32_t mains = tb_single_enter(&tb, TB_MAIN, 100);
  tb_wait(&tb, TB_WORKER, TB_LEVEL, 2);
  tb_single_leave(&tb, TB_MAIN, mains, 0x102);
  end_well(&tb, TB_LEVEL);
  tb_require_failures(&tb, "");
  tb_require_verdict(&tb, "pump-thread", RIG_PASS);
  tb_close(&tb);

  begin(&tb);
  mains = tb_single_enter(&tb, TB_MAIN, TB_INFINITE);
  tb_stop(&tb);
  tb_single_leave(&tb, TB_MAIN, mains, 0);
  tb_finish(&tb, TB_MAIN);
  tb_require_failures(&tb, TB_NEVER_PUMPS);
  tb_require_verdict(&tb, "pump-thread", RIG_NOT_EXERCISED);
  tb_close(&tb);
}
END_TEST

/* ---- pump-runs ---- */

START_TEST(wait_all) {
  for (int signalled = 0; signalled < 2; signalled++) { /* nor does the stop event alone wake it */
    struct tb tb;
    begin(&tb);
    uint32_t wait = tb_wait_enter(&tb, TB_MAIN, TB_ALLINPUT, TB_WAITALL);
    tb_stop(&tb);
    tb_blocked(&tb, TB_MAIN, wait, 1);
    tb_handle(&tb, TB_STOP_HANDLE, signalled ? RIG_SIGNAL_YES : RIG_SIGNAL_NO, wait);
    tb_killed(&tb, RIG_END_STOP_BLOCKED);
    tb_require_failures(&tb, signalled ? "pump-runs, stop-latency < pump-runs" : "stop-latency");
    tb_close(&tb);
  }
}
END_TEST

/* Ten thousand posted and not yet served: Windows refuses the next one. */
START_TEST(quota) {
  for (int posts = 9999; posts <= 10000; posts++) {
    struct tb tb;
    tb_open_small(&tb, 16384);
    tb_start(&tb, TB_MAIN, TB_INIT_FLAGS);
    for (int i = 0; i < posts; i++)
      tb_post(&tb);
    end_well(&tb, TB_LEVEL);
    tb_require_failures(&tb, posts == 10000 ? "pump-runs (warning)" : "");
    tb_close(&tb);
  }
}
END_TEST

/* ---- dispatched ---- */

START_TEST(never_removed) {
  struct tb tb;
  begin(&tb);
  struct tb_stimulus note = tb_notify(&tb);
  tb_peek_look(&tb, TB_MAIN, &note);
  tb_dispatch(&tb, TB_MAIN, &note);
  tb_peek_look(&tb, TB_MAIN, &note);
  tb_dispatch(&tb, TB_MAIN, &note);
  end_well(&tb, TB_LEVEL);
  tb_require_failures(&tb, "dispatched");
  tb_require_text(&tb, "dispatched", "PM_NOREMOVE");
  tb_close(&tb);

  begin(&tb); /* seen first, then removed: two alike are two */
  for (int i = 0; i < 3; i++) {
    struct tb_stimulus own = tb_own_message(TB_OWN_HWND, 0x500);
    tb_peek_look(&tb, TB_MAIN, &own);
    tb_peek(&tb, TB_MAIN, &own);
    tb_dispatch(&tb, TB_MAIN, &own);
  }
  end_well(&tb, TB_LEVEL);
  tb_require_failures(&tb, "");
  tb_close(&tb);

  begin(&tb); /* WM_PAINT stays until it is dispatched, and may come again */
  for (int i = 0; i < 3; i++) {
    struct tb_stimulus paint = tb_own_message(TB_OWN_HWND, 0x0F);
    tb_peek_look(&tb, TB_MAIN, &paint);
    tb_dispatch(&tb, TB_MAIN, &paint);
  }
  end_well(&tb, TB_LEVEL);
  tb_require_failures(&tb, "");
  tb_close(&tb);
}
END_TEST

/* ---- stop-latency: starved ---- */

static void flooded(struct tb *tb, int messages, double pause_ms, int look_every) {
  begin(tb);
  tb_stop(tb);
  union rig_payload set = {.object = {.handle = TB_STOP_HANDLE, .result = 1}};
  tb_call(tb, RIG_KIND_CALL, RIG_CALL_SetEvent, TB_WORKER, RIG_NO_RECORD, &set);
  for (int i = 0; i < messages; i++) {
    struct tb_stimulus own = tb_own_message(TB_OWN_HWND, 0x500);
    tb_peek(tb, TB_MAIN, &own);
    tb_dispatch(tb, TB_MAIN, &own);
    tb_sleep(tb, pause_ms);
    if (look_every && i % look_every == look_every - 1)
      tb_single_leave(tb, TB_MAIN, tb_single_enter(tb, TB_MAIN, 0), 0x102);
  }
  tb_finish(tb, TB_MAIN);
}

START_TEST(starved) {
  struct tb tb;
  flooded(&tb, 1000, 1.1, 0);
  tb_require_failures(&tb, "stop-latency");
  tb_require_text(&tb, "stop-latency", "without a look at its handles");
  tb_close(&tb);
  flooded(&tb, 1000, 0.1, 0); /* for less than D: advice */
  tb_require_failures(&tb, "stop-latency (warning)");
  tb_close(&tb);
  flooded(&tb, 999, 1.1, 0);
  tb_require_failures(&tb, "");
  tb_require_verdict(&tb, "stop-latency", RIG_PASS);
  tb_close(&tb);
  flooded(&tb, 1200, 1.1, 32); /* in batches, with a look after each */
  tb_require_failures(&tb, "");
  tb_close(&tb);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("judge_shapes");
  TCase *tests = tcase_create("filters, threads, looks, floods");
  tcase_add_test(tests, filter_by_shape);
  tcase_add_test(tests, filter_and_whole_look);
  tcase_add_test(tests, filter_by_proof);
  tcase_add_test(tests, filter_that_lets_through);
  tcase_add_test(tests, pump_on_a_worker);
  tcase_add_test(tests, second_pump);
  tcase_add_test(tests, wait_all);
  tcase_add_test(tests, quota);
  tcase_add_test(tests, never_removed);
  tcase_add_test(tests, starved);
  suite_add_tcase(suite, tests);
  return run_suite(suite);
}
