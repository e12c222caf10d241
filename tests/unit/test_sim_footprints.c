/*
 * What the explorer leaves out of real pumps under real scenarios.
 *
 * Sleep sets and DPOR rest on footprints alone: of two steps that are said to be independent, the
 * other order is left out. So both orders of such steps are taken here, and must come to the same.
 *
 * A state met again is left out, and whether it is the same is told by a fingerprint that leaves
 * out the time. So from states with one fingerprint the same steps must lead to the same ones; and
 * the number of states must not depend on which is met first.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scenario/scenario.h"
#include "sim/explore/explore_shared.h"
#include "sim/simulate_private.h"
#include "sim_objects.h"
#include "unit/suite.h"

#define STATES 4000u    /* of one case, at most */
#define FRONTIER 1000u  /* states that wait for their turn */
#define SEEN (1u << 15) /* a power of two, more than all states that a case meets */

/* ---- what is walked ---- */

#define BARE OBJECT("g-bare.o")
#define APART OBJECT("g-apart.o")
#define PUMPS OBJECT("g-pumps.o")
#define SERVICE OBJECT("reference-service.a")
#define MULTITHREAD OBJECT("reference-multithread.a")

#define STEPS "name: steps\nsteps:\n"
#define GATED                                                                                      \
  STEPS "  - gate: {window: idle}\n    when: settled\n"                                            \
        "  - post: {window: idle}\n  - send: {window: notification, timeout: 5000}\n"              \
        "    when: {receipt: idle}\n  - notify: {}\n  - ungate: {window: idle}\n"
#define GATES                                                                                      \
  STEPS "  - gate: {window: idle}\n  - send: {window: idle}\n  - ungate: {window: idle}\n"         \
        "  - post: {window: idle}\n  - gate: {window: notification}\n  - notify: {}\n"             \
        "  - ungate: {window: notification}\n  - stop: {}\n"
#define HELD                                                                                       \
  STEPS "  - post: {window: idle}\n    when: settled\n  - hold: {name: at-the-wake}\n"             \
        "    at: {return: MsgWaitForMultipleObjects}\n  - notify: {}\n"                            \
        "  - send: {window: idle, count: 2}\n  - release: {name: at-the-wake}\n"
#define SENDS                                                                                      \
  STEPS "  - send: {window: idle, count: 2}\n  - send-notify: {window: notification}\n"            \
        "  - notify: {count: 2}\n  - send: {window: notification, timeout: 50}\n"
#define TIMERS                                                                                     \
  STEPS "  - timer: {period: 20}\n    when: settled\n  - notify: {}\n    after: 30\n"              \
        "  - apc: {thread: first}\n  - stop: {}\n    after: 100\n"
#define FLOOD STEPS "  - flood: {window: idle, count: 4}\n  - notify: {}\n  - stop: {}\n"
#define PENDING                                                                                    \
  STEPS "  - post: {window: idle, count: 2}\n  - apc: {thread: first}\n    after: 1500\n"          \
        "  - notify: {}\n    when: settled\n  - stop: {}\n"
#define STUCK                                                                                      \
  STEPS "  - send: {window: idle, timeout: 300}\n  - set: {wait-index: 1}\n    after: 200\n"       \
        "  - post: {window: idle}\n  - send: {window: notification, timeout: 700}\n"               \
        "  - notify: {}\n    when: settled\n  - stop: {}\n"
#define FLOODED                                                                                    \
  STEPS                                                                                            \
  "  - timer: {period: 11}\n    when: settled\n  - flood: {window: idle, for: 30, count: 5}\n"     \
  "  - post: {window: notification}\n    after: 10\n  - stop: {}\n    after: 40\n"
#define HANDLERS                                                                                   \
  STEPS "  - post: {window: idle, handler: post}\n  - post: {window: idle, handler: peek}\n"       \
        "  - notify: {}\n  - set: {wait-index: 1}\n  - post: {window: idle, handler: quit}\n"
#define ARMED                                                                                      \
  STEPS                                                                                            \
  "  - gate: {window: idle}\n  - ungate: {window: idle}\n  - post: {window: idle}\n"               \
  "    at: {entry: MsgWaitForMultipleObjects}\n  - hold: {name: there}\n"                          \
  "    at: {return: MsgWaitForMultipleObjects}\n  - notify: {}\n  - release: {name: there}\n"      \
  "  - post: {window: idle}\n    when: {receipt: notification}\n"
#define STOPPED STEPS "  - post: {window: idle}\n  - stop: {}\n"

