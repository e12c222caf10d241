/*
 * Sent messages in the simulator: who dispatches them and when, time-outs, withdrawal, nesting,
 * replies, the end of either side (semantics.md, "Sent messages").
 */
#include "win32_calls.h"

/* Thread 1 sends to window 1 and waits. */
static struct rig_win_call sender(uint32_t flags, uint32_t timeout_ms) {
  struct rig_win_call call = send_call(1, 1, APP, flags, timeout_ms);
  ck_assert_int_eq(step(&call), RIG_WIN_WAITS);
  return call;
}

static struct rig_win_call peek_call(uint32_t flags) {
  return (struct rig_win_call){.api = RIG_WIN_PEEK_MESSAGE, .flags = flags};
}

/* `call` handles a sent message `message` and returns from its procedure with `result`. */
static enum rig_win_state handles(struct rig_win_call *call, uint32_t message, uint64_t result) {
  ck_assert_int_eq(step(call), RIG_WIN_RUNS);
  ck_assert_uint_eq(call->run.kind, RIG_WIN_RUN_PROCEDURE);
  ck_assert_uint_eq(call->run.sent, 1);
  ck_assert_uint_eq(call->run.code, 0xA0);
  ck_assert_uint_eq(call->run.message.message, message);
  call->run.result = result;
  return RIG_WIN_RUNS;
}

START_TEST(peek_dispatches_and_says_no) {
  struct rig_win_call send = sender(0, 0);
  ck_assert_uint_eq(bits(0), QS_SEND);
  struct rig_win_call call = peek_call(REMOVE);
  handles(&call, APP, 5);
  ck_assert(rig_win_in_send(world, 0));
  ck_assert(!rig_world_ready(world, 1));
  ck_assert_int_eq(step(&call), RIG_WIN_DONE);
  ck_assert_uint_eq(call.result, 0);
  ck_assert(!rig_win_in_send(world, 0));
  ck_assert(rig_world_ready(world, 1));
  ck_assert_int_eq(step(&send), RIG_WIN_DONE);
  ck_assert_uint_eq(send.result, 5);
  ck_assert_uint_eq(send.failed, 0);
}
END_TEST

START_TEST(get_does_not_return_for_it) {
  struct rig_win_call call = get_call();
  ck_assert_int_eq(step(&call), RIG_WIN_WAITS);
  struct rig_win_call send = sender(0, 0);
  ck_assert(rig_world_ready(world, 0));
  handles(&call, APP, 1);
  ck_assert_int_eq(step(&call), RIG_WIN_WAITS); /* goes on waiting */
  ck_assert_int_eq(step(&send), RIG_WIN_DONE);
}
END_TEST

START_TEST(sent_comes_before_posted) {
  ck_assert(post(1, APP + 1));
  struct rig_win_call send = sender(0, 0);
  struct rig_win_call call = peek_call(REMOVE);
  handles(&call, APP, 0);
  ck_assert_int_eq(step(&call), RIG_WIN_DONE);
  ck_assert_uint_eq(call.message.message, APP + 1);
  ck_assert_int_eq(step(&send), RIG_WIN_DONE);
}
END_TEST

START_TEST(msg_wait_wakes_but_does_not_dispatch) {
  struct rig_win_call send = sender(0, 0);
  ck_assert_uint_eq(msg_wait(0, NULL, QS_SEND, 0), 0);
  ck_assert_uint_eq(msg_wait(0, NULL, QS_POST, 0), TIMEOUT);
  ck_assert_int_eq(step(&send), RIG_WIN_WAITS);
}
END_TEST

START_TEST(wait_does_neither) {
  const uint32_t handle = event(false, false);
  struct rig_win_call call = wait_call(0, 1, &handle, FOREVER, 0);
  ck_assert_int_eq(step(&call), RIG_WIN_WAITS);
  struct rig_win_call send = sender(0, 0);
  ck_assert_int_eq(step(&call), RIG_WIN_WAITS);
  ck_assert_int_eq(step(&send), RIG_WIN_WAITS);
}
END_TEST

