/*
 * What a reduction leaves out must not show: hundreds of random small systems, each explored with
 * and without it. The systems come from fixed seeds.
 */
#include <check.h>
#include <stdlib.h>

#include "sim_random_machine.h"
#include "unit/suite.h"

#define SYSTEMS 600
#define ENDS_MAX 4096
#define CLASSES_MAX 60000
#define SCHEDULES_MAX 60000
#define STATES_MAX 10000

/* ---- what an exploration found ---- */

struct found {
  struct machine *machine;
  struct machine_state initial;
  struct set ends;     /* end and state */
  struct set *classes; /* of schedules that differ in the order of commuting steps only, or NULL */
};

/* The schedule's class as a number: its steps in the least order that keeps every pair that does
 * not commute. */
static uint64_t class_of(const struct found *found, const struct rig_schedule *schedule,
                         enum rig_sim_end end) {
  struct machine machine = *found->machine;
  struct rig_footprint prints[64];
  bool taken[64] = {false};
  uint64_t hash = 0;
  ck_assert_uint_lt(schedule->count, 64);
  machine.state = found->initial;
  for (size_t i = 0; i < schedule->count; i++) {
    if (machine_step(&machine, schedule->steps[i], &prints[i]) != RIG_SIM_GOES_ON) {
      prints[i].writes = UINT64_MAX;
    }
  }
  for (size_t n = 0; n < schedule->count; n++) {
    size_t least = SIZE_MAX;
    for (size_t i = 0; i < schedule->count; i++) {
      bool free = !taken[i];
      for (size_t before = 0; before < i && free; before++) {
        free = taken[before] || (schedule->steps[before].actor != schedule->steps[i].actor &&
                                 prints[i].writes != UINT64_MAX &&
                                 ((prints[before].writes & (prints[i].reads | prints[i].writes)) |
                                  (prints[i].writes & prints[before].reads)) == 0);
      }
      if (free && (least == SIZE_MAX || schedule->steps[i].actor < schedule->steps[least].actor)) {
        least = i;
      }
    }
    taken[least] = true;
    hash = (hash ^ (schedule->steps[least].actor * 16u + schedule->steps[least].choice + 1u)) *
           UINT64_C(0x100000001B3);
    hash ^= hash >> 31;
  }
  return hash * 16 + end;
}

static bool collect(void *context, enum rig_sim_end end, const struct rig_schedule *schedule) {
  struct found *found = context;
  if (end != RIG_SIM_LIVELOCK) {
    set_add(&found->ends, machine_hash(found->machine) * 16 + end);
  }
  if (found->classes != NULL) {
    set_add(found->classes, class_of(found, schedule, end));
  }
  return true;
}

/* Explores and collects the ends as a set. */
static struct rig_exploration explore(struct machine *machine, enum rig_explore_mode mode,
                                      bool reduce, struct set *ends, struct set *classes) {
  struct found found = {machine, machine->state, *ends, classes};
  found.ends.count = 0;
  const struct rig_explore_options options = {.mode = mode,
                                              .reduce = reduce,
                                              .schedules_max = SCHEDULES_MAX - 1,
                                              .states_max = STATES_MAX,
                                              .all_findings = true,
                                              .found = collect,
                                              .context = &found};
  const struct rig_exploration out = machine_explore(machine, options);
  *ends = found.ends;
  set_sort(ends);
  return out;
}

static struct set new_set(size_t max) {
  return (struct set){malloc(max * sizeof(uint64_t)), 0, max};
}

/* Sleep sets: the same states, the same ends, a livelock where there is one; fewer transitions. */
START_TEST(sleep_sets) {
  struct set ends[2] = {new_set(SCHEDULES_MAX), new_set(SCHEDULES_MAX)};
  uint64_t transitions[2] = {0, 0};
  unsigned compared = 0;
  unsigned livelocks = 0;
  unsigned crashes = 0;
  unsigned deadlocks = 0;
  for (unsigned seed = 0; seed < 4 * SYSTEMS; seed++) {
    struct machine machine = random_machine(seed, seed % 2 != 0);
    machine.shuffles = seed / 2 % 2 != 0;
    struct rig_exploration out[2];
    for (unsigned reduce = 0; reduce < 2; reduce++) {
      out[reduce] = explore(&machine, RIG_EXPLORE_STATES, reduce, &ends[reduce], NULL);
    }
    if (!out[0].complete) {
      continue; /* a loop that counts */
    }
    compared++;
    ck_assert_msg(out[1].complete, "seed %u: %s", seed, out[1].bound);
    transitions[0] += out[0].transitions;
    transitions[1] += out[1].transitions;
    ck_assert_msg(out[0].states == out[1].states, "seed %u: %u states, %u with sleep sets", seed,
                  (unsigned)out[0].states, (unsigned)out[1].states);
    ck_assert_msg(sets_equal(&ends[0], &ends[1]), "seed %u: other ends", seed);
    ck_assert_msg((out[0].ends[RIG_SIM_LIVELOCK] > 0) == (out[1].ends[RIG_SIM_LIVELOCK] > 0),
                  "seed %u: a livelock is lost", seed);
    livelocks += out[0].ends[RIG_SIM_LIVELOCK] > 0;
    crashes += out[0].ends[RIG_SIM_CRASH] > 0;
    deadlocks += out[0].ends[RIG_SIM_DEADLOCK] > 0;
  }
  ck_assert_uint_lt(transitions[1], transitions[0]);
  /* The random systems do show everything. */
  ck_assert_uint_gt(compared, 3 * SYSTEMS);
  ck_assert_uint_gt(livelocks, 50);
  ck_assert_uint_gt(crashes, 100);
  ck_assert_uint_gt(deadlocks, 100);
  free(ends[0].items);
  free(ends[1].items);
}
END_TEST

