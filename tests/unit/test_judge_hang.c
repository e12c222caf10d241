/*
 * What is told of threads that hang: from STACK, SYMBOL, WAITS and HANDLE records to words.
 */
#include <check.h>
#include <string.h>

#include "unit/suite.h"
#include "unit/trace_builder.h"

/* Addresses: in the client, and of functions of Windows. */
#define CLIENT 0x40000000u
#define CODE (CLIENT + 0x1500u)
#define LOCK 0x70001000u
#define DEEP 0x70002000u

static void begin(struct tb *tb) {
  static const char path[] = "C:\\pump.exe";
  struct rig_record module = {
      .kind = RIG_KIND_STATE, .call = RIG_STATE_MODULE, .thread = TB_MAIN, .link = RIG_NO_RECORD};
  tb_open(tb, RIG_ROLE_SERVICE, NULL, 0);
  tb_start(tb, TB_MAIN, TB_INIT_FLAGS);
  module.u.state.value = CLIENT;
  module.u.state.a = 0x10000;
  tb_append(tb, module, path, sizeof path - 1);
}

static uint32_t stack(struct tb *tb, uint32_t thread, uint32_t enter, enum rig_stance stance,
                      const uint64_t *addresses, uint32_t count) {
  struct rig_record record = {.kind = RIG_KIND_STATE,
                              .call = RIG_STATE_STACK,
                              .thread = TB_DIRECTOR,
                              .link = RIG_NO_RECORD};
  record.u.state.a = thread;
  record.u.state.b = enter;
  record.u.state.c = stance;
  record.u.state.d = stance == RIG_STANCE_BLOCKED ? 0 : 990;
  record.u.state.value = RIG_HALVES(400, 100);
  record.u.state.second = RIG_HALVES(stance == RIG_STANCE_LOOPS ? 1234 : 0, 400);
  return tb_append(tb, record, addresses, count * (uint32_t)sizeof *addresses);
}

static void symbol(struct tb *tb, uint64_t address, const char *text) {
  struct rig_record record = {.kind = RIG_KIND_STATE,
                              .call = RIG_STATE_SYMBOL,
                              .thread = TB_DIRECTOR,
                              .link = RIG_NO_RECORD};
  record.u.state.value = address;
  tb_append(tb, record, text, (uint32_t)strlen(text));
}

static void waits(struct tb *tb, uint32_t thread, uint32_t other, enum rig_awaited what) {
  tb_state(tb, RIG_STATE_WAITS, TB_DIRECTOR, thread, other, 0x60, what);
}

static const struct rig_hang *only(struct tb *tb) {
  const struct rig_judgement *judgement = tb_judge(tb);
  ck_assert_uint_eq(judgement->hang_count, 1);
  return &judgement->hangs[0];
}

static void holds(const char *text, const char *part) {
  ck_assert_msg(strstr(text, part) != NULL, "\"%s\" does not hold \"%s\"", text, part);
}

/* A thread that the scenario itself holds is not the client's to wake. */
START_TEST(held_by_the_scenario) {
  struct tb tb;
  for (unsigned held = 0; held < 2; held++) {
    begin(&tb);
    uint32_t wait = tb_wait_enter(&tb, TB_MAIN, TB_ALLINPUT, TB_LEVEL);
    if (held != 0)
      tb_detain(&tb, RIG_ACTION_HOLD, TB_MAIN);
    tb_sleep(&tb, 500);
    stack(&tb, TB_MAIN, wait, RIG_STANCE_BLOCKED, (uint64_t[]){CODE}, 1);
    tb_killed(&tb, RIG_END_STEP_STUCK);
    const struct rig_hang *hang = only(&tb);
    if (held != 0) {
      holds(hang->doing, "; thread main was held by the scenario");
      ck_assert_str_eq(hang->wakes, "");
    } else {
      ck_assert_ptr_null(strstr(hang->doing, "scenario"));
      ck_assert_str_ne(hang->wakes, "");
    }
    tb_close(&tb);
  }
}
END_TEST

