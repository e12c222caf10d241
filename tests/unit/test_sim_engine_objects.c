/*
 * The engine on objects of both compilers, as a user would bring them: good programs come to their
 * end on every schedule, bad ones end as a finding with a line that says what and where, and none
 * of them takes mapirig with it.
 */
#include <stdio.h>

#include "unit/sim_objects.h"
#include "unit/sim_pumps.h"
#include "unit/suite.h"

#define FILES 4
static const char *const objects[][FILES] = {
    {OBJECT("g-pumps.o"), OBJECT("g-natively.o"), OBJECT("g-modules.o"), OBJECT("g-plugin.dll.o")},
    {OBJECT("c-pumps.o"), OBJECT("c-natively.o"), OBJECT("c-modules.o"), OBJECT("c-plugin.dll.o")}};
#define LIBRARIES (1u << (FILES - 1))

struct program {
  struct rig_engine *engine;
  struct actor actors[4];
  uint32_t stop;
  uint32_t window;
};

static void load(struct program *program, int object, const char *entry) {
  memset(program, 0, sizeof *program);
  program->engine = new_engine((struct rig_engine_options){.paths = objects[object],
                                                           .path_count = FILES,
                                                           .libraries = LIBRARIES,
                                                           .entry = entry,
                                                           .retrievals_max = 50,
                                                           .patience_ms = 60});
  struct rig_world *world = rig_engine_world(program->engine);
  program->stop = rig_win_event_new(world, true, false, 0, NULL);
  const uint64_t code = rig_image_symbol(rig_engine_image(program->engine), entry);
  ck_assert_uint_ne(code, 0);
  const uint64_t arguments[4] = {program->stop};
  ck_assert_uint_eq(rig_engine_thread(program->engine, code, arguments), 0);
  program->window = rig_engine_mapi_window(program->engine, 0, RIG_WINDOW_NOTIFICATION);
}

static void act(struct program *program, unsigned number, enum act what, uint32_t times) {
  struct actor *actor = &program->actors[number];
  *actor = (struct actor){
      .left = times, .what = what, .target = what == ACT_SET ? program->stop : program->window};
  add_actor(program->engine, actor);
}

/* ---- good programs ---- */

static const char *const good[] = {"own_window",
                                   "prints",
                                   "guards",
                                   "conditions",
                                   "sleeps",
                                   "calls_everything",
                                   "waits_natively",
                                   "computes",
                                   "computes_shortly",
                                   "loads_a_dll",
                                   "loads_a_dll_that_is_left_alone",
                                   "loads_a_dll_that_refuses"};
#define GOOD (int)(sizeof good / sizeof *good)

START_TEST(test_good) {
  struct program program;
  struct findings findings;
  load(&program, _i / GOOD, good[_i % GOOD]);
  const struct rig_exploration result = explore(program.engine, &findings);
  printf("%s: %llu states, %llu transitions\n", good[_i % GOOD], (unsigned long long)result.states,
         (unsigned long long)result.transitions);
  ck_assert_msg(findings.message[0] == '\0', "%s", findings.message);
  ck_assert(result.complete);
  ck_assert_uint_gt(findings.count[RIG_SIM_COMPLETE], 0);
  for (int end = RIG_SIM_COMPLETE + 1; end < RIG_SIM_END_COUNT; end++) {
    ck_assert_uint_eq(findings.count[end], 0);
  }
  rig_engine_free(program.engine);
}
END_TEST

/* The same program from the same source behaves alike, whichever compiler made it. */
START_TEST(test_pumps) {
  const bool literal = _i / 2 == 0;
  struct program program;
  struct findings findings;
  load(&program, _i % 2, literal ? "literal_pump" : "safe_pump");
  act(&program, 0, ACT_SEND, 1);
  act(&program, 1, ACT_POST, 2);
  act(&program, 2, ACT_SET, 1);
  const struct rig_exploration result = explore(program.engine, &findings);
  ck_assert(result.complete);
  ck_assert_uint_eq(findings.count[RIG_SIM_CRASH], 0);
  ck_assert_int_eq(findings.count[RIG_SIM_DEADLOCK] > 0, literal);
  if (literal) {
    ck_assert_ptr_nonnull(strstr(findings.message, "main waits for ever in GetMessageW"));
    ck_assert_ptr_nonnull(strstr(findings.message, "called from literal_pump+0x"));
  }
  rig_engine_free(program.engine);
}
END_TEST