START_TEST(sent_status_asked_away_still_wakes_get) {
  struct rig_win_call send = sender(0, 0);
  ck_assert_uint_eq(status(0, QS_SEND), QS_SEND << 16 | QS_SEND);
  ck_assert_uint_eq(msg_wait(0, NULL, QS_ALL, 0), TIMEOUT);
  struct rig_win_call call = get_call();
  handles(&call, APP, 0);
  ck_assert_int_eq(step(&call), RIG_WIN_WAITS);
  ck_assert_int_eq(step(&send), RIG_WIN_DONE);
}
END_TEST

/* The receiver was woken for nothing. */
START_TEST(timed_out_send_is_withdrawn) {
  struct rig_win_call wake = msg_wait_call(0, NULL, FOREVER, QS_ALL, 0);
  ck_assert_int_eq(step(&wake), RIG_WIN_WAITS);
  struct rig_win_call send = sender(RIG_WIN_SEND_TIMEOUT, 100);
  ck_assert_uint_eq(rig_world_due(world), 100);
  rig_world_advance(world, 100);
  ck_assert_int_eq(step(&send), RIG_WIN_DONE);
  ck_assert_uint_eq(send.failed, 1);
  ck_assert_uint_eq(send.error, 1460);
  ck_assert_uint_eq(send.result, 0);
  ck_assert_uint_eq(bits(0), 0);
  ck_assert_int_eq(step(&wake), RIG_WIN_DONE);
  ck_assert_uint_eq(wake.result, 0);
  struct rig_win_call call = get_call(); /* the literal pump hangs here */
  ck_assert_int_eq(step(&call), RIG_WIN_WAITS);
}
END_TEST

START_TEST(expired_while_handled) {
  struct rig_win_call send = sender(RIG_WIN_SEND_TIMEOUT, 100);
  struct rig_win_call call = peek_call(REMOVE);
  handles(&call, APP, 3);
  rig_world_expire_send(world, 1);
  ck_assert_int_eq(step(&send), RIG_WIN_DONE);
  ck_assert_uint_eq(send.error, 1460);
  struct rig_win_call again = sender(0, 0); /* the late result is not for this one */
  ck_assert_int_eq(step(&call), RIG_WIN_RUNS);
  ck_assert_int_eq(step(&again), RIG_WIN_WAITS);
  call.run.result = 4;
  ck_assert_int_eq(step(&call), RIG_WIN_DONE);
  ck_assert_int_eq(step(&again), RIG_WIN_DONE);
  ck_assert_uint_eq(again.result, 4);
}
END_TEST

START_TEST(timeouts_of_zero_and_above) {
  struct rig_win_call send = sender(RIG_WIN_SEND_TIMEOUT, 0); /* 0 is for ever */
  ck_assert_uint_eq(rig_world_due(world), FOREVER);
  rig_world_advance(world, 1000000);
  ck_assert_int_eq(step(&send), RIG_WIN_WAITS);
}
END_TEST

/* A waiting sender serves what is sent to it, nested; not with SMTO_BLOCK. */
START_TEST(sender_serves_meanwhile) {
  struct rig_win_call mine = send_call(0, 2, APP, 0, 0);
  ck_assert_int_eq(step(&mine), RIG_WIN_WAITS);
  struct rig_win_call theirs = send_call(1, 1, APP + 1, 0, 0);
  ck_assert_int_eq(step(&theirs), RIG_WIN_RUNS); /* mine was already there */
  ck_assert_uint_eq(theirs.run.message.message, APP);
  ck_assert(rig_world_ready(world, 0));
  handles(&mine, APP + 1, 8);
  ck_assert_int_eq(step(&mine), RIG_WIN_WAITS);
  theirs.run.result = 9;
  ck_assert_int_eq(step(&theirs), RIG_WIN_DONE);
  ck_assert_uint_eq(theirs.result, 8);
  ck_assert_int_eq(step(&mine), RIG_WIN_DONE);
  ck_assert_uint_eq(mine.result, 9);
}
END_TEST