/* `pairs`: independent steps that are met at least; a single pump and its director have few. */
static const struct walk_case {
  const char *path;
  const char *entry;
  const char *scenario;
  const char *dialect;
  uint32_t early;
  uint32_t spurious;
  unsigned pairs;
} cases[] = {
    {BARE, "pump", GATED, "wine-8.0", 0, 0, 0},
    {BARE, "pump", GATED, "windows", 1, 1, 0},
    {BARE, "pump", GATES, "wine-8.0", 0, 0, 12},
    {BARE, "literal", GATES, "windows", 0, 1, 11},
    {BARE, "pump", HELD, "wine-8.0", 0, 0, 0},
    {BARE, "waits_twice", HELD, "windows", 1, 0, 0},
    {BARE, "pump", SENDS, "wine-8.0", 0, 0, 2},
    {BARE, "awaits_a_worker", SENDS, "windows", 1, 0, 46},
    {BARE, "pump", TIMERS, "wine-8.0", 0, 0, 0},
    {BARE, "drains", FLOOD, "wine-8.0", 0, 0, 3},
    {BARE, "pump", TIMERS, "wine-8.0", 2, 0, 0},
    {BARE, "pump", FLOODED, "wine-8.0", 2, 0, 0},
    {BARE, "drains", FLOODED, "windows", 2, 0, 0},
    {BARE, "literal", STUCK, "wine-8.0", 2, 0, 0},
    {BARE, "waits_twice", STUCK, "windows", 2, 0, 0},
    {BARE, "pump", HANDLERS, "wine-8.0", 0, 0, 12},
    {BARE, "awaits_a_worker", HANDLERS, "windows", 0, 1, 43},
    {BARE, "pump", ARMED, "wine-8.0", 0, 0, 1},
    {BARE, "awaits_a_worker", ARMED, "windows", 0, 1, 15},
    {APART, "two_queues", STOPPED, "wine-8.0", 0, 0, 171},
    {APART, "two_queues", GATED, "wine-8.0", 0, 0, 117},
    {APART, "two_queues", GATES, "windows", 1, 1, 1382},
    {APART, "two_queues", HELD, "windows", 0, 1, 211},
    {APART, "two_queues", SENDS, "wine-8.0", 1, 0, 717},
    {APART, "two_queues", TIMERS, "wine-8.0", 0, 0, 34},
    {APART, "two_queues", FLOOD, "windows", 0, 0, 1283},
    {APART, "two_queues", HANDLERS, "wine-8.0", 0, 1, 2188},
    {APART, "two_queues", ARMED, "wine-8.0", 0, 0, 84},
    {APART, "two_objects", STOPPED, "wine-8.0", 1, 0, 4273},
    {APART, "two_objects", GATES, "windows", 0, 1, 4940},
    {APART, "two_objects", ARMED, "windows", 1, 0, 3715},
    {PUMPS, "own_window", SENDS, "wine-8.0", 0, 0, 141},
    {PUMPS, "own_window", HELD, "windows", 1, 0, 8},
    {PUMPS, "looks_each_second", PENDING, "wine-8.0", 2, 0, 0},
    {PUMPS, "sleeps", PENDING, "windows", 2, 0, 0},
    {PUMPS, "guards", GATES, "wine-8.0", 0, 0, 823},
    {PUMPS, "locks_both_ways", STOPPED, "wine-8.0", 0, 0, 70},
    {PUMPS, "conditions", GATES, "windows", 1, 0, 430},
    {SERVICE, "main", GATED, "wine-8.0", 0, 0, 0},
    {SERVICE, "main", HELD, "windows", 0, 1, 0},
    {SERVICE, "main", TIMERS, "wine-8.0", 0, 0, 0},
    {SERVICE, "main", FLOOD, "windows", 0, 0, 19},
    {MULTITHREAD, "main", GATES, "wine-8.0", 0, 0, 142},
    {MULTITHREAD, "main", GATED, "windows", 0, 1, 110},
    {MULTITHREAD, "main", SENDS, "windows", 1, 1, 304},
    {MULTITHREAD, "main", HANDLERS, "wine-8.0", 0, 0, 101},
    {MULTITHREAD, "main", TIMERS, "windows", 0, 0, 0},
    {MULTITHREAD, "main", FLOOD, "wine-8.0", 0, 0, 196},
};
#define CASES (sizeof cases / sizeof cases[0])

/* A sanitizer's frames are larger than what the engine cleans of a stack (fibre_switch.c): what
 * lies in them from before tells equal states apart, and fingerprints are compared without one
 * alone. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define FINGERPRINTS false
#else
#define FINGERPRINTS true
#endif

/* ---- the walk ---- */

