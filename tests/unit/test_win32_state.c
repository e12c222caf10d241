/*
 * A world's state as bytes, its limits, what steps touch.
 */
#include "win32_calls.h"

#include <string.h>

/* A world with something of everything in it, two waits included. */
static void fill(struct rig_win_call *first, struct rig_win_call *second, uint32_t *handles) {
  bool existed = false;
  uint32_t error = 0;
  handles[0] = event(false, false);
  handles[1] = rig_win_mutex_new(world, 0, 7, &existed);
  handles[2] = rig_win_waitable_timer_new(world, true);
  handles[3] = rig_win_thread_handle(world, 1);
  ck_assert(rig_win_waitable_timer_set(world, handles[2], 40, 0, &error));
  ck_assert_uint_ne(rig_win_timer_set(world, 0, 1, 3, 30, 0, &error), 0);
  ck_assert(post(1, APP) && post(2, APP + 1) && post_thread(0, APP + 2));
  ck_assert(rig_win_apc_queue(world, 0, 5, 6));
  rig_win_post_quit(world, 1, 4);
  (void)rig_world_send(world, 2, &(struct rig_win_message){.message = APP + 4});
  *first = send_call(0, 2, APP + 3, RIG_WIN_SEND_TIMEOUT, 100);
  *second = wait_call(1, 3, handles, 70, 0);
  ck_assert_int_eq(step(first), RIG_WIN_WAITS);
  ck_assert_int_eq(step(second), RIG_WIN_WAITS);
}

START_TEST(unpacking_gives_the_same_world) {
  struct rig_win_call first;
  struct rig_win_call second;
  uint32_t handles[4];
  size_t bytes = 0;
  size_t again = 0;
  fill(&first, &second, handles);
  void *before = packed(&bytes);
  world_switch(rig_dialect_wine_8_0);
  ck_assert(post(1, 1) && post(2, 2)); /* which is all forgotten */
  rig_world_unpack(world, before, bytes);
  void *after = packed(&again);
  ck_assert_uint_eq(bytes, again);
  ck_assert_int_eq(memcmp(before, after, bytes), 0);
  set(handles[0]); /* and goes on from there */
  ck_assert_int_eq(step(&second), RIG_WIN_DONE);
  ck_assert_uint_eq(second.result, 0);
  ck_assert_int_eq(step(&first), RIG_WIN_WAITS);
  rig_world_advance(world, 100);
  ck_assert_int_eq(step(&first), RIG_WIN_DONE);
  ck_assert_uint_eq(first.error, 1460);
  free(before);
  free(after);
}
END_TEST

/* Two orders of doing things, of which no program can tell: the same bytes. */
static void compare_orders(void (*one)(void), void (*other)(void), bool equal) {
  size_t bytes[2];
  void *forms[2];
  for (int order = 0; order < 2; order++) {
    world_switch(rig_dialect_wine_8_0);
    (void)event(false, false);
    (void)event(false, false);
    (order == 0 ? one : other)();
    (order == 0 ? other : one)();
    forms[order] = packed(&bytes[order]);
  }
  ck_assert_int_eq(bytes[0] == bytes[1] && memcmp(forms[0], forms[1], bytes[0]) == 0, equal);
  free(forms[0]);
  free(forms[1]);
}

