/*
 * Objects, handles, names, threads and timers of the simulator (synchapi; wine server/event.c,
 * mutex.c, semaphore.c, timer.c, queue.c).
 */
#include "win32_calls.h"

static bool existed;
static uint32_t error;

static void forget(void) {
  existed = false;
  error = 0;
}

START_TEST(manual_event_stays) {
  const uint32_t handle = event(true, false);
  set(handle);
  ck_assert_uint_eq(wait(0, 1, &handle, 0), 0);
  ck_assert_uint_eq(wait(1, 1, &handle, 0), 0);
  ck_assert(rig_win_event_reset(world, handle, &error));
  ck_assert_uint_eq(wait(0, 1, &handle, 0), TIMEOUT);
}
END_TEST

START_TEST(auto_event_set_twice_counts_once) {
  const uint32_t handle = event(false, false);
  set(handle);
  set(handle);
  ck_assert_uint_eq(wait(0, 1, &handle, 0), 0);
  ck_assert_uint_eq(wait(0, 1, &handle, 0), TIMEOUT);
}
END_TEST

START_TEST(mutex_counts_and_has_an_owner) {
  forget();
  const uint32_t handle = rig_win_mutex_new(world, RIG_WIN_NONE, 0, &existed);
  ck_assert_uint_eq(wait(0, 1, &handle, 0), 0);
  ck_assert_uint_eq(wait(0, 1, &handle, 0), 0);
  ck_assert(rig_win_signalled(world, 0, handle) && !rig_win_signalled(world, 1, handle));
  ck_assert(!rig_win_mutex_release(world, 1, handle, &error));
  ck_assert_uint_eq(error, 288);
  struct rig_win_call call = wait_call(1, 1, &handle, FOREVER, 0);
  ck_assert_int_eq(step(&call), RIG_WIN_WAITS);
  ck_assert(rig_win_mutex_release(world, 0, handle, &error));
  ck_assert_int_eq(step(&call), RIG_WIN_WAITS);
  ck_assert(rig_win_mutex_release(world, 0, handle, &error));
  ck_assert_int_eq(step(&call), RIG_WIN_DONE);
  ck_assert(!rig_win_mutex_release(world, 0, handle, &error));
}
END_TEST

START_TEST(semaphore_has_a_limit) {
  forget();
  uint32_t previous = 9;
  ck_assert_uint_eq(rig_win_semaphore_new(world, 3, 2, 0, &existed), 0);
  ck_assert_uint_eq(rig_win_semaphore_new(world, 0, 0, 0, &existed), 0);
  const uint32_t handle = rig_win_semaphore_new(world, 1, 3, 0, &existed);
  ck_assert(rig_win_semaphore_release(world, handle, 2, &previous, &error));
  ck_assert_uint_eq(previous, 1);
  ck_assert(!rig_win_semaphore_release(world, handle, 1, &previous, &error));
  ck_assert_uint_eq(error, 298);
  ck_assert(!rig_win_semaphore_release(world, handle, UINT32_MAX, &previous, &error));
  for (unsigned i = 0; i < 3; i++) {
    ck_assert_uint_eq(wait(0, 1, &handle, 0), 0);
  }
  struct rig_win_call first = wait_call(0, 1, &handle, FOREVER, 0);
  struct rig_win_call second = wait_call(1, 1, &handle, FOREVER, 0);
  ck_assert_int_eq(step(&first), RIG_WIN_WAITS);
  ck_assert_int_eq(step(&second), RIG_WIN_WAITS);
  ck_assert(rig_win_semaphore_release(world, handle, 2, &previous, &error));
  ck_assert_uint_eq(previous, 0);
  ck_assert_int_eq(step(&first), RIG_WIN_DONE);
  ck_assert_int_eq(step(&second), RIG_WIN_DONE);
  ck_assert(!rig_win_signalled(world, 0, handle));
}
END_TEST

START_TEST(waitable_timer) {
  forget();
  const uint32_t once = rig_win_waitable_timer_new(world, true);
  const uint32_t often = rig_win_waitable_timer_new(world, false);
  ck_assert(rig_win_waitable_timer_set(world, once, 25, 0, &error));
  ck_assert(rig_win_waitable_timer_set(world, often, 20, 30, &error));
  ck_assert_uint_eq(rig_world_due(world), 20);
  struct rig_win_call call = wait_call(0, 1, &often, FOREVER, 0);
  ck_assert_int_eq(step(&call), RIG_WIN_WAITS);
  rig_world_advance(world, 49);
  ck_assert_int_eq(step(&call), RIG_WIN_DONE);
  ck_assert_uint_eq(wait(0, 1, &often, 0), TIMEOUT);
  ck_assert_uint_eq(wait(0, 1, &once, 0), 0);
  rig_world_advance(world, 50);
  ck_assert_uint_eq(wait(0, 1, &often, 0), 0);
  ck_assert(rig_win_waitable_timer_cancel(world, often, &error));
  ck_assert_uint_eq(rig_world_due(world), FOREVER);
  ck_assert(rig_win_signalled(world, 0, once)); /* stays until it is set again */
  ck_assert(rig_win_waitable_timer_set(world, once, 5, 0, &error));
  ck_assert(!rig_win_signalled(world, 0, once));
  ck_assert(rig_win_waitable_timer_set(world, once, 0, 0, &error));
  ck_assert(rig_win_signalled(world, 0, once));
}
END_TEST