struct look {
  struct rig_transition list[RIG_ENABLED_MAX];
  size_t count;
  enum rig_sim_end end;
};

/* A step of a state, and what follows it. */
struct taken {
  enum rig_sim_end end;
  struct rig_footprint print;
  uint64_t hash;
  struct look look;
};

struct blob {
  void *bytes;
  size_t used;
};

struct walk {
  const struct walk_case *what;
  const struct rig_system *system;
  struct blob frontier[FRONTIER];
  size_t waiting;
  struct met {
    uint64_t key; /* 0: free */
    struct blob first;
  } * seen;
  size_t met;
  uint64_t random;
  uint64_t states;
  uint64_t pairs;
  uint64_t alike; /* states met again */
};

static struct look look(const struct walk *walk) {
  struct look out;
  memset(&out, 0, sizeof out);
  out.count = walk->system->enabled(walk->system->self, out.list, &out.end);
  if (out.count > 0) {
    out.end = RIG_SIM_GOES_ON;
  }
  return out;
}

static void load(const struct walk *walk, const struct blob *blob) {
  walk->system->load(walk->system->self, blob->bytes, blob->used);
}

static struct blob save(const struct walk *walk, void *room) {
  const size_t used = walk->system->save(walk->system->self, room);
  ck_assert_uint_le(used, walk->system->state_bytes_max);
  return (struct blob){room, used};
}

static struct taken take(const struct walk *walk, struct rig_transition transition) {
  struct taken out;
  memset(&out, 0, sizeof out);
  out.end = walk->system->step(walk->system->self, transition, &out.print);
  out.hash = walk->system->hash(walk->system->self);
  if (out.end == RIG_SIM_GOES_ON) {
    out.look = look(walk);
  }
  return out;
}

static bool same_footprint(const struct rig_footprint *a, const struct rig_footprint *b) {
  return a->reads == b->reads && a->writes == b->writes;
}

/* What the explorer concludes from footprints. */
static bool independent(const struct taken *a, const struct taken *b) {
  return a->end == RIG_SIM_GOES_ON && b->end == RIG_SIM_GOES_ON &&
         ((a->print.writes & (b->print.reads | b->print.writes)) |
          (b->print.writes & a->print.reads)) == 0;
}

/* The same alternatives of one actor. */
static bool same_choices(const struct look *a, const struct look *b, uint16_t actor) {
  uint64_t choices[2] = {0, 0};
  for (unsigned i = 0; i < 2; i++) {
    const struct look *one = i == 0 ? a : b;
    for (size_t k = 0; k < one->count; k++) {
      choices[i] |= one->list[k].actor == actor ? 1ull << one->list[k].choice : 0;
    }
  }
  return choices[0] == choices[1];
}

static bool same_look(const struct look *a, const struct look *b) {
  return a->count == b->count && a->end == b->end &&
         memcmp(a->list, b->list, a->count * sizeof a->list[0]) == 0;
}

static void require(const struct walk *walk, bool holds, const struct rig_transition *a,
                    const struct rig_transition *b, const struct taken *first,
                    const struct taken *second, const char *what) {
  ck_assert_msg(holds,
                "%s, %s, state %llu: %s: actor %u.%u (reads %llx, writes %llx); actor %u.%u "
                "(reads %llx, writes %llx), under\n%s",
                walk->what->entry, walk->what->dialect, (unsigned long long)walk->states, what,
                a->actor, a->choice, (unsigned long long)first->print.reads,
                (unsigned long long)first->print.writes, b->actor, b->choice,
                (unsigned long long)second->print.reads, (unsigned long long)second->print.writes,
                walk->what->scenario);
}

/* Takes `b` behind `a`, in the state `behind`, and requires that it is what it was before it. */
static struct taken take_behind(const struct walk *walk, const struct look *here,
                                const struct taken *taken, const struct blob *behind, size_t a,
                                size_t b) {
  const struct rig_transition *list = here->list;
  require(walk, same_choices(here, &taken[a].look, list[b].actor), &list[a], &list[b], &taken[a],
          &taken[b], "the second may do something else behind the first");
  load(walk, behind);
  const struct taken out = take(walk, list[b]);
  require(walk, out.end == RIG_SIM_GOES_ON, &list[a], &list[b], &taken[a], &taken[b],
          "the second ends the path behind the first");
  require(walk, same_footprint(&out.print, &taken[b].print), &list[b], &list[b], &taken[b], &out,
          "the second touches something else behind the first");
  return out;
}

