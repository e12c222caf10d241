/*
 * The director against real clients: where a stimulus is placed, what is told of a thread that is
 * blocked, and how a run ends. Each test is a scenario, a client of stubs/pumps and what the
 * records must show.
 */
#include "director.h"

#include <stdlib.h>

/* ---- a client that keeps the rules ---- */

START_TEST(a_message_is_followed_to_its_receipt) {
  run("reference-service", "name: t\nsteps: [{post: {count: 2}, when: settled}, {notify: {}}]\n");
  ck_assert_uint_eq(at(must(0, RIG_KIND_STATE, RIG_STATE_READY, "READY")).u.state.a, 0);
  ck_assert_uint_eq(end_reason(), RIG_END_NONE);
  ck_assert_uint_eq(count(RIG_KIND_STATE, RIG_STATE_BLOCKED), 0);
  const uint32_t acts[] = {stimulus(0, 0), stimulus(0, 1), stimulus(1, 0)};
  for (uint32_t i = 0; i < 3; i++) {
    const struct rig_record act = at(acts[i]);
    const uint32_t receipt = linked(acts[i], RIG_KIND_RECEIPT, acts[i]);
    ck_assert_msg(receipt != REST, "stimulus %u was received", i);
    ck_assert_uint_eq(act.caller, 0x52490000u + i);
    ck_assert_uint_eq(at(receipt).u.receipt.wparam, act.caller);
    ck_assert_uint_eq(act.u.stimulus.result, 1);
    ck_assert_uint_eq(act.u.stimulus.thread, first_thread());
  }
  const uint32_t stop = stimulus(2, 0);
  ck_assert_uint_gt(stop, linked(acts[2], RIG_KIND_RECEIPT, acts[2]));
  ck_assert_msg(find(acts[2], RIG_KIND_STATE, RIG_STATE_SETTLED) < stop, "settled before the stop");
}
END_TEST

START_TEST(a_send_is_answered_or_withdrawn) {
  run("reference-service", "name: t\nsteps: [{send: {}, when: settled}]\n");
  const uint32_t send = stimulus(0, 0);
  const uint32_t receipt = linked(send, RIG_KIND_RECEIPT, send);
  ck_assert_msg(receipt != REST && at(receipt).u.receipt.sent == 1, "received as a sent message");
  const uint32_t reply = linked(send, RIG_KIND_STIMULUS, send);
  ck_assert_msg(reply != REST, "its reply is told");
  ck_assert_uint_eq(at(reply).u.stimulus.phase, RIG_STIMULUS_REPLIED);
  run("no-pump", "name: t\nsteps: [{send: {timeout: 100}, when: settled}, "
                 "{post: {}, after: 200}]\n");
  const uint32_t lost = stimulus(0, 0);
  const uint32_t answer = linked(lost, RIG_KIND_STIMULUS, lost);
  ck_assert_msg(answer != REST, "its time-out is told");
  ck_assert_uint_eq(at(answer).u.stimulus.phase, RIG_STIMULUS_TIMED_OUT);
  ck_assert_uint_eq(linked(lost, RIG_KIND_RECEIPT, lost), REST);
}
END_TEST

START_TEST(thread_messages_are_followed) {
  run("reference-service", "name: t\nsteps: [{post-thread: {count: 3}, when: settled}, "
                           "{quit: {exit-code: 7}, when: settled}]\n");
  const struct rig_record quit = at(stimulus(1, 0));
  ck_assert_uint_eq(quit.u.stimulus.message, 0x12);
  ck_assert_uint_eq(count(RIG_KIND_STATE, RIG_STATE_BLOCKED), 0);
  ck_assert_msg(find(stimulus(0, 2), RIG_KIND_STATE, RIG_STATE_SETTLED) < stimulus(1, 0),
                "it settles once the thread messages are retrieved");
  ck_assert_uint_eq(exit_code, 0);
}
END_TEST

/* ---- boundaries ---- */