/* ---- bad ones ---- */

static const struct {
  const char *entry;
  enum rig_sim_end end;
  const char *words[3]; /* what the line says */
  bool always;          /* on every schedule */
} bad[] = {
    {"crashes", RIG_SIM_CRASH, {"access violation at 0x10", "in crashes"}, true},
    {"crashes_in_a_call", RIG_SIM_CRASH, {"access violation at 0x18", "crashes_in_a_call"}, true},
    {"crashes_later", RIG_SIM_DEADLOCK, {"WaitForSingleObject", "crashes_later+0x"}, true},
    {"never_yields", RIG_SIM_CRASH, {"without making a call", "never_yields+0x"}, true},
    {"computes_for_ever", RIG_SIM_CRASH, {"without making a call", "computes_for_ever"}, true},
    {"recurses", RIG_SIM_CRASH, {"overran its stack", "deeper+0x"}, true},
    {"calls_what_is_not_there",
     RIG_SIM_CRASH,
     {"not simulated: GetTapeStatus", "calls_what_is_not_there+0x"},
     true},
    {"asks_for_what_is_not_there",
     RIG_SIM_BOUND,
     {"not simulated: NoSuchFunction, asked for by GetProcAddress"},
     true},
    {"frees_twice", RIG_SIM_CRASH, {"freed"}, true},
    {"waits_for_null", RIG_SIM_CRASH, {"NULL array of handles"}, true},
    {"looks_each_second", RIG_SIM_LIVELOCK, {""}, true},
    {"spins", RIG_SIM_LIVELOCK, {""}, true},
    {"loads_a_dll_twice",
     RIG_SIM_BOUND,
     {"not simulated: ", "-plugin.dll.o is loaded again after it was freed"},
     true},
    {"loads_a_dll_that_waits",
     RIG_SIM_DEADLOCK,
     {"main waits for ever in WaitForSingleObject called from DllMain", "t1 waits",
      "the loader lock"},
     true},
    {"locks_both_ways", RIG_SIM_DEADLOCK, {"main waits", "t1 waits", "a critical section"}, false},
    {"writes_into_another_stack", RIG_SIM_DEADLOCK, {"WaitForSingleObject"}, false},
};
#define BAD (int)(sizeof bad / sizeof *bad)

START_TEST(test_bad) {
  const int number = _i % BAD;
  struct program program;
  struct findings findings;
  load(&program, _i / BAD, bad[number].entry);
  const struct rig_exploration result = explore(program.engine, &findings);
  ck_assert_msg(findings.count[bad[number].end] > 0, "%s: %s", bad[number].entry, findings.message);
  ck_assert_int_eq(findings.count[RIG_SIM_COMPLETE] == 0, bad[number].always);
  for (int i = 0; i < 3 && bad[number].words[i] != NULL; i++) {
    ck_assert_msg(strstr(findings.message, bad[number].words[i]) != NULL, "%s: %s",
                  bad[number].entry, findings.message);
  }
  /* The engine is fit for the next exploration, which finds the same. */
  const struct rig_exploration again = explore(program.engine, &findings);
  ck_assert_uint_eq(again.states, result.states);
  ck_assert_uint_eq(again.ends[bad[number].end], result.ends[bad[number].end]);
  rig_engine_free(program.engine);
}
END_TEST

START_TEST(test_starvation) {
  struct program program;
  struct findings findings;
  load(&program, _i, "floods_itself");
  rig_engine_stop_pending(program.engine, true);
  explore(program.engine, &findings);
  ck_assert_uint_gt(findings.count[RIG_SIM_STARVATION], 0);
  ck_assert_ptr_nonnull(strstr(findings.message, "the stop stays pending"));
  rig_engine_free(program.engine);
}
END_TEST

