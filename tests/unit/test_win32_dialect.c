/*
 * Each switch of the dialects, with both of its values (semantics.md, "Where Windows and Wine may
 * differ").
 */
#include "win32_calls.h"

/* The world begins anew, in Wine's dialect with one switch set. */
#define WITH(switch_, value_)                                                                      \
  do {                                                                                             \
    struct rig_dialect with = rig_dialect_wine_8_0;                                                \
    with.switch_ = (value_);                                                                       \
    world_switch(with);                                                                            \
  } while (0)

START_TEST(by_name) {
  ck_assert_ptr_eq(rig_dialect_find("wine-8.0"), &rig_dialect_wine_8_0);
  ck_assert_ptr_eq(rig_dialect_find("windows"), &rig_dialect_windows);
  ck_assert_ptr_null(rig_dialect_find("wine"));
}
END_TEST

START_TEST(wait_makes_old) {
  for (uint32_t value = 0; value < 2; value++) {
    WITH(wait_makes_old, value);
    ck_assert(post(1, APP));
    ck_assert_uint_eq(msg_wait(0, NULL, QS_POST, 0), 0);
    ck_assert_uint_eq(new_bits(0), value ? QS_ALLPOST : QS_POST | QS_ALLPOST);
    ck_assert_uint_eq(msg_wait(0, NULL, QS_POST, 0), value ? TIMEOUT : 0);
    const uint32_t handle = event(false, true);
    set(handle);
    ck_assert(post(1, APP));
    ck_assert_uint_eq(msg_wait(1, &handle, QS_POST, 0), 0); /* for the handle: stays new */
    ck_assert(new_bits(0) & QS_POST);
  }
}
END_TEST

START_TEST(input_before_handle) {
  for (uint32_t value = 0; value < 2; value++) {
    WITH(input_before_handle, value);
    const uint32_t handle = event(false, true);
    ck_assert(post(1, APP));
    ck_assert_uint_eq(msg_wait(1, &handle, QS_ALL, 0), value ? 1 : 0);
    ck_assert_uint_eq(rig_win_signalled(world, 0, handle), value);
  }
}
END_TEST

START_TEST(quit_keeps_post_bit) {
  for (uint32_t value = 0; value < 2; value++) {
    WITH(quit_keeps_post_bit, value);
    rig_win_post_quit(world, 0, 0);
    ck_assert_uint_eq(peek(REMOVE), QUIT);
    ck_assert_uint_eq(bits(0), value ? QS_POST : 0);
  }
}
END_TEST

START_TEST(seen_comes_first) {
  for (uint32_t value = 0; value < 2; value++) {
    WITH(seen_comes_first, value);
    ck_assert(post(1, APP) && post(1, APP + 1));
    ck_assert_uint_eq(peek_filtered(0, APP + 1, APP + 1, 0), APP + 1);
    ck_assert_uint_eq(peek(REMOVE), value ? APP + 1 : APP);
    ck_assert_uint_eq(peek(REMOVE), value ? APP : APP + 1);
  }
}
END_TEST

START_TEST(seen_timer_comes_first) {
  for (uint32_t value = 0; value < 2; value++) {
    uint32_t error = 0;
    WITH(seen_comes_first, value);
    ck_assert_uint_ne(rig_win_timer_set(world, 0, 1, 3, 10, 0, &error), 0);
    rig_world_advance(world, 10);
    ck_assert_uint_eq(peek(0), 0x113);
    ck_assert(post(1, APP));
    ck_assert_uint_eq(peek(0), value ? 0x113 : APP);
    ck_assert_uint_eq(peek_filtered(0, APP, APP, 0), APP); /* unless filters leave nothing else */
    ck_assert_uint_eq(peek(REMOVE), value ? 0x113 : APP);
    ck_assert_uint_eq(peek(REMOVE), value ? APP : 0x113);
  }
}
END_TEST

START_TEST(wait_all_duplicates) {
  for (uint32_t value = 0; value < 2; value++) {
    WITH(wait_all_duplicates, value);
    const uint32_t handle = event(true, true);
    const uint32_t handles[] = {handle, handle};
    ck_assert_uint_eq(wait(0, 2, handles, 0), 0); /* only with wait-all */
    struct rig_win_call call = wait_call(0, 2, handles, 0, WAITALL);
    ck_assert_int_eq(step(&call), RIG_WIN_DONE);
    ck_assert_uint_eq(call.result, value ? 0 : FAILED);
    ck_assert_uint_eq(call.error, value ? 0 : 87);
  }
}
END_TEST