START_TEST(block_serves_nothing) {
  struct rig_win_call mine = send_call(0, 2, APP, BLOCK | RIG_WIN_SEND_TIMEOUT, FOREVER);
  ck_assert_int_eq(step(&mine), RIG_WIN_WAITS);
  ck_assert_uint_ne(rig_world_send(world, 1, &(struct rig_win_message){.message = APP + 1}),
                    RIG_WIN_NONE);
  ck_assert(!rig_world_ready(world, 0));
}
END_TEST

/* A result of an outer send that comes while an inner one is waited for is not lost. */
START_TEST(nested_sends) {
  const uint32_t third = rig_world_thread_new(world);
  const uint32_t window = rig_win_window_new(world, third, 0xC0);
  struct rig_win_call outer = send_call(0, 2, APP, 0, 0);
  ck_assert_int_eq(step(&outer), RIG_WIN_WAITS);
  struct rig_win_call other = send_call(third, 1, APP + 1, 0, 0);
  ck_assert_int_eq(step(&other), RIG_WIN_WAITS);
  ck_assert_int_eq(step(&outer), RIG_WIN_RUNS);
  struct rig_win_call inner = send_call(0, window, APP + 2, 0, 0); /* from the procedure */
  ck_assert_int_eq(step(&inner), RIG_WIN_WAITS);
  struct rig_win_call serve = {.api = RIG_WIN_PEEK_MESSAGE, .thread = 1};
  ck_assert_int_eq(step(&serve), RIG_WIN_RUNS);
  serve.run.result = 11;
  ck_assert_int_eq(step(&serve), RIG_WIN_DONE);
  ck_assert_int_eq(step(&inner), RIG_WIN_WAITS); /* not its result */
  ck_assert_int_eq(step(&other), RIG_WIN_RUNS);
  other.run.result = 22;
  ck_assert_int_eq(step(&other), RIG_WIN_WAITS);
  ck_assert_int_eq(step(&inner), RIG_WIN_DONE);
  ck_assert_uint_eq(inner.result, 22);
  outer.run.result = 33;
  ck_assert_int_eq(step(&outer), RIG_WIN_DONE);
  ck_assert_uint_eq(outer.result, 11);
  ck_assert_int_eq(step(&other), RIG_WIN_DONE);
  ck_assert_uint_eq(other.result, 33);
}
END_TEST

START_TEST(reply_releases_early) {
  ck_assert(!rig_win_reply(world, 0, 1));
  struct rig_win_call send = sender(0, 0);
  struct rig_win_call call = peek_call(REMOVE);
  handles(&call, APP, 6);
  ck_assert(rig_win_reply(world, 0, 7));
  ck_assert(rig_win_reply(world, 0, 8)); /* too late, no error */
  ck_assert(rig_win_in_send(world, 0));
  ck_assert_int_eq(step(&send), RIG_WIN_DONE);
  ck_assert_uint_eq(send.result, 7);
  ck_assert_int_eq(step(&call), RIG_WIN_DONE);
}
END_TEST

START_TEST(receiver_ends) {
  struct rig_win_call send = sender(0, 0);
  struct rig_win_call call = peek_call(REMOVE);
  handles(&call, APP, 6);
  rig_world_thread_exit(world, 0, 3);
  ck_assert_int_eq(step(&send), RIG_WIN_DONE);
  ck_assert_uint_eq(send.result, 0);
  ck_assert_uint_eq(send.error, 5);
  struct rig_win_call next = send_call(1, 1, APP, 0, 0);
  ck_assert_int_eq(step(&next), RIG_WIN_DONE);
  ck_assert_uint_eq(next.error, 1400);
}
END_TEST

