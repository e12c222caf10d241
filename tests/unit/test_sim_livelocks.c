/*
 * Livelocks: every one that a system has is found, those too that are woven of several loops, and
 * nothing else is taken for one. What a system has is told here by another way than the explorer's:
 * for every state, who is reached from it and reaches it by steps without progress.
 */
#include <check.h>
#include <stdlib.h>

#include "sim/explore/graph.h"
#include "sim_random_machine.h"
#include "unit/suite.h"

#define SYSTEMS 4000
#define STATES_MAX 300
#define STEPS_MAX 16

/* ---- all states and steps of a small system ---- */

struct step {
  unsigned to;
  uint32_t actor; /* bit */
  bool progress;
};

struct whole {
  struct machine_state states[STATES_MAX];
  uint32_t enabled[STATES_MAX];
  struct step steps[STATES_MAX][STEPS_MAX];
  unsigned step_count[STATES_MAX];
  unsigned count;
};

static unsigned find(struct whole *whole, const struct machine_state *state) {
  unsigned i = 0;
  while (i < whole->count && memcmp(&whole->states[i], state, sizeof *state) != 0) {
    i++;
  }
  if (i == whole->count && i < STATES_MAX) {
    whole->states[whole->count++] = *state;
  }
  return i;
}

/* False when there are too many. */
static bool enumerate(struct machine machine, struct whole *whole) {
  memset(whole, 0, sizeof *whole);
  (void)find(whole, &machine.state);
  for (unsigned i = 0; i < whole->count; i++) {
    struct rig_transition list[RIG_ENABLED_MAX];
    enum rig_sim_end end;
    machine.state = whole->states[i];
    const size_t count = machine_enabled(&machine, list, &end);
    for (size_t k = 0; k < count; k++) {
      struct rig_footprint footprint;
      const uint32_t bit = UINT32_C(1) << list[k].actor;
      whole->enabled[i] |= bit;
      machine.state = whole->states[i];
      if (machine_step(&machine, list[k], &footprint) != RIG_SIM_GOES_ON) {
        continue;
      }
      const unsigned to = find(whole, &machine.state);
      if (to == STATES_MAX) {
        return false;
      }
      whole->steps[i][whole->step_count[i]++] = (struct step){to, bit, machine.progress};
    }
  }
  return true;
}

/* Who is reached from `from` without progress. */
static void reach(const struct whole *whole, unsigned from, bool *reached) {
  unsigned queue[STATES_MAX];
  unsigned count = 0;
  memset(reached, 0, STATES_MAX * sizeof reached[0]);
  reached[from] = true;
  queue[count++] = from;
  for (unsigned next = 0; next < count; next++) {
    for (unsigned i = 0; i < whole->step_count[queue[next]]; i++) {
      const struct step *step = &whole->steps[queue[next]][i];
      if (!step->progress && !reached[step->to]) {
        reached[step->to] = true;
        queue[count++] = step->to;
      }
    }
  }
}

static bool has_livelock(const struct whole *whole) {
  static bool reached[STATES_MAX][STATES_MAX];
  for (unsigned i = 0; i < whole->count; i++) {
    reach(whole, i, reached[i]);
  }
  for (unsigned i = 0; i < whole->count; i++) {
    uint32_t always = UINT32_MAX;
    uint32_t stepped = 0;
    for (unsigned from = 0; from < whole->count; from++) {
      if (!reached[i][from] || !reached[from][i]) {
        continue;
      }
      always &= whole->enabled[from];
      for (unsigned k = 0; k < whole->step_count[from]; k++) {
        const struct step *step = &whole->steps[from][k];
        if (!step->progress && reached[step->to][i]) {
          stepped |= step->actor;
        }
      }
    }
    if (stepped != 0 && (always & ~stepped) == 0) {
      return true;
    }
  }
  return false;
}

/* ---- what the explorer finds ---- */

struct seen {
  struct machine *machine;
  struct machine_state initial;
  unsigned livelocks;
};

/* A livelock that is told can be run again. */
static bool check_schedule(void *context, enum rig_sim_end end,
                           const struct rig_schedule *schedule) {
  struct seen *seen = context;
  if (end == RIG_SIM_LIVELOCK) {
    struct machine machine = *seen->machine;
    const struct rig_system system = machine_system(&machine);
    struct rig_schedule took = {NULL, 0};
    machine.state = seen->initial;
    ck_assert_int_eq(rig_schedule_run(&system, schedule, (uint32_t)schedule->count, &took),
                     RIG_SIM_LIVELOCK);
    ck_assert_uint_le(took.count, schedule->count);
    free(took.steps);
    seen->livelocks++;
  }
  return true;
}

static unsigned explore(struct machine *machine, bool reduce, uint32_t shard, uint32_t shards) {
  struct seen seen = {machine, machine->state, 0};
  const struct rig_explore_options options = {.mode = RIG_EXPLORE_STATES,
                                              .reduce = reduce,
                                              .all_findings = true,
                                              .shard = shard,
                                              .shards = shards,
                                              .found = check_schedule,
                                              .context = &seen};
  const struct rig_exploration out = machine_explore(machine, options);
  ck_assert(out.complete);
  ck_assert_uint_eq(out.ends[RIG_SIM_LIVELOCK], seen.livelocks);
  return seen.livelocks;
}