START_TEST(names) {
  forget();
  const uint32_t first = rig_win_event_new(world, true, false, 5, &existed);
  ck_assert(!existed);
  const uint32_t second = rig_win_event_new(world, false, true, 5, &existed);
  ck_assert(existed && second != first);
  ck_assert(!rig_win_signalled(world, 0, second)); /* it is the first, as it was */
  ck_assert_uint_eq(rig_win_mutex_new(world, RIG_WIN_NONE, 5, &existed), 0);
  const uint32_t third = rig_win_open(world, RIG_WIN_EVENT, 5);
  set(third);
  ck_assert(rig_win_signalled(world, 0, first));
  ck_assert_uint_eq(rig_win_open(world, RIG_WIN_MUTEX, 5), 0);
  ck_assert_uint_eq(rig_win_open(world, RIG_WIN_EVENT, 6), 0);
  ck_assert(rig_win_close(world, first, &error) && rig_win_close(world, second, &error) &&
            rig_win_close(world, third, &error));
  ck_assert_uint_eq(rig_win_open(world, RIG_WIN_EVENT, 5), 0); /* gone with its last handle */
}
END_TEST

START_TEST(handle_kinds) {
  forget();
  const uint32_t process = rig_win_process_handle(world);
  ck_assert_int_eq(rig_win_handle_kind(world, process), RIG_WIN_PROCESS);
  ck_assert_int_eq(rig_win_handle_kind(world, event(true, true)), RIG_WIN_EVENT);
  ck_assert_int_eq(rig_win_handle_kind(world, 0), RIG_WIN_FREE);
  ck_assert_int_eq(rig_win_handle_kind(world, process + 1), RIG_WIN_FREE);
  ck_assert_uint_eq(wait(0, 1, &process, 0), TIMEOUT);
  ck_assert(!rig_win_event_set(world, process, &error));
  ck_assert_uint_eq(error, 6);
}
END_TEST

START_TEST(thread_is_signalled_when_it_ends) {
  const uint32_t handle = rig_win_thread_handle(world, 1);
  ck_assert_uint_eq(rig_world_thread_code(world, 1), 259);
  struct rig_win_call call = wait_call(0, 1, &handle, FOREVER, 0);
  ck_assert_int_eq(step(&call), RIG_WIN_WAITS);
  rig_world_thread_exit(world, 1, 42);
  ck_assert_int_eq(step(&call), RIG_WIN_DONE);
  ck_assert_uint_eq(rig_world_thread_code(world, 1), 42);
  ck_assert(!rig_world_thread_alive(world, 1));
  ck_assert(!rig_win_is_window(world, 2));
  ck_assert_uint_eq(rig_win_window_thread(world, 2), RIG_WIN_NONE);
}
END_TEST

START_TEST(post_to_an_ended_thread) {
  forget();
  const struct rig_win_message message = {.message = APP};
  const uint32_t handle = rig_win_thread_handle(world, 1);
  rig_world_thread_exit(world, 1, 0);
  ck_assert(!rig_win_post_thread(world, 1, &message, &error));
  ck_assert_uint_eq(error, 1444); /* it is still known by a handle */
  ck_assert(rig_win_close(world, handle, &error));
  ck_assert(!rig_win_post_thread(world, 1, &message, &error));
  ck_assert_uint_eq(error, 87);
}
END_TEST

START_TEST(window_numbers_are_not_reused_soon) {
  const uint32_t window = rig_win_window_new(world, 0, 1);
  ck_assert(rig_win_window_destroy(world, 0, window, &error));
  ck_assert_uint_ne(rig_win_window_new(world, 0, 1), window);
}
END_TEST

START_TEST(window_words) {
  rig_win_window_set_code(world, 1, 77);
  rig_win_window_set_data(world, 1, 88);
  ck_assert_uint_eq(rig_win_window_code(world, 1), 77);
  ck_assert_uint_eq(rig_win_window_data(world, 1), 88);
  ck_assert_uint_eq(rig_win_window_data(world, 9), 0);
}
END_TEST

/* ---- SetTimer ---- */

START_TEST(timer_does_not_accumulate) {
  ck_assert_uint_eq(rig_win_timer_set(world, 0, 1, 3, 1, 0, &error), 3); /* 10 ms at least */
  ck_assert_uint_eq(rig_world_due(world), 10);
  rig_world_advance(world, 55);
  ck_assert_uint_eq(bits(0), QS_TIME);
  struct rig_win_call call = get_call();
  ck_assert_int_eq(step(&call), RIG_WIN_DONE);
  ck_assert_uint_eq(call.message.message, TIMER);
  ck_assert_uint_eq(call.message.wparam, 3);
  ck_assert_uint_eq(call.message.window, 1);
  ck_assert_uint_eq(bits(0), 0);
  ck_assert_uint_eq(peek(REMOVE), 0);
  ck_assert_uint_eq(rig_world_due(world), 60);
}
END_TEST