/* A wake for nothing, within its bound, is the literal pump's end: it blocks in GetMessage. */
START_TEST(test_spurious) {
  for (uint32_t most = 0; most < 2; most++) {
    struct program program;
    struct findings findings;
    load(&program, _i, "literal_pump");
    rig_engine_free(program.engine);
    load(&program, _i, "literal_pump");
    program.engine = rig_engine_free(program.engine);
    program.engine = new_engine((struct rig_engine_options){
        .paths = objects[_i], .path_count = 1, .entry = "literal_pump", .spurious_max = most});
    program.stop = rig_win_event_new(rig_engine_world(program.engine), true, false, 0, NULL);
    const uint64_t arguments[4] = {program.stop};
    rig_engine_thread(program.engine,
                      rig_image_symbol(rig_engine_image(program.engine), "literal_pump"),
                      arguments);
    act(&program, 0, ACT_SET, 1);
    const struct rig_exploration result = explore(program.engine, &findings);
    ck_assert(result.complete);
    ck_assert_int_eq(findings.count[RIG_SIM_DEADLOCK] > 0, most == 1);
    rig_engine_free(program.engine);
  }
}
END_TEST

/* Code that never yields, and may stand: its thread makes no step any more, others go on, and what
 * lies before it can be gone back to. */
START_TEST(test_spins_stand) {
  struct program program = {.engine =
                                new_engine((struct rig_engine_options){.paths = objects[_i],
                                                                       .path_count = 1,
                                                                       .entry = "never_yields",
                                                                       .patience_ms = 60,
                                                                       .spins_stand = true})};
  const struct rig_system *system = rig_engine_system(program.engine);
  program.stop = rig_win_event_new(rig_engine_world(program.engine), true, false, 0, NULL);
  const uint64_t arguments[4] = {program.stop};
  rig_engine_thread(program.engine,
                    rig_image_symbol(rig_engine_image(program.engine), "never_yields"), arguments);
  act(&program, 0, ACT_SET, 1);
  void *before = malloc(system->state_bytes_max), *after = malloc(system->state_bytes_max);
  ck_assert(before != NULL && after != NULL);
  const size_t bytes = system->save(system->self, before);
  for (unsigned again = 0; again < 2; again++) {
    const struct rig_transition spins = {.actor = 0}, sets = {.actor = RIG_ACTOR_SCRIPT};
    struct rig_transition list[RIG_ENABLED_MAX];
    struct rig_footprint footprint;
    struct rig_engine_look look;
    enum rig_sim_end end = RIG_SIM_GOES_ON;
    ck_assert_ptr_null(rig_engine_spins(program.engine));
    ck_assert_uint_eq(system->enabled(system->self, list, &end), 2);
    ck_assert_int_eq(system->step(system->self, spins, &footprint), RIG_SIM_GOES_ON);
    ck_assert_ptr_nonnull(strstr(rig_engine_spins(program.engine), "main computes without"));
    ck_assert_ptr_nonnull(strstr(rig_engine_spins(program.engine), "at never_yields+0x"));
    rig_engine_look(program.engine, 0, &look);
    ck_assert(look.spins && look.place == RIG_PLACE_RUNS);
    ck_assert_uint_eq(system->enabled(system->self, list, &end), 1);
    ck_assert_uint_eq(list[0].actor, RIG_ACTOR_SCRIPT);
    const size_t spinning = system->save(system->self, after);
    system->load(system->self, after, spinning);
    ck_assert_int_eq(system->step(system->self, sets, &footprint), RIG_SIM_GOES_ON);
    ck_assert_uint_eq(system->enabled(system->self, list, &end), 0);
    ck_assert_int_eq(end, RIG_SIM_DEADLOCK);
    ck_assert_str_eq(rig_engine_message(program.engine),
                     "main computes for ever in code of its own");
    system->load(system->self, before, bytes);
  }
  free(before);
  free(after);
  rig_engine_free(program.engine);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("engine objects");
  TCase *cases = tcase_create("engine objects");
  tcase_set_timeout(cases, 60);
  tcase_add_loop_test(cases, test_good, 0, 2 * GOOD);
  tcase_add_loop_test(cases, test_pumps, 0, 4);
  tcase_add_loop_test(cases, test_bad, 0, 2 * BAD);
  tcase_add_loop_test(cases, test_starvation, 0, 2);
  tcase_add_loop_test(cases, test_spurious, 0, 2);
  tcase_add_loop_test(cases, test_spins_stand, 0, 2);
  suite_add_tcase(suite, cases);
  return run_suite(suite);
}