START_TEST(an_entry_is_held) {
  run("reference-service", "name: t\nsteps: [{post: {}, when: settled}, "
                           "{notify: {}, at: {entry: DispatchMessage}}, {send: {}}]\n");
  const uint32_t thread = first_thread();
  for (uint32_t step = 1; step <= 2; step++) {
    const uint32_t act = stimulus(step, 0);
    const struct rig_record before = at(previous_of(act, thread));
    ck_assert_uint_eq(before.kind, RIG_KIND_ENTER);
    ck_assert_uint_eq(before.call, RIG_CALL_DispatchMessageW);
  }
  ck_assert_uint_eq(at(stimulus(2, 0)).u.stimulus.result, 1);
  ck_assert_msg(linked(0, RIG_KIND_RECEIPT, stimulus(0, 0)) > stimulus(2, 0),
                "the message in its hands is dispatched only afterwards");
}
END_TEST

START_TEST(a_return_is_held) {
  run("reference-service", "name: t\nsteps: [{post: {}, when: settled}, "
                           "{notify: {}, at: {return: MsgWaitForMultipleObjects}}]\n");
  const uint32_t act = stimulus(1, 0);
  const struct rig_record before = at(previous_of(act, first_thread()));
  ck_assert_uint_eq(before.kind, RIG_KIND_LEAVE);
  ck_assert_uint_eq(before.call, RIG_CALL_MsgWaitForMultipleObjectsEx);
}
END_TEST

START_TEST(the_nth_boundary_is_counted_from_the_step_before) {
  run("reference-service", "name: t\nsteps: [{post: {count: 6}, when: settled}, "
                           "{notify: {}, at: {entry: DispatchMessage, nth: 4}}]\n");
  uint32_t dispatched = 0;
  const uint32_t act = stimulus(1, 0);
  for (uint32_t i = find(stimulus(0, 0), RIG_KIND_ENTER, RIG_CALL_DispatchMessageW); i < act;
       i = find(i + 1, RIG_KIND_ENTER, RIG_CALL_DispatchMessageW)) {
    dispatched++;
  }
  ck_assert_uint_eq(dispatched, 4);
}
END_TEST

START_TEST(the_first_step_counts_from_the_start) {
  run("reference-service", "name: t\nsteps: [{post: {}, at: {return: MAPIInitialize}}]\n");
  const struct rig_record before = at(previous_of(stimulus(0, 0), first_thread()));
  ck_assert_uint_eq(before.kind, RIG_KIND_LEAVE);
  ck_assert_uint_eq(before.call, RIG_CALL_MAPIInitialize);
  ck_assert_msg(stimulus(0, 0) < must(0, RIG_KIND_STATE, RIG_STATE_READY, "READY"),
                "before the client was ready");
}
END_TEST

START_TEST(what_is_performed_at_once_is_one_moment) {
  run("literal-pump", "name: t\nsteps: [{send: {}, when: settled}, {post: {count: 5}}, "
                      "{stop: {}}]\n");
  const uint32_t thread = first_thread();
  const uint32_t begun = stimulus(0, 0);
  const uint32_t handled = must(begun, RIG_KIND_LEAVE, RIG_CALL_HandlerEx, "the handler's return");
  uint32_t records = 0; /* of the thread, from the first stimulus to the stop's effect */
  for (uint32_t i = next_of(begun, thread); i != REST && i < handled; i = next_of(i, thread)) {
    records++;
  }
  ck_assert_msg(records <= 1, "it was held at its first boundary, and made %u records", records);
  ck_assert_msg(must(begun, RIG_KIND_CALL, RIG_CALL_SetEvent, "the stop event") < handled,
                "the stop had its effect meanwhile");
}
END_TEST

/* Its wait for a worker that is being started is no rest: the worker's MAPIInitialize takes longer
 * than a thread needs to settle, and the first step comes behind it. */
