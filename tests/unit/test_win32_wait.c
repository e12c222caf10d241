/*
 * Waits in the simulator: which object a wait returns for and what it consumes, waiters in order,
 * wait-all, limits, bad handles, rights, APCs (semantics.md, "Waits").
 */
#include "win32_calls.h"

START_TEST(lowest_signalled_index_first) {
  const uint32_t handles[] = {event(false, false), event(false, true), event(false, true)};
  ck_assert_uint_eq(wait(0, 3, handles, 0), 1);
  ck_assert_uint_eq(wait(0, 3, handles, 0), 2); /* only the returned one was consumed */
  ck_assert_uint_eq(wait(0, 3, handles, 0), TIMEOUT);
}
END_TEST

START_TEST(handles_come_before_input) {
  const uint32_t handle = event(false, true);
  ck_assert(post(1, APP));
  ck_assert_uint_eq(msg_wait(1, &handle, QS_ALL, 0), 0);
  ck_assert_uint_eq(msg_wait(1, &handle, QS_ALL, 0), 1);
}
END_TEST

START_TEST(input_consumes_no_handle) {
  const uint32_t handle = event(false, false);
  struct rig_win_call call = msg_wait_call(1, &handle, FOREVER, QS_ALL, 0);
  ck_assert_int_eq(step(&call), RIG_WIN_WAITS);
  ck_assert(post(1, APP));
  set(handle); /* the wait is over already */
  ck_assert_int_eq(step(&call), RIG_WIN_DONE);
  ck_assert_uint_eq(call.result, 1);
  ck_assert(rig_win_signalled(world, 0, handle));
}
END_TEST

START_TEST(signal_is_taken_when_given) {
  const uint32_t handle = event(false, false);
  struct rig_win_call call = wait_call(0, 1, &handle, FOREVER, 0);
  ck_assert_int_eq(step(&call), RIG_WIN_WAITS);
  set(handle);
  ck_assert(!rig_win_signalled(world, 1, handle));
  ck_assert_uint_eq(wait(1, 1, &handle, 0), TIMEOUT);
  ck_assert_int_eq(step(&call), RIG_WIN_DONE);
  ck_assert_uint_eq(call.result, 0);
}
END_TEST

START_TEST(pulse_wakes_who_waits_now) {
  const uint32_t handle = event(true, false);
  uint32_t error = 0;
  struct rig_win_call first = wait_call(0, 1, &handle, FOREVER, 0);
  struct rig_win_call second = wait_call(1, 1, &handle, FOREVER, 0);
  ck_assert_int_eq(step(&first), RIG_WIN_WAITS);
  ck_assert_int_eq(step(&second), RIG_WIN_WAITS);
  ck_assert(rig_win_event_pulse(world, handle, &error));
  ck_assert(!rig_win_signalled(world, 0, handle));
  ck_assert_int_eq(step(&first), RIG_WIN_DONE);
  ck_assert_int_eq(step(&second), RIG_WIN_DONE);
  ck_assert(rig_win_event_pulse(world, handle, &error));
  ck_assert_uint_eq(wait(0, 1, &handle, 0), TIMEOUT);
}
END_TEST

/* In the order in which they began to wait, whatever their numbers. */
START_TEST(waiters_are_served_in_order) {
  const uint32_t handle = event(false, false);
  const uint32_t third = rig_world_thread_new(world);
  struct rig_win_call calls[] = {wait_call(third, 1, &handle, FOREVER, 0),
                                 wait_call(0, 1, &handle, 50, 0),
                                 wait_call(1, 1, &handle, FOREVER, 0)};
  for (size_t i = 0; i < 3; i++) {
    ck_assert_int_eq(step(&calls[i]), RIG_WIN_WAITS);
  }
  set(handle);
  ck_assert(rig_world_ready(world, third) && !rig_world_ready(world, 0));
  rig_world_advance(world, 50); /* the second leaves */
  ck_assert_int_eq(step(&calls[1]), RIG_WIN_DONE);
  ck_assert_uint_eq(calls[1].result, TIMEOUT);
  calls[1] = wait_call(0, 1, &handle, FOREVER, 0); /* and stands at the end now */
  ck_assert_int_eq(step(&calls[1]), RIG_WIN_WAITS);
  set(handle);
  ck_assert(rig_world_ready(world, 1) && !rig_world_ready(world, 0));
  set(handle);
  ck_assert(rig_world_ready(world, 0));
}
END_TEST

