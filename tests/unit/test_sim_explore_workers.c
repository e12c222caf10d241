/*
 * Workers: what several find together is what one finds alone, state for state.
 */
#include <check.h>
#include <pthread.h>
#include <sched.h>

#include "sim/explore/explore_shared.h"
#include "sim_random_machine.h"
#include "unit/suite.h"

#define SYSTEMS 300
#define WORKERS 3
#define ENDS_MAX 60000
#define STATES_MAX 10000

struct worker {
  struct machine machine;
  struct rig_explore_options options;
  struct rig_exploration out;
  struct set ends; /* end and state */
};

/* So that they are woven together, however small the system is. */
static enum rig_sim_end step_and_yield(void *self, struct rig_transition transition,
                                       struct rig_footprint *footprint) {
  (void)sched_yield();
  return machine_step(self, transition, footprint);
}

static bool collect(void *context, enum rig_sim_end end, const struct rig_schedule *schedule) {
  struct worker *worker = context;
  (void)schedule;
  /* Which state of a cycle closes it depends on the order alone. */
  const uint64_t state = end == RIG_SIM_LIVELOCK ? 0 : machine_hash(&worker->machine);
  set_add(&worker->ends, state * RIG_SIM_END_COUNT + end);
  return true;
}

static void *work(void *argument) {
  struct worker *worker = argument;
  struct rig_system system = machine_system(&worker->machine);
  system.step = step_and_yield;
  ck_assert_int_eq(rig_explore(&system, &worker->options, &worker->out), RIG_OK);
  return NULL;
}

/* Explores with so many (0: one alone, nothing shared); the sum of what they say, and all ends. */
static struct rig_exploration explore(const struct machine *machine,
                                      struct rig_explore_options options, uint32_t workers,
                                      struct set *ends) {
  static struct worker all[WORKERS];
  pthread_t threads[WORKERS];
  const uint32_t count = workers > 0 ? workers : 1;
  struct rig_exploration sum = {.complete = true};
  struct rig_explore_shared *shared =
      workers > 0 ? rig_explore_shared_new(&options, workers) : NULL;
  for (uint32_t i = 0; i < count; i++) {
    const struct set part = {ends->items + i * (ends->max / WORKERS), 0, ends->max / WORKERS};
    all[i] = (struct worker){.machine = *machine, .options = options, .ends = part};
    all[i].options.shared = shared;
    all[i].options.worker = i;
    all[i].options.all_findings = true;
    all[i].options.found = collect;
    all[i].options.context = &all[i];
    ck_assert_int_eq(pthread_create(&threads[i], NULL, work, &all[i]), 0);
  }
  ends->count = 0;
  for (uint32_t i = 0; i < count; i++) {
    ck_assert_int_eq(pthread_join(threads[i], NULL), 0);
    sum.states += all[i].out.states;
    sum.schedules += all[i].out.schedules;
    sum.complete = sum.complete && all[i].out.complete;
    for (size_t k = 0; k < all[i].ends.count; k++) {
      ends->items[ends->count++] = all[i].ends.items[k];
    }
  }
  set_sort(ends);
  (void)rig_explore_shared_free(shared);
  return sum;
}

static struct set new_set(void) {
  const struct set set = {calloc(ENDS_MAX, sizeof(uint64_t)), 0, ENDS_MAX};
  ck_assert_ptr_nonnull(set.items);
  return set;
}

static void check_mode(enum rig_explore_mode mode, bool reduce) {
  struct set ends[2] = {new_set(), new_set()};
  unsigned compared = 0;
  for (unsigned seed = 0; seed < SYSTEMS; seed++) {
    const bool states = mode == RIG_EXPLORE_STATES;
    const struct machine machine = random_machine(seed, states && seed % 2 != 0);
    const struct rig_explore_options options = {
        .mode = mode, .reduce = reduce, .states_max = STATES_MAX, .schedules_max = 5000};
    const struct rig_exploration one = explore(&machine, options, 0, &ends[0]);
    const struct rig_exploration many = explore(&machine, options, 1 + seed % WORKERS, &ends[1]);
    if (!one.complete) {
      continue;
    }
    compared++;
    ck_assert_msg(many.complete, "seed %u", seed);
    ck_assert_msg(many.states == one.states, "seed %u: %llu states, not %llu", seed,
                  (unsigned long long)many.states, (unsigned long long)one.states);
    ck_assert_msg(reduce || states || many.schedules == one.schedules,
                  "seed %u: %llu schedules, not %llu", seed, (unsigned long long)many.schedules,
                  (unsigned long long)one.schedules);
    ck_assert_msg(sets_equal(&ends[0], &ends[1]), "seed %u: other ends", seed);
  }
  ck_assert_uint_gt(compared, SYSTEMS / 2);
  free(ends[0].items);
  free(ends[1].items);
}

START_TEST(states_with_sleep_sets) {
  check_mode(RIG_EXPLORE_STATES, true);
}
END_TEST

START_TEST(states_with_every_transition) {
  check_mode(RIG_EXPLORE_STATES, false);
}
END_TEST

START_TEST(schedules_reduced) {
  check_mode(RIG_EXPLORE_SCHEDULES, true);
}
END_TEST

START_TEST(every_schedule) {
  check_mode(RIG_EXPLORE_SCHEDULES, false);
}
END_TEST

