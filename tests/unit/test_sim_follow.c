/*
 * The follower, on traces made by hand: a small system whose actors write records, against live
 * sessions that know the same facts by other numbers.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "sim/engine/engine.h"
#include "sim/follow/follow.h"
#include "trace_builder.h"
#include "unit/suite.h"

#define ACTORS 3u /* two threads and the director */
#define STEPS 8u
#define TOKEN 0x52490000u

/* A step writes `record`; `orders`: its result is how many steps the director has taken. It can be
 * taken when the other actor has taken so many. */
struct step {
  struct rig_record record;
  bool orders;
  unsigned other, after;
};

struct machine {
  bool crashes; /* in its last step, with an access violation of main's */
  struct step steps[ACTORS][STEPS];
  uint32_t counts[ACTORS];
  uint8_t at[ACTORS];
  struct rig_log log;
};

static uint32_t actor_of(unsigned index) {
  return index == 2 ? RIG_ACTOR_SCRIPT : index;
}

static size_t enabled(void *self, struct rig_transition *out, enum rig_sim_end *end) {
  const struct machine *machine = self;
  size_t count = 0;
  for (unsigned i = 0; i < ACTORS; i++) {
    if (machine->at[i] < machine->counts[i]) {
      const struct step *step = &machine->steps[i][machine->at[i]];
      if (machine->at[step->other] >= step->after) {
        out[count++].actor = (uint16_t)actor_of(i);
        out[count - 1].choice = 0;
      }
    }
  }
  *end = RIG_SIM_COMPLETE;
  return count;
}

static enum rig_sim_end take(void *self, struct rig_transition transition,
                             struct rig_footprint *footprint) {
  struct machine *machine = self;
  const unsigned index = transition.actor == RIG_ACTOR_SCRIPT ? 2 : transition.actor;
  const struct step *step = &machine->steps[index][machine->at[index]++];
  struct rig_record record = step->record;
  if (step->orders) {
    record.u.queue.result = machine->at[2];
  }
  (void)footprint;
  rig_log_append(&machine->log, &record, NULL, 0);
  return machine->crashes && machine->at[0] == machine->counts[0] ? RIG_SIM_CRASH : RIG_SIM_GOES_ON;
}

static bool crashed(void *self, struct rig_record *out) {
  (void)self;
  *out = (struct rig_record){.kind = RIG_KIND_STATE,
                             .call = RIG_STATE_EXCEPTION,
                             .thread = rig_engine_thread_id(0),
                             .link = RIG_NO_RECORD,
                             .u = {.state = {.a = 0xC0000005u, .value = 1}}};
  return true;
}

static size_t save(void *self, void *to) {
  const struct machine *machine = self;
  memcpy(to, machine->at, sizeof machine->at);
  return sizeof machine->at;
}

static void load(void *self, const void *from, size_t bytes) {
  struct machine *machine = self;
  memcpy(machine->at, from, bytes);
}

static uint64_t hash(void *self) {
  const struct machine *machine = self;
  return (uint64_t)machine->at[0] << 16 | (uint64_t)machine->at[1] << 8 | machine->at[2];
}

static struct rig_system system_of(struct machine *machine) {
  return (struct rig_system){.self = machine,
                             .enabled = enabled,
                             .step = take,
                             .state_bytes_max = sizeof machine->at,
                             .save = save,
                             .load = load,
                             .hash = hash};
}

/* ---- records ---- */

static struct step *add(struct machine *machine, unsigned actor, enum rig_kind kind, unsigned call,
                        union rig_payload payload) {
  struct step *step = &machine->steps[actor][machine->counts[actor]++];
  step->record = (struct rig_record){
      .kind = (uint8_t)kind,
      .call = (uint16_t)call,
      .thread = actor == 2 ? 0x1F0 : rig_engine_thread_id(actor),
      .link = RIG_NO_RECORD,
      .caller = kind == RIG_KIND_STIMULUS ? TOKEN + machine->counts[actor] : 0x401000 + call,
      .u = payload};
  return step;
}

/* The same on the live side, where threads are TB_MAIN and TB_WORKER. */
static uint32_t live(struct tb *tb, unsigned actor, enum rig_kind kind, unsigned call,
                     union rig_payload payload) {
  static uint32_t tokens;
  const struct rig_record record = {.kind = (uint8_t)kind,
                                    .call = (uint16_t)call,
                                    .thread = actor == 0   ? TB_MAIN
                                              : actor == 1 ? TB_WORKER
                                                           : TB_DIRECTOR,
                                    .link = RIG_NO_RECORD,
                                    .caller = kind == RIG_KIND_STIMULUS ? TOKEN + 0x80 + tokens++
                                                                        : 0x140001000 + call,
                                    .u = payload};
  return tb_append(tb, record, NULL, 0);
}

static union rig_payload set_event(uint32_t handle) {
  return (union rig_payload){.object = {.handle = handle, .result = 1}};
}

static union rig_payload status(uint32_t result) {
  return (union rig_payload){.queue = {.flags = TB_ALLINPUT, .result = result}};
}

static union rig_payload post(unsigned step, uint32_t hwnd, uint32_t thread) {
  return (union rig_payload){
      .stimulus = {.step = step, .target = hwnd, .thread = thread, .message = 0x8000, .result = 1}};
}