START_TEST(a_thread_that_awaits_its_worker_is_not_settled) {
  run("desk-two-threads", "name: t\nrole: console\n"
                          "mapi: [{call: MAPIInitialize, nth: 2, take: 200}]\n"
                          "steps: [{post: {}, when: settled}]\n");
  const uint32_t joined = must(0, RIG_KIND_LEAVE, RIG_CALL_WaitForSingleObject, "the worker's end");
  ck_assert_uint_gt(must(0, RIG_KIND_STATE, RIG_STATE_READY, "READY"), joined);
  ck_assert_uint_gt(stimulus(1, 0), joined); /* step 0 is the fault */
}
END_TEST

/* Nor is COM's wait for one, which is not done at once: for as long as D the worker may still end.
 */
START_TEST(a_sink_that_awaits_its_worker_is_not_settled) {
  run("com-waits", "name: t\nsteps: [{notify: {}, when: settled}, "
                   "{hold: {name: worker}, at: {entry: Sleep, thread: t2}}, "
                   "{stop: {}, when: settled}]\n");
  const uint32_t wait = must(0, RIG_KIND_ENTER, RIG_CALL_CoWaitForMultipleHandles, "COM's wait");
  const struct rig_record settled = at(must(wait, RIG_KIND_STATE, RIG_STATE_SETTLED, "SETTLED"));
  ck_assert_uint_eq(settled.u.state.b, wait);
  const double waited = rig_trace_ms(trace, settled.stamp) - rig_trace_ms(trace, at(wait).stamp);
  ck_assert_msg(waited >= DEADLINE_MS, "settled after %.1f ms", waited);
}
END_TEST

START_TEST(a_boundary_that_never_comes_ends_the_run) {
  run("reference-service", "name: t\nsteps: [{post: {}, when: settled}, "
                           "{post: {}, at: {entry: GetMessage}}]\n");
  ck_assert_uint_eq(end_reason(), RIG_END_STEP_STUCK);
  ck_assert_uint_eq(at(find(0, RIG_KIND_STATE, RIG_STATE_END)).u.state.b, 1);
}
END_TEST

/* ---- events ---- */

START_TEST(events_by_index_and_by_name) {
  run("reference-service",
      "name: t\nsteps: [{set: {wait-index: 1}, when: settled}, {set: {event: no-such-event}, "
      "when: settled}, {set: {wait-index: 9}}, {post: {}}]\n");
  ck_assert_uint_eq(at(stimulus(0, 0)).u.stimulus.result, 1);
  const struct rig_record woken =
      at(must(stimulus(0, 0), RIG_KIND_LEAVE, RIG_CALL_MsgWaitForMultipleObjectsEx, "wake"));
  ck_assert_uint_eq(woken.u.wait.result, 1);
  ck_assert_uint_eq(at(stimulus(1, 0)).u.stimulus.result, 0);
  ck_assert_uint_eq(at(stimulus(1, 0)).u.stimulus.error, 2); /* ERROR_FILE_NOT_FOUND */
  ck_assert_uint_eq(at(stimulus(2, 0)).u.stimulus.result, 0);
  ck_assert_uint_eq(at(stimulus(3, 0)).u.stimulus.result, 1); /* the plan went on */
  ck_assert_uint_eq(end_reason(), RIG_END_NONE);
}
END_TEST

/* ---- blocked ---- */

START_TEST(a_thread_without_a_pump_is_diagnosed) {
  run("no-pump", "name: t\nsteps: [{post: {}, when: settled}]\n");
  ck_assert_uint_eq(count(RIG_KIND_STATE, RIG_STATE_BLOCKED), 1);
  const uint32_t index = must(stimulus(0, 0), RIG_KIND_STATE, RIG_STATE_BLOCKED, "BLOCKED");
  const struct rig_record blocked = at(index);
  ck_assert_uint_eq(blocked.u.state.a, first_thread());
  ck_assert_uint_eq(at(blocked.u.state.b).call, RIG_CALL_WaitForMultipleObjects);
  ck_assert_uint_ge(blocked.u.state.c, DEADLINE_MS);
  ck_assert_uint_eq(blocked.u.state.d, 1);
  const double ms =
      rig_trace_ms(trace, blocked.stamp) - rig_trace_ms(trace, at(stimulus(0, 0)).stamp);
  ck_assert_msg(ms >= DEADLINE_MS, "after %.1f ms", ms);
  for (uint32_t i = 1; i <= 2; i++) {
    const struct rig_record handle = at(index + i);
    ck_assert_uint_eq(handle.call, RIG_STATE_HANDLE);
    ck_assert_uint_eq(handle.u.state.b, RIG_SIGNAL_NO);
    ck_assert_uint_eq(handle.u.state.c, RIG_OBJECT_EVENT);
    ck_assert_uint_eq(handle.u.state.d, blocked.u.state.b);
  }
  ck_assert_msg(stimulus(1, 0) > index, "and is asked to stop then");
}
END_TEST