START_TEST(wait_all_takes_all_or_none) {
  const uint32_t handles[] = {event(false, true), event(false, false)};
  struct rig_win_call call = wait_call(0, 2, handles, FOREVER, WAITALL);
  ck_assert_int_eq(step(&call), RIG_WIN_WAITS);
  ck_assert(rig_win_signalled(world, 1, handles[0]));
  set(handles[1]);
  ck_assert_int_eq(step(&call), RIG_WIN_DONE);
  ck_assert_uint_eq(call.result, 0);
  ck_assert(!rig_win_signalled(world, 1, handles[0]) && !rig_win_signalled(world, 1, handles[1]));
}
END_TEST

START_TEST(wait_all_needs_input_too) {
  const uint32_t handle = event(true, true);
  struct rig_win_call call = msg_wait_call(1, &handle, FOREVER, QS_ALL, WAITALL);
  ck_assert_int_eq(step(&call), RIG_WIN_WAITS);
  ck_assert(post(1, APP));
  ck_assert_int_eq(step(&call), RIG_WIN_DONE);
  ck_assert_uint_eq(call.result, 0);
  uint32_t error = 0;
  ck_assert(rig_win_event_reset(world, handle, &error));
  ck_assert_uint_eq(msg_wait(1, &handle, QS_ALL, WAITALL | AVAILABLE), TIMEOUT);
}
END_TEST

START_TEST(how_many_handles) {
  uint32_t handles[65];
  for (uint32_t i = 0; i < 65; i++) {
    handles[i] = i < 63 ? event(true, i == 62) : handles[0];
  }
  ck_assert_uint_eq(msg_wait(63, handles, QS_ALL, 0), 62);
  ck_assert_uint_eq(wait(0, 64, handles, 0), 62);
  static const struct {
    uint32_t api, count;
  } bad[] = {{RIG_WIN_MSG_WAIT, 64}, {RIG_WIN_WAIT, 65}, {RIG_WIN_WAIT, 0}};
  for (size_t i = 0; i < 3; i++) {
    struct rig_win_call call = {
        .api = (uint16_t)bad[i].api, .count = bad[i].count, .handles = handles, .mask = QS_ALL};
    ck_assert_int_eq(step(&call), RIG_WIN_DONE);
    ck_assert_uint_eq(call.result, FAILED);
    ck_assert_uint_eq(call.error, 87);
  }
}
END_TEST

START_TEST(bad_handle_fails_all) {
  const uint32_t ready = event(true, true);
  const uint32_t closed = event(true, true);
  uint32_t error = 0;
  ck_assert(rig_win_close(world, closed, &error));
  ck_assert(!rig_win_close(world, closed, &error));
  ck_assert_uint_eq(error, 6);
  const uint32_t handles[] = {ready, closed};
  struct rig_win_call call = wait_call(0, 2, handles, 0, 0);
  ck_assert_int_eq(step(&call), RIG_WIN_DONE);
  ck_assert_uint_eq(call.result, FAILED);
  ck_assert_uint_eq(call.error, 6);
  const uint32_t mute = rig_win_duplicate(world, ready, false);
  call = msg_wait_call(1, &mute, 0, QS_ALL, 0);
  ck_assert_int_eq(step(&call), RIG_WIN_DONE);
  ck_assert_uint_eq(call.result, FAILED);
  ck_assert_uint_eq(call.error, 5); /* no right to wait for it */
  ck_assert_uint_eq(mute, closed);  /* the lowest free one */
  ck_assert_uint_eq(rig_win_duplicate(world, 0x1000, true), 0);
}
END_TEST