/* A run depends on its number alone: who takes it does not matter. */
START_TEST(runs_by_chance) {
  struct set ends[2] = {new_set(), new_set()};
  for (unsigned seed = 0; seed < 20; seed++) {
    const struct machine machine = random_machine(seed, false);
    const struct rig_explore_options options = {.mode = RIG_EXPLORE_RANDOM, .schedules_max = 50};
    const struct rig_exploration one = explore(&machine, options, 0, &ends[0]);
    const struct rig_exploration many = explore(&machine, options, WORKERS, &ends[1]);
    ck_assert_uint_eq(one.schedules, 50);
    ck_assert_uint_eq(many.schedules, 50);
    ck_assert_msg(sets_equal(&ends[0], &ends[1]), "seed %u: other ends", seed);
  }
  free(ends[0].items);
  free(ends[1].items);
}
END_TEST

/* All of them together visit no more than the bound allows, and say that it was hit. */
START_TEST(a_bound_holds_for_all_together) {
  struct set ends = new_set();
  struct machine machine = {.actors = 4};
  for (unsigned i = 0; i < machine.actors; i++) {
    for (unsigned k = 0; k < 5; k++) {
      machine.program[i][k] = (struct machine_step){OP_LOCAL, 0, 0};
    }
  }
  struct rig_explore_options options = {.mode = RIG_EXPLORE_STATES, .states_max = 100};
  struct rig_exploration out = explore(&machine, options, WORKERS, &ends);
  ck_assert(!out.complete);
  ck_assert_uint_eq(out.states, 100);
  options = (struct rig_explore_options){.mode = RIG_EXPLORE_SCHEDULES, .schedules_max = 1000};
  out = explore(&machine, options, WORKERS, &ends);
  ck_assert(!out.complete);
  ck_assert_uint_ge(out.schedules, 1000);
  ck_assert_uint_lt(out.schedules, 1000 + WORKERS);
  free(ends.items);
}
END_TEST

/* One that has died may hold a lock: the others end, and nothing is complete. */
START_TEST(a_stop_ends_all) {
  struct set ends = new_set();
  struct worker worker = {.machine = {.actors = 6}, .ends = ends};
  for (unsigned i = 0; i < 6; i++) {
    for (unsigned k = 0; k < 10; k++) {
      worker.machine.program[i][k] = (struct machine_step){OP_LOCAL, 0, 0};
    }
  }
  worker.options = (struct rig_explore_options){.mode = RIG_EXPLORE_STATES};
  worker.options.shared = rig_explore_shared_new(&worker.options, 2);
  ck_assert_ptr_nonnull(worker.options.shared);
  rig_explore_shared_stop(worker.options.shared);
  (void)work(&worker);
  ck_assert(worker.out.interrupted && !worker.out.complete);
  (void)rig_explore_shared_free(worker.options.shared);
  free(ends.items);
}
END_TEST

/* A state that another worker has met and not left yet is explored all the same: its cycle may
 * close here. One that was explored to its end is not. */
START_TEST(a_state_that_is_open_is_explored_again) {
  for (unsigned closed = 0; closed < 2; closed++) {
    struct worker worker = {.machine = {.actors = 1}, .ends = new_set()};
    worker.machine.program[0][0] = (struct machine_step){OP_SET, 0, 1};
    worker.machine.program[0][1] = (struct machine_step){OP_SET, 0, 2};
    worker.machine.program[0][2] = (struct machine_step){OP_JUMP, 0, 0};
    worker.options = (struct rig_explore_options){
        .mode = RIG_EXPLORE_STATES, .all_findings = true, .found = collect, .context = &worker};
    worker.options.shared = rig_explore_shared_new(&worker.options, 2);
    const struct machine before = worker.machine;
    for (unsigned i = 0; i < 5; i++) { /* as another would have met them */
      struct rig_footprint footprint;
      const struct rig_shared_visit visit =
          rig_shared_meet(worker.options.shared, machine_hash(&worker.machine), 0, 0);
      if (closed != 0) {
        rig_shared_close(worker.options.shared, visit.place, 0);
      }
      (void)machine_step(&worker.machine, (struct rig_transition){0, 0}, &footprint);
    }
    worker.machine = before;
    (void)work(&worker);
    ck_assert_uint_eq(worker.out.states, 0);
    ck_assert_uint_eq(worker.out.ends[RIG_SIM_LIVELOCK], closed == 0);
    (void)rig_explore_shared_free(worker.options.shared);
    free(worker.ends.items);
  }
}
END_TEST

START_TEST(prints_of_a_path) {
  struct rig_prints prints = {0};
  for (uint64_t i = 0; i < 5000; i++) {
    ck_assert(rig_prints_add(&prints, i << 24));
  }
  for (uint64_t i = 0; i < 5000; i += 2) {
    rig_prints_remove(&prints, i << 24);
  }
  for (uint64_t i = 1; i < 5000; i++) {
    ck_assert_int_eq(rig_prints_has(&prints, i << 24), i % 2 != 0);
  }
  ck_assert_uint_eq(prints.count, 2500);
  rig_prints_free(&prints);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("sim_explore_workers");
  TCase *tests = tcase_create("workers");
  tcase_set_timeout(tests, 240);
  tcase_add_test(tests, states_with_sleep_sets);
  tcase_add_test(tests, states_with_every_transition);
  tcase_add_test(tests, schedules_reduced);
  tcase_add_test(tests, every_schedule);
  tcase_add_test(tests, runs_by_chance);
  tcase_add_test(tests, a_bound_holds_for_all_together);
  tcase_add_test(tests, a_stop_ends_all);
  tcase_add_test(tests, a_state_that_is_open_is_explored_again);
  tcase_add_test(tests, prints_of_a_path);
  suite_add_tcase(suite, tests);
  return run_suite(suite);
}