START_TEST(an_event_that_nobody_can_see_is_pending) {
  run("literal-pump", "name: t\nsteps: [{send: {}, when: settled}, "
                      "{set: {wait-index: 1}, when: {blocked: GetMessage}}]\n");
  const uint32_t blocked = must(stimulus(1, 0), RIG_KIND_STATE, RIG_STATE_BLOCKED, "BLOCKED");
  ck_assert_uint_eq(at(blocked).u.state.d, 1);
  ck_assert_uint_eq(at(at(blocked).u.state.b).call, RIG_CALL_GetMessageW);
  ck_assert_uint_eq(at(blocked + 1).u.state.b, RIG_SIGNAL_NO);
  ck_assert_uint_eq(at(blocked + 2).u.state.b, RIG_SIGNAL_YES);
}
END_TEST

START_TEST(a_thread_that_computes_is_neither_blocked_nor_settled) {
  run("busy-worker", "name: t\nsteps: [{set: {wait-index: 1}, when: settled}, "
                     "{post: {}, when: settled}]\n");
  ck_assert_uint_eq(count(RIG_KIND_STATE, RIG_STATE_BLOCKED), 0);
  const double from = rig_trace_ms(trace, at(stimulus(0, 0)).stamp);
  const double to = rig_trace_ms(trace, at(stimulus(1, 0)).stamp);
  ck_assert_msg(to - from > 1900, "settled after %.0f of two seconds", to - from);
}
END_TEST

START_TEST(mapis_own_thread_is_diagnosed_too) {
  run("waiting-sink", "name: t\nsteps: [{notify: {count: 2}, when: settled}]\n");
  const uint32_t index = must(stimulus(0, 1), RIG_KIND_STATE, RIG_STATE_BLOCKED, "BLOCKED");
  const struct rig_record blocked = at(index);
  ck_assert_uint_ne(blocked.u.state.a, first_thread());
  ck_assert_uint_eq(at(blocked.u.state.b).call, RIG_CALL_Sleep);
  ck_assert_uint_eq(blocked.u.state.d, 1);
}
END_TEST

/* ---- ends ---- */

static const struct {
  const char *client;
  const char *scenario;
  enum rig_end end;
  uint32_t exit_code;
} ends[] = {
    {"ignores-stop", "name: t\n", RIG_END_STOP_BLOCKED, 1},
    {"deaf-to-stop", "name: t\n", RIG_END_STOP_BLOCKED, 1},
    {"never-mapi", "name: t\n", RIG_END_NEVER_READY, 1},
    {"never-ready", "name: t\n", RIG_END_NEVER_READY, 1},
    {"reference-service", "name: t\nstop: kill\n", RIG_END_NONE, 1},
    {"reference-service", "name: t\nstop: message\n", RIG_END_NONE, 0},
    {"reference-service", "name: t\nrole: console\n", RIG_END_NONE, 0},
    {"reference-service",
     "name: t\nrole: console\nstop: {event: rig-stop}\n"
     "client: {arguments: [--stop-event, rig-stop]}\n",
     RIG_END_NONE, 0},
    {"reference-service", "name: t\nstop: {event: no-such-event}\n", RIG_END_STOP_BLOCKED, 1},
    {"reference-multithread", "name: t\nsteps: [{notify: {count: 9}, when: settled}]\n",
     RIG_END_NONE, 0},
};