START_TEST(receiver_ends_before_it_looks) {
  struct rig_win_call send = sender(0, 0);
  rig_world_thread_exit(world, 0, 3);
  ck_assert_int_eq(step(&send), RIG_WIN_DONE);
  ck_assert_uint_eq(send.result, 0);
}
END_TEST

START_TEST(window_goes_before_it_looks) {
  struct rig_win_call send = sender(0, 0);
  uint32_t error = 0;
  ck_assert(rig_win_window_destroy(world, 0, 1, &error));
  ck_assert_int_eq(step(&send), RIG_WIN_DONE);
  ck_assert_uint_eq(send.result, 0);
  ck_assert_uint_eq(bits(0), 0);
}
END_TEST

START_TEST(sent_quit_outlives_its_window) {
  struct rig_win_call send = send_call(1, 1, 0x12, RIG_WIN_SEND_NOTIFY, 0);
  send.wparam = 8;
  ck_assert_int_eq(step(&send), RIG_WIN_DONE);
  uint32_t error = 0;
  ck_assert(rig_win_window_destroy(world, 0, 1, &error));
  struct rig_win_call call = peek_call(REMOVE);
  ck_assert_int_eq(step(&call), RIG_WIN_DONE);
  ck_assert_uint_eq(call.result, 1);
  ck_assert_uint_eq(call.message.message, 0x12);
  ck_assert_uint_eq(call.message.wparam, 8);
}
END_TEST

START_TEST(sender_ends) {
  (void)sender(0, 0);
  rig_world_thread_exit(world, 1, 0);
  struct rig_win_call call = peek_call(REMOVE);
  handles(&call, APP, 6); /* is handled all the same */
  ck_assert_int_eq(step(&call), RIG_WIN_DONE);
}
END_TEST

START_TEST(notify_returns_at_once) {
  struct rig_win_call send = send_call(1, 1, APP, RIG_WIN_SEND_NOTIFY, 0);
  ck_assert_int_eq(step(&send), RIG_WIN_DONE);
  ck_assert_uint_eq(send.result, 1);
  struct rig_win_call call = peek_call(REMOVE);
  handles(&call, APP, 6);
  ck_assert(rig_win_in_send(world, 0)); /* ISMEX_NOTIFY */
  ck_assert(rig_win_reply(world, 0, 2));
  ck_assert_int_eq(step(&call), RIG_WIN_DONE);
}
END_TEST

START_TEST(own_window_is_direct) {
  static const uint32_t kinds[] = {0, RIG_WIN_SEND_TIMEOUT, RIG_WIN_SEND_NOTIFY};
  for (size_t i = 0; i < 3; i++) {
    struct rig_win_call send = send_call(0, 1, APP, kinds[i], 10);
    handles(&send, APP, 6);
    ck_assert_int_eq(step(&send), RIG_WIN_DONE);
    ck_assert_uint_eq(send.result, kinds[i] == RIG_WIN_SEND_NOTIFY ? 1 : 6);
    ck_assert_uint_eq(bits(0), 0);
  }
}
END_TEST

/* 5 s without a look, and not waiting for its queue. */
START_TEST(abort_if_hung) {
  rig_world_advance(world, 5000);
  struct rig_win_call send = sender(ABORTIFHUNG | RIG_WIN_SEND_TIMEOUT, 100);
  rig_world_expire_send(world, 1);
  ck_assert_int_eq(step(&send), RIG_WIN_DONE);
  rig_world_advance(world, 5001);
  send = send_call(1, 1, APP, ABORTIFHUNG | RIG_WIN_SEND_TIMEOUT, 100);
  ck_assert_int_eq(step(&send), RIG_WIN_DONE);
  ck_assert_uint_eq(send.error, 1460);
  struct rig_win_call wake = msg_wait_call(0, NULL, FOREVER, QS_POST, 0);
  ck_assert_int_eq(step(&wake), RIG_WIN_WAITS);
  send = sender(ABORTIFHUNG | RIG_WIN_SEND_TIMEOUT, 100); /* a thread in MsgWait is not hung */
  rig_world_expire_send(world, 1);
  ck_assert_int_eq(step(&send), RIG_WIN_DONE);
}
END_TEST

