/*
 * The simulated queue: bits, what is new and what is old, order of retrieval, the quit flag
 * (semantics.md, "State of a thread's queue" and "Order of retrieval").
 */
#include "win32_calls.h"

START_TEST(producer_sets_both_bits) {
  ck_assert(post(1, APP));
  ck_assert_uint_eq(bits(0), QS_POST | QS_ALLPOST);
  ck_assert_uint_eq(new_bits(0), QS_POST | QS_ALLPOST);
}
END_TEST

/* What each look makes old, with one message posted before it. */
START_TEST(looks_make_old) {
  static const struct {
    uint32_t window, first, last, flags, left_new, found;
  } looks[] = {
      {0, 0, 0, 0, 0, APP}, /* PM_NOREMOVE too */
      {0, 0, 0, REMOVE, 0, APP},
      {0, 0x400, 0x401, REMOVE, QS_ALLPOST, 0}, /* a range that does not match */
      {RIG_WIN_NONE, 0, 0, REMOVE, 0, 0},       /* a window that does not match */
      {0, 0, FOREVER, REMOVE, 0, APP},          /* every message is no filter */
      {0, 0, 0, QS_SEND << 16, QS_POST | QS_ALLPOST, 0},
      {0, 0, 0, QS_PAINTS << 16, QS_POST | QS_ALLPOST, 0},
      {0, 0, 0, QS_POST << 16, 0, APP},
  };
  for (size_t i = 0; i < sizeof looks / sizeof *looks; i++) {
    world_switch(rig_dialect_wine_8_0);
    ck_assert(post(1, APP));
    ck_assert_uint_eq(peek_filtered(looks[i].window, looks[i].first, looks[i].last, looks[i].flags),
                      looks[i].found);
    ck_assert_msg(new_bits(0) == looks[i].left_new, "look %zu leaves %#x new", i, new_bits(0));
  }
}
END_TEST

START_TEST(queue_status_clears_what_is_asked) {
  ck_assert(post(1, APP));
  ck_assert_uint_eq(status(0, QS_POST), QS_POST << 16 | QS_POST);
  ck_assert_uint_eq(new_bits(0), QS_ALLPOST);
  ck_assert_uint_eq(status(0, QS_POST), QS_POST << 16);
  ck_assert_uint_eq(status(0, 0x20000), 0); /* an unknown flag */
  ck_assert_uint_eq(status(0, 0x1CFF), QS_POST << 16);
}
END_TEST

/* Two posted, one retrieved, wait again: the thread blocks with a message in its queue. */
START_TEST(second_message_is_old) {
  ck_assert(post(1, APP) && post(1, APP + 1));
  ck_assert_uint_eq(msg_wait(0, NULL, QS_ALL, 0), 0);
  ck_assert_uint_eq(peek(REMOVE), APP);
  ck_assert_uint_eq(msg_wait(0, NULL, QS_ALL, 0), TIMEOUT);
  ck_assert_uint_eq(msg_wait(0, NULL, QS_ALL, AVAILABLE), 0);
  ck_assert_uint_eq(msg_wait(0, NULL, QS_ALL, AVAILABLE), 0); /* level-triggered */
  ck_assert_uint_eq(peek(REMOVE), APP + 1);
  ck_assert_uint_eq(bits(0), 0);
}
END_TEST

START_TEST(wait_does_not_make_old) {
  ck_assert(post(1, APP));
  ck_assert_uint_eq(msg_wait(0, NULL, QS_ALL, 0), 0);
  ck_assert_uint_eq(msg_wait(0, NULL, QS_ALL, 0), 0);
  ck_assert_uint_eq(msg_wait(0, NULL, QS_SEND, 0), TIMEOUT); /* not in the mask */
}
END_TEST

START_TEST(posted_is_one_fifo) {
  ck_assert(post(1, APP) && post_thread(0, APP + 1) && post(1, APP + 2));
  ck_assert_uint_eq(peek_filtered(RIG_WIN_NONE, 0, 0, 0), APP + 1);
  ck_assert_uint_eq(peek_filtered(1, APP + 2, APP + 9, 0), APP + 2);
  ck_assert_uint_eq(peek(REMOVE), APP);
  ck_assert_uint_eq(peek(REMOVE), APP + 1);
  ck_assert_uint_eq(peek(REMOVE), APP + 2);
  ck_assert_uint_eq(peek(REMOVE), 0);
}
END_TEST