START_TEST(abandoned_mutex) {
  bool existed = false;
  const uint32_t mutex = rig_win_mutex_new(world, 1, 0, &existed);
  const uint32_t handles[] = {event(false, false), mutex};
  struct rig_win_call call = wait_call(0, 2, handles, FOREVER, 0);
  ck_assert_int_eq(step(&call), RIG_WIN_WAITS);
  rig_world_thread_exit(world, 1, 0);
  ck_assert_int_eq(step(&call), RIG_WIN_DONE);
  ck_assert_uint_eq(call.result, 0x81);
  uint32_t error = 0;
  ck_assert(rig_win_mutex_release(world, 0, mutex, &error)); /* it owns it now */
  ck_assert_uint_eq(wait(0, 2, handles, 0), 1);              /* abandoned once */
}
END_TEST

START_TEST(closed_while_waited_for) {
  const uint32_t first = event(false, false);
  const uint32_t second = rig_win_duplicate(world, first, true);
  uint32_t error = 0;
  uint32_t shown[RIG_WIN_WAIT_MAX];
  struct rig_win_call call = wait_call(0, 1, &first, FOREVER, 0);
  ck_assert_int_eq(step(&call), RIG_WIN_WAITS);
  ck_assert_uint_eq(rig_world_wait_handles(world, 0, shown), 1);
  ck_assert_uint_eq(shown[0], first);
  ck_assert(rig_win_close(world, first, &error));
  ck_assert_uint_eq(rig_world_wait_handles(world, 0, shown), 1);
  ck_assert_uint_eq(shown[0], 0);
  set(second);
  ck_assert_int_eq(step(&call), RIG_WIN_DONE);
  ck_assert_uint_eq(rig_world_wait_handles(world, 0, shown), 0);
}
END_TEST

START_TEST(timeouts) {
  const uint32_t handle = event(false, false);
  struct rig_win_call call = wait_call(0, 1, &handle, 30, 0);
  struct rig_win_call sleep = {.api = RIG_WIN_SLEEP, .thread = 1, .timeout_ms = 20};
  ck_assert_int_eq(step(&call), RIG_WIN_WAITS);
  ck_assert_int_eq(step(&sleep), RIG_WIN_WAITS);
  ck_assert_uint_eq(rig_world_due(world), 20);
  rig_world_advance(world, 20);
  ck_assert_int_eq(step(&sleep), RIG_WIN_DONE);
  ck_assert_uint_eq(sleep.result, 0);
  ck_assert_int_eq(step(&call), RIG_WIN_WAITS);
  rig_world_advance(world, 100);
  set(handle); /* too late */
  ck_assert_int_eq(step(&call), RIG_WIN_DONE);
  ck_assert_uint_eq(call.result, TIMEOUT);
  ck_assert(rig_win_signalled(world, 0, handle));
  ck_assert_uint_eq(rig_world_now(world), 100);
  ck_assert_uint_eq(rig_world_due(world), FOREVER);
}
END_TEST

START_TEST(wait_message) {
  struct rig_win_call call = {.api = RIG_WIN_WAIT_MESSAGE};
  ck_assert_int_eq(step(&call), RIG_WIN_WAITS);
  ck_assert(post(1, APP));
  ck_assert_int_eq(step(&call), RIG_WIN_DONE);
  ck_assert_uint_eq(call.result, 1);
}
END_TEST

static enum rig_win_state runs_apc(struct rig_win_call *call, uint64_t code) {
  ck_assert_int_eq(step(call), RIG_WIN_RUNS);
  ck_assert_uint_eq(call->run.kind, RIG_WIN_RUN_APC);
  ck_assert_uint_eq(call->run.code, code);
  return RIG_WIN_RUNS;
}

