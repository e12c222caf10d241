/*
 * The explorer on systems whose states, schedules and ends are known by counting.
 */
#include <check.h>

#include "sim_machine.h"
#include "unit/suite.h"

#define STATES(reduce_)                                                                            \
  (struct rig_explore_options) {                                                                   \
    .mode = RIG_EXPLORE_STATES, .reduce = reduce_                                                  \
  }
#define SCHEDULES(reduce_)                                                                         \
  (struct rig_explore_options) {                                                                   \
    .mode = RIG_EXPLORE_SCHEDULES, .reduce = reduce_                                               \
  }

/* `actors` of `steps` steps each that touch nothing in common. */
static struct machine independent(unsigned actors, unsigned steps) {
  struct machine machine = {.actors = actors};
  for (unsigned actor = 0; actor < actors; actor++) {
    for (unsigned i = 0; i < steps; i++) {
      machine.program[actor][i] = (struct machine_step){OP_ADD, (uint8_t)actor, 1};
    }
  }
  return machine;
}

START_TEST(independent_counters) {
  struct machine machine = independent(3, 5);
  struct rig_exploration all = machine_explore(&machine, STATES(false));
  ck_assert(all.complete);
  ck_assert_uint_eq(all.states, 6 * 6 * 6);
  ck_assert_uint_eq(all.transitions, 3 * 5 * 6 * 6);
  ck_assert_uint_eq(all.schedules, 1);
  ck_assert_uint_eq(all.ends[RIG_SIM_COMPLETE], 1);
  ck_assert_uint_eq(all.depth, 15);
  struct rig_exploration fewer = machine_explore(&machine, STATES(true));
  ck_assert(fewer.complete);
  ck_assert_uint_eq(fewer.states, 6 * 6 * 6);
  ck_assert_uint_eq(fewer.transitions, 6 * 6 * 6 - 1); /* each state is come to once */
}
END_TEST

START_TEST(every_interleaving) {
  struct machine machine = independent(3, 5);
  struct rig_exploration all = machine_explore(&machine, SCHEDULES(false));
  ck_assert(all.complete);
  ck_assert_uint_eq(all.schedules, 756756); /* 15! / (5! 5! 5!) */
  ck_assert_uint_eq(all.ends[RIG_SIM_COMPLETE], 756756);
  struct rig_exploration one = machine_explore(&machine, SCHEDULES(true));
  ck_assert(one.complete);
  ck_assert_uint_eq(one.schedules, 1);
  ck_assert_uint_eq(one.transitions, 15);
}
END_TEST

/* x = x + 1 in two steps, by two actors: 6 interleavings, 4 classes (the two loads commute), x ends
 * as 1 or as 2. */
static struct machine lost_update(void) {
  struct machine machine = {.actors = 2};
  for (unsigned actor = 0; actor < 2; actor++) {
    machine.program[actor][0] = (struct machine_step){OP_LOAD, 0, 0};
    machine.program[actor][1] = (struct machine_step){OP_STORE, 0, 1};
  }
  return machine;
}

struct seen {
  struct machine *machine;
  unsigned ends_with[256]; /* by cell 0 */
  unsigned told;
  enum rig_sim_end last;
  size_t steps;
};

static bool see(void *context, enum rig_sim_end end, const struct rig_schedule *schedule) {
  struct seen *seen = context;
  seen->ends_with[seen->machine->state.cells[0]]++;
  seen->told++;
  seen->last = end;
  seen->steps = schedule->count;
  return true;
}

static struct rig_explore_options telling(struct rig_explore_options options, struct seen *seen) {
  options.found = see;
  options.context = seen;
  options.all_findings = true;
  return options;
}

START_TEST(shared_counter) {
  struct machine machine = lost_update();
  for (unsigned reduce = 0; reduce < 2; reduce++) {
    struct seen seen = {.machine = &machine};
    struct rig_exploration out = machine_explore(&machine, telling(SCHEDULES(reduce), &seen));
    ck_assert_uint_eq(out.schedules, reduce ? 4 : 6);
    ck_assert_uint_eq(seen.told, out.schedules);
    ck_assert_uint_eq(seen.ends_with[2], 2);
    ck_assert_uint_eq(seen.ends_with[1], reduce ? 2 : 4);
    struct seen states = {.machine = &machine};
    out = machine_explore(&machine, telling(STATES(reduce), &states));
    ck_assert_uint_eq(out.states, 13);
    ck_assert_uint_eq(states.ends_with[1], 1); /* both registers 0 */
    ck_assert_uint_eq(states.ends_with[2], 2); /* who came first shows in the registers */
  }
}
END_TEST