static void post_to_one(void) {
  ck_assert(post(1, APP));
}
static void post_to_other(void) {
  ck_assert(post(2, APP + 1));
}
static void post_to_one_again(void) {
  ck_assert(post(1, APP + 1));
}
static void notify_one(void) {
  struct rig_win_call call = send_call(1, 1, APP, RIG_WIN_SEND_NOTIFY, 0);
  ck_assert_int_eq(step(&call), RIG_WIN_DONE);
}
static void send_to_one(void) {
  struct rig_win_call call = send_call(1, 1, APP, BLOCK, 0);
  ck_assert_int_eq(step(&call), RIG_WIN_WAITS);
}
static void send_to_other(void) {
  struct rig_win_call call = send_call(0, 2, APP, BLOCK, 0);
  ck_assert_int_eq(step(&call), RIG_WIN_WAITS);
}
static void wait_first(void) {
  const uint32_t handle = 4;
  struct rig_win_call call = wait_call(0, 1, &handle, FOREVER, 0);
  ck_assert_int_eq(step(&call), RIG_WIN_WAITS);
}
static void wait_second(void) {
  const uint32_t handle = 8;
  struct rig_win_call call = wait_call(1, 1, &handle, FOREVER, 0);
  ck_assert_int_eq(step(&call), RIG_WIN_WAITS);
}
static void wait_far(void) { /* its object has the bit of wait_first's, where there are so many */
  const uint32_t handle = 4 * (1 + 64);
  for (unsigned i = 0; i < 100; i++) {
    (void)event(false, false);
  }
  struct rig_win_call call = wait_call(1, 1, &handle, FOREVER, 0);
  ck_assert_int_eq(step(&call), RIG_WIN_WAITS);
}
static void wait_both(void) {
  const uint32_t handles[] = {4, 8};
  struct rig_win_call call = wait_call(1, 2, handles, FOREVER, 0);
  ck_assert_int_eq(step(&call), RIG_WIN_WAITS);
}
static void set_first_timer(void) {
  uint32_t error = 0;
  ck_assert_uint_ne(rig_win_timer_set(world, 0, 1, 1, 20, 0, &error), 0);
}
static void set_other_timer(void) {
  uint32_t error = 0;
  ck_assert_uint_ne(rig_win_timer_set(world, 1, 2, 1, 20, 0, &error), 0);
}

START_TEST(packing_is_canonical) {
  compare_orders(post_to_one, post_to_other, true);
  compare_orders(post_to_one, notify_one, true);
  compare_orders(send_to_one, send_to_other, true);
  compare_orders(wait_first, wait_second, true);
  compare_orders(wait_first, wait_far, true);
  compare_orders(set_first_timer, set_other_timer, true);
  compare_orders(post_to_one, post_to_one_again, false); /* a FIFO */
  compare_orders(wait_first, wait_both, false);          /* who is woken first */
}
END_TEST

static void timed_wait_and_back(void) {
  struct rig_win_call call = msg_wait_call(0, NULL, FOREVER, QS_ALL, 0);
  ck_assert_int_eq(step(&call), RIG_WIN_WAITS);
  ck_assert(post(1, APP));
  ck_assert_int_eq(step(&call), RIG_WIN_DONE);
  ck_assert_uint_eq(peek(REMOVE), APP);
  ck_assert_uint_eq(peek(REMOVE), 0);
}

/* A loop comes back to the state it began in. */
START_TEST(a_pump_comes_back) {
  size_t bytes[2];
  timed_wait_and_back();
  void *before = packed(&bytes[0]);
  for (unsigned i = 0; i < 3; i++) {
    timed_wait_and_back();
    const uint32_t handle = event(false, true);
    uint32_t error = 0;
    ck_assert_uint_eq(wait(0, 1, &handle, 0), 0);
    ck_assert(rig_win_close(world, handle, &error));
    rig_world_send_drop(world, rig_world_send(world, 2, &(struct rig_win_message){.message = APP}));
  }
  void *after = packed(&bytes[1]);
  ck_assert_uint_eq(bytes[0], bytes[1]);
  ck_assert_int_eq(memcmp(before, after, bytes[0]), 0);
  free(before);
  free(after);
}
END_TEST

START_TEST(small) {
  rig_world_free(world);
  world = rig_world_new(&rig_dialect_wine_8_0);
  (void)rig_world_thread_new(world);
  for (unsigned i = 0; i < 2; i++) {
    (void)rig_win_window_new(world, 0, 1);
  }
  for (unsigned i = 0; i < 4; i++) {
    (void)event(true, true);
  }
  for (unsigned i = 0; i < 10; i++) {
    ck_assert(post(1 + i % 2, APP + i));
  }
  ck_assert_uint_lt(rig_world_packed_bytes(world), 700);
}
END_TEST

START_TEST(posted_can_be_listed) {
  struct rig_win_message message;
  ck_assert(post(2, APP) && post(1, APP + 1) && post_thread(0, APP + 2));
  ck_assert(rig_world_posted(world, 0, 0, &message));
  ck_assert_uint_eq(message.message, APP + 1);
  ck_assert(rig_world_posted(world, 0, 1, &message));
  ck_assert_uint_eq(message.message, APP + 2);
  ck_assert(!rig_world_posted(world, 0, 2, &message));
}
END_TEST

