/*
 * Where threads take turns: before a call that others can notice, and behind one that lets others
 * go on. A program of one such call has so many steps.
 */
#include "unit/sim_pumps.h"
#include "unit/suite.h"

#define CALLING_THREAD ((uint64_t)-2)

typedef MS uint64_t (*call)(uint64_t, uint64_t, uint64_t, uint64_t);

static struct {
  call shim;
  call before; /* NULL: none */
  uint64_t arguments[4];
} program;

MS static uint32_t run_program(uint64_t unused) {
  (void)unused;
  const uint64_t *given = program.arguments;
  if (program.before != NULL) {
    (void)program.before(given[0], given[1], given[2], given[3]);
  }
  (void)program.shim(given[0], given[1], given[2], given[3]);
  return 0;
}

MS static uint32_t other_thread(uint64_t unused) {
  (void)unused;
  return 0;
}

enum object { NONE, EVENT, MUTEX, SEMAPHORE, MEMORY, WINDOW, CODE };

static const struct {
  const char *name;
  const char *before; /* what makes it possible: a step */
  enum object object; /* the first argument */
  uint64_t others[3];
  uint32_t steps; /* up to the call, the call, behind it, the end; and of a thread that it makes */
} calls[] = {
    {"ResetEvent", NULL, EVENT, {0}, 3}, /* lets nobody go on */
    {"SetEvent", NULL, EVENT, {0}, 4},
    {"PulseEvent", NULL, EVENT, {0}, 4},
    {"ReleaseMutex", NULL, MUTEX, {0}, 4},
    {"ReleaseSemaphore", NULL, SEMAPHORE, {1, 0, 0}, 4},
    {"LeaveCriticalSection", "EnterCriticalSection", MEMORY, {0}, 5},
    {"ReleaseSRWLockExclusive", "AcquireSRWLockExclusive", MEMORY, {0}, 5},
    {"ReleaseSRWLockShared", "AcquireSRWLockShared", MEMORY, {0}, 5},
    {"WakeConditionVariable", NULL, MEMORY, {0}, 4},
    {"WakeAllConditionVariable", NULL, MEMORY, {0}, 4},
    {"WakeByAddressSingle", NULL, MEMORY, {0}, 4},
    {"WakeByAddressAll", NULL, MEMORY, {0}, 4},
    {"PostMessageW", NULL, WINDOW, {0x401, 0, 0}, 4},
    {"SendNotifyMessageW", NULL, WINDOW, {0x401, 0, 0}, 4},
    {"QueueUserAPC", NULL, CODE, {CALLING_THREAD, 0, 0}, 4},
    {"_beginthread", NULL, CODE, {0}, 6},
};

static uint64_t first_argument(struct rig_engine *engine, enum object object) {
  static uint64_t memory[8]; /* a section, a lock, a condition: free when it is zero */
  struct rig_world *world = rig_engine_world(engine);
  bool existed = false;
  memset(memory, 0, sizeof memory);
  switch (object) {
  case EVENT:
    return rig_win_event_new(world, true, false, 0, &existed);
  case MUTEX:
    return rig_win_mutex_new(world, 0, 0, &existed);
  case SEMAPHORE:
    return rig_win_semaphore_new(world, 0, 9, 0, &existed);
  case MEMORY:
    return (uint64_t)(uintptr_t)memory;
  case WINDOW:
    return rig_engine_hwnd(rig_engine_mapi_window(engine, 0, RIG_WINDOW_NOTIFICATION));
  case CODE:
    return (uint64_t)(uintptr_t)other_thread;
  default:
    return 0;
  }
}

START_TEST(test_where_threads_take_turns) {
  struct rig_engine *engine = new_engine((struct rig_engine_options){0});
  struct findings findings;
  ck_assert_uint_eq(rig_engine_thread(engine, (uint64_t)(uintptr_t)run_program, (uint64_t[4]){0}),
                    0);
  program.shim = (call)(uintptr_t)rig_engine_shim(calls[_i].name);
  program.before =
      calls[_i].before == NULL ? NULL : (call)(uintptr_t)rig_engine_shim(calls[_i].before);
  ck_assert(program.shim != NULL);
  program.arguments[0] = first_argument(engine, calls[_i].object);
  memcpy(program.arguments + 1, calls[_i].others, sizeof calls[_i].others);
  const struct rig_exploration result = explore(engine, &findings);
  ck_assert(result.complete);
  ck_assert_msg(findings.count[RIG_SIM_COMPLETE] > 0, "%s: %s", calls[_i].name, findings.message);
  ck_assert_msg(result.depth == calls[_i].steps, "%s: %u steps, not %u", calls[_i].name,
                result.depth, calls[_i].steps);
  rig_engine_free(engine);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("engine's steps");
  TCase *cases = tcase_create("steps");
  tcase_add_loop_test(cases, test_where_threads_take_turns, 0, sizeof calls / sizeof calls[0]);
  suite_add_tcase(suite, cases);
  return run_suite(suite);
}
