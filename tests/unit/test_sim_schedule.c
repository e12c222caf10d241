/*
 * Schedules: run again, shortened, as text and back.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "sim_machine.h"
#include "unit/suite.h"

/* Actor 0 crashes when it comes between the two steps of actor 1; actor 2 does nothing to it. */
static struct machine crash_between(void) {
  return (struct machine){.actors = 3,
                          .program = {{{OP_LOCAL, 0, 0}, {OP_CRASH, 0, 1}},
                                      {{OP_SET, 0, 1}, {OP_SET, 0, 2}},
                                      {{OP_ADD, 1, 1}, {OP_ADD, 1, 1}, {OP_ADD, 1, 1}}}};
}

struct first {
  struct rig_transition steps[256];
  size_t count;
  enum rig_sim_end wanted;
};

static bool keep_longest(void *context, enum rig_sim_end end, const struct rig_schedule *schedule) {
  struct first *first = context;
  if (end == first->wanted && schedule->count > first->count && schedule->count <= 256) {
    memcpy(first->steps, schedule->steps, schedule->count * sizeof schedule->steps[0]);
    first->count = schedule->count;
  }
  return true;
}

/* The longest schedule to `end`, among all. */
static struct first longest(struct machine *machine, enum rig_sim_end end,
                            enum rig_explore_mode mode) {
  struct first first = {.wanted = end};
  const struct rig_explore_options options = {
      .mode = mode, .all_findings = true, .found = keep_longest, .context = &first};
  (void)machine_explore(machine, options);
  ck_assert_uint_gt(first.count, 0);
  return first;
}

START_TEST(run_again) {
  struct machine machine = crash_between();
  const struct machine_state initial = machine.state;
  const struct rig_system system = machine_system(&machine);
  struct first found = longest(&machine, RIG_SIM_CRASH, RIG_EXPLORE_SCHEDULES);
  struct rig_schedule schedule = {found.steps, found.count};
  struct rig_schedule took;
  ck_assert_int_eq(rig_schedule_run(&system, &schedule, 0, &took), RIG_SIM_CRASH);
  ck_assert_uint_eq(took.count, found.count);
  ck_assert_mem_eq(took.steps, found.steps, found.count * sizeof found.steps[0]);
  ck_assert_uint_eq(machine.state.at[0], 2); /* left where it ended */
  free(took.steps);
  /* Steps that are not enabled are passed over, what is missing is made up. */
  machine.state = initial;
  struct rig_transition odd[] = {{1, 0}, {1, 5}, {9, 0}, {0, 0}, {0, 0}};
  schedule = (struct rig_schedule){odd, 5};
  ck_assert_int_eq(rig_schedule_run(&system, &schedule, 0, &took), RIG_SIM_CRASH);
  ck_assert_uint_eq(took.count, 3);
  free(took.steps);
  machine.state = initial;
  schedule.count = 0;
  ck_assert_int_eq(rig_schedule_run(&system, &schedule, 0, NULL), RIG_SIM_COMPLETE);
  machine.state = initial;
  ck_assert_int_eq(rig_schedule_run(&system, &schedule, 6, NULL), RIG_SIM_BOUND);
  machine.state = initial;
  ck_assert_int_eq(rig_schedule_run(&system, &schedule, 7, NULL), RIG_SIM_COMPLETE);
}
END_TEST

static enum rig_sim_end end_of(struct machine *machine, const struct rig_schedule *schedule) {
  const struct machine_state before = machine->state;
  const struct rig_system system = machine_system(machine);
  struct rig_schedule took;
  const enum rig_sim_end end = rig_schedule_run(&system, schedule, 0, &took);
  ck_assert_uint_eq(took.count, schedule->count); /* it is a whole path */
  free(took.steps);
  machine->state = before;
  return end;
}

START_TEST(shortest) {
  struct machine machine = crash_between();
  const struct rig_system system = machine_system(&machine);
  struct first found = longest(&machine, RIG_SIM_CRASH, RIG_EXPLORE_SCHEDULES);
  const struct rig_schedule from = {found.steps, found.count};
  ck_assert_uint_eq(found.count, 6);
  static const uint64_t bounds[] = {1000, 3, 0}; /* breadth first; not within 3; not at all */
  for (size_t i = 0; i < 3; i++) {
    struct rig_schedule out;
    ck_assert_int_eq(rig_schedule_minimise(&system, RIG_SIM_CRASH, &from, bounds[i], &out), RIG_OK);
    ck_assert_uint_eq(out.count, 3); /* local, set, crash */
    ck_assert_int_eq(end_of(&machine, &out), RIG_SIM_CRASH);
    free(out.steps);
  }
}
END_TEST

