/*
 * A whole service in the simulator: main, the dispatcher, ServiceMain, MAPI, its pump and its stop,
 * from the objects that stubs/ links into the live one. Its records are judged as a live run's.
 */
#include <stdlib.h>

#include "core/session_layout.h"
#include "core/writer.h"
#include "judge/judge.h"
#include "sim/stage/stand_in.h"
#include "sim_objects.h"
#include "unit/suite.h"

#define RECORDS 2000u
#define DIRECTOR 0x1F0u
#define HOST 0x1F4u
#define CONTROL_STOP 1u
#define SERVICE_RUNNING_STATE 4u

struct run {
  struct rig_engine *engine;
  struct rig_stand_in *stand_in;
  unsigned char *base; /* the session */
  uint64_t bytes;
  struct rig_log log;
  char *argv[2];
  bool recorded;
  /* the script's state */
  struct {
    uint32_t ready;
    uint32_t asked;
  } state;
};

static void service_status(void *self, struct rig_engine *engine, uint32_t state,
                           uint32_t accepted) {
  struct run *run = self;
  (void)engine, (void)accepted;
  run->state.ready |= state == SERVICE_RUNNING_STATE;
}

static void put(struct run *run, enum rig_state state, uint32_t thread, uint32_t a, uint32_t b,
                const char *text) {
  if (!run->recorded) {
    return;
  }
  const struct rig_record record = {.kind = RIG_KIND_STATE,
                                    .call = (uint16_t)state,
                                    .thread = thread,
                                    .link = RIG_NO_RECORD,
                                    .stamp = run->log.header->next + 1u,
                                    .u.state = {.a = a, .b = b}};
  (void)rig_log_append(&run->log, &record, text, text == NULL ? 0 : (uint32_t)strlen(text));
}

static bool stop_enabled(void *self, const struct rig_engine *engine) {
  const struct run *run = self;
  struct rig_engine_look look;
  if (!run->state.ready || run->state.asked) {
    return false;
  }
  rig_engine_look(engine, 1, &look); /* the service's thread sits in its pump */
  return look.place == RIG_PLACE_WAITS && rig_call_family(look.call) == RIG_FAMILY_MSG_WAIT;
}

static enum rig_sim_end stop_step(void *self, struct rig_engine *engine) {
  struct run *run = self;
  put(run, RIG_STATE_READY, DIRECTOR, 0, 0, NULL);
  if (run->recorded) {
    const struct rig_record stop = {.kind = RIG_KIND_STIMULUS,
                                    .call = RIG_ACTION_STOP,
                                    .thread = DIRECTOR,
                                    .link = RIG_NO_RECORD,
                                    .stamp = run->log.header->next + 1u,
                                    .u.stimulus = {.result = 1}};
    (void)rig_log_append(&run->log, &stop, NULL, 0);
  }
  run->state.asked = 1;
  ck_assert_uint_eq(rig_stand_in_control(engine, CONTROL_STOP), 0);
  return RIG_SIM_GOES_ON;
}

static bool stop_ended(void *self) {
  return ((const struct run *)self)->state.asked != 0;
}

static void open_session(struct run *run) {
  static const struct rig_step step = {.action = RIG_ACTION_STOP};
  const struct rig_session_plan plan = {.role = RIG_ROLE_SERVICE,
                                        .deadline_ms = 1000,
                                        .settle_ms = 10,
                                        .scale_permille = 1000,
                                        .timeout_ms = 60000,
                                        .ready_timeout_ms = 10000,
                                        .steps = &step,
                                        .step_count = 1};
  struct rig_layout layout;
  char error[ERROR_BYTES] = "";
  ck_assert_msg(rig_layout_measure(&plan, RECORDS, &layout, error, sizeof error) == RIG_OK, "%s",
                error);
  run->bytes = layout.file_bytes;
  run->base = aligned_alloc(64, (size_t)layout.file_bytes);
  memset(run->base, 0, (size_t)layout.file_bytes);
  rig_layout_write(&plan, &layout, run->base);
  ck_assert(rig_log_open(&run->log, run->base, layout.file_bytes));
  run->log.header->clock = RIG_CLOCK_MONOTONIC_RAW;
}

