/*
 * What the follower's tests follow: a small system whose actors write records, and a live session
 * that knows the same facts by other numbers.
 */
#ifndef TESTS_UNIT_FOLLOW_MACHINE_H
#define TESTS_UNIT_FOLLOW_MACHINE_H

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "sim/engine/engine.h"
#include "sim/follow/follow.h"
#include "trace_builder.h"

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
  bool clock;   /* the program asks for the time */
  struct step steps[ACTORS][STEPS];
  uint32_t counts[ACTORS];
  uint8_t at[ACTORS];
  struct rig_log log;
};

static inline uint32_t actor_of(unsigned index) {
  return index == 2 ? RIG_ACTOR_SCRIPT : index;
}

static inline size_t enabled(void *self, struct rig_transition *out, enum rig_sim_end *end) {
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

static inline enum rig_sim_end take(void *self, struct rig_transition transition,
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

static inline bool crashed(void *self, struct rig_record *out) {
  (void)self;
  *out = (struct rig_record){.kind = RIG_KIND_STATE,
                             .call = RIG_STATE_EXCEPTION,
                             .thread = rig_engine_thread_id(0),
                             .link = RIG_NO_RECORD,
                             .u = {.state = {.a = 0xC0000005u, .value = 1}}};
  return true;
}

static inline bool clock_seen(void *self) {
  return ((const struct machine *)self)->clock;
}

/* What the clock tells after so many steps of main's. */
#define TICKS(steps) (60000u + 5 * (steps))
static inline uint64_t ticks(void *self) {
  return TICKS(((const struct machine *)self)->at[0]);
}

static inline size_t save(void *self, void *to) {
  const struct machine *machine = self;
  memcpy(to, machine->at, sizeof machine->at);
  return sizeof machine->at;
}

static inline void load(void *self, const void *from, size_t bytes) {
  struct machine *machine = self;
  memcpy(machine->at, from, bytes);
}

static inline uint64_t hash(void *self) {
  const struct machine *machine = self;
  return (uint64_t)machine->at[0] << 16 | (uint64_t)machine->at[1] << 8 | machine->at[2];
}

static inline struct rig_system system_of(struct machine *machine) {
  return (struct rig_system){.self = machine,
                             .enabled = enabled,
                             .step = take,
                             .state_bytes_max = sizeof machine->at,
                             .save = save,
                             .load = load,
                             .hash = hash};
}

/* ---- records ---- */

static inline struct step *add(struct machine *machine, unsigned actor, enum rig_kind kind,
                               unsigned call, union rig_payload payload) {
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
static inline uint32_t live(struct tb *tb, unsigned actor, enum rig_kind kind, unsigned call,
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

static inline union rig_payload set_event(uint32_t handle) {
  return (union rig_payload){.object = {.handle = handle, .result = 1}};
}

static inline union rig_payload status(uint32_t result) {
  return (union rig_payload){.queue = {.flags = TB_ALLINPUT, .result = result}};
}

static inline union rig_payload post(unsigned step, uint32_t hwnd, uint32_t thread) {
  return (union rig_payload){
      .stimulus = {.step = step, .target = hwnd, .thread = thread, .message = 0x8000, .result = 1}};
}

struct fixture {
  struct tb tb;
  struct machine machine;
  struct rig_header *header;
};

static inline void open(struct fixture *fixture) {
  memset(&fixture->machine, 0, sizeof fixture->machine);
  tb_open(&fixture->tb, RIG_ROLE_SERVICE, NULL, 0);
  fixture->header = aligned_alloc(64, RIG_HEADER_BYTES);
  memset(fixture->header, 0, RIG_HEADER_BYTES);
  fixture->machine.log = (struct rig_log){
      .header = fixture->header, .records = calloc(64, RIG_RECORD_BYTES), .capacity = 64};
}

static inline void close(struct fixture *fixture) {
  free(fixture->machine.log.records);
  free(fixture->header);
  tb_close(&fixture->tb);
}

static inline struct rig_follow_result follow(struct fixture *fixture, uint64_t states_max) {
  const struct rig_system system = system_of(&fixture->machine);
  const struct rig_follow_options options = {.states_max = states_max,
                                             .clock_seen = clock_seen,
                                             .ticks = ticks,
                                             .crashed = crashed,
                                             .context = &fixture->machine};
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

/* Follows to the end, or parts by what `field` says (NULL: whatever), and closes. */
static inline void follow_or_part(struct fixture *fixture, bool followed, const char *field) {
  struct rig_follow_result result = follow(fixture, 0);
  ck_assert_int_eq(result.end, followed ? RIG_FOLLOWED : RIG_PARTED);
  if (followed || field) {
    ck_assert_str_eq(result.field, followed ? "" : field);
  }
  free(result.schedule.steps);
  close(fixture);
}

#endif
