/*
 * Every stimulus of the vocabulary against real clients: what is performed where, what is recorded
 * of it, and that a thread which the scenario itself keeps from going on is never called blocked.
 */
#include "director.h"

#include <stdlib.h>

#define FIRST_TOKEN 0x52490000u

static uint32_t steps_of(unsigned action) {
  return count(RIG_KIND_STIMULUS, action);
}

/* The STIMULUS of `action` in `phase`, from `from` on; REST when there is none. */
static uint32_t phase_of(uint32_t from, unsigned action, uint32_t phase) {
  for (uint32_t i = find(from, RIG_KIND_STIMULUS, action); i != REST;
       i = find(i + 1, RIG_KIND_STIMULUS, action)) {
    if (at(i).u.stimulus.phase == phase) {
      return i;
    }
  }
  return REST;
}

static double ms_of(uint32_t index) {
  return rig_trace_ms(trace, at(index).stamp);
}

static uint32_t receipts_of(uint32_t act) {
  uint32_t found = 0;
  for (uint32_t i = linked(act, RIG_KIND_RECEIPT, act); i != REST;
       i = linked(i + 1, RIG_KIND_RECEIPT, act)) {
    found++;
  }
  return found;
}

static void well(void) {
  ck_assert_uint_eq(end_reason(), RIG_END_NONE);
  ck_assert_uint_eq(count(RIG_KIND_STATE, RIG_STATE_BLOCKED), 0);
  ck_assert_uint_eq(exit_code, 0);
}

/* ---- sent messages ---- */

START_TEST(a_withdrawn_send_wakes_for_nothing) {
  run("reference-service", "name: t\nsteps: [{withdraw: {}, when: settled}, "
                           "{post: {}, when: settled}]\n");
  well();
  const uint32_t act = stimulus(0, 0);
  ck_assert_uint_eq(receipts_of(act), 0);
  const uint32_t fate = linked(act, RIG_KIND_STIMULUS, act);
  ck_assert_msg(fate != REST, "its fate is told");
  ck_assert_uint_eq(at(fate).u.stimulus.phase, RIG_STIMULUS_TIMED_OUT);
  const uint32_t wake = must(act, RIG_KIND_LEAVE, RIG_CALL_MsgWaitForMultipleObjectsEx, "a wake");
  ck_assert_uint_eq(at(wake).u.wait.result, 2);
  const uint32_t look = must(wake, RIG_KIND_LEAVE, RIG_CALL_PeekMessageW, "a look");
  ck_assert_uint_eq(at(look).u.message.result, 0);
  ck_assert_msg(look > fate, "it looks only when the send has timed out");
}
END_TEST

START_TEST(a_withdrawn_send_that_was_received_says_so) {
  /* GetMessage dispatches it where it sits. */
  run("literal-pump", "name: t\nsteps: [{send: {}, when: settled}, "
                      "{withdraw: {}, when: {blocked: GetMessage}}, {post: {}, after: 0}]\n");
  const uint32_t act = stimulus(1, 0);
  ck_assert_uint_eq(receipts_of(act), 1);
  ck_assert_uint_eq(at(linked(act, RIG_KIND_STIMULUS, act)).u.stimulus.phase, RIG_STIMULUS_REPLIED);
}
END_TEST

START_TEST(senders_in_parallel) {
  run("reference-service", "name: t\nsteps: [{send: {count: 5}, when: settled}, "
                           "{send-notify: {count: 2}, when: settled}]\n");
  well();
  uint32_t last = 0, first_receipt = REST;
  for (uint32_t i = 0; i < 5; i++) {
    const uint32_t act = stimulus(0, i);
    const uint32_t receipt = linked(act, RIG_KIND_RECEIPT, act);
    ck_assert_msg(receipt != REST && at(receipt).u.receipt.sent == 1, "send %u is received", i);
    ck_assert_uint_eq(at(linked(act, RIG_KIND_STIMULUS, act)).u.stimulus.phase,
                      RIG_STIMULUS_REPLIED);
    last = act;
    first_receipt = receipt < first_receipt ? receipt : first_receipt;
  }
  ck_assert_msg(last < first_receipt, "all of them wait before one is served");
  for (uint32_t i = 0; i < 2; i++) {
    const uint32_t act = stimulus(1, i);
    const uint32_t receipt = linked(act, RIG_KIND_RECEIPT, act);
    ck_assert_msg(receipt != REST && at(receipt).u.receipt.sent == 1, "notify-only %u", i);
    ck_assert_uint_eq(linked(act, RIG_KIND_STIMULUS, act), REST);
  }
}
END_TEST