START_TEST(blocked_in_get_message) {
  struct tb tb;
  const uint64_t addresses[] = {CODE};
  begin(&tb);
  uint32_t wait = tb_wait(&tb, TB_MAIN, 0, 2);
  uint32_t get = tb_get_enter(&tb, TB_MAIN);
  tb_stop(&tb);
  tb_blocked(&tb, TB_MAIN, get, 0);
  tb_handle(&tb, TB_STOP_HANDLE, RIG_SIGNAL_YES, wait);
  uint32_t record = stack(&tb, TB_MAIN, get, RIG_STANCE_BLOCKED, addresses, 1);
  tb_killed(&tb, RIG_END_STOP_BLOCKED);
  const struct rig_hang *hang = only(&tb);
  ck_assert_uint_eq(hang->record, record);
  ck_assert_str_eq(hang->call, "GetMessageW");
  holds(hang->doing, "main has sat in GetMessageW for 10");
  holds(hang->doing, "blocked, not spinning");
  holds(hang->wakes, "a posted message");
  holds(hang->pending, "event 0x58 is signalled, which this call does not see");
  holds(hang->pending, "asked to stop (SERVICE_CONTROL_STOP)");
  ck_assert_str_eq(hang->waits, "");
  ck_assert(hang->ms >= 1010 && hang->ms < 1020);
  tb_close(&tb);
}
END_TEST

/* What is pending is told by kind, and only what had not arrived. */
START_TEST(pending_by_kind) {
  struct tb tb;
  begin(&tb);
  uint32_t single = tb_single_enter(&tb, TB_MAIN, TB_INFINITE);
  tb_post(&tb);
  tb_post(&tb);
  tb_notify(&tb);
  tb_blocked(&tb, TB_MAIN, single, 3);
  tb_handle(&tb, TB_STOP_HANDLE, RIG_SIGNAL_NO, single);
  stack(&tb, TB_MAIN, single, RIG_STANCE_BLOCKED, NULL, 0);
  tb_post(&tb);
  tb_killed(&tb, RIG_END_TIMEOUT);
  const struct rig_hang *hang = only(&tb);
  ck_assert_str_eq(hang->pending, "2 posted messages, 1 notification");
  holds(hang->wakes, "event 0x58 (not signalled)");
  tb_close(&tb);
}
END_TEST

/* The function that the client called is told, not what that calls in turn. */
START_TEST(blocked_in_no_recorded_call) {
  struct tb tb;
  const uint64_t addresses[] = {DEEP, LOCK, CODE, DEEP};
  begin(&tb);
  tb_sleep(&tb, 1500);
  stack(&tb, TB_MAIN, RIG_NO_RECORD, RIG_STANCE_BLOCKED, addresses, 4);
  symbol(&tb, DEEP, "ntdll.dll!NtWaitForAlertByThreadId+0x14");
  symbol(&tb, LOCK, "ntdll.dll!RtlEnterCriticalSection+0x5C");
  waits(&tb, TB_MAIN, TB_WORKER, RIG_AWAITED_SECTION);
  tb_killed(&tb, RIG_END_STOP_IGNORED);
  const struct rig_hang *hang = only(&tb);
  ck_assert_str_eq(hang->call, "EnterCriticalSection");
  holds(hang->wakes, "the thread that holds the critical section");
  holds(hang->waits, "to leave the critical section");
  ck_assert(hang->ms >= 1500 && hang->ms < 1520);
  tb_close(&tb);
}
END_TEST

START_TEST(running_threads) {
  struct tb tb;
  const uint64_t addresses[] = {CODE};
  begin(&tb);
  stack(&tb, TB_MAIN, RIG_NO_RECORD, RIG_STANCE_SPINS, addresses, 1);
  uint32_t peek = tb_peek(&tb, TB_WORKER, NULL);
  stack(&tb, TB_WORKER, peek, RIG_STANCE_LOOPS, addresses, 1);
  tb_killed(&tb, RIG_END_STOP_IGNORED);
  const struct rig_judgement *judgement = tb_judge(&tb);
  ck_assert_uint_eq(judgement->hang_count, 2);
  holds(judgement->hangs[0].doing, "spinning, on a CPU or ready for one for 99 %");
  holds(judgement->hangs[1].doing, "goes round a loop of calls (1234 in the last 400 ms");
  for (size_t i = 0; i < 2; i++) {
    ck_assert_str_eq(judgement->hangs[i].wakes, "");
    ck_assert_str_eq(judgement->hangs[i].call, "");
  }
  tb_close(&tb);
}
END_TEST