/* Source-DPOR: the same ends as every interleaving, and exactly one schedule of each class. */
static void check_classes(bool blocked_known) {
  struct set ends[2] = {new_set(SCHEDULES_MAX), new_set(SCHEDULES_MAX)};
  struct set classes[2] = {new_set(CLASSES_MAX), new_set(CLASSES_MAX)};
  uint64_t schedules[2] = {0, 0};
  unsigned compared = 0;
  for (unsigned seed = 0; seed < SYSTEMS; seed++) {
    struct machine machine = random_machine(seed, false);
    machine.hides_waits = !blocked_known;
    machine.shuffles = seed % 2 != 0;
    struct rig_exploration out[2];
    for (unsigned reduce = 0; reduce < 2; reduce++) {
      classes[reduce].count = 0;
      out[reduce] =
          explore(&machine, RIG_EXPLORE_SCHEDULES, reduce, &ends[reduce], &classes[reduce]);
    }
    if (!out[0].complete) {
      continue; /* too many interleavings to compare with */
    }
    compared++;
    const size_t emitted = classes[1].count;
    set_sort(&classes[0]);
    set_sort(&classes[1]);
    ck_assert_msg(out[1].complete, "seed %u", seed);
    ck_assert_msg(sets_equal(&ends[0], &ends[1]), "seed %u: other ends: %zu, %zu", seed,
                  ends[0].count, ends[1].count);
    ck_assert_msg(sets_equal(&classes[0], &classes[1]),
                  "seed %u: %zu classes of schedules, not %zu", seed, classes[1].count,
                  classes[0].count);
    ck_assert_msg(emitted == classes[1].count, "seed %u: a class twice", seed);
    schedules[0] += out[0].schedules;
    schedules[1] += out[1].schedules;
  }
  ck_assert_uint_gt(compared, SYSTEMS / 2);
  ck_assert_uint_lt(schedules[1], schedules[0]);
  for (unsigned i = 0; i < 2; i++) {
    free(ends[i].items);
    free(classes[i].items);
  }
}

START_TEST(source_dpor) {
  check_classes(true);
}
END_TEST

START_TEST(source_dpor_without_knowing_who_waits_for_what) {
  check_classes(false);
}
END_TEST

/* States and schedules are two ways to the same ends. */
START_TEST(states_and_schedules) {
  struct set ends[2] = {new_set(SCHEDULES_MAX), new_set(SCHEDULES_MAX)};
  for (unsigned seed = SYSTEMS; seed < 2 * SYSTEMS; seed++) {
    struct machine machine = random_machine(seed, false);
    (void)explore(&machine, RIG_EXPLORE_STATES, true, &ends[0], NULL);
    const struct rig_exploration out =
        explore(&machine, RIG_EXPLORE_SCHEDULES, true, &ends[1], NULL);
    ck_assert_msg(!out.complete || sets_equal(&ends[0], &ends[1]), "seed %u: other ends", seed);
  }
  free(ends[0].items);
  free(ends[1].items);
}
END_TEST

/* The shards' ends together are all ends, in both modes. */
START_TEST(shards_of_random_systems) {
  struct set ends[2] = {new_set(4 * SCHEDULES_MAX), new_set(SCHEDULES_MAX)};
  for (unsigned seed = 0; seed < SYSTEMS / 4; seed++) {
    for (unsigned mode = 0; mode < 2; mode++) {
      struct machine machine = random_machine(seed, mode == RIG_EXPLORE_STATES && seed % 2 != 0);
      if (!explore(&machine, mode, true, &ends[1], NULL).complete) {
        continue;
      }
      struct found found = {&machine, machine.state, ends[0], NULL};
      found.ends.count = 0;
      for (uint32_t shard = 0; shard < 3; shard++) {
        const struct rig_explore_options options = {.mode = mode,
                                                    .reduce = true,
                                                    .states_max = STATES_MAX,
                                                    .shard = shard,
                                                    .shards = 3,
                                                    .all_findings = true,
                                                    .found = collect,
                                                    .context = &found};
        ck_assert(machine_explore(&machine, options).complete);
      }
      ends[0].count = found.ends.count;
      set_sort(&ends[0]);
      ck_assert_msg(sets_equal(&ends[0], &ends[1]), "seed %u, mode %u: other ends", seed, mode);
    }
  }
  free(ends[0].items);
  free(ends[1].items);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("sim_explore_reduced");
  TCase *tests = tcase_create("random systems");
  tcase_set_timeout(tests, 240);
  tcase_add_test(tests, sleep_sets);
  tcase_add_test(tests, source_dpor);
  tcase_add_test(tests, source_dpor_without_knowing_who_waits_for_what);
  tcase_add_test(tests, states_and_schedules);
  tcase_add_test(tests, shards_of_random_systems);
  suite_add_tcase(suite, tests);
  return run_suite(suite);
}