START_TEST(unknown_mwmo_accepted) {
  for (uint32_t value = 0; value < 2; value++) {
    WITH(unknown_mwmo_accepted, value);
    struct rig_win_call call = msg_wait_call(0, NULL, 0, QS_ALL, 0x80);
    ck_assert_int_eq(step(&call), RIG_WIN_DONE);
    ck_assert_uint_eq(call.result, value ? TIMEOUT : FAILED);
    ck_assert_uint_eq(call.error, value ? 0 : 87);
  }
}
END_TEST

START_TEST(bad_thread_error) {
  static const uint32_t errors[] = {87, 1444};
  for (uint32_t i = 0; i < 2; i++) {
    uint32_t error = 0;
    WITH(bad_thread_error, errors[i]);
    ck_assert(!rig_win_post_thread(world, 9, &(struct rig_win_message){.message = APP}, &error));
    ck_assert_uint_eq(error, errors[i]);
  }
}
END_TEST

START_TEST(post_limit) {
  static const uint32_t limits[] = {0, 3};
  for (uint32_t i = 0; i < 2; i++) {
    uint32_t error = 0;
    WITH(post_limit, limits[i]);
    ck_assert(post(1, APP) && post(1, APP) && post(1, APP) && post(2, APP));
    const bool fourth = rig_win_post(world, 1, &(struct rig_win_message){.message = APP}, &error);
    ck_assert(fourth == (limits[i] == 0));
    ck_assert_uint_eq(error, limits[i] == 0 ? 0 : 1816);
  }
}
END_TEST

START_TEST(null_handles_crash) {
  for (uint32_t value = 0; value < 2; value++) {
    WITH(null_handles_crash, value);
    struct rig_win_call call = msg_wait_call(1, NULL, 0, QS_ALL, 0);
    ck_assert_int_eq(step(&call), RIG_WIN_DONE);
    ck_assert_uint_eq(call.failed, value);
    ck_assert_uint_eq(call.result, value ? FAILED : RIG_WIN_ACCESS_VIOLATION);
    ck_assert_uint_eq(call.error, value ? RIG_WIN_ACCESS_VIOLATION : 0);
    call = wait_call(0, 1, NULL, 0, 0); /* read in the program's own code: a crash in both */
    ck_assert_int_eq(step(&call), RIG_WIN_DONE);
    ck_assert_uint_eq(call.error, RIG_WIN_ACCESS_VIOLATION);
  }
}
END_TEST

START_TEST(mask_cached) {
  for (uint32_t value = 0; value < 2; value++) {
    WITH(mask_cached, value);
    const uint32_t handle = event(true, true);
    ck_assert(post(1, APP));
    ck_assert_uint_eq(msg_wait(0, NULL, 0, 0), TIMEOUT);
    ck_assert_uint_eq(msg_wait(1, &handle, QS_POST, 0), 0); /* a handle's return */
    ck_assert_uint_eq(msg_wait(0, NULL, 0, 0), value ? 0 : TIMEOUT);
    ck_assert_uint_eq(msg_wait(0, NULL, 0, 0), TIMEOUT); /* and it is gone */
    ck_assert_uint_eq(msg_wait(1, &handle, QS_POST, 0), 0);
    ck_assert_uint_eq(peek_filtered(RIG_WIN_NONE, 0, 0, 0), 0); /* a look in vain forgets it */
    ck_assert(post(1, APP));
    ck_assert_uint_eq(msg_wait(0, NULL, 0, 0), TIMEOUT);
  }
}
END_TEST

START_TEST(bad_window_errors) {
  for (uint32_t value = 0; value < 2; value++) {
    uint32_t error = 0;
    WITH(bad_destroy_error, 5 + value);
    ck_assert(!rig_win_window_destroy(world, 0, 77, &error));
    ck_assert_uint_eq(error, 5 + value);
  }
  for (uint32_t value = 0; value < 2; value++) {
    uint32_t error = 0;
    WITH(bad_timer_error, 6 + value);
    ck_assert_uint_eq(rig_win_timer_set(world, 0, 77, 1, 10, 0, &error), 0);
    ck_assert_uint_eq(error, 6 + value);
  }
}
END_TEST

static void add(TCase *tests) {
  tcase_add_test(tests, bad_window_errors);
  tcase_add_test(tests, by_name);
  tcase_add_test(tests, wait_makes_old);
  tcase_add_test(tests, input_before_handle);
  tcase_add_test(tests, quit_keeps_post_bit);
  tcase_add_test(tests, seen_comes_first);
  tcase_add_test(tests, seen_timer_comes_first);
  tcase_add_test(tests, wait_all_duplicates);
  tcase_add_test(tests, unknown_mwmo_accepted);
  tcase_add_test(tests, bad_thread_error);
  tcase_add_test(tests, post_limit);
  tcase_add_test(tests, null_handles_crash);
  tcase_add_test(tests, mask_cached);
}

int main(void) {
  return win32_suite("win32 dialect", add);
}