START_TEST(quit_is_a_flag) {
  rig_win_post_quit(world, 0, 7);
  ck_assert(post(1, APP));
  rig_win_post_quit(world, 0, 9); /* coalesces, the last code wins */
  ck_assert_uint_eq(peek(0), APP);
  ck_assert_uint_eq(peek(REMOVE), APP);
  ck_assert_uint_eq(peek_filtered(RIG_WIN_NONE, 0x400, 0x400, 0), QUIT); /* no filter hides it */
  struct rig_win_call call = get_call();
  ck_assert_int_eq(step(&call), RIG_WIN_DONE);
  ck_assert_uint_eq(call.result, 0);
  ck_assert_uint_eq(call.message.wparam, 9);
  ck_assert_uint_eq(bits(0), 0);
  ck_assert_uint_eq(peek(REMOVE), 0);
}
END_TEST

START_TEST(posted_quit_is_a_message) {
  ck_assert(post_thread(0, QUIT) && post(1, APP));
  ck_assert_uint_eq(peek_filtered(0, APP, APP, REMOVE), APP); /* a filter hides it */
  ck_assert_uint_eq(peek_filtered(1, 0, 0, REMOVE), 0);
  struct rig_win_call call = get_call();
  ck_assert_int_eq(step(&call), RIG_WIN_DONE);
  ck_assert_uint_eq(call.result, 0);
  ck_assert_uint_eq(peek(REMOVE), 0);
}
END_TEST

START_TEST(quit_keeps_the_bit_of_posts) {
  rig_win_post_quit(world, 0, 0);
  ck_assert(post(1, APP));
  ck_assert_uint_eq(peek(REMOVE), APP);
  ck_assert_uint_eq(bits(0), QS_POST | QS_ALLPOST);
}
END_TEST

START_TEST(get_waits_and_wakes) {
  struct rig_win_call call = get_call();
  ck_assert_int_eq(step(&call), RIG_WIN_WAITS);
  ck_assert(!rig_world_ready(world, 0));
  ck_assert(post(1, APP));
  ck_assert(rig_world_ready(world, 0));
  ck_assert_int_eq(step(&call), RIG_WIN_DONE);
  ck_assert_uint_eq(call.message.message, APP);
}
END_TEST

START_TEST(get_with_a_range_goes_on_waiting) {
  struct rig_win_call call = get_call();
  call.first = APP + 1;
  call.last = APP + 1;
  ck_assert_int_eq(step(&call), RIG_WIN_WAITS);
  ck_assert(post(1, APP));
  ck_assert_int_eq(step(&call), RIG_WIN_WAITS);
  ck_assert(post(1, APP + 1));
  ck_assert_int_eq(step(&call), RIG_WIN_DONE);
  ck_assert_uint_eq(call.message.message, APP + 1);
}
END_TEST

START_TEST(no_window_fails) {
  struct rig_win_call call = {.api = RIG_WIN_PEEK_MESSAGE, .window = 9};
  ck_assert_int_eq(step(&call), RIG_WIN_DONE);
  ck_assert_uint_eq(call.error, 1400);
  call = get_call();
  call.window = 9;
  ck_assert_int_eq(step(&call), RIG_WIN_DONE);
  ck_assert_uint_eq(call.result, FAILED);
  uint32_t error = 0;
  ck_assert(!rig_win_post(world, 9, &(struct rig_win_message){.message = APP}, &error));
  ck_assert_uint_eq(error, 1400);
}
END_TEST

