/*
 * Windows from the top down, active, focused and in the foreground: what a world remembers.
 */
#include "win32_calls.h"

#include <string.h>

static uint32_t window_of(uint32_t thread, uint32_t kind) {
  const uint32_t window = rig_win_window_new(world, thread, 0xC0);
  ck_assert_uint_ne(window, 0);
  rig_win_window_make(world, window, kind);
  return window;
}

/* The windows of the desktop from the top, as "312". */
static const char *order(void) {
  static char text[RIG_WIN_WINDOWS + 1];
  size_t used = 0;
  for (uint32_t at = rig_win_window_below(world, 0); at != 0;
       at = rig_win_window_below(world, at)) {
    ck_assert_uint_lt(used, RIG_WIN_WINDOWS);
    text[used++] = (char)('0' + at);
  }
  text[used] = '\0';
  return text;
}

START_TEST(the_newest_is_on_top) {
  ck_assert_str_eq(order(), "21");
  ck_assert_uint_eq(window_of(1, 0), 3);
  ck_assert_uint_eq(window_of(0, RIG_WIN_WINDOW_INNER), 4);
  ck_assert_str_eq(order(), "321"); /* a child is none of the desktop's */
  rig_win_window_raise(world, 1);
  ck_assert_str_eq(order(), "132");
  ck_assert_uint_eq(window_of(0, 0), 5);
  ck_assert_str_eq(order(), "5132");
  ck_assert_uint_eq(window_of(0, RIG_WIN_WINDOW_INNER), 6); /* over a raised one */
  rig_win_window_raise(world, 6);
  ck_assert_str_eq(order(), "5132");
  rig_win_window_raise(world, 3);
  ck_assert_str_eq(order(), "3512");
}
END_TEST

/* However an order came about, it is the same state. */
START_TEST(equal_orders_are_equal_states) {
  size_t bytes = 0, again = 0;
  (void)window_of(0, 0);
  (void)window_of(0, 0);
  void *before = packed(&bytes);
  for (int i = 0; i < 300; i++) { /* more often than a byte counts */
    for (uint32_t window = 1; window <= 4; window++) {
      rig_win_window_raise(world, window);
    }
  }
  ck_assert_str_eq(order(), "4321");
  void *after = packed(&again);
  ck_assert_uint_eq(bytes, again);
  ck_assert_mem_eq(before, after, bytes);
  free(after);
  rig_win_window_raise(world, 2);
  after = packed(&again);
  ck_assert(memcmp(before, after, bytes) != 0);
  free(before);
  free(after);
}
END_TEST

/* What lay under a window that is gone is forgotten. */
START_TEST(order_of_those_that_are_left) {
  uint32_t error = 0;
  size_t bytes = 0, again = 0;
  ck_assert_uint_eq(window_of(1, 0), 3);
  ck_assert(rig_win_window_destroy(world, 0, 1, &error));
  void *before = packed(&bytes);
  world_switch(rig_dialect_wine_8_0);
  ck_assert_uint_eq(window_of(1, 0), 3);
  rig_win_window_raise(world, 1);
  rig_win_window_raise(world, 2);
  rig_win_window_raise(world, 3);
  ck_assert_str_eq(order(), "321");
  rig_win_window_raise(world, 1);
  ck_assert(rig_win_window_destroy(world, 0, 1, &error));
  void *after = packed(&again);
  ck_assert_uint_eq(bytes, again);
  ck_assert_mem_eq(before, after, bytes);
  free(before);
  free(after);
}
END_TEST

/* The window of the WM_PAINT that is there, 0: none. */
static uint32_t painted(void) {
  struct rig_win_call call = {.api = RIG_WIN_PEEK_MESSAGE, .flags = REMOVE};
  ck_assert_int_eq(step(&call), RIG_WIN_DONE);
  ck_assert(call.result == 0 || call.message.message == PAINT);
  return call.result == 0 ? 0 : call.message.window;
}

