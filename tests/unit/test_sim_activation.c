/*
 * Windows that are shown and activated: tests/win32/activation.c, whose claims hold under Wine
 * (tests/live/test_claims.c), holds them here too, on every schedule of its threads.
 */
#include <stdio.h>

#include "unit/core_memory.h"
#include "unit/sim_objects.h"
#include "unit/sim_pumps.h"
#include "unit/suite.h"

static const char *const objects[] = {OBJECT("g-activation.o"), OBJECT("c-activation.o")};

static struct rig_engine *load(const char *const *object, const struct rig_dialect *dialect) {
  struct rig_engine *engine = new_engine((struct rig_engine_options){
      .dialect = dialect, .paths = object, .path_count = 1, .entry = "main"});
  const uint64_t code = rig_image_symbol(rig_engine_image(engine), "main");
  ck_assert_uint_ne(code, 0);
  ck_assert_uint_eq(rig_engine_thread(engine, code, (uint64_t[4]){0}), 0);
  return engine;
}

/* The first schedule, what the program prints on it into `text`; the end of it. */
static enum rig_sim_end run(struct rig_engine *engine, char *text, size_t size) {
  const struct rig_schedule nothing = {.count = 0};
  struct memory memory;
  size_t used = 0;
  memory_open(&memory, 1000);
  rig_engine_record(engine, &memory.log);
  const enum rig_sim_end end = rig_schedule_run(rig_engine_system(engine), &nothing, 10000, NULL);
  rig_engine_record(engine, NULL);
  bool output = false;
  for (uint32_t i = 0; i < memory.log.header->next; i++) {
    const struct rig_record *record = &memory.log.records[i];
    const struct rig_more *more = (const struct rig_more *)record;
    if (record->kind != RIG_KIND_MORE) {
      output = record->kind == RIG_KIND_STATE && record->call == RIG_STATE_OUTPUT;
    } else if (output && used + more->used < size) {
      memcpy(text + used, more->bytes, more->used);
      used += more->used;
    }
  }
  text[used] = '\0';
  memory_close(&memory);
  return end;
}

START_TEST(claims_hold) {
  static char text[1 << 16];
  struct rig_engine *engine = load(&objects[_i], &rig_dialect_wine_8_0);
  const enum rig_sim_end end = run(engine, text, sizeof text);
  ck_assert_msg(end == RIG_SIM_COMPLETE, "%s: %s\n%s", rig_sim_end_word(end),
                rig_engine_message(engine), text);
  ck_assert_msg(rig_engine_exit_code(engine) == 0, "%s", text);
  ck_assert_ptr_nonnull(strstr(text, "holds  a window that is created visible is activated"));
  rig_engine_free(engine);
}
END_TEST

/* What Wine's input method does to the apartment is not what Windows promises. */
START_TEST(the_windows_dialect_leaves_the_apartment_alone) {
  static char text[1 << 16];
  struct rig_engine *engine = load(&objects[0], &rig_dialect_windows);
  ck_assert_int_eq(run(engine, text, sizeof text), RIG_SIM_COMPLETE);
  ck_assert_ptr_nonnull(strstr(text, "holds  a window that is created visible is activated"));
  ck_assert_ptr_nonnull(strstr(text, "FAILED the input method has put its thread into"));
  ck_assert_ptr_nonnull(strstr(text, "holds  and with the last one the apartment"));
  rig_engine_free(engine);
}
END_TEST

static bool keep_exit_code(void *context, enum rig_sim_end end,
                           const struct rig_schedule *schedule) {
  struct findings *findings = context;
  (void)keep_finding(context, end, schedule);
  ck_assert(end != RIG_SIM_COMPLETE || rig_engine_exit_code(findings->engine) == 0);
  return true;
}

START_TEST(claims_hold_on_every_schedule) {
  struct findings findings = {.engine = load(&objects[_i], &rig_dialect_wine_8_0)};
  const struct rig_explore_options options = {.mode = RIG_EXPLORE_STATES,
                                              .reduce = true,
                                              .states_max = 2000000,
                                              .depth_max = 10000,
                                              .found = keep_exit_code,
                                              .context = &findings};
  struct rig_exploration result;
  ck_assert_int_eq(rig_explore(rig_engine_system(findings.engine), &options, &result), RIG_OK);
  ck_assert_msg(findings.message[0] == '\0', "%s", findings.message);
  ck_assert(result.complete);
  ck_assert_uint_gt(findings.count[RIG_SIM_COMPLETE], 0);
  ck_assert_uint_gt(result.transitions, 20);
  printf("%llu states, %llu ends\n", (unsigned long long)result.states,
         (unsigned long long)findings.count[RIG_SIM_COMPLETE]);
  rig_engine_free(findings.engine);
}
END_TEST

int main(void) {
  const int count = (int)(sizeof objects / sizeof *objects);
  Suite *suite = suite_create("activation");
  TCase *tests = tcase_create("activation");
  tcase_add_loop_test(tests, claims_hold, 0, count);
  tcase_add_test(tests, the_windows_dialect_leaves_the_apartment_alone);
  tcase_add_loop_test(tests, claims_hold_on_every_schedule, 0, count);
  suite_add_tcase(suite, tests);
  return run_suite(suite);
}