START_TEST(timer_comes_last) {
  ck_assert_uint_ne(rig_win_timer_set(world, 0, 1, 3, 10, 0, &error), 0);
  rig_world_advance(world, 10);
  rig_win_post_quit(world, 0, 0);
  rig_win_window_paint(world, 1, true);
  ck_assert(post(1, APP));
  ck_assert_uint_eq(peek(REMOVE), APP);
  ck_assert_uint_eq(peek(REMOVE), QUIT);
  ck_assert_uint_eq(peek(REMOVE), PAINT);
  rig_win_window_paint(world, 1, false);
  ck_assert_uint_eq(peek(REMOVE), TIMER);
}
END_TEST

/* One that was looked at does not come before what is posted afterwards, as it does where what was
 * seen comes first (test_win32_dialect.c). */
START_TEST(seen_timer_comes_last) {
  ck_assert_uint_ne(rig_win_timer_set(world, 0, 1, 3, 10, 0, &error), 0);
  rig_world_advance(world, 10);
  ck_assert_uint_eq(peek(0), TIMER);
  ck_assert(post(1, APP));
  ck_assert_uint_eq(peek(REMOVE), APP);
  ck_assert_uint_eq(peek(REMOVE), TIMER);
}
END_TEST

START_TEST(timer_ids) {
  const uint64_t first = rig_win_timer_set(world, 0, 0, 0, 10, 0, &error);
  const uint64_t second = rig_win_timer_set(world, 0, 0, 0, 10, 0, &error);
  ck_assert(first != 0 && second != 0 && first != second);
  ck_assert_uint_eq(rig_win_timer_set(world, 0, 0, first, 70, 0, &error), first); /* set anew */
  ck_assert(rig_win_timer_kill(world, 0, 0, second));
  ck_assert(!rig_win_timer_kill(world, 0, 0, second));
  ck_assert_uint_eq(rig_world_due(world), 70);
  ck_assert_uint_eq(rig_win_timer_set(world, 0, 9, 1, 10, 0, &error), 0);
  ck_assert_uint_eq(error, 6);
  ck_assert_uint_eq(rig_win_timer_set(world, 0, 1, 0, 10, 0, &error), 1);
}
END_TEST

START_TEST(timer_with_a_procedure) {
  const uint64_t id = rig_win_timer_set(world, 0, 0, 0, 10, 0xABC, &error);
  rig_world_advance(world, 10);
  struct rig_win_call call = get_call();
  ck_assert_int_eq(step(&call), RIG_WIN_DONE);
  struct rig_win_call dispatch = {.api = RIG_WIN_DISPATCH, .message = call.message};
  ck_assert_int_eq(step(&dispatch), RIG_WIN_RUNS);
  ck_assert_uint_eq(dispatch.run.kind, RIG_WIN_RUN_TIMER);
  ck_assert_uint_eq(dispatch.run.code, 0xABC);
  ck_assert_uint_eq(dispatch.run.message.wparam, id);
  ck_assert_int_eq(step(&dispatch), RIG_WIN_DONE);
}
END_TEST

START_TEST(killed_and_forgotten_timers) {
  ck_assert_uint_ne(rig_win_timer_set(world, 0, 1, 3, 10, 0, &error), 0);
  rig_world_advance(world, 10);
  ck_assert(rig_win_timer_kill(world, 0, 1, 3));
  ck_assert_uint_eq(bits(0), 0); /* nothing is left of it */
  ck_assert_uint_ne(rig_win_timer_set(world, 0, 1, 3, 10, 0, &error), 0);
  ck_assert(rig_win_window_destroy(world, 0, 1, &error));
  ck_assert_uint_eq(rig_world_due(world), FOREVER);
}
END_TEST

static void add(TCase *tests) {
  tcase_add_test(tests, manual_event_stays);
  tcase_add_test(tests, auto_event_set_twice_counts_once);
  tcase_add_test(tests, mutex_counts_and_has_an_owner);
  tcase_add_test(tests, semaphore_has_a_limit);
  tcase_add_test(tests, waitable_timer);
  tcase_add_test(tests, names);
  tcase_add_test(tests, handle_kinds);
  tcase_add_test(tests, thread_is_signalled_when_it_ends);
  tcase_add_test(tests, post_to_an_ended_thread);
  tcase_add_test(tests, window_numbers_are_not_reused_soon);
  tcase_add_test(tests, window_words);
  tcase_add_test(tests, timer_does_not_accumulate);
  tcase_add_test(tests, timer_comes_last);
  tcase_add_test(tests, seen_timer_comes_last);
  tcase_add_test(tests, timer_ids);
  tcase_add_test(tests, timer_with_a_procedure);
  tcase_add_test(tests, killed_and_forgotten_timers);
}

int main(void) {
  return win32_suite("win32 objects", add);
}