START_TEST(apcs_run_in_alertable_waits) {
  const uint32_t handle = event(false, false);
  ck_assert(rig_win_apc_queue(world, 0, 1, 10) && rig_win_apc_queue(world, 0, 2, 20));
  ck_assert_uint_eq(wait(0, 1, &handle, 0), TIMEOUT);
  ck_assert_uint_eq(msg_wait(0, NULL, QS_ALL, 0), TIMEOUT);
  struct rig_win_call call = wait_call(0, 1, &handle, FOREVER, ALERTABLE);
  runs_apc(&call, 1);
  ck_assert_uint_eq(call.run.message.wparam, 10);
  ck_assert(rig_win_apc_queue(world, 0, 3, 30)); /* the first queues another */
  runs_apc(&call, 2);
  runs_apc(&call, 3);
  ck_assert_int_eq(step(&call), RIG_WIN_DONE);
  ck_assert_uint_eq(call.result, 0xC0);
}
END_TEST

START_TEST(apc_comes_last) {
  const uint32_t handle = event(false, true);
  ck_assert(rig_win_apc_queue(world, 0, 1, 0));
  ck_assert(post(1, APP));
  ck_assert_uint_eq(msg_wait(1, &handle, QS_ALL, ALERTABLE), 0);
  ck_assert_uint_eq(msg_wait(1, &handle, QS_ALL, ALERTABLE), 1);
  struct rig_win_call call = msg_wait_call(1, &handle, 0, QS_SEND, ALERTABLE);
  runs_apc(&call, 1);
  ck_assert_int_eq(step(&call), RIG_WIN_DONE);
}
END_TEST

START_TEST(apc_wakes_a_waiting_thread) {
  struct rig_win_call sleep = {.api = RIG_WIN_SLEEP, .flags = ALERTABLE, .timeout_ms = FOREVER};
  ck_assert_int_eq(step(&sleep), RIG_WIN_WAITS);
  ck_assert(rig_win_apc_queue(world, 0, 1, 0));
  runs_apc(&sleep, 1);
  ck_assert_int_eq(step(&sleep), RIG_WIN_DONE);
  ck_assert_uint_eq(sleep.result, 0xC0);
  rig_world_thread_exit(world, 1, 0);
  ck_assert(!rig_win_apc_queue(world, 1, 1, 0));
}
END_TEST

/* Woken by an APC, it looks at its handles first (wine: server_select goes round again). */
START_TEST(signal_after_the_apc) {
  const uint32_t handle = event(false, false);
  struct rig_win_call call = wait_call(0, 1, &handle, FOREVER, ALERTABLE);
  ck_assert_int_eq(step(&call), RIG_WIN_WAITS);
  ck_assert(rig_win_apc_queue(world, 0, 1, 0));
  set(handle);
  ck_assert_int_eq(step(&call), RIG_WIN_DONE);
  ck_assert_uint_eq(call.result, 0);
  call = wait_call(0, 1, &handle, 0, ALERTABLE);
  runs_apc(&call, 1); /* it is still queued */
  ck_assert_int_eq(step(&call), RIG_WIN_DONE);
}
END_TEST

/* Of more than 64 objects the set of those that a thread waits for is folded (world.h): the waits
 * of two threads for objects that fall together have nothing to do with each other. */