/* ---- threads ---- */

START_TEST(the_quit_flag_where_it_is_held) {
  run("reference-service", "name: t\nsteps: [{post: {}, when: settled}, "
                           "{quit-flag: {exit-code: 5}, at: {entry: DispatchMessage}}]\n");
  const struct rig_record act = at(stimulus(1, 0));
  ck_assert_uint_eq(act.call, RIG_ACTION_QUIT_FLAG);
  ck_assert_uint_eq(act.u.stimulus.result, 1);
  uint32_t removal = must(stimulus(1, 0), RIG_KIND_LEAVE, RIG_CALL_PeekMessageW, "a retrieval");
  while (at(removal).u.message.message != 0x12) {
    removal = must(removal + 1, RIG_KIND_LEAVE, RIG_CALL_PeekMessageW, "WM_QUIT");
  }
  ck_assert_uint_eq(at(removal).u.message.wparam, 5);
  ck_assert_uint_eq(at(removal).u.message.lparam, 0);
  ck_assert_uint_eq(count(RIG_KIND_CALL, RIG_CALL_PostQuitMessage), 0);
}
END_TEST

START_TEST(the_quit_flag_in_a_handler) {
  run("reference-service", "name: t\nsteps: [{quit-flag: {}, when: settled}]\n");
  const uint32_t post = stimulus(0, 0);
  ck_assert_uint_eq(at(post).call, RIG_ACTION_POST);
  const uint32_t receipt = linked(post, RIG_KIND_RECEIPT, post);
  const uint32_t flag = must(post, RIG_KIND_STIMULUS, RIG_ACTION_QUIT_FLAG, "the flag");
  ck_assert_uint_gt(flag, receipt);
  ck_assert_uint_eq(at(flag).thread, first_thread());
  run("reference-service", "name: t\nsteps: [{post: {handler: quit}, when: settled}]\n");
  ck_assert_uint_eq(steps_of(RIG_ACTION_QUIT_FLAG), 1);
}
END_TEST

START_TEST(an_apc_waits_for_an_alertable_wait) {
  run("reference-service", "name: t\nsteps: [{apc: {count: 2}, when: settled}, "
                           "{post: {}, when: settled}]\n");
  well();
  ck_assert_uint_eq(at(stimulus(0, 1)).u.stimulus.result, 1);
  ck_assert_uint_eq(receipts_of(stimulus(0, 0)), 0); /* its wait is not alertable */
  ck_assert_msg(stimulus(1, 0) != REST, "and the plan went on");
}
END_TEST

START_TEST(an_apc_runs_in_an_alertable_wait) {
  run("alertable",
      "name: t\nsteps: [{apc: {count: 2}, when: settled}, {post: {}, when: settled}]\n");
  well();
  for (uint32_t i = 0; i < 2; i++) {
    const uint32_t receipt = linked(0, RIG_KIND_RECEIPT, stimulus(0, i));
    ck_assert_msg(receipt != REST, "APC %u ran", i);
    ck_assert_uint_eq(at(receipt).u.receipt.window, RIG_WINDOW_APC);
    ck_assert_uint_eq(at(receipt).thread, first_thread());
    ck_assert_msg(receipt < stimulus(1, 0), "before the next step: it was pending till then");
  }
}
END_TEST

/* ---- windows ---- */

START_TEST(a_timer_ticks_and_is_killed) {
  run("reference-service", "name: t\nsteps: [{timer: {period: 20, count: 3}, when: settled}, "
                           "{post: {}, when: {receipt: idle, nth: 3}}, {post: {}, after: 100}]\n");
  well();
  ck_assert_uint_eq(receipts_of(stimulus(0, 0)), 3);
  const uint32_t receipt = linked(0, RIG_KIND_RECEIPT, stimulus(0, 0));
  ck_assert_uint_eq(at(receipt).u.receipt.message, 0x113);
  ck_assert_uint_eq(at(receipt).u.receipt.wparam, FIRST_TOKEN);
}
END_TEST