/* Shown, a window is to be painted, the uppermost first; hidden, it is not. */
START_TEST(painted_from_the_top) {
  ck_assert_uint_eq(window_of(0, 0), 3);
  ck_assert_uint_eq(window_of(0, RIG_WIN_WINDOW_EMPTY), 4);
  ck_assert(!rig_win_window_shown(world, 1) && !rig_win_window_painted(world, 1));
  rig_win_window_show(world, 1, true);
  rig_win_window_show(world, 3, true);
  rig_win_window_show(world, 4, true);
  ck_assert(rig_win_window_shown(world, 4) && !rig_win_window_painted(world, 4));
  rig_win_window_raise(world, 1);
  ck_assert_uint_eq(painted(), 1);
  rig_win_window_show(world, 1, false);
  ck_assert(!rig_win_window_painted(world, 1));
  ck_assert_uint_eq(painted(), 3);
  rig_win_window_show(world, 3, false);
  ck_assert_uint_eq(painted(), 0);
}
END_TEST

START_TEST(whoever_goes_is_active_no_more) {
  uint32_t error = 0;
  ck_assert_uint_eq(rig_win_foreground(world), RIG_WIN_NONE);
  ck_assert_uint_eq(rig_win_set_active(world, 1, 2), 0);
  ck_assert_uint_eq(rig_win_set_focus(world, 1, 2), 0);
  rig_win_set_foreground(world, 1);
  ck_assert_uint_eq(rig_win_set_active(world, 0, 1), 0); /* each thread has its own */
  ck_assert_uint_eq(rig_win_active(world, 1), 2);
  ck_assert(rig_win_window_destroy(world, 1, 2, &error));
  ck_assert_uint_eq(rig_win_active(world, 1), 0);
  ck_assert_uint_eq(rig_win_focus(world, 1), 0);
  ck_assert_uint_eq(rig_win_active(world, 0), 1);
  ck_assert_uint_eq(rig_win_foreground(world), 1); /* until its thread ends */
  rig_world_thread_exit(world, 1, 0);
  ck_assert_uint_eq(rig_win_foreground(world), RIG_WIN_NONE);
}
END_TEST

static struct rig_world_prints prints;
static uint64_t last_print;

/* The fingerprint is another one, and the one that is made of all there is. */
static bool tells(void) {
  static struct rig_world_prints whole;
  const uint64_t print = rig_world_print(world, &prints, rig_world_touch(world).writes);
  const bool other = print != last_print;
  rig_world_touch_reset(world);
  last_print = print;
  return other && print == rig_world_print(world, &whole, UINT64_MAX);
}

/* What changes is marked as touched: of threads that are not, nothing is looked at. */
START_TEST(fingerprints_tell_it) {
  uint32_t error = 0;
  last_print = rig_world_print(world, &prints, UINT64_MAX);
  rig_world_touch_reset(world);
  (void)rig_win_set_active(world, 1, 2);
  ck_assert(tells());
  (void)rig_win_set_focus(world, 1, 2);
  ck_assert(tells());
  rig_win_set_foreground(world, 1);
  ck_assert(tells());
  rig_win_window_show(world, 1, true);
  ck_assert(tells());
  rig_win_window_raise(world, 1);
  ck_assert(tells());
  rig_win_window_make(world, 1, RIG_WIN_WINDOW_IME);
  ck_assert(tells());
  ck_assert(rig_win_window_destroy(world, 1, 2, &error));
  ck_assert(tells());
}
END_TEST

START_TEST(windows_of_a_kind) {
  ck_assert(!rig_win_window_any(world, 0, RIG_WIN_WINDOW_IME, 0));
  const uint32_t one = window_of(0, RIG_WIN_WINDOW_IME | RIG_WIN_WINDOW_EMPTY);
  ck_assert(rig_win_window_any(world, 0, RIG_WIN_WINDOW_IME, 0));
  ck_assert(!rig_win_window_any(world, 0, RIG_WIN_WINDOW_IME, one));
  ck_assert(!rig_win_window_any(world, 1, RIG_WIN_WINDOW_IME, 0));
  ck_assert_uint_eq(rig_win_window_kind(world, one), RIG_WIN_WINDOW_IME | RIG_WIN_WINDOW_EMPTY);
}
END_TEST

static void add(TCase *tests) {
  tcase_add_test(tests, the_newest_is_on_top);
  tcase_add_test(tests, equal_orders_are_equal_states);
  tcase_add_test(tests, order_of_those_that_are_left);
  tcase_add_test(tests, painted_from_the_top);
  tcase_add_test(tests, whoever_goes_is_active_no_more);
  tcase_add_test(tests, fingerprints_tell_it);
  tcase_add_test(tests, windows_of_a_kind);
}

int main(void) {
  return win32_suite("activation", add);
}
