/*
 * Runs by chance: repeatable to the number, on any machine and in any number of shards.
 */
#include <check.h>

#include "sim_machine.h"
#include "unit/suite.h"

#define RUNS 2000

struct seen {
  struct machine *machine;
  uint64_t sum; /* of all schedules, in any order of runs */
  unsigned ends_with[256];
};

static bool see(void *context, enum rig_sim_end end, const struct rig_schedule *schedule) {
  struct seen *seen = context;
  uint64_t hash = end;
  for (size_t i = 0; i < schedule->count; i++) {
    hash = hash * UINT64_C(6364136223846793005) + schedule->steps[i].actor * 8u +
           schedule->steps[i].choice + 1;
  }
  seen->sum += hash;
  seen->ends_with[seen->machine->state.cells[0]]++;
  return true;
}

static struct rig_explore_options runs(bool pct, uint64_t seed, struct seen *seen) {
  return (struct rig_explore_options){.mode = RIG_EXPLORE_RANDOM,
                                      .pct = pct,
                                      .change_points = pct ? 2 : 0,
                                      .seed = seed,
                                      .schedules_max = RUNS,
                                      .all_findings = true,
                                      .found = see,
                                      .context = seen};
}

static struct machine lost_update(void) {
  struct machine machine = {.actors = 2};
  for (unsigned actor = 0; actor < 2; actor++) {
    machine.program[actor][0] = (struct machine_step){OP_LOAD, 0, 0};
    machine.program[actor][1] = (struct machine_step){OP_STORE, 0, 1};
  }
  return machine;
}

START_TEST(repeatable) {
  /* These numbers must be the same on every machine. */
  static const uint64_t sums[2] = {UINT64_C(14023609299205376368), UINT64_C(18239344614456747888)};
  for (unsigned pct = 0; pct < 2; pct++) {
    struct machine machine = lost_update();
    struct seen first = {.machine = &machine};
    struct seen again = {.machine = &machine};
    struct seen other = {.machine = &machine};
    struct seen shards = {.machine = &machine};
    const struct rig_exploration out = machine_explore(&machine, runs(pct, 7, &first));
    ck_assert_uint_eq(out.schedules, RUNS);
    ck_assert_uint_eq(out.ends[RIG_SIM_COMPLETE], RUNS);
    ck_assert(!out.complete && out.bound == NULL); /* chance never is */
    (void)machine_explore(&machine, runs(pct, 7, &again));
    (void)machine_explore(&machine, runs(pct, 8, &other));
    ck_assert_uint_eq(first.sum, again.sum);
    ck_assert_uint_ne(first.sum, other.sum);
    ck_assert_uint_eq(first.sum, sums[pct]);
    for (uint32_t shard = 0; shard < 7; shard++) {
      struct rig_explore_options options = runs(pct, 7, &shards);
      options.shard = shard;
      options.shards = 7;
      (void)machine_explore(&machine, options);
    }
    ck_assert_uint_eq(first.sum, shards.sum);
    /* Uniform choices give 1 in 6 of both orders, and 1/4 of it from each start. */
    ck_assert_uint_gt(first.ends_with[1], RUNS / 4);
    ck_assert_uint_gt(first.ends_with[2], RUNS / 10);
  }
}
END_TEST

/* A bug of depth 2: actor 1's only step must come behind all of the other's but the last. Uniform
 * choices find it once in 2^19 runs, PCT with one change point about once in 40. */
START_TEST(pct_finds_depth_two) {
  struct machine machine = {.actors = 2};
  for (unsigned i = 0; i < 19; i++) {
    machine.program[0][i] = (struct machine_step){OP_ADD, 0, 1};
    machine.program[1][i] = (struct machine_step){OP_LOCAL, 1, 0};
  }
  machine.program[0][19] = (struct machine_step){OP_SET, 0, 0};
  machine.program[1][0] = (struct machine_step){OP_CRASH, 0, 19};
  machine.program[1][1] = (struct machine_step){OP_END, 0, 0};
  struct seen seen = {.machine = &machine};
  struct rig_explore_options options = runs(true, 1, &seen);
  options.change_points = 1;
  const struct rig_exploration pct = machine_explore(&machine, options);
  ck_assert_uint_gt(pct.ends[RIG_SIM_CRASH], RUNS / 200);
  const struct rig_exploration uniform = machine_explore(&machine, runs(false, 1, &seen));
  ck_assert_uint_eq(uniform.ends[RIG_SIM_CRASH], 0);
}
END_TEST

START_TEST(cycles_and_bounds) {
  struct machine spins = {.actors = 1};
  spins.program[0][0] = (struct machine_step){OP_LOCAL, 0, 0};
  spins.program[0][1] = (struct machine_step){OP_JUMP, 0, 1};
  struct seen seen = {.machine = &spins};
  struct rig_exploration out = machine_explore(&spins, runs(false, 1, &seen));
  ck_assert_uint_eq(out.ends[RIG_SIM_LIVELOCK], RUNS);
  spins.program[0][1].op = OP_WORK;
  struct rig_explore_options options = runs(true, 1, &seen);
  options.depth_max = 50;
  out = machine_explore(&spins, options);
  ck_assert_uint_eq(out.ends[RIG_SIM_BOUND], RUNS);
  ck_assert_str_eq(out.bound, "depth");
}
END_TEST

int main(void) {
  Suite *suite = suite_create("sim_explore_random");
  TCase *tests = tcase_create("chance");
  tcase_set_timeout(tests, 60);
  tcase_add_test(tests, repeatable);
  tcase_add_test(tests, pct_finds_depth_two);
  tcase_add_test(tests, cycles_and_bounds);
  suite_add_tcase(suite, tests);
  return run_suite(suite);
}