START_TEST(a_destroyed_window_takes_its_messages_along) {
  run("reference-service",
      "name: t\nsteps: [{post: {window: notification}, when: settled}, "
      "{post: {window: idle}, at: {entry: DispatchMessage}}, {destroy-window: {window: idle}}, "
      "{post: {window: idle}, when: settled}]\n");
  const uint32_t dropped = stimulus(1, 0);
  ck_assert_uint_eq(at(dropped).u.stimulus.result, 1);
  ck_assert_uint_eq(receipts_of(dropped), 0);
  ck_assert_uint_eq(at(stimulus(2, 0)).call, RIG_ACTION_DESTROY_WINDOW);
  ck_assert_uint_eq(at(stimulus(3, 0)).u.stimulus.error, 1400); /* ERROR_INVALID_WINDOW_HANDLE */
  well();
  run("reference-service", "name: t\nsteps: [{destroy-window: {window: idle}, when: settled}, "
                           "{post: {window: idle}, when: settled}]\n");
  ck_assert_uint_eq(at(stimulus(0, 0)).call, RIG_ACTION_POST);
  ck_assert_uint_eq(steps_of(RIG_ACTION_DESTROY_WINDOW), 1);
  ck_assert_uint_eq(at(stimulus(1, 0)).u.stimulus.result, 0);
  well();
}
END_TEST

START_TEST(a_handler_posts_and_peeks) {
  run("reference-service", "name: t\nsteps: [{post: {handler: post}, when: settled}, "
                           "{post: {handler: peek}, when: settled}, {post: {}}, "
                           "{post-thread: {}, when: settled}]\n");
  well();
  const uint32_t own = find(stimulus(0, 0) + 1, RIG_KIND_STIMULUS, RIG_ACTION_POST);
  ck_assert_uint_eq(at(own).thread, first_thread());
  ck_assert_uint_eq(receipts_of(own), 1);
  /* The second message is dispatched inside the handler of the first. */
  const uint32_t outer = linked(0, RIG_KIND_RECEIPT, stimulus(1, 0));
  const uint32_t inner = linked(0, RIG_KIND_RECEIPT, stimulus(2, 0));
  ck_assert_uint_eq(next_of(outer, first_thread()), inner);
}
END_TEST

START_TEST(a_flood_never_lets_the_queue_be_empty) {
  run("reference-service", "name: t\nsteps: [{flood: {count: 500}, when: settled}, "
                           "{post: {window: notification}, when: settled}]\n");
  well();
  const uint32_t act = stimulus(0, 0);
  const uint32_t over = linked(act, RIG_KIND_STIMULUS, act);
  ck_assert_msg(over != REST, "its end is told");
  ck_assert_uint_eq(at(over).u.stimulus.result, 500);
  ck_assert_uint_eq(receipts_of(act), 1); /* one for all: the client's own calls tell the rest */
  run("reference-service", "name: t\nsteps: [{flood: {for: 100}, when: settled}, {stop: {}}]\n");
  ck_assert_uint_eq(end_reason(), RIG_END_NONE);
}
END_TEST

/* ---- what keeps a thread from going on ---- */

START_TEST(a_gate_is_nobodys_fault) {
  run("reference-service", "name: t\nsteps: [{gate: {}, when: settled}, {post: {}, after: 0}, "
                           "{notify: {}, after: 10}, {ungate: {}, after: 700}, "
                           "{post: {}, when: settled}]\n");
  well();
  const uint32_t began = phase_of(0, RIG_ACTION_GATE, RIG_STIMULUS_BEGAN);
  const uint32_t ended = phase_of(0, RIG_ACTION_GATE, RIG_STIMULUS_ENDED);
  ck_assert_msg(began != REST && ended != REST, "its time is told");
  ck_assert_uint_eq(at(began).u.stimulus.thread, first_thread());
  ck_assert_uint_eq(at(began).link, stimulus(0, 0));
  ck_assert_uint_eq(at(ended).link, began);
  ck_assert_msg(ms_of(ended) - ms_of(began) > 600, "%.0f ms", ms_of(ended) - ms_of(began));
  ck_assert_uint_gt(linked(0, RIG_KIND_RECEIPT, stimulus(2, 0)), ended);
}
END_TEST

