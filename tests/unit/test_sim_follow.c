/*
 * The follower, on traces made by hand: a small system whose actors write records, against live
 * sessions that know the same facts by other numbers.
 */
#include "unit/follow_machine.h"
#include "unit/suite.h"

/* A thread that looks at its queue before and after the director posts. */
static void build(struct fixture *fixture, uint32_t first, uint32_t second) {
  open(fixture);
  struct tb *tb = &fixture->tb;
  add(&fixture->machine, 0, RIG_KIND_CALL, RIG_CALL_GetQueueStatus, status(0))->orders = true;
  add(&fixture->machine, 0, RIG_KIND_CALL, RIG_CALL_GetQueueStatus, status(0))->orders = true;
  add(&fixture->machine, 2, RIG_KIND_STIMULUS, RIG_ACTION_POST, post(0, 0x10004, 0x100));
  /* The stimulus stands first in the log, whenever it took effect. */
  live(tb, 2, RIG_KIND_STIMULUS, RIG_ACTION_POST, post(0, TB_IDLE_HWND, TB_MAIN));
  live(tb, 0, RIG_KIND_CALL, RIG_CALL_GetQueueStatus, status(first));
  live(tb, 0, RIG_KIND_CALL, RIG_CALL_GetQueueStatus, status(second));
}

START_TEST(every_order_is_found) {
  static const uint32_t results[][2] = {{0, 0}, {0, 1}, {1, 1}};
  struct fixture fixture;
  build(&fixture, results[_i][0], results[_i][1]);
  struct rig_follow_result result = follow(&fixture, 0);
  ck_assert_int_eq(result.end, RIG_FOLLOWED);
  ck_assert_uint_eq(result.matched, 3);
  ck_assert_uint_eq(result.schedule.count, 3);
  const unsigned posted = results[_i][0] == 1 ? 0 : results[_i][1] == 1 ? 1 : 2;
  ck_assert_uint_eq(result.schedule.steps[posted].actor, RIG_ACTOR_SCRIPT);
  free(result.schedule.steps);
  close(&fixture);
}
END_TEST

START_TEST(no_order_makes_it) {
  struct fixture fixture;
  build(&fixture, 1, 0);
  struct rig_follow_result result = follow(&fixture, 0);
  ck_assert_int_eq(result.end, RIG_PARTED);
  ck_assert_int_eq(result.why, RIG_FOLLOW_DIFFERS);
  ck_assert_str_eq(result.lane, "main");
  ck_assert_str_eq(result.field, "the result");
  ck_assert_uint_eq(result.live_record, 2);
  ck_assert_uint_eq(result.live_before, 1);
  ck_assert_uint_eq(result.matched, 2);
  ck_assert_uint_eq(result.schedule.count, 3); /* the step that parts is the last */
  ck_assert_uint_eq(result.schedule.steps[2].actor, 0);
  free(result.schedule.steps);
  close(&fixture);
}
END_TEST

/* Two threads, of which the live log has the second first. */
START_TEST(threads_by_what_they_do) {
  struct fixture fixture;
  open(&fixture);
  struct machine *machine = &fixture.machine;
  add(machine, 0, RIG_KIND_CALL, RIG_CALL_SetEvent, set_event(8));
  add(machine, 1, RIG_KIND_CALL, RIG_CALL_ResetEvent, set_event(8));
  live(&fixture.tb, 1, RIG_KIND_CALL, RIG_CALL_ResetEvent, set_event(0x54));
  live(&fixture.tb, 0, RIG_KIND_CALL, RIG_CALL_SetEvent, set_event(0x54));
  follow_or_part(&fixture, true, "");
}
END_TEST

/* The live thread does more than the simulated one ever can. */
START_TEST(stands) {
  struct fixture fixture;
  open(&fixture);
  add(&fixture.machine, 0, RIG_KIND_CALL, RIG_CALL_SetEvent, set_event(8));
  struct step *never = add(&fixture.machine, 0, RIG_KIND_CALL, RIG_CALL_SetEvent, set_event(8));
  never->other = 1;
  never->after = 1;
  for (unsigned i = 0; i < 2; i++) {
    live(&fixture.tb, 0, RIG_KIND_CALL, RIG_CALL_SetEvent, set_event(0x54));
  }
  struct rig_follow_result result = follow(&fixture, 0);
  ck_assert_int_eq(result.end, RIG_PARTED);
  ck_assert_int_eq(result.why, RIG_FOLLOW_OVER); /* nobody can go on: the path has ended */
  ck_assert_uint_eq(result.live_record, 1);
  ck_assert_uint_eq(result.matched, 1);
  free(result.schedule.steps);
  close(&fixture);
}
END_TEST

/* What a thread does behind its end: nothing. Without an end it was cut off, in the middle of one
 * step at most. */