/* Two threads that wait for each other's end; each look's handles are its own. */
START_TEST(deadlock) {
  struct tb tb;
  begin(&tb);
  uint32_t one = tb_single_enter(&tb, TB_MAIN, TB_INFINITE);
  uint32_t other = tb_single_enter(&tb, TB_WORKER, TB_INFINITE);
  stack(&tb, TB_MAIN, one, RIG_STANCE_BLOCKED, NULL, 0);
  tb_handle(&tb, TB_STOP_HANDLE, RIG_SIGNAL_NO, one);
  waits(&tb, TB_MAIN, TB_WORKER, RIG_AWAITED_END);
  stack(&tb, TB_WORKER, other, RIG_STANCE_BLOCKED, NULL, 0);
  tb_handle(&tb, TB_STOP_HANDLE, RIG_SIGNAL_NO, other);
  waits(&tb, TB_WORKER, TB_MAIN, RIG_AWAITED_END);
  tb_killed(&tb, RIG_END_STOP_IGNORED);
  const struct rig_judgement *judgement = tb_judge(&tb);
  ck_assert_uint_eq(judgement->hang_count, 2);
  ck_assert_str_eq(judgement->hangs[0].waits, "t1 to end, and t1 waits for main to end: a deadlock,"
                                              " none of them can go on");
  for (size_t i = 0; i < 2; i++)
    holds(judgement->hangs[i].wakes, "event 0x58 (not signalled)");
  tb_close(&tb);
}
END_TEST

START_TEST(mutex_of_another) {
  struct tb tb;
  begin(&tb);
  uint32_t took = tb_single_enter(&tb, TB_WORKER, TB_INFINITE);
  tb_single_leave(&tb, TB_WORKER, took, 0);
  uint32_t wait = tb_single_enter(&tb, TB_MAIN, TB_INFINITE);
  stack(&tb, TB_MAIN, wait, RIG_STANCE_BLOCKED, NULL, 0);
  tb_state(&tb, RIG_STATE_HANDLE, TB_DIRECTOR, TB_STOP_HANDLE, RIG_SIGNAL_NO, RIG_OBJECT_MUTANT,
           wait);
  tb_killed(&tb, RIG_END_STOP_IGNORED);
  const struct rig_hang *hang = only(&tb);
  holds(hang->wakes, "mutex 0x58 (not signalled, last taken by t1)");
  ck_assert_str_eq(hang->waits, "the mutex that t1 was the last to take");
  tb_close(&tb);
}
END_TEST

/* Records that a client scribbled over: nothing is believed, nothing is followed. */
START_TEST(nonsense) {
  struct tb tb;
  uint64_t addresses[RIG_FRAMES_MAX];
  begin(&tb);
  for (size_t i = 0; i < RIG_FRAMES_MAX; i++)
    addresses[i] = UINT64_MAX - i;
  stack(&tb, 0xDEAD, 0xFFFFFFF0u, (enum rig_stance)77, addresses, RIG_FRAMES_MAX);
  waits(&tb, 0xDEAD, 0xDEAD, (enum rig_awaited)99);
  waits(&tb, TB_MAIN, 0xBEEF, (enum rig_awaited)99);
  symbol(&tb, UINT64_MAX, "no module and no function");
  tb_handle(&tb, 1, (enum rig_signal)9, 0xFFFFFFF0u);
  tb_killed(&tb, RIG_END_STOP_IGNORED);
  const struct rig_hang *hang = only(&tb);
  ck_assert_str_eq(rig_stance_text(hang->stance), "unknown");
  ck_assert_str_eq(hang->call, "");
  tb_close(&tb);
}
END_TEST

/* Of several looks at one thread the last is told. */
START_TEST(the_last_look) {
  struct tb tb;
  begin(&tb);
  uint32_t wait = tb_single_enter(&tb, TB_MAIN, TB_INFINITE);
  stack(&tb, TB_MAIN, wait, RIG_STANCE_BLOCKED, NULL, 0);
  tb_single_leave(&tb, TB_MAIN, wait, 0);
  uint32_t get = tb_get_enter(&tb, TB_MAIN);
  uint32_t last = stack(&tb, TB_MAIN, get, RIG_STANCE_BLOCKED, NULL, 0);
  tb_killed(&tb, RIG_END_TIMEOUT);
  ck_assert_uint_eq(only(&tb)->record, last);
  tb_close(&tb);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("judge_hang");
  TCase *tests = tcase_create("threads that hang");
  tcase_add_test(tests, held_by_the_scenario);
  tcase_add_test(tests, blocked_in_get_message);
  tcase_add_test(tests, pending_by_kind);
  tcase_add_test(tests, blocked_in_no_recorded_call);
  tcase_add_test(tests, running_threads);
  tcase_add_test(tests, deadlock);
  tcase_add_test(tests, mutex_of_another);
  tcase_add_test(tests, nonsense);
  tcase_add_test(tests, the_last_look);
  suite_add_tcase(suite, tests);
  return run_suite(suite);
}