START_TEST(holds_by_name) {
  run("reference-service",
      "name: t\nsteps: [{post: {}, when: settled}, {hold: {name: a}, at: {entry: DispatchMessage}},"
      "{send: {timeout: 100}}, {post: {}, after: 700}, {release: {name: a}, after: 10}, "
      "{post: {}, when: settled}]\n");
  well();
  const uint32_t began = phase_of(0, RIG_ACTION_HOLD, RIG_STIMULUS_BEGAN);
  const uint32_t ended = phase_of(0, RIG_ACTION_HOLD, RIG_STIMULUS_ENDED);
  ck_assert_uint_eq(at(began).u.stimulus.thread, first_thread());
  ck_assert_uint_gt(next_of(began, first_thread()), ended);
  const uint32_t send = stimulus(2, 0);
  ck_assert_uint_eq(at(linked(send, RIG_KIND_STIMULUS, send)).u.stimulus.phase,
                    RIG_STIMULUS_TIMED_OUT);
}
END_TEST

START_TEST(two_holds_at_once_on_threads_by_name) {
  /* main runs the dispatcher, t1 is the pump. */
  run("reference-service",
      "name: t\nsteps: [{hold: {name: reg}, at: {entry: RegisterServiceCtrlHandler, thread: t1}}, "
      "{release: {name: reg}, after: 50}, {post: {}, when: {settled, thread: t1}}, "
      "{hold: {name: b}, at: {return: PeekMessage, thread: t1}}, {stop: {}, after: 100}, "
      "{release: {name: b}, after: 600}]\n");
  well();
  const uint32_t hold = stimulus(0, 0);
  ck_assert_str_eq(rig_trace_thread(trace, at(hold).u.stimulus.thread), "t1");
  const uint32_t registered = find(0, RIG_KIND_CALL, RIG_CALL_RegisterServiceCtrlHandlerExW);
  ck_assert_msg(registered > stimulus(1, 0), "held before the call, not after it");
}
END_TEST

START_TEST(two_threads_are_held_at_the_same_time) {
  run("reference-service",
      "name: t\nsteps: [{post: {}, when: settled}, "
      "{hold: {name: a}, at: {return: PeekMessage, thread: t1}}, {stop: {}, after: 10}, "
      "{hold: {name: b}, at: {entry: SetEvent, thread: main}}, {release: {name: a}, after: 400}, "
      "{release: {name: b}, after: 400}]\n");
  well();
  const uint32_t a = phase_of(0, RIG_ACTION_HOLD, RIG_STIMULUS_BEGAN);
  const uint32_t b = phase_of(a + 1, RIG_ACTION_HOLD, RIG_STIMULUS_BEGAN);
  ck_assert_str_eq(rig_trace_thread(trace, at(b).u.stimulus.thread), "main");
  const uint32_t ended = phase_of(0, RIG_ACTION_HOLD, RIG_STIMULUS_ENDED);
  ck_assert_msg(b < ended && at(ended).link == a, "b begins while a lasts");
  const uint32_t set = must(b, RIG_KIND_CALL, RIG_CALL_SetEvent, "the stop event");
  ck_assert_uint_gt(set, phase_of(ended + 1, RIG_ACTION_HOLD, RIG_STIMULUS_ENDED));
}
END_TEST

START_TEST(mapis_own_thread_is_held) {
  run("reference-multithread", "name: t\nsteps: [{notify: {count: 2}, when: settled}, "
                               "{hold: {}, at: {entry: OnNotify, thread: mapi}}, "
                               "{release: {}, after: 700}]\n");
  well();
  const uint32_t began = phase_of(0, RIG_ACTION_HOLD, RIG_STIMULUS_BEGAN);
  ck_assert_uint_ne(at(began).u.stimulus.thread, first_thread());
  ck_assert_msg(linked(0, RIG_KIND_RECEIPT, stimulus(0, 1)) != REST, "the second one comes after");
}
END_TEST