/* ---- limits: named, never silent ---- */

static void many_threads(uint32_t i) {
  (void)i;
  (void)rig_world_thread_new(world);
}
static void many_windows(uint32_t i) {
  (void)i;
  (void)rig_win_window_new(world, 0, 0);
}
static void many_objects(uint32_t i) {
  bool existed = false;
  (void)rig_win_event_new(world, true, true, i + 1, &existed);
}
static void many_handles(uint32_t i) {
  (void)rig_win_duplicate(world, i == 0 ? event(true, true) : 4, true);
}
static void many_timers(uint32_t i) {
  uint32_t error = 0;
  (void)rig_win_timer_set(world, 0, 1, i + 1, 10, 0, &error);
}
static void many_posts(uint32_t i) {
  (void)i;
  (void)post(1, APP);
}
static void many_notifies(uint32_t i) {
  struct rig_win_call call = send_call(1, 1, APP + i, RIG_WIN_SEND_NOTIFY, 0);
  (void)step(&call);
}
static void many_tickets(uint32_t i) {
  (void)rig_world_send(world, 1, &(struct rig_win_message){.message = APP + i});
}
static void many_apcs(uint32_t i) {
  (void)rig_win_apc_queue(world, 0, 1, i);
}

START_TEST(limits_have_names) {
  static const struct {
    const char *name;
    void (*more)(uint32_t);
  } limits[] = {
      {"threads", many_threads}, {"windows", many_windows},        {"objects", many_objects},
      {"handles", many_handles}, {"timers", many_timers},          {"posted messages", many_posts},
      {"tickets", many_tickets}, {"sent messages", many_notifies}, {"APCs", many_apcs},
  };
  for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
    world_switch(rig_dialect_wine_8_0);
    for (uint32_t j = 0; j < 20000 && rig_world_limit(world) == NULL; j++) {
      limits[i].more(j);
    }
    ck_assert_ptr_nonnull(rig_world_limit(world));
    ck_assert_str_eq(rig_world_limit(world), limits[i].name);
  }
  world_switch(rig_dialect_wine_8_0);
}
END_TEST

/* ---- what steps touch ---- */

static struct rig_win_touch touched(void (*act)(void)) {
  rig_world_touch_reset(world);
  act();
  return rig_world_touch(world);
}

static bool commute(void (*one)(void), void (*other)(void)) {
  const struct rig_win_touch a = touched(one);
  const struct rig_win_touch b = touched(other);
  return (a.writes & (b.reads | b.writes)) == 0 && (b.writes & a.reads) == 0;
}

static void set_first(void) {
  set(4);
}
static void set_second(void) {
  set(8);
}
static void make_event(void) {
  (void)event(true, true);
}
static void advance(void) {
  rig_world_advance(world, rig_world_now(world) + 1);
}
static void destroy_first(void) {
  uint32_t error = 0;
  (void)rig_win_window_destroy(world, 0, 1, &error);
}

START_TEST(touches) {
  (void)event(false, false);
  (void)event(false, false);
  ck_assert(commute(post_to_one, post_to_other));
  ck_assert(commute(set_first, set_second));
  ck_assert(commute(post_to_one, set_first));
  ck_assert(!commute(post_to_one, post_to_one_again));
  ck_assert(!commute(set_first, set_first));
  ck_assert(!commute(set_first, make_event)); /* which number a handle gets */
  ck_assert(!commute(make_event, make_event));
  ck_assert(!commute(post_to_one, advance));
  ck_assert(!commute(set_first, advance));
  world_switch(rig_dialect_wine_8_0);
  (void)event(false, false);
  (void)event(false, false);
  ck_assert(!commute(wait_second, set_second));
  ck_assert(!commute(destroy_first, post_to_other)); /* folded: which windows there are */
}
END_TEST

static void add(TCase *tests) {
  tcase_add_test(tests, unpacking_gives_the_same_world);
  tcase_add_test(tests, packing_is_canonical);
  tcase_add_test(tests, a_pump_comes_back);
  tcase_add_test(tests, small);
  tcase_add_test(tests, posted_can_be_listed);
  tcase_add_test(tests, limits_have_names);
  tcase_add_test(tests, touches);
}

int main(void) {
  return win32_suite("win32 state", add);
}