START_TEST(filter_of_kinds_after_a_sent_message) {
  struct rig_win_call send = sender(0, 0);
  ck_assert(post(1, APP + 1));
  struct rig_win_call call = peek_call(REMOVE | QS_POST << 16);
  handles(&call, APP, 0);
  ck_assert_int_eq(step(&call), RIG_WIN_DONE);
  ck_assert_uint_eq(call.result, 0); /* only sent ones from then on */
  ck_assert_uint_eq(peek(REMOVE), APP + 1);
  ck_assert_int_eq(step(&send), RIG_WIN_DONE);
}
END_TEST

START_TEST(tickets) {
  const struct rig_win_message message = {.message = APP, .origin = 77};
  uint64_t result = 0;
  ck_assert_uint_eq(rig_world_send(world, 9, &message), RIG_WIN_NONE);
  const uint32_t ticket = rig_world_send(world, 1, &message);
  const uint32_t second = rig_world_send(world, 1, &message);
  ck_assert_int_eq(rig_world_send_state(world, ticket, &result), RIG_TICKET_QUEUED);
  struct rig_win_call call = peek_call(REMOVE);
  handles(&call, APP, 6);
  ck_assert_uint_eq(call.run.message.origin, 77);
  ck_assert_int_eq(rig_world_send_state(world, ticket, &result), RIG_TICKET_HANDLED);
  ck_assert_int_eq(step(&call), RIG_WIN_RUNS);
  ck_assert_int_eq(rig_world_send_state(world, ticket, &result), RIG_TICKET_REPLIED);
  ck_assert_uint_eq(result, 6);
  rig_world_send_drop(world, second); /* while it is handled */
  ck_assert_int_eq(step(&call), RIG_WIN_DONE);
  rig_world_send_drop(world, ticket);
  const uint32_t third = rig_world_send(world, 1, &message);
  rig_world_send_drop(world, third); /* while it is queued */
  ck_assert_uint_eq(bits(0), 0);
  const uint32_t fourth = rig_world_send(world, 1, &message);
  rig_world_thread_exit(world, 0, 0);
  ck_assert_int_eq(rig_world_send_state(world, fourth, &result), RIG_TICKET_LOST);
}
END_TEST

static void add(TCase *tests) {
  tcase_add_test(tests, peek_dispatches_and_says_no);
  tcase_add_test(tests, get_does_not_return_for_it);
  tcase_add_test(tests, sent_comes_before_posted);
  tcase_add_test(tests, msg_wait_wakes_but_does_not_dispatch);
  tcase_add_test(tests, wait_does_neither);
  tcase_add_test(tests, sent_status_asked_away_still_wakes_get);
  tcase_add_test(tests, timed_out_send_is_withdrawn);
  tcase_add_test(tests, expired_while_handled);
  tcase_add_test(tests, timeouts_of_zero_and_above);
  tcase_add_test(tests, sender_serves_meanwhile);
  tcase_add_test(tests, block_serves_nothing);
  tcase_add_test(tests, nested_sends);
  tcase_add_test(tests, reply_releases_early);
  tcase_add_test(tests, receiver_ends);
  tcase_add_test(tests, receiver_ends_before_it_looks);
  tcase_add_test(tests, window_goes_before_it_looks);
  tcase_add_test(tests, sent_quit_outlives_its_window);
  tcase_add_test(tests, sender_ends);
  tcase_add_test(tests, notify_returns_at_once);
  tcase_add_test(tests, own_window_is_direct);
  tcase_add_test(tests, abort_if_hung);
  tcase_add_test(tests, filter_of_kinds_after_a_sent_message);
  tcase_add_test(tests, tickets);
}

int main(void) {
  return win32_suite("win32 send", add);
}