static struct blob copy_of(const struct blob *state) {
  void *copy = malloc(state->used);
  ck_assert_ptr_nonnull(copy);
  memcpy(copy, state->bytes, state->used);
  return (struct blob){copy, state->used};
}

/* The place of the state with this fingerprint; NULL when there is no room for more. */
static struct met *place_of(struct walk *walk, uint64_t hash) {
  size_t at = (size_t)(hash >> 20) & (SEEN - 1);
  const uint64_t key = hash != 0 ? hash : 1;
  while (walk->seen[at].key != 0 && walk->seen[at].key != key) {
    at = (at + 1) & (SEEN - 1);
  }
  if (walk->seen[at].key == 0 && walk->met == SEEN / 2) {
    return NULL;
  }
  walk->met += walk->seen[at].key == 0;
  walk->seen[at].key = key;
  return &walk->seen[at];
}

/* The same state twice, by its fingerprint: at another time, for example. */
static void check_alike(struct walk *walk, const struct blob *first, const struct blob *again) {
  load(walk, first);
  const struct look here = look(walk);
  const struct rig_transition *list = here.list;
  load(walk, again);
  const struct look there = look(walk);
  ck_assert_msg(same_look(&here, &there), "%s, %s: others are enabled in the same state",
                walk->what->entry, walk->what->dialect);
  for (size_t i = 0; i < here.count; i++) {
    load(walk, first);
    const struct taken one = take(walk, list[i]);
    load(walk, again);
    const struct taken other = take(walk, list[i]);
    require(walk, one.end == other.end && one.hash == other.hash, &list[i], &list[i], &one, &other,
            "it leads elsewhere from the same state");
  }
  walk->alike++;
}

/* True when the state was not met before. */
static bool is_new(struct walk *walk, uint64_t hash, const struct blob *state) {
  struct met *met = place_of(walk, hash);
  if (met == NULL) {
    return false;
  }
  if (met->first.bytes == NULL) {
    met->first = copy_of(state);
    return true;
  }
  if (FINGERPRINTS) {
    check_alike(walk, &met->first, state);
  }
  return false;
}

static void put_by(struct walk *walk, const struct blob *state) {
  if (walk->waiting == FRONTIER) {
    return; /* it is left out: others are looked at */
  }
  walk->frontier[walk->waiting++] = copy_of(state);
}

/* One in four of those that wait by chance, else the last: the walk comes to the ends soon, and
 * does not stay near one of them. */
static struct blob next_state(struct walk *walk) {
  walk->random = walk->random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
  const uint64_t chance = walk->random >> 33;
  const size_t which = chance % 4 == 0 ? (size_t)(chance / 4) % walk->waiting : walk->waiting - 1;
  const struct blob out = walk->frontier[which];
  walk->frontier[which] = walk->frontier[--walk->waiting];
  return out;
}

static void check_state(struct walk *walk, const struct blob *state, void *room) {
  static struct taken taken[RIG_ENABLED_MAX];
  static struct taken behind[RIG_ENABLED_MAX][RIG_ENABLED_MAX];
  load(walk, state);
  const struct look here = look(walk);
  const struct rig_transition *list = here.list;
  for (size_t a = 0; a < here.count; a++) {
    load(walk, state);
    taken[a] = take(walk, list[a]);
  }
  for (size_t a = 0; a < here.count; a++) {
    if (taken[a].end != RIG_SIM_GOES_ON) {
      continue;
    }
    load(walk, state);
    const struct taken again = take(walk, list[a]);
    require(walk, again.hash == taken[a].hash && same_footprint(&again.print, &taken[a].print),
            &list[a], &list[a], &taken[a], &again, "it is another step the second time");
    const struct blob after = save(walk, room);
    if (is_new(walk, taken[a].hash, &after)) {
      put_by(walk, &after);
    }
    for (size_t b = 0; b < here.count; b++) {
      if (list[a].actor != list[b].actor && independent(&taken[a], &taken[b])) {
        behind[a][b] = take_behind(walk, &here, taken, &after, a, b);
      }
    }
  }
  for (size_t a = 0; a < here.count; a++) {
    for (size_t b = 0; b < a; b++) {
      if (list[a].actor != list[b].actor && independent(&taken[a], &taken[b])) {
        walk->pairs++;
        require(walk, !FINGERPRINTS || behind[a][b].hash == behind[b][a].hash, &list[a], &list[b],
                &taken[a], &taken[b], "the other order comes to another state");
        require(walk, same_look(&behind[a][b].look, &behind[b][a].look), &list[a], &list[b],
                &taken[a], &taken[b], "others are enabled behind the other order");
      }
    }
  }
  walk->states++;
}

