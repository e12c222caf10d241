/*
 * What of two records must agree (follow_norm.h): numbers by identity, addresses that come again,
 * times.
 */
#include "unit/follow_machine.h"
#include "unit/suite.h"

/* Handles are known by being the same ones. */
START_TEST(identity) {
  static const uint32_t second[] = {0x54, 0x58};
  struct fixture fixture;
  open(&fixture);
  add(&fixture.machine, 0, RIG_KIND_CALL, RIG_CALL_SetEvent, set_event(8));
  add(&fixture.machine, 0, RIG_KIND_CALL, RIG_CALL_SetEvent, set_event(8));
  live(&fixture.tb, 0, RIG_KIND_CALL, RIG_CALL_SetEvent, set_event(0x54));
  live(&fixture.tb, 0, RIG_KIND_CALL, RIG_CALL_SetEvent, set_event(second[_i]));
  follow_or_part(&fixture, _i == 0, "the handle");
}
END_TEST

/* A call from another place is another call. */
START_TEST(call_sites) {
  struct fixture fixture;
  open(&fixture);
  add(&fixture.machine, 0, RIG_KIND_CALL, RIG_CALL_SetEvent, set_event(8));
  add(&fixture.machine, 0, RIG_KIND_CALL, RIG_CALL_SetEvent, set_event(8))->record.caller++;
  live(&fixture.tb, 0, RIG_KIND_CALL, RIG_CALL_SetEvent, set_event(0x54));
  live(&fixture.tb, 0, RIG_KIND_CALL, RIG_CALL_SetEvent, set_event(0x54));
  follow_or_part(&fixture, false, "where it was called from");
}
END_TEST

/* Whoever returns from main does not tell the exit code: the host's record does. */
START_TEST(exit_code) {
  struct fixture fixture;
  open(&fixture);
  const union rig_payload end = {.state = {.a = 1, .b = 1}};
  add(&fixture.machine, 0, RIG_KIND_STATE, RIG_STATE_PROCESS_END, end);
  tb_state(&fixture.tb, RIG_STATE_PROCESS_END, TB_MAIN, 0, 0, 0, 0);
  tb_state(&fixture.tb, RIG_STATE_EXIT, TB_DIRECTOR, _i == 0 ? 1 : 2, 0, 0, 0);
  follow_or_part(&fixture, _i == 0, "the exit code");
}
END_TEST

static union rig_payload block(uint64_t address) {
  return (union rig_payload){.buffer = {.block = address, .bytes = 64}};
}

/* An address that was given out again is another block's; one that is freed is the one it was. */
START_TEST(addresses_come_again) {
  static const uint64_t freed[] = {0x5000, 0x6000};
  struct fixture fixture;
  open(&fixture);
  struct machine *machine = &fixture.machine;
  add(machine, 0, RIG_KIND_CALL, RIG_CALL_MAPIAllocateBuffer, block(0x1000));
  add(machine, 0, RIG_KIND_CALL, RIG_CALL_MAPIFreeBuffer, block(0x1000));
  add(machine, 0, RIG_KIND_CALL, RIG_CALL_MAPIAllocateBuffer, block(0x2000));
  add(machine, 0, RIG_KIND_CALL, RIG_CALL_MAPIAllocateBuffer, block(0x3000));
  add(machine, 0, RIG_KIND_CALL, RIG_CALL_MAPIFreeBuffer, block(0x2000));
  live(&fixture.tb, 0, RIG_KIND_CALL, RIG_CALL_MAPIAllocateBuffer, block(0x5000));
  live(&fixture.tb, 0, RIG_KIND_CALL, RIG_CALL_MAPIFreeBuffer, block(0x5000));
  live(&fixture.tb, 0, RIG_KIND_CALL, RIG_CALL_MAPIAllocateBuffer, block(0x5000));
  live(&fixture.tb, 0, RIG_KIND_CALL, RIG_CALL_MAPIAllocateBuffer, block(0x6000));
  live(&fixture.tb, 0, RIG_KIND_CALL, RIG_CALL_MAPIFreeBuffer, block(freed[_i]));
  follow_or_part(&fixture, _i == 0, "the block");
}
END_TEST

static union rig_payload posted(uint64_t wparam) {
  return (union rig_payload){.message = {.message = 0x8000, .wparam = wparam, .result = 1}};
}

/* Live, a program puts the time into a message, and once more into another one that it makes of
 * the first. The records are made 1,000 ms after the clock began, and 20 ms later. */
static const struct {
  uint64_t live[2], sim[2];
  bool clock, followed;
} times[] = {
    {{1000, 1020}, {TICKS(1), TICKS(2)}, true, true},
    {{1000, 1000}, {TICKS(1), TICKS(1)}, true, true}, /* the same time told again */
    {{985, 1000}, {TICKS(1), TICKS(2)}, true, true},  /* Wine's clock is 16 ms late at most */
    {{(1ull << 32) + 1000, 1020}, {TICKS(1), TICKS(2)}, true, false},
    {{980, 1020}, {TICKS(1), TICKS(2)}, true, false},  /* before the run began */
    {{1002, 1020}, {TICKS(1), TICKS(2)}, true, false}, /* after the record was made */
    {{1000, 1020}, {TICKS(1), TICKS(1)}, true, false}, /* the simulated one is not the time */
    {{1000, 1020}, {TICKS(1) + 1, TICKS(2)}, true, false},
    {{1000, 1020}, {TICKS(1), TICKS(2)}, false, false}, /* it never asked for it */
};

START_TEST(a_parameter_that_is_the_time) {
  struct fixture fixture;
  open(&fixture);
  fixture.machine.clock = times[_i].clock;
  for (unsigned i = 0; i < 2; i++) {
    add(&fixture.machine, 0, RIG_KIND_CALL, RIG_CALL_PostMessageW, posted(times[_i].sim[i]));
    live(&fixture.tb, 0, RIG_KIND_CALL, RIG_CALL_PostMessageW, posted(times[_i].live[i]));
    tb_sleep(&fixture.tb, 20);
  }
  follow_or_part(&fixture, times[_i].followed, "wParam");
}
END_TEST

int main(void) {
  Suite *suite = suite_create("sim_follow_norm");
  TCase *tests = tcase_create("records");
  tcase_add_loop_test(tests, identity, 0, 2);
  tcase_add_test(tests, call_sites);
  tcase_add_loop_test(tests, exit_code, 0, 2);
  tcase_add_loop_test(tests, addresses_come_again, 0, 2);
  tcase_add_loop_test(tests, a_parameter_that_is_the_time, 0, sizeof times / sizeof *times);
  suite_add_tcase(suite, tests);
  return run_suite(suite);
}