START_TEST(a_real_hang_beside_a_hold_is_found) {
  run("no-pump", "name: t\nsteps: [{post: {}, when: settled}, {gate: {}, after: 0}, "
                 "{ungate: {}, after: 50}, {post: {}, after: 500}]\n");
  ck_assert_uint_ge(count(RIG_KIND_STATE, RIG_STATE_BLOCKED), 1);
}
END_TEST

START_TEST(a_receipt_is_a_moment) {
  run("reference-service", "name: t\nsteps: [{post: {count: 4}, when: settled}, "
                           "{notify: {}, when: {receipt: idle, nth: 3}}]\n");
  well();
  const uint32_t act = stimulus(1, 0);
  ck_assert_uint_gt(act, linked(0, RIG_KIND_RECEIPT, stimulus(0, 2)));
  ck_assert_uint_lt(act, linked(0, RIG_KIND_RECEIPT, stimulus(0, 3)));
  run("reference-service", "name: t\nsteps: [{post: {}, when: settled}, "
                           "{notify: {}, when: {receipt: notification}}]\n");
  ck_assert_uint_eq(end_reason(), RIG_END_STEP_STUCK);
}
END_TEST

START_TEST(an_entry_comes_before_the_act) {
  run("reference-service", "name: t\nsteps: [{post: {}, when: settled}, "
                           "{notify: {}, at: {entry: TranslateMessage}}]\n");
  well();
  const uint32_t call = must(stimulus(0, 0), RIG_KIND_CALL, RIG_CALL_TranslateMessage, "the call");
  ck_assert_uint_lt(stimulus(1, 0), call);
}
END_TEST

/* ---- faults ---- */

START_TEST(a_call_fails) {
  run("reference-service", "name: t\nmapi: [{call: MAPILogonEx, fail: MAPI_E_LOGON_FAILED}]\n");
  const uint32_t enter = must(0, RIG_KIND_ENTER, RIG_CALL_MAPILogonEx, "the call");
  const uint32_t fault = must(0, RIG_KIND_STIMULUS, RIG_ACTION_FAULT, "the fault");
  ck_assert_uint_eq(at(fault).link, enter);
  ck_assert_uint_eq(at(fault).u.stimulus.error, 0x80040111u);
  ck_assert_uint_eq(at(linked(enter, RIG_KIND_LEAVE, enter)).u.logon.result, 0x80040111u);
}
END_TEST

START_TEST(a_call_takes_its_time) {
  run("reference-service", "name: t\nmapi: [{call: MAPILogonEx, take: 700}]\n");
  well();
  const uint32_t enter = must(0, RIG_KIND_ENTER, RIG_CALL_MAPILogonEx, "the call");
  const uint32_t leave = linked(enter, RIG_KIND_LEAVE, enter);
  ck_assert_msg(ms_of(leave) - ms_of(enter) >= 690, "%.0f ms", ms_of(leave) - ms_of(enter));
  ck_assert_msg(phase_of(0, RIG_ACTION_FAULT, RIG_STIMULUS_ENDED) != REST, "its end is told");
}
END_TEST

START_TEST(a_call_blocks) {
  run("reference-service", "name: t\nmapi: [{call: Logoff, block: true}]\n");
  ck_assert_uint_eq(end_reason(), RIG_END_STOP_BLOCKED);
  ck_assert_uint_eq(count(RIG_KIND_STATE, RIG_STATE_BLOCKED), 0);
  const uint32_t began = phase_of(0, RIG_ACTION_FAULT, RIG_STIMULUS_BEGAN);
  ck_assert_uint_eq(at(began).u.stimulus.thread, first_thread());
}
END_TEST

/* ---- controls ---- */