START_TEST(shortest_of_a_state) {
  /* Each takes its own fork, then the other's: blocked after two steps, whatever was done before.
   */
  struct machine machine = {
      .actors = 3,
      .program = {{{OP_TAKE, 0, 0}, {OP_TAKE, 1, 0}, {OP_ADD, 0, 1}, {OP_ADD, 1, 1}},
                  {{OP_TAKE, 1, 0}, {OP_TAKE, 0, 0}, {OP_ADD, 0, 1}, {OP_ADD, 1, 1}},
                  {{OP_LOCAL, 0, 0}, {OP_AWAIT, 7, 1}}},
      .state = {.cells = {1, 1}}};
  const struct rig_system system = machine_system(&machine);
  struct first found = longest(&machine, RIG_SIM_DEADLOCK, RIG_EXPLORE_SCHEDULES);
  const struct rig_schedule from = {found.steps, found.count};
  ck_assert_uint_eq(found.count, 9);
  for (uint64_t states_max = 0; states_max < 2000; states_max += 1000) {
    struct rig_schedule out;
    ck_assert_int_eq(rig_schedule_minimise(&system, RIG_SIM_DEADLOCK, &from, states_max, &out),
                     RIG_OK);
    /* Leaving out steps alone does not find the other order. */
    ck_assert_uint_eq(out.count, states_max == 0 ? found.count : 3);
    ck_assert_int_eq(end_of(&machine, &out), RIG_SIM_DEADLOCK);
    free(out.steps);
  }
}
END_TEST

START_TEST(shortest_livelock) {
  struct machine machine = {
      .actors = 2,
      .program = {{{OP_LOCAL, 0, 0}, {OP_LOCAL, 0, 0}, {OP_SKIP, 0, 1}, {OP_JUMP, 0, 2}},
                  {{OP_ADD, 1, 1}, {OP_ADD, 1, 1}, {OP_SKIP, 1, 2}, {OP_SET, 0, 1}}}};
  const struct rig_system system = machine_system(&machine);
  struct first found = longest(&machine, RIG_SIM_LIVELOCK, RIG_EXPLORE_STATES);
  const struct rig_schedule from = {found.steps, found.count};
  struct rig_schedule out;
  ck_assert_int_eq(rig_schedule_minimise(&system, RIG_SIM_LIVELOCK, &from, 1000, &out), RIG_OK);
  ck_assert_uint_eq(out.count, 7); /* three steps of the other, two to the loop, two round it */
  ck_assert_int_eq(end_of(&machine, &out), RIG_SIM_LIVELOCK);
  free(out.steps);
}
END_TEST

/* ---- as text ---- */

/* The id of this body: its check is made here as schedule_text.c says, not by it. */
static char *with_check(const char *body, char *id, size_t size) {
  static const char digits[] = "0123456789abcdefghijklmnopqrstuvwxyz";
  uint32_t hash = 2166136261u;
  for (const char *at = body; *at != '\0'; at++) {
    hash = (hash ^ (unsigned char)*at) * 16777619u;
  }
  hash ^= hash >> 16;
  ck_assert_int_lt(snprintf(id, size, "%s-%c%c%c", body, digits[hash % 36], digits[hash / 36 % 36],
                            digits[hash / 1296 % 36]),
                   (int)size);
  return id;
}

START_TEST(text_and_back) {
  struct rig_transition steps[] = {{0, 0}, {0, 0}, {0, 0}, {31, 0},
                                   {1, 2}, {1, 2}, {1, 0}, {22, 65535}};
  const struct rig_schedule schedule = {steps, 8};
  struct rig_schedule back;
  char text[64], expected[64];
  ck_assert_int_eq(rig_schedule_print(&schedule, text, sizeof text), RIG_OK);
  ck_assert_str_eq(text, with_check("s3-a3Ib2x2bwx65535", expected, sizeof expected));
  ck_assert_int_eq(rig_schedule_read(text, &back), RIG_OK);
  ck_assert_uint_eq(back.count, 8);
  ck_assert_mem_eq(back.steps, steps, sizeof steps);
  free(back.steps);
  ck_assert_int_eq(rig_schedule_print(&schedule, text, 22), RIG_FULL);
  ck_assert_int_eq(rig_schedule_print(&schedule, text, 23), RIG_OK);
  ck_assert_int_eq(rig_schedule_print(&(struct rig_schedule){NULL, 0}, text, 8), RIG_OK);
  ck_assert_str_eq(text, with_check("s3-", expected, sizeof expected));
}
END_TEST