START_TEST(each_run_ends_as_it_must) {
  run(ends[_i].client, ends[_i].scenario);
  ck_assert_msg(end_reason() == ends[_i].end, "%s: END %u", ends[_i].client, end_reason());
  ck_assert_uint_eq(exit_code, ends[_i].exit_code);
  ck_assert_uint_le(count(RIG_KIND_STATE, RIG_STATE_END), 1);
}
END_TEST

START_TEST(a_blocked_stop_is_diagnosed) {
  run("literal-pump", "name: t\nsteps: [{send: {}, when: settled}, {stop: {}}]\n");
  ck_assert_uint_eq(end_reason(), RIG_END_STOP_BLOCKED);
  const uint32_t blocked = must(stimulus(1, 0), RIG_KIND_STATE, RIG_STATE_BLOCKED, "BLOCKED");
  ck_assert_uint_eq(at(at(blocked).u.state.b).call, RIG_CALL_GetMessageW);
  ck_assert_uint_eq(at(blocked).u.state.d, 0);
  ck_assert_uint_eq(at(blocked + 1).u.state.b, RIG_SIGNAL_YES); /* the stop event */
  ck_assert_uint_eq(at(blocked + 2).u.state.b, RIG_SIGNAL_NO);
}
END_TEST

START_TEST(a_thread_that_spins_is_asked_to_stop_all_the_same) {
  run("spins", "name: t\ntimeout: 3000\n");
  const struct rig_record ready = at(must(0, RIG_KIND_STATE, RIG_STATE_READY, "READY"));
  ck_assert_uint_eq(ready.u.state.a, RIG_MISSING_WAIT);
  ck_assert_uint_eq(at(stimulus(0, 0)).u.stimulus.result, 1);
  ck_assert_uint_eq(count(RIG_KIND_STATE, RIG_STATE_SETTLED), 0);
  ck_assert_uint_eq(count(RIG_KIND_STATE, RIG_STATE_BLOCKED), 0);
  ck_assert_uint_eq(end_reason(), RIG_END_TIMEOUT);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("director");
  TCase *tests = tcase_create("director");
  tcase_set_timeout(tests, 120);
  tcase_add_unchecked_fixture(tests, director_open, director_close);
  tcase_add_test(tests, a_message_is_followed_to_its_receipt);
  tcase_add_test(tests, a_send_is_answered_or_withdrawn);
  tcase_add_test(tests, thread_messages_are_followed);
  tcase_add_test(tests, an_entry_is_held);
  tcase_add_test(tests, a_return_is_held);
  tcase_add_test(tests, the_nth_boundary_is_counted_from_the_step_before);
  tcase_add_test(tests, the_first_step_counts_from_the_start);
  tcase_add_test(tests, what_is_performed_at_once_is_one_moment);
  tcase_add_test(tests, a_thread_that_awaits_its_worker_is_not_settled);
  tcase_add_test(tests, a_sink_that_awaits_its_worker_is_not_settled);
  tcase_add_test(tests, a_boundary_that_never_comes_ends_the_run);
  tcase_add_test(tests, events_by_index_and_by_name);
  tcase_add_test(tests, a_thread_without_a_pump_is_diagnosed);
  tcase_add_test(tests, an_event_that_nobody_can_see_is_pending);
  tcase_add_test(tests, a_thread_that_computes_is_neither_blocked_nor_settled);
  tcase_add_test(tests, mapis_own_thread_is_diagnosed_too);
  tcase_add_loop_test(tests, each_run_ends_as_it_must, 0, (int)(sizeof ends / sizeof *ends));
  tcase_add_test(tests, a_blocked_stop_is_diagnosed);
  tcase_add_test(tests, a_thread_that_spins_is_asked_to_stop_all_the_same);
  suite_add_tcase(suite, tests);
  SRunner *runner = srunner_create(suite);
  srunner_set_fork_status(runner, CK_NOFORK); /* all share the prefix */
  srunner_run_all(runner, CK_NORMAL);
  const int failed = srunner_ntests_failed(runner);
  srunner_free(runner);
  return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