START_TEST(controls_by_windows_rules) {
  run("reference-service", "name: t\nsteps: [{control: interrogate, when: settled}, "
                           "{control: {control: 200}, when: settled}, "
                           "{control: pause, when: settled}]\n");
  well();
  ck_assert_uint_eq(at(stimulus(0, 0)).u.stimulus.result, 1);
  ck_assert_uint_eq(at(stimulus(1, 0)).u.stimulus.result, 1);
  ck_assert_uint_eq(at(stimulus(2, 0)).u.stimulus.error, 1052);
  uint32_t handler = must(0, RIG_KIND_ENTER, RIG_CALL_HandlerEx, "the handler");
  ck_assert_uint_eq(at(handler).u.scm.control, 4);
  handler = must(handler + 1, RIG_KIND_ENTER, RIG_CALL_HandlerEx, "the handler");
  ck_assert_uint_eq(at(handler).u.scm.control, 200);
}
END_TEST

START_TEST(a_service_that_starts_takes_no_control) {
  run("reference-service",
      "name: t\nsteps: [{control: interrogate, at: {return: RegisterServiceCtrlHandler}}, "
      "{stop: {}, when: settled}]\n");
  ck_assert_uint_eq(at(stimulus(0, 0)).u.stimulus.error, 1061);
  ck_assert_uint_eq(end_reason(), RIG_END_NONE);
}
END_TEST

START_TEST(console_events) {
  run("reference-service", "name: t\nrole: console\nstop: console-ctrl\n"
                           "steps: [{stop: {control: ctrl-break}, when: settled}]\n");
  uint32_t handler = must(0, RIG_KIND_ENTER, RIG_CALL_HandlerRoutine, "the handler");
  ck_assert_uint_eq(at(handler).u.scm.control, 1);
  well();
  /* After a close the process ends as soon as its handler has returned. */
  run("reference-service", "name: t\nrole: console\nstop: console-ctrl\n"
                           "steps: [{stop: {control: close}, when: settled}]\n");
  handler = must(0, RIG_KIND_ENTER, RIG_CALL_HandlerRoutine, "the handler");
  ck_assert_uint_eq(at(handler).u.scm.control, 2);
  ck_assert_msg(exit_code == 0 || exit_code == 0xC000013Au, "exit code 0x%X", exit_code);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("vocabulary");
  TCase *tests = tcase_create("vocabulary");
  tcase_set_timeout(tests, 120);
  tcase_add_unchecked_fixture(tests, director_open, director_close);
  tcase_add_test(tests, a_withdrawn_send_wakes_for_nothing);
  tcase_add_test(tests, a_withdrawn_send_that_was_received_says_so);
  tcase_add_test(tests, senders_in_parallel);
  tcase_add_test(tests, the_quit_flag_where_it_is_held);
  tcase_add_test(tests, the_quit_flag_in_a_handler);
  tcase_add_test(tests, an_apc_waits_for_an_alertable_wait);
  tcase_add_test(tests, an_apc_runs_in_an_alertable_wait);
  tcase_add_test(tests, a_timer_ticks_and_is_killed);
  tcase_add_test(tests, a_destroyed_window_takes_its_messages_along);
  tcase_add_test(tests, a_handler_posts_and_peeks);
  tcase_add_test(tests, a_flood_never_lets_the_queue_be_empty);
  tcase_add_test(tests, a_gate_is_nobodys_fault);
  tcase_add_test(tests, holds_by_name);
  tcase_add_test(tests, two_holds_at_once_on_threads_by_name);
  tcase_add_test(tests, two_threads_are_held_at_the_same_time);
  tcase_add_test(tests, mapis_own_thread_is_held);
  tcase_add_test(tests, a_real_hang_beside_a_hold_is_found);
  tcase_add_test(tests, a_receipt_is_a_moment);
  tcase_add_test(tests, an_entry_comes_before_the_act);
  tcase_add_test(tests, a_call_fails);
  tcase_add_test(tests, a_call_takes_its_time);
  tcase_add_test(tests, a_call_blocks);
  tcase_add_test(tests, controls_by_windows_rules);
  tcase_add_test(tests, a_service_that_starts_takes_no_control);
  tcase_add_test(tests, console_events);
  suite_add_tcase(suite, tests);
  SRunner *runner = srunner_create(suite);
  srunner_set_fork_status(runner, CK_NOFORK); /* all share the prefix */
  srunner_run_all(runner, CK_NORMAL);
  const int failed = srunner_ntests_failed(runner);
  srunner_free(runner);
  return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