/* What comes again and again is written once, where that is shorter. */
START_TEST(repetitions) {
  static const struct {
    const char *steps, *id; /* a letter for each step; "x" behind it: with choice 1 */
  } cases[] = {
      {"abab", "s3-abab"},
      {"ababab", "s3-_ab_3"},
      {"abababab", "s3-_ab_4"},
      {"cabababab", "s3-c_ab_4"},
      {"abababaaab", "s3-_ab_3a3b"},
      {"abbabbabbabbc", "s3-_ab2_4c"},
      {"axbaxbaxbaxb", "s3-_ax1b_4"},
      {"abcabcabcabc", "s3-_abc_4"},
      {"ababababcdcdcdcd", "s3-_ab_4_cd_4"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    struct rig_transition steps[32];
    struct rig_schedule schedule = {steps, 0}, back;
    char text[64], expected[64];
    for (const char *at = cases[i].steps; *at != '\0'; at++) {
      if (*at == 'x') {
        steps[schedule.count - 1].choice = 1;
      } else {
        steps[schedule.count++] = (struct rig_transition){(uint16_t)(*at - 'a'), 0};
      }
    }
    ck_assert_int_eq(rig_schedule_print(&schedule, text, sizeof text), RIG_OK);
    ck_assert_str_eq(text, with_check(cases[i].id, expected, sizeof expected));
    ck_assert_int_eq(rig_schedule_read(text, &back), RIG_OK);
    ck_assert_uint_eq(back.count, schedule.count);
    ck_assert_mem_eq(back.steps, steps, schedule.count * sizeof steps[0]);
    free(back.steps);
  }
}
END_TEST

START_TEST(no_replay_id) {
  static const char *const invalid[] = {"",
                                        "s",
                                        "x1-a",
                                        "s3-a0",
                                        "s3-a1",
                                        "s3-a02",
                                        "s3-aa",
                                        "s3-a2a",
                                        "s3-ax",
                                        "s3-ax0",
                                        "s3-ax65536",
                                        "s3-a2x",
                                        "s3-1",
                                        "s3-y",
                                        "s3-J",
                                        "s3-a b",
                                        "s3-a-",
                                        "s3-a1000001",
                                        "s3-a99999999999999999999",
                                        "s3-axx1",
                                        "s3-\xC3\xA4",
                                        "s3-a600000b600000",
                                        "s3-_ab_2",
                                        "s3-_ab_",
                                        "s3-_ab",
                                        "s3-__4",
                                        "s3-_a_4",
                                        "s3-_ab_1",
                                        "s3-abababab",
                                        "s3-_abab_2",
                                        "s3-_a_ab_4b_4",
                                        "s3-_ab_500001",
                                        "s3-_ab_4294967295"};
  struct rig_schedule out = {NULL, 77};
  for (size_t i = 0; i < sizeof invalid / sizeof invalid[0]; i++) {
    char id[64];
    (void)with_check(invalid[i], id, sizeof id);
    ck_assert_msg(rig_schedule_read(id, &out) == RIG_INVALID, "%s", id);
    const enum rig_status bare = rig_schedule_read(invalid[i], &out);
    ck_assert_msg(bare == (strncmp(invalid[i], "s3-", 3) == 0 ? RIG_DAMAGED : RIG_INVALID), "%s",
                  invalid[i]);
  }
  ck_assert_int_eq(rig_schedule_read("s1-a", &out), RIG_VERSION);
  ck_assert_int_eq(rig_schedule_read("s12-a", &out), RIG_VERSION);
  char *longer = malloc(RIG_REPLAY_BYTES + 16);
  ck_assert_ptr_nonnull(longer);
  (void)strcpy(longer, "s3-");
  uint64_t random = 1; /* nothing in it may come again and again */
  for (size_t i = 3; i < RIG_REPLAY_BYTES + 8; i++) {
    random = random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    const char letter = (char)('a' + (random >> 40) % 22);
    longer[i] = (char)(letter + (letter == longer[i - 1] ? 1 : 0));
    longer[i + 1] = '\0';
  }
  ck_assert_int_eq(rig_schedule_read(longer, &out), RIG_FULL);
  char *again = malloc(RIG_REPLAY_BYTES);
  ck_assert_ptr_nonnull(again);
  longer[RIG_REPLAY_BYTES - 5] = '\0';
  (void)strcpy(longer, with_check(longer, again, RIG_REPLAY_BYTES));
  ck_assert_uint_eq(out.count, 77); /* untouched */
  ck_assert_int_eq(rig_schedule_read(longer, &out), RIG_OK);
  ck_assert_uint_eq(out.count, RIG_REPLAY_BYTES - 8);
  ck_assert_int_eq(rig_schedule_print(&out, again, RIG_REPLAY_BYTES), RIG_OK);
  ck_assert_str_eq(again, longer);
  free(again);
  free(longer);
  free(out.steps);
}
END_TEST

/* What was changed in an id is told; with its check made anew it is another schedule or none, and
 * what is read prints as it was. */
START_TEST(rubbish) {
  uint64_t random = 1;
  unsigned valid = 0;
  for (unsigned round = 0; round < 200000; round++) {
    char text[40] = "s3-a3Ib2x2_cd_4wx65535c12";
    char id[48], back[48];
    struct rig_schedule schedule;
    for (unsigned change = 0; change <= round % 3; change++) {
      random = random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
      static const char usual[] = "abwx_zAIJ01245-s";
      const unsigned what = (unsigned)(random >> 40) % 64;
      text[(random >> 33) % 25] = what < 16 ? usual[what] : (char)(random >> 56);
    }
    if (rig_schedule_read(with_check(text, id, sizeof id), &schedule) == RIG_OK) {
      ck_assert_int_eq(rig_schedule_print(&schedule, back, sizeof back), RIG_OK);
      ck_assert_str_eq(back, id);
      free(schedule.steps);
      valid++;
    }
  }
  ck_assert_uint_gt(valid, 1000);
}
END_TEST

/* Every single letter changed, left out or taken twice, and every two neighbours swapped. */
START_TEST(mistyped) {
  static const char usual[] = "abqwxAI0123456789zs-_";
  char id[64], wrong[64];
  struct rig_schedule out = {NULL, 77};
  (void)with_check("s3-a3Ib2x2_cd_4wx65535c12dx1e", id, sizeof id);
  const size_t length = strlen(id);
  unsigned passed = 0;
  for (size_t at = 3; at < length; at++) {
    for (size_t i = 0; i + 1 < sizeof usual; i++) {
      (void)strcpy(wrong, id);
      wrong[at] = usual[i];
      passed += wrong[at] != id[at] && rig_schedule_read(wrong, &out) == RIG_OK;
    }
    (void)snprintf(wrong, sizeof wrong, "%.*s%s", (int)at, id, id + at + 1);
    passed += rig_schedule_read(wrong, &out) == RIG_OK;
    (void)snprintf(wrong, sizeof wrong, "%.*s%s", (int)at, id, id + at - 1);
    passed += rig_schedule_read(wrong, &out) == RIG_OK;
    (void)strcpy(wrong, id);
    wrong[at] = id[at - 1];
    wrong[at - 1] = id[at];
    passed += strcmp(wrong, id) != 0 && rig_schedule_read(wrong, &out) == RIG_OK;
  }
  ck_assert_uint_eq(passed, 0);
  ck_assert_uint_eq(out.count, 77);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("sim_schedule");
  TCase *tests = tcase_create("schedules");
  tcase_set_timeout(tests, 60);
  tcase_add_test(tests, run_again);
  tcase_add_test(tests, shortest);
  tcase_add_test(tests, shortest_of_a_state);
  tcase_add_test(tests, shortest_livelock);
  tcase_add_test(tests, text_and_back);
  tcase_add_test(tests, repetitions);
  tcase_add_test(tests, no_replay_id);
  tcase_add_test(tests, rubbish);
  tcase_add_test(tests, mistyped);
  suite_add_tcase(suite, tests);
  return run_suite(suite);
}