START_TEST(dispatch_of_a_thread_message_does_nothing) {
  struct rig_win_call call = {.api = RIG_WIN_DISPATCH, .message = {.message = QUIT}};
  ck_assert_int_eq(step(&call), RIG_WIN_DONE);
  call = (struct rig_win_call){.api = RIG_WIN_DISPATCH, .message = {.window = 1, .message = APP}};
  ck_assert_int_eq(step(&call), RIG_WIN_RUNS);
  ck_assert_uint_eq(call.run.code, 0xA0);
  ck_assert_uint_eq(call.run.sent, 0);
  call.run.result = 5;
  ck_assert_int_eq(step(&call), RIG_WIN_DONE);
  ck_assert_uint_eq(call.result, 5);
  call = (struct rig_win_call){.api = RIG_WIN_DISPATCH, .message = {.window = 2, .message = APP}};
  ck_assert_int_eq(step(&call), RIG_WIN_DONE);
  ck_assert_uint_eq(call.error, 1159); /* another thread's window */
}
END_TEST

START_TEST(queue_begins_with_the_first_call) {
  const uint32_t thread = rig_world_thread_new(world);
  struct rig_win_queue queue;
  uint32_t error = 0;
  (void)status(thread, QS_ALL);
  rig_world_queue(world, thread, &queue);
  ck_assert(!queue.exists); /* GetQueueStatus does not create it */
  ck_assert(!rig_win_post_thread(world, thread, &(struct rig_win_message){.message = APP}, &error));
  ck_assert_uint_eq(error, 1444);
  struct rig_win_call call = msg_wait_call(0, NULL, 0, QS_ALL, 0);
  call.thread = thread;
  ck_assert_int_eq(step(&call), RIG_WIN_DONE);
  ck_assert(post_thread(thread, APP));
}
END_TEST

START_TEST(destroyed_window_drops_its_messages) {
  uint32_t error = 0;
  const uint32_t other = rig_win_window_new(world, 0, 0);
  ck_assert(post(other, APP) && post(1, APP + 1) && post(other, QUIT) && post_thread(0, APP + 2));
  ck_assert(!rig_win_window_destroy(world, 1, other, &error));
  ck_assert_uint_eq(error, 5);
  ck_assert(rig_win_window_destroy(world, 0, other, &error));
  ck_assert(!rig_win_is_window(world, other));
  ck_assert(!rig_win_window_destroy(world, 0, other, &error));
  ck_assert_uint_eq(error, 5);
  ck_assert_uint_eq(peek(REMOVE), APP + 1);
  ck_assert_uint_eq(peek(REMOVE), APP + 2);
  ck_assert_uint_eq(peek(REMOVE), QUIT); /* a WM_QUIT posted to it is the flag now */
  ck_assert_uint_eq(bits(0), 0);
}
END_TEST

START_TEST(paint_is_never_removed) {
  rig_win_window_paint(world, 1, true);
  ck_assert_uint_eq(bits(0), QS_PAINTS);
  for (unsigned i = 0; i < 3; i++) {
    ck_assert_uint_eq(peek(REMOVE), PAINT);
  }
  ck_assert(post(1, APP));
  ck_assert_uint_eq(peek(REMOVE), APP); /* posted before it */
  rig_win_window_paint(world, 1, false);
  ck_assert_uint_eq(bits(0), 0);
  ck_assert_uint_eq(peek(REMOVE), 0);
}
END_TEST

static void add(TCase *tests) {
  tcase_add_test(tests, producer_sets_both_bits);
  tcase_add_test(tests, looks_make_old);
  tcase_add_test(tests, queue_status_clears_what_is_asked);
  tcase_add_test(tests, second_message_is_old);
  tcase_add_test(tests, wait_does_not_make_old);
  tcase_add_test(tests, posted_is_one_fifo);
  tcase_add_test(tests, quit_is_a_flag);
  tcase_add_test(tests, posted_quit_is_a_message);
  tcase_add_test(tests, quit_keeps_the_bit_of_posts);
  tcase_add_test(tests, get_waits_and_wakes);
  tcase_add_test(tests, get_with_a_range_goes_on_waiting);
  tcase_add_test(tests, no_window_fails);
  tcase_add_test(tests, dispatch_of_a_thread_message_does_nothing);
  tcase_add_test(tests, queue_begins_with_the_first_call);
  tcase_add_test(tests, destroyed_window_drops_its_messages);
  tcase_add_test(tests, paint_is_never_removed);
}

int main(void) {
  return win32_suite("win32 queue", add);
}