/* Each takes the fork at its left, then the one at its right: 1 deadlock. */
static struct machine dining(unsigned actors) {
  struct machine machine = {.actors = actors};
  for (unsigned actor = 0; actor < actors; actor++) {
    const uint8_t left = (uint8_t)actor;
    const uint8_t right = (uint8_t)((actor + 1) % actors);
    machine.state.cells[actor] = 1;
    machine.program[actor][0] = (struct machine_step){OP_TAKE, left, 0};
    machine.program[actor][1] = (struct machine_step){OP_TAKE, right, 0};
    machine.program[actor][2] = (struct machine_step){OP_ADD, right, 1};
    machine.program[actor][3] = (struct machine_step){OP_ADD, left, 1};
  }
  return machine;
}

START_TEST(dining_philosophers) {
  for (unsigned actors = 2; actors <= 4; actors++) {
    struct machine machine = dining(actors);
    for (unsigned reduce = 0; reduce < 2; reduce++) {
      struct rig_exploration out = machine_explore(&machine, STATES(reduce));
      ck_assert(out.complete);
      ck_assert_uint_eq(out.ends[RIG_SIM_DEADLOCK], 1);
      ck_assert_uint_eq(out.ends[RIG_SIM_COMPLETE], 1);
    }
    struct rig_exploration classes = machine_explore(&machine, SCHEDULES(true));
    ck_assert(classes.complete);
    ck_assert_uint_eq(classes.ends[RIG_SIM_DEADLOCK], 1); /* all take the left one */
    ck_assert_uint_gt(classes.ends[RIG_SIM_COMPLETE], 0);
  }
}
END_TEST

/* Actor 0 polls cell 0 until it is 1; with OP_WORK, each round gets somewhere. */
static struct machine poller(bool other_sets_it, uint8_t op) {
  struct machine machine = {.actors = 2};
  machine.program[0][0] = (struct machine_step){OP_SKIP, 0, 1};
  machine.program[0][1] = (struct machine_step){op, 0, 0};
  machine.program[1][0] = (struct machine_step){OP_SET, other_sets_it ? 0 : 1, 1};
  return machine;
}

START_TEST(livelock) {
  struct machine spins = poller(false, OP_JUMP);
  struct machine ends = poller(true, OP_JUMP);
  struct machine works = poller(false, OP_WORK);
  for (unsigned reduce = 0; reduce < 2; reduce++) {
    struct seen seen = {.machine = &spins};
    struct rig_exploration out = machine_explore(&spins, telling(STATES(reduce), &seen));
    ck_assert(out.complete);
    ck_assert_uint_gt(out.ends[RIG_SIM_LIVELOCK], 0);
    ck_assert_uint_eq(out.schedules, out.ends[RIG_SIM_LIVELOCK]);
    ck_assert_uint_eq(seen.last, RIG_SIM_LIVELOCK);
    /* The poller alone can go round for ever; but the other one, who could go on all the time, is
     * passed over then. */
    out = machine_explore(&ends, STATES(reduce));
    ck_assert_uint_eq(out.ends[RIG_SIM_LIVELOCK], 0);
    ck_assert_uint_eq(out.ends[RIG_SIM_COMPLETE], 1);
    out = machine_explore(&works, STATES(reduce));
    ck_assert(out.complete);
    ck_assert_uint_eq(out.schedules, 0);
  }
}
END_TEST

START_TEST(bounds_are_told) {
  struct machine machine = independent(3, 5);
  struct rig_explore_options options = STATES(true);
  options.states_max = 216;
  ck_assert(machine_explore(&machine, options).complete);
  options.states_max = 215;
  struct rig_exploration out = machine_explore(&machine, options);
  ck_assert(!out.complete);
  ck_assert_str_eq(out.bound, "states");
  ck_assert_uint_eq(out.states, 215);
  options = STATES(true);
  options.depth_max = 15;
  ck_assert(machine_explore(&machine, options).complete);
  options.depth_max = 14;
  out = machine_explore(&machine, options);
  ck_assert(!out.complete);
  ck_assert_str_eq(out.bound, "depth");
  ck_assert_uint_gt(out.ends[RIG_SIM_BOUND], 0);
  ck_assert_uint_eq(out.ends[RIG_SIM_COMPLETE], 0);
  options = STATES(true);
  options.memory_max = 1;
  ck_assert_str_eq(machine_explore(&machine, options).bound, "memory");
  options = SCHEDULES(false);
  options.schedules_max = 1000;
  out = machine_explore(&machine, options);
  ck_assert(!out.complete);
  ck_assert_str_eq(out.bound, "schedules");
  ck_assert_uint_eq(out.schedules, 1000);
  options.schedules_max = 756756;
  ck_assert(machine_explore(&machine, options).complete);
  options = SCHEDULES(true);
  options.depth_max = 14;
  ck_assert_str_eq(machine_explore(&machine, options).bound, "depth");
}
END_TEST