START_TEST(every_livelock_is_found) {
  static struct whole whole;
  unsigned compared = 0;
  unsigned livelocks = 0;
  for (unsigned seed = 0; seed < SYSTEMS; seed++) {
    struct machine machine = random_machine(seed, true);
    machine.shuffles = seed % 2 != 0;
    if (!enumerate(machine, &whole)) {
      continue;
    }
    const bool expected = has_livelock(&whole);
    compared++;
    livelocks += expected;
    ck_assert_msg((explore(&machine, false, 0, 0) > 0) == expected, "seed %u: %s", seed,
                  expected ? "missed" : "none is there");
    ck_assert_msg((explore(&machine, true, 0, 0) > 0) == expected, "seed %u, reduced: %s", seed,
                  expected ? "missed" : "none is there");
    const unsigned parts = explore(&machine, true, 0, 2) + explore(&machine, true, 1, 2);
    ck_assert_msg((parts > 0) == expected, "seed %u, in shards: %s", seed,
                  expected ? "missed" : "none is there");
  }
  ck_assert_uint_gt(compared, SYSTEMS * 3 / 4);
  ck_assert_uint_gt(livelocks, SYSTEMS / 5);
  ck_assert_uint_lt(livelocks, compared * 4 / 5);
}
END_TEST

/* Two threads that look for what never comes, each by one step that changes nothing: no path goes
 * round both. */
START_TEST(two_that_look_again_and_again) {
  struct machine machine = {.actors = 2};
  for (unsigned actor = 0; actor < 2; actor++) {
    machine.program[actor][0] = (struct machine_step){OP_JUMP, 0, 0};
  }
  ck_assert_uint_eq(explore(&machine, true, 0, 0), 1);
  machine.program[1][0].op = OP_WORK; /* one of them gets on: the other is passed over */
  ck_assert_uint_eq(explore(&machine, true, 0, 0), 0);
}
END_TEST

/* A loop that is reached by a step that was progress, and closed by one that was not. */
START_TEST(progress_is_no_part_of_a_livelock) {
  struct machine machine = {.actors = 1};
  machine.program[0][0] = (struct machine_step){OP_WORK, 0, 1};
  machine.program[0][1] = (struct machine_step){OP_JUMP, 0, 0};
  ck_assert_uint_eq(explore(&machine, true, 0, 0), 0);
  machine.program[0][1].value = 1;
  ck_assert_uint_eq(explore(&machine, true, 0, 0), 1);
}
END_TEST

struct ticks {
  unsigned count;
  unsigned most; /* the next one stops */
};

static bool count_ticks(void *context, uint64_t states, uint64_t schedules, uint32_t depth) {
  struct ticks *ticks = context;
  (void)states;
  (void)schedules;
  (void)depth;
  return ++ticks->count <= ticks->most;
}

/* Two threads loop, others go through thousands of states: the graph is a large one. What it needs
 * is within the bound of memory or the bound is told; and an interruption comes through. */
START_TEST(the_second_look_has_bounds_too) {
  struct machine machine = {.actors = 6};
  for (unsigned actor = 0; actor < 4; actor++) {
    for (unsigned step = 0; step < 15; step++) {
      machine.program[actor][step] = (struct machine_step){OP_LOCAL, 0, 0};
    }
  }
  machine.program[4][0] = (struct machine_step){OP_JUMP, 0, 0};
  machine.program[5][0] = (struct machine_step){OP_JUMP, 0, 0};
  struct ticks ticks = {0, UINT32_MAX};
  struct rig_explore_options options = {
      .mode = RIG_EXPLORE_STATES, .reduce = true, .tick = count_ticks, .context = &ticks};
  struct rig_exploration out = machine_explore(&machine, options);
  ck_assert(out.complete);
  ck_assert_uint_eq(out.states, 16 * 16 * 16 * 16);
  ck_assert_uint_eq(out.ends[RIG_SIM_LIVELOCK], 1);
  ticks = (struct ticks){0, ticks.count - 1};
  out = machine_explore(&machine, options);
  ck_assert(!out.complete && out.interrupted);
  ck_assert_uint_eq(out.states, 16 * 16 * 16 * 16);
  ticks.most = UINT32_MAX;
  options.memory_max = out.bytes / 2;
  out = machine_explore(&machine, options);
  ck_assert(!out.complete);
  ck_assert_str_eq(out.bound, "memory");
  ck_assert_uint_eq(out.states, 16 * 16 * 16 * 16);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("sim_livelocks");
  TCase *tests = tcase_create("livelocks");
  tcase_set_timeout(tests, 240);
  tcase_add_test(tests, every_livelock_is_found);
  tcase_add_test(tests, two_that_look_again_and_again);
  tcase_add_test(tests, progress_is_no_part_of_a_livelock);
  tcase_add_test(tests, the_second_look_has_bounds_too);
  suite_add_tcase(suite, tests);
  return run_suite(suite);
}