static void walk_from_here(struct walk *walk) {
  void *room = malloc(walk->system->state_bytes_max);
  walk->seen = calloc(SEEN, sizeof walk->seen[0]);
  ck_assert(room != NULL && walk->seen != NULL);
  const struct blob initial = save(walk, room);
  (void)is_new(walk, walk->system->hash(walk->system->self), &initial);
  put_by(walk, &initial);
  while (walk->waiting > 0 && walk->states < STATES) {
    const struct blob state = next_state(walk);
    check_state(walk, &state, room);
    free(state.bytes);
  }
  while (walk->waiting > 0) {
    free(walk->frontier[--walk->waiting].bytes);
  }
  for (size_t i = 0; i < SEEN; i++) {
    free(walk->seen[i].first.bytes);
  }
  free(walk->seen);
  free(room);
}

/* ---- the cases ---- */

static struct rig_scenario *parse(const char *text) {
  struct rig_scenario *scenario = NULL;
  struct rig_problems problems = {0};
  const enum rig_status status =
      rig_scenario_parse("steps.yaml", text, strlen(text), &scenario, &problems);
  ck_assert_msg(status == RIG_OK, "%s", problems.count > 0 ? problems.items[0].text : "?");
  rig_problems_free(&problems);
  return scenario;
}

/* Opens the case's simulation, does `work` with it, closes it. */
static void with_case(const struct walk_case *what,
                      void (*work)(const struct walk_case *what, const struct rig_system *system)) {
  const struct rig_sim_options options = {.dialect = what->dialect,
                                          .paths = &what->path,
                                          .path_count = 1,
                                          .entry = what->entry,
                                          .stand_in = OBJECT("stand-in.a"),
                                          .depth_max = 10000,
                                          .early_max = what->early,
                                          .spurious_max = what->spurious,
                                          .retrievals_max = 100,
                                          .shards = 1};
  struct rig_scenario *scenario = parse(what->scenario);
  struct rig_sim_report *report = calloc(1, sizeof *report);
  ck_assert_ptr_nonnull(report);
  struct rig_simulation simulation = {.options = &options, .scenario = scenario, .report = report};
  ck_assert_msg(rig_simulation_open(&simulation, true), "%s%s", report->error, report->refused);
  work(what, simulation.system);
  rig_simulation_close(&simulation);
  scenario = rig_scenario_free(scenario);
  free(report);
}

static void walk_case(const struct walk_case *what, const struct rig_system *system) {
  struct walk walk = {.what = what, .system = system};
  walk_from_here(&walk);
  (void)printf("%2d %s %s: %llu states, %llu pairs, %llu met again\n", (int)(what - cases),
               what->entry, what->dialect, (unsigned long long)walk.states,
               (unsigned long long)walk.pairs, (unsigned long long)walk.alike);
  ck_assert_uint_gt(walk.states, 10);
  ck_assert_uint_ge(walk.pairs, what->pairs);
}

START_TEST(what_is_left_out_is_the_same) {
  with_case(&cases[_i], walk_case);
}
END_TEST

/* A second worker goes the other way round; here each goes alone. */
static void count_both_ways(const struct walk_case *what, const struct rig_system *system) {
  uint64_t states[2];
  for (uint32_t worker = 0; worker < 2; worker++) {
    struct rig_exploration out;
    struct rig_explore_options options = {.mode = RIG_EXPLORE_STATES,
                                          .reduce = true,
                                          .states_max = 1000000,
                                          .depth_max = 100000,
                                          .worker = worker};
    options.shared = rig_explore_shared_new(&options, 2);
    ck_assert_ptr_nonnull(options.shared);
    ck_assert_int_eq(rig_explore(system, &options, &out), RIG_OK);
    ck_assert(out.complete);
    options.shared = rig_explore_shared_free(options.shared);
    states[worker] = out.states;
  }
  ck_assert_msg(!FINGERPRINTS || states[0] == states[1],
                "%s, %s: %llu states one way round, %llu the other, under\n%s", what->entry,
                what->dialect, (unsigned long long)states[0], (unsigned long long)states[1],
                what->scenario);
}

START_TEST(the_order_does_not_count) {
  with_case(&cases[_i], count_both_ways);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("sim footprints");
  TCase *tests = tcase_create("pumps");
  tcase_set_timeout(tests, 240);
  tcase_add_loop_test(tests, what_is_left_out_is_the_same, 0, (int)CASES);
  tcase_add_loop_test(tests, the_order_does_not_count, 0, (int)CASES);
  suite_add_tcase(suite, tests);
  return run_suite(suite);
}