static void open_run(struct run *run, const char *client) {
  const char *const paths[] = {client, OBJECT("stand-in.a")};
  char error[ERROR_BYTES] = "";
  memset(run, 0, sizeof *run);
  open_session(run);
  run->stand_in = rig_stand_in_new(RIG_ROLE_SERVICE, 1);
  const struct rig_engine_options options = {.dialect = &rig_dialect_wine_8_0,
                                             .paths = paths,
                                             .path_count = 2,
                                             .entry = "main",
                                             .resolve = rig_stand_in_resolve,
                                             .resolve_context = run->stand_in,
                                             .dll = 2,
                                             .role = RIG_ROLE_SERVICE,
                                             .retrievals_max = 100,
                                             .patience_ms = 2000};
  ck_assert_msg(rig_engine_new(&options, &run->engine, error, sizeof error) == RIG_OK, "%s", error);
  const struct rig_stand_in_director director = {.self = run, .service_status = service_status};
  rig_stand_in_attach(run->stand_in, run->engine);
  rig_stand_in_direct(run->stand_in, &director);
  const struct rig_image *image = rig_engine_image(run->engine);
  ck_assert_ptr_null(rig_image_unresolved(image, 0));
  static char name[] = "client.exe";
  run->argv[0] = name;
  ck_assert_uint_eq(rig_engine_thread(run->engine, rig_image_symbol(image, "main"),
                                      (uint64_t[4]){1, (uint64_t)(uintptr_t)run->argv}),
                    0);
  const struct rig_script script = {.self = run,
                                    .state = &run->state,
                                    .state_bytes = sizeof run->state,
                                    .enabled = stop_enabled,
                                    .step = stop_step,
                                    .ended = stop_ended};
  ck_assert_uint_ne(rig_engine_script(run->engine, &script), RIG_WIN_NONE);
}

static void close_run(struct run *run) {
  run->engine = rig_engine_free(run->engine);
  run->stand_in = rig_stand_in_free(run->stand_in);
  free(run->base);
}

static void judge_run(struct run *run, struct rig_judgement *judgement) {
  struct rig_trace *trace = NULL;
  char error[ERROR_BYTES] = "";
  ck_assert_msg(rig_trace_open_memory(run->base, run->bytes, &trace, error, sizeof error) == RIG_OK,
                "%s", error);
  ck_assert_int_eq(rig_judge(trace, judgement), RIG_OK);
  ck_assert_ptr_null(rig_trace_close(trace));
}

static void save_for_show(const struct run *run) {
  const char *path = getenv("RIG_KEEP_SESSION");
  FILE *file = path == NULL ? NULL : fopen(path, "wb");
  if (file != NULL) {
    (void)fwrite(run->base, 1, (size_t)run->bytes, file);
    (void)fclose(file);
  }
}

START_TEST(a_service_starts_and_stops) {
  static const char *const clients[] = {OBJECT("reference-service.a"),
                                        OBJECT("reference-multithread.a")};
  struct run run;
  struct rig_judgement judgement;
  open_run(&run, clients[_i]);
  run.recorded = true;
  rig_engine_record(run.engine, &run.log);
  put(&run, RIG_STATE_HELLO, rig_engine_thread_id(0), 1, 64, "client.exe");
  const struct rig_schedule any = {NULL, 0};
  const enum rig_sim_end end = rig_schedule_run(rig_engine_system(run.engine), &any, 5000, NULL);
  put(&run, RIG_STATE_END, DIRECTOR, 0, 0, NULL);
  put(&run, RIG_STATE_EXIT, HOST, 0, 0, NULL);
  save_for_show(&run);
  ck_assert_msg(end == RIG_SIM_COMPLETE, "%s: %s", rig_sim_end_word(end),
                rig_engine_message(run.engine));
  judge_run(&run, &judgement);
  for (size_t i = 0; i < judgement.finding_count; i++) {
    ck_assert_msg(judgement.findings[i].verdict != RIG_FAIL, "%s: %s",
                  judgement.findings[i].rule->id, judgement.findings[i].message);
  }
  ck_assert_msg(judgement.outcome == RIG_OUTCOME_PASS, "%s: %s", judgement.cause,
                judgement.message);
  rig_judgement_free(&judgement);
  close_run(&run);
}
END_TEST

/* Every order of the start, the stop and MAPI's own thread comes to its end. */
START_TEST(every_schedule_of_a_service_ends) {
  static const char *const clients[] = {OBJECT("reference-service.a"),
                                        OBJECT("reference-multithread.a")};
  struct run run;
  struct rig_exploration out;
  open_run(&run, clients[_i]);
  const struct rig_explore_options options = {
      .mode = RIG_EXPLORE_STATES, .reduce = true, .states_max = 100000, .depth_max = 10000};
  ck_assert_int_eq(rig_explore(rig_engine_system(run.engine), &options, &out), RIG_OK);
  (void)printf("%s: %llu states, %llu paths, depth %u\n", clients[_i],
               (unsigned long long)out.states, (unsigned long long)out.schedules, out.depth);
  for (unsigned i = 0; i < RIG_SIM_END_COUNT; i++) {
    ck_assert_msg(i == RIG_SIM_COMPLETE || out.ends[i] == 0, "%s: %s",
                  rig_sim_end_word((enum rig_sim_end)i), rig_engine_message(run.engine));
  }
  ck_assert(out.complete);
  ck_assert_uint_gt(out.ends[RIG_SIM_COMPLETE], 0);
  close_run(&run);
}
END_TEST

static Suite *make_suite(void) {
  Suite *suite = suite_create("sim stand-in");
  TCase *cases = tcase_create("service");
  tcase_add_loop_test(cases, a_service_starts_and_stops, 0, 2);
  tcase_add_loop_test(cases, every_schedule_of_a_service_ends, 0, 2);
  tcase_set_timeout(cases, 60);
  suite_add_tcase(suite, cases);
  return suite;
}

int main(void) {
  return run_suite(make_suite());
}