struct fixture {
  struct tb tb;
  struct machine machine;
  struct rig_header *header;
};

static void open(struct fixture *fixture) {
  memset(&fixture->machine, 0, sizeof fixture->machine);
  tb_open(&fixture->tb, RIG_ROLE_SERVICE, NULL, 0);
  fixture->header = aligned_alloc(64, RIG_HEADER_BYTES);
  memset(fixture->header, 0, RIG_HEADER_BYTES);
  fixture->machine.log = (struct rig_log){
      .header = fixture->header, .records = calloc(64, RIG_RECORD_BYTES), .capacity = 64};
}

static void close(struct fixture *fixture) {
  free(fixture->machine.log.records);
  free(fixture->header);
  tb_close(&fixture->tb);
}

static struct rig_follow_result follow(struct fixture *fixture, uint64_t states_max) {
  const struct rig_system system = system_of(&fixture->machine);
  const struct rig_follow_options options = {.states_max = states_max, .crashed = crashed};
  struct rig_follow_result result;
  struct rig_trace *trace = NULL;
  char error[200];
  ck_assert_int_eq(rig_trace_open_memory(fixture->tb.base, fixture->tb.layout.file_bytes, &trace,
                                         error, sizeof error),
                   RIG_OK);
  struct rig_follow_live *known = rig_follow_live_new(trace);
  ck_assert_ptr_nonnull(known);
  ck_assert_int_eq(rig_follow(known, &system, &fixture->machine.log, &options, &result), RIG_OK);
  rig_follow_live_free(known);
  rig_trace_close(trace);
  return result;
}

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

/* Handles are known by being the same ones. */
START_TEST(identity) {
  static const uint32_t second[] = {0x54, 0x58};
  struct fixture fixture;
  open(&fixture);
  add(&fixture.machine, 0, RIG_KIND_CALL, RIG_CALL_SetEvent, set_event(8));
  add(&fixture.machine, 0, RIG_KIND_CALL, RIG_CALL_SetEvent, set_event(8));
  live(&fixture.tb, 0, RIG_KIND_CALL, RIG_CALL_SetEvent, set_event(0x54));
  live(&fixture.tb, 0, RIG_KIND_CALL, RIG_CALL_SetEvent, set_event(second[_i]));
  struct rig_follow_result result = follow(&fixture, 0);
  ck_assert_int_eq(result.end, _i == 0 ? RIG_FOLLOWED : RIG_PARTED);
  if (_i == 1) {
    ck_assert_str_eq(result.field, "the handle");
  }
  free(result.schedule.steps);
  close(&fixture);
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
  struct rig_follow_result result = follow(&fixture, 0);
  ck_assert_int_eq(result.end, RIG_PARTED);
  ck_assert_str_eq(result.field, "where it was called from");
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
  struct rig_follow_result result = follow(&fixture, 0);
  ck_assert_int_eq(result.end, RIG_FOLLOWED);
  free(result.schedule.steps);
  close(&fixture);
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
  struct rig_follow_result result = follow(&fixture, 0);
  ck_assert_int_eq(result.end, _i == 0 ? RIG_FOLLOWED : RIG_PARTED);
  free(result.schedule.steps);
  close(&fixture);
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
  struct rig_follow_result result = follow(&fixture, 0);
  ck_assert_int_eq(result.end, _i == 0 ? RIG_FOLLOWED : RIG_PARTED);
  ck_assert_str_eq(result.field, _i == 0 ? "" : "the exception");
  free(result.schedule.steps);
  close(&fixture);
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
  struct rig_follow_result result = follow(&fixture, 0);
  ck_assert_int_eq(result.end, _i == 0 ? RIG_FOLLOWED : RIG_PARTED);
  ck_assert_str_eq(result.field, _i == 0 ? "" : "the exit code");
  free(result.schedule.steps);
  close(&fixture);
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
  struct rig_follow_result result = follow(&fixture, 0);
  ck_assert_int_eq(result.end, _i == 0 ? RIG_FOLLOWED : RIG_PARTED);
  ck_assert_str_eq(result.field, _i == 0 ? "" : "the block");
  free(result.schedule.steps);
  close(&fixture);
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
  struct rig_follow_result result = follow(&fixture, 0);
  ck_assert_int_eq(result.end, _i == 0 ? RIG_FOLLOWED : RIG_PARTED);
  ck_assert_str_eq(result.field, _i == 0 ? "" : "the call that the thread sits in");
  free(result.schedule.steps);
  close(&fixture);
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
  tcase_add_loop_test(tests, identity, 0, 2);
  tcase_add_test(tests, call_sites);
  tcase_add_test(tests, threads_by_what_they_do);
  tcase_add_test(tests, stands);
  tcase_add_loop_test(tests, behind_the_end, 0, 3);
  tcase_add_loop_test(tests, crash, 0, 2);
  tcase_add_loop_test(tests, exit_code, 0, 2);
  tcase_add_loop_test(tests, addresses_come_again, 0, 2);
  tcase_add_loop_test(tests, settled_where, 0, 2);
  tcase_add_test(tests, bound);
  tcase_add_test(tests, in_the_start);
  suite_add_tcase(suite, tests);
  return run_suite(suite);
}