/* A state cut off at the end of a long path is explored when a shorter one comes to it: the
 * detour is taken first, and leads to where the short cut does. */
START_TEST(a_shorter_path_goes_on) {
  struct machine machine = {.actors = 1,
                            .program = {{{OP_CHOOSE, 0, 0},
                                         {OP_SKIP, 0, 1},
                                         {OP_JUMP, 0, 5},
                                         {OP_SET, 0, 0},
                                         {OP_JUMP, 0, 8},
                                         {OP_SET, 1, 0},
                                         {OP_SET, 1, 0},
                                         {OP_SET, 1, 0},
                                         {OP_SET, 1, 1}}}};
  for (unsigned reduce = 0; reduce < 2; reduce++) {
    struct rig_explore_options options = STATES(reduce);
    options.depth_max = 6;
    struct rig_exploration out = machine_explore(&machine, options);
    ck_assert_str_eq(out.bound, "depth");
    ck_assert_uint_eq(out.ends[RIG_SIM_COMPLETE], 1);
  }
}
END_TEST

static bool stop_at_third(void *context, enum rig_sim_end end, const struct rig_schedule *path) {
  (void)end;
  (void)path;
  return ++*(unsigned *)context < 3;
}

static bool stop_tick(void *context, uint64_t states, uint64_t schedules, uint32_t depth) {
  (void)states;
  (void)depth;
  *(uint64_t *)context = schedules;
  return false;
}

START_TEST(callbacks_stop_it) {
  struct machine machine = independent(3, 5);
  unsigned told = 0;
  struct rig_explore_options options = SCHEDULES(false);
  options.found = stop_at_third;
  options.context = &told;
  struct rig_exploration out = machine_explore(&machine, options);
  ck_assert_uint_eq(told, 1); /* the first of each end */
  ck_assert(out.complete);
  told = 0;
  options.all_findings = true;
  out = machine_explore(&machine, options);
  ck_assert_uint_eq(told, 3);
  ck_assert(out.interrupted && !out.complete);
  ck_assert_uint_eq(out.schedules, 3);
  uint64_t at = 0;
  options = SCHEDULES(false);
  options.tick = stop_tick;
  options.context = &at;
  out = machine_explore(&machine, options);
  ck_assert(out.interrupted);
  ck_assert_uint_ge(at + 1, out.schedules); /* the step it was told of may have ended a path */
}
END_TEST

/* A table that grows many times, and its memory: below 40 bytes a state. */
START_TEST(many_states) {
  struct machine machine = independent(6, 9);
  struct rig_exploration out = machine_explore(&machine, STATES(true));
  ck_assert(out.complete);
  ck_assert_uint_eq(out.states, 1000000);
  ck_assert_uint_eq(out.transitions, 999999);
  ck_assert_uint_lt(out.bytes, 40u * 1000000u);
  ck_assert(out.omission > 0 && out.omission < 1e-6);
}
END_TEST

/* The shards together find what one finds, and no schedule twice. */
START_TEST(shards) {
  struct machine machine = dining(4);
  for (unsigned reduce = 0; reduce < 2; reduce++) {
    const struct rig_exploration whole = machine_explore(&machine, SCHEDULES(reduce));
    uint64_t ends[RIG_SIM_END_COUNT] = {0};
    for (uint32_t shard = 0; shard < 5; shard++) {
      struct rig_explore_options options = SCHEDULES(reduce);
      options.shard = shard;
      options.shards = 5;
      const struct rig_exploration part = machine_explore(&machine, options);
      ck_assert(part.complete);
      ck_assert_uint_lt(part.schedules, whole.schedules);
      for (unsigned end = 0; end < RIG_SIM_END_COUNT; end++) {
        ends[end] += part.ends[end];
      }
    }
    for (unsigned end = 0; end < RIG_SIM_END_COUNT; end++) {
      ck_assert_uint_eq(ends[end], whole.ends[end]);
    }
  }
}
END_TEST

int main(void) {
  Suite *suite = suite_create("sim_explore");
  TCase *tests = tcase_create("known systems");
  tcase_set_timeout(tests, 120);
  tcase_add_test(tests, independent_counters);
  tcase_add_test(tests, every_interleaving);
  tcase_add_test(tests, shared_counter);
  tcase_add_test(tests, dining_philosophers);
  tcase_add_test(tests, livelock);
  tcase_add_test(tests, bounds_are_told);
  tcase_add_test(tests, a_shorter_path_goes_on);
  tcase_add_test(tests, callbacks_stop_it);
  tcase_add_test(tests, many_states);
  tcase_add_test(tests, shards);
  suite_add_tcase(suite, tests);
  return run_suite(suite);
}