START_TEST(behind_the_end) {
  struct fixture fixture;
  open(&fixture);
  struct machine *machine = &fixture.machine;
  for (unsigned i = 0; i < 3; i++) {
    add(machine, 1, RIG_KIND_CALL, RIG_CALL_SetEvent, set_event(8));
  }
  struct step *last = add(machine, 0, RIG_KIND_CALL, RIG_CALL_ResetEvent, set_event(8));
  last->other = 1;
  last->after = _i == 0 ? 2 : 3; /* steps of the other thread that must come before */
  live(&fixture.tb, 1, RIG_KIND_CALL, RIG_CALL_SetEvent, set_event(0x54));
  if (_i == 2) {
    tb_state(&fixture.tb, RIG_STATE_THREAD_END, TB_WORKER, 0, 0, 0, 0);
  }
  live(&fixture.tb, 0, RIG_KIND_CALL, RIG_CALL_ResetEvent, set_event(0x54));
  follow_or_part(&fixture, _i == 0, NULL);
}
END_TEST

/* A crash is the record that the client's handler writes of it. */
START_TEST(crash) {
  static const uint32_t codes[] = {0xC0000005u, 0xC0000094u};
  struct fixture fixture;
  open(&fixture);
  fixture.machine.crashes = true;
  add(&fixture.machine, 0, RIG_KIND_CALL, RIG_CALL_SetEvent, set_event(8));
  live(&fixture.tb, 0, RIG_KIND_CALL, RIG_CALL_SetEvent, set_event(0x54));
  tb_state(&fixture.tb, RIG_STATE_EXCEPTION, TB_MAIN, codes[_i], 0, 0, 0);
  follow_or_part(&fixture, _i == 0, "the exception");
}
END_TEST

/* The director found the thread settled in its first wait, and not in its second. */
START_TEST(settled_where) {
  struct fixture fixture;
  open(&fixture);
  struct machine *machine = &fixture.machine;
  const union rig_payload wait = {.wait = {.count = 0, .timeout_ms = 10}};
  const union rig_payload sim_settled = {.state = {.a = rig_engine_thread_id(0), .b = 7}};
  for (unsigned i = 0; i < 2; i++) {
    add(machine, 0, RIG_KIND_ENTER, RIG_CALL_Sleep, wait);
    add(machine, 0, RIG_KIND_LEAVE, RIG_CALL_Sleep, wait);
  }
  struct step *settled = add(machine, 2, RIG_KIND_STATE, RIG_STATE_SETTLED, sim_settled);
  settled->other = 0;
  settled->after = _i == 0 ? 1 : 3; /* the simulated director can at no earlier time */
  settled->record.caller = 0;
  const uint32_t first =
      tb_call(&fixture.tb, RIG_KIND_ENTER, RIG_CALL_Sleep, TB_MAIN, RIG_NO_RECORD, &wait);
  tb_state(&fixture.tb, RIG_STATE_SETTLED, TB_DIRECTOR, TB_MAIN, first, 0, 0);
  tb_call(&fixture.tb, RIG_KIND_LEAVE, RIG_CALL_Sleep, TB_MAIN, first, &wait);
  const uint32_t second =
      tb_call(&fixture.tb, RIG_KIND_ENTER, RIG_CALL_Sleep, TB_MAIN, RIG_NO_RECORD, &wait);
  tb_call(&fixture.tb, RIG_KIND_LEAVE, RIG_CALL_Sleep, TB_MAIN, second, &wait);
  follow_or_part(&fixture, _i == 0, "the call that the thread sits in");
}
END_TEST

START_TEST(bound) {
  struct fixture fixture;
  build(&fixture, 1, 0);
  struct rig_follow_result result = follow(&fixture, 2);
  ck_assert_int_eq(result.end, RIG_FOLLOW_BOUND);
  ck_assert_str_eq(result.bound, "states");
  free(result.schedule.steps);
  close(&fixture);
}
END_TEST

/* What the system had written before the first step parts, too. */
START_TEST(in_the_start) {
  struct fixture fixture;
  build(&fixture, 0, 1);
  const struct rig_record other = {.kind = RIG_KIND_CALL,
                                   .call = RIG_CALL_Sleep,
                                   .thread = rig_engine_thread_id(0),
                                   .link = RIG_NO_RECORD};
  rig_log_append(&fixture.machine.log, &other, NULL, 0);
  struct rig_follow_result result = follow(&fixture, 0);
  ck_assert_int_eq(result.end, RIG_PARTED);
  ck_assert(result.in_start);
  ck_assert_uint_eq(result.matched, 0);
  close(&fixture);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("sim_follow");
  TCase *tests = tcase_create("following");
  tcase_add_loop_test(tests, every_order_is_found, 0, 3);
  tcase_add_test(tests, no_order_makes_it);
  tcase_add_test(tests, threads_by_what_they_do);
  tcase_add_test(tests, stands);
  tcase_add_loop_test(tests, behind_the_end, 0, 3);
  tcase_add_loop_test(tests, crash, 0, 2);
  tcase_add_loop_test(tests, settled_where, 0, 2);
  tcase_add_test(tests, bound);
  tcase_add_test(tests, in_the_start);
  suite_add_tcase(suite, tests);
  return run_suite(suite);
}