START_TEST(more_objects_than_bits) {
  uint32_t handles[3 + 3 * 64 + 1];
  uint32_t error = 0;
  const size_t empty = rig_world_packed_bytes(world);
  for (uint32_t i = 0; i < sizeof handles / sizeof *handles; i++) {
    handles[i] = event(false, false);
  }
  const size_t each = (rig_world_packed_bytes(world) - empty) / (sizeof handles / sizeof *handles);
  struct rig_win_call low = wait_call(0, 1, &handles[3], FOREVER, 0);
  struct rig_win_call high = wait_call(1, 1, &handles[3 + 128], FOREVER, 0);
  ck_assert_int_eq(step(&low), RIG_WIN_WAITS);
  ck_assert_int_eq(step(&high), RIG_WIN_WAITS);
  set(handles[3 + 64]); /* nobody's */
  ck_assert(!rig_world_ready(world, 0) && !rig_world_ready(world, 1));
  set(handles[3 + 128]);
  ck_assert(!rig_world_ready(world, 0) && rig_world_ready(world, 1));
  ck_assert_int_eq(step(&high), RIG_WIN_DONE);
  ck_assert_uint_eq(high.result, 0);
  const size_t bytes = rig_world_packed_bytes(world);
  ck_assert(rig_win_close(world, handles[3 + 192], &error)); /* the last: nobody waits for it */
  ck_assert_uint_eq(rig_world_packed_bytes(world), bytes - each);
  set(handles[3]);
  ck_assert(rig_world_ready(world, 0));
  ck_assert_int_eq(step(&low), RIG_WIN_DONE);
}
END_TEST

/* A closed object lives on as long as somebody waits for it, also where its bit is another's. */
START_TEST(closed_among_many) {
  uint32_t handles[200];
  uint32_t error = 0;
  for (uint32_t i = 0; i < 200; i++) {
    handles[i] = event(true, false);
  }
  struct rig_win_call low = wait_call(0, 1, &handles[199 - 64], FOREVER, 0);
  struct rig_win_call high = wait_call(1, RIG_WIN_WAIT_MAX, &handles[136], 50, 0);
  const size_t bytes = rig_world_packed_bytes(world);
  ck_assert_int_eq(step(&low), RIG_WIN_WAITS);
  ck_assert_int_eq(step(&high), RIG_WIN_WAITS);
  const size_t waiting = rig_world_packed_bytes(world);
  ck_assert_uint_gt(waiting, bytes);
  ck_assert(rig_win_close(world, handles[199], &error));
  ck_assert_uint_ge(rig_world_packed_bytes(world), waiting - sizeof(uint32_t)); /* a handle less */
  rig_world_advance(world, 50);
  ck_assert_int_eq(step(&high), RIG_WIN_DONE);
  ck_assert_uint_eq(high.result, TIMEOUT);
  set(handles[136]);
  high = wait_call(1, RIG_WIN_WAIT_MAX - 1, &handles[136], FOREVER, 0);
  ck_assert_int_eq(step(&high), RIG_WIN_DONE);
  ck_assert_uint_eq(high.result, 0);
  ck_assert_uint_lt(event(true, false), handles[199] + 4); /* the lowest free one */
}
END_TEST

static void add(TCase *tests) {
  tcase_add_test(tests, lowest_signalled_index_first);
  tcase_add_test(tests, handles_come_before_input);
  tcase_add_test(tests, input_consumes_no_handle);
  tcase_add_test(tests, signal_is_taken_when_given);
  tcase_add_test(tests, pulse_wakes_who_waits_now);
  tcase_add_test(tests, waiters_are_served_in_order);
  tcase_add_test(tests, wait_all_takes_all_or_none);
  tcase_add_test(tests, wait_all_needs_input_too);
  tcase_add_test(tests, how_many_handles);
  tcase_add_test(tests, bad_handle_fails_all);
  tcase_add_test(tests, abandoned_mutex);
  tcase_add_test(tests, closed_while_waited_for);
  tcase_add_test(tests, timeouts);
  tcase_add_test(tests, wait_message);
  tcase_add_test(tests, apcs_run_in_alertable_waits);
  tcase_add_test(tests, apc_comes_last);
  tcase_add_test(tests, apc_wakes_a_waiting_thread);
  tcase_add_test(tests, signal_after_the_apc);
  tcase_add_test(tests, more_objects_than_bits);
  tcase_add_test(tests, closed_among_many);
}

int main(void) {
  return win32_suite("win32 wait", add);
}
