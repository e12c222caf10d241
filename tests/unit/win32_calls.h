/*
 * Short forms of the simulated Win32's calls, for its tests. Thread 0 is the one under test, with
 * window 1; thread 1 is somebody else, with window 2. Every window procedure is the test's own: a
 * call that RUNS comes back as RUNS.
 */
#ifndef WIN32_CALLS_H
#define WIN32_CALLS_H

#include <check.h>
#include <stdlib.h>

#include "unit/suite.h"
#include "win32/win32.h"

enum {
  QS_POST = 0x08,
  QS_TIME = 0x10,
  QS_PAINTS = 0x20,
  QS_SEND = 0x40,
  QS_ALLPOST = 0x100,
  QS_ALL = 0x4FF,
  REMOVE = 1,
  WAITALL = 1,
  ALERTABLE = 2,
  AVAILABLE = 4,
  BLOCK = 1,
  ABORTIFHUNG = 2,
  QUIT = 0x12,
  APP = 0x8000,
  TIMER = 0x113,
  PAINT = 0x0F,
  TIMEOUT = 0x102
};
#define ALL_THREADS RIG_WIN_NONE
#define FOREVER RIG_WIN_FOREVER
#define FAILED 0xFFFFFFFFu

static struct rig_world *world;
static struct rig_dialect dialect;

static inline void world_begin(void) {
  dialect = rig_dialect_wine_8_0;
  world = rig_world_new(&dialect);
  ck_assert_uint_eq(rig_world_thread_new(world), 0);
  ck_assert_uint_eq(rig_world_thread_new(world), 1);
  ck_assert_uint_eq(rig_win_window_new(world, 0, 0xA0), 1);
  ck_assert_uint_eq(rig_win_window_new(world, 1, 0xB0), 2);
}

static inline void world_end(void) {
  ck_assert_ptr_null(rig_world_limit(world));
  world = rig_world_free(world);
}

/* Begins again, in another dialect. */
static inline void world_switch(struct rig_dialect to) {
  world = rig_world_free(world);
  world = rig_world_new(&to);
  (void)rig_world_thread_new(world);
  (void)rig_world_thread_new(world);
  (void)rig_win_window_new(world, 0, 0xA0);
  (void)rig_win_window_new(world, 1, 0xB0);
}

static inline bool post(uint32_t window, uint32_t message) {
  uint32_t error = 0;
  return rig_win_post(world, window, &(struct rig_win_message){.message = message}, &error);
}

static inline bool post_thread(uint32_t thread, uint32_t message) {
  uint32_t error = 0;
  return rig_win_post_thread(world, thread, &(struct rig_win_message){.message = message}, &error);
}

static inline uint32_t status(uint32_t thread, uint32_t flags) {
  return rig_win_queue_status(world, thread, flags);
}

static inline uint32_t new_bits(uint32_t thread) {
  struct rig_win_queue queue;
  rig_world_queue(world, thread, &queue);
  return queue.changed_bits;
}

static inline uint32_t bits(uint32_t thread) {
  struct rig_win_queue queue;
  rig_world_queue(world, thread, &queue);
  return queue.wake_bits;
}

static inline enum rig_win_state step(struct rig_win_call *call) {
  return rig_win_step(world, call);
}

/* PeekMessage of thread 0 that neither waits nor runs: the message, 0 for none. */
static inline uint32_t peek_filtered(uint32_t window, uint32_t first, uint32_t last,
                                     uint32_t flags) {
  struct rig_win_call call = {
      .api = RIG_WIN_PEEK_MESSAGE, .window = window, .first = first, .last = last, .flags = flags};
  ck_assert_int_eq(step(&call), RIG_WIN_DONE);
  return call.result ? call.message.message : 0;
}

static inline uint32_t peek(uint32_t flags) {
  return peek_filtered(0, 0, 0, flags);
}

static inline struct rig_win_call get_call(void) {
  return (struct rig_win_call){.api = RIG_WIN_GET_MESSAGE};
}

static inline struct rig_win_call msg_wait_call(uint32_t count, const uint32_t *handles,
                                                uint32_t timeout_ms, uint32_t mask,
                                                uint32_t flags) {
  return (struct rig_win_call){.api = RIG_WIN_MSG_WAIT,
                               .count = count,
                               .handles = handles,
                               .timeout_ms = timeout_ms,
                               .mask = mask,
                               .flags = flags};
}

static inline struct rig_win_call wait_call(uint32_t thread, uint32_t count,
                                            const uint32_t *handles, uint32_t timeout_ms,
                                            uint32_t flags) {
  return (struct rig_win_call){.api = RIG_WIN_WAIT,
                               .thread = thread,
                               .count = count,
                               .handles = handles,
                               .timeout_ms = timeout_ms,
                               .flags = flags};
}

/* Zero waits: what they return. */
static inline uint32_t msg_wait(uint32_t count, const uint32_t *handles, uint32_t mask,
                                uint32_t flags) {
  struct rig_win_call call = msg_wait_call(count, handles, 0, mask, flags);
  ck_assert_int_eq(step(&call), RIG_WIN_DONE);
  return (uint32_t)call.result;
}

static inline uint32_t wait(uint32_t thread, uint32_t count, const uint32_t *handles,
                            uint32_t flags) {
  struct rig_win_call call = wait_call(thread, count, handles, 0, flags);
  ck_assert_int_eq(step(&call), RIG_WIN_DONE);
  return (uint32_t)call.result;
}

static inline struct rig_win_call send_call(uint32_t thread, uint32_t window, uint32_t message,
                                            uint32_t flags, uint32_t timeout_ms) {
  return (struct rig_win_call){.api = RIG_WIN_SEND,
                               .thread = thread,
                               .window = window,
                               .first = message,
                               .flags = flags,
                               .timeout_ms = timeout_ms};
}

static inline uint32_t event(bool manual, bool set) {
  bool existed = false;
  return rig_win_event_new(world, manual, set, 0, &existed);
}

static inline void set(uint32_t handle) {
  uint32_t error = 0;
  ck_assert(rig_win_event_set(world, handle, &error));
}

/* The world's packed form, allocated. */
static inline void *packed(size_t *bytes) {
  *bytes = rig_world_packed_bytes(world);
  void *to = malloc(*bytes + 1);
  ck_assert_uint_eq(rig_world_pack(world, to), *bytes);
  return to;
}

/* Runs the suite of the tests that `add` adds. */
static inline int win32_suite(const char *name, void (*add)(TCase *)) {
  Suite *suite = suite_create(name);
  TCase *tests = tcase_create(name);
  tcase_add_checked_fixture(tests, world_begin, world_end);
  add(tests);
  suite_add_tcase(suite, tests);
  return run_suite(suite);
}

#endif
