/*
 * What a path records: the same records, in the same order and with the same payloads, as
 * stubs/hooks writes them live; and the boundaries at which a director may hold a thread.
 */
#include <stdio.h>

#include "unit/core_memory.h"
#include "unit/sim_objects.h"
#include "unit/sim_pumps.h"
#include "unit/suite.h"

static const char *const object = OBJECT("g-pumps.o");

struct program {
  struct rig_engine *engine;
  uint32_t stop;
};

static void load(struct program *program, const char *entry) {
  program->engine =
      new_engine((struct rig_engine_options){.paths = &object, .path_count = 1, .entry = entry});
  program->stop = rig_win_event_new(rig_engine_world(program->engine), true, false, 0, NULL);
  const uint64_t arguments[4] = {program->stop};
  const uint64_t code = rig_image_symbol(rig_engine_image(program->engine), entry);
  ck_assert_uint_eq(rig_engine_thread(program->engine, code, arguments), 0);
}

/* Runs the first enabled transition again and again. */
static enum rig_sim_end run(struct rig_engine *engine) {
  const struct rig_schedule nothing = {.count = 0};
  return rig_schedule_run(rig_engine_system(engine), &nothing, 1000, NULL);
}

/* A record in words: its kind and what its payload says. */
static void describe(const struct rig_trace *trace, uint32_t index, const struct rig_record *record,
                     char *text, size_t size) {
  static const char *const kinds[] = {"none",    "enter",    "leave", "call",
                                      "receipt", "stimulus", "state"};
  const union rig_payload *u = &record->u;
  size_t used = (size_t)snprintf(text, size, "%s ", kinds[record->kind]);
  if (record->kind == RIG_KIND_STATE) {
    char more[64] = "";
    rig_trace_more_text(trace, index, more, sizeof more);
    snprintf(text + used, size - used, "%u %s", record->call, more);
    return;
  }
  used += (size_t)snprintf(text + used, size - used, "%s ", rig_call_name(record->call));
  switch (rig_call_shape(record->call)) {
  case RIG_SHAPE_wait:
    snprintf(text + used, size - used, "n%u t%d m%x f%u h%u a%u r%u e%u", u->wait.count,
             (int)u->wait.timeout_ms, u->wait.wake_mask, u->wait.flags, u->wait.handle,
             u->wait.alertable, u->wait.result, u->wait.error);
    break;
  case RIG_SHAPE_queue:
    snprintf(text + used, size - used, "f%x r%x", u->queue.flags, u->queue.result);
    break;
  case RIG_SHAPE_object:
    snprintf(text + used, size - used, "h%u r%u e%u", u->object.handle, u->object.result,
             u->object.error);
    break;
  case RIG_SHAPE_retrieve:
    if (record->kind == RIG_KIND_ENTER) {
      snprintf(text + used, size - used, "w%x %x-%x p%x", u->retrieve.hwnd, u->retrieve.first,
               u->retrieve.last, u->retrieve.remove);
      break;
    }
    /* fall through */
  default:
    snprintf(text + used, size - used, "w%x %x %llu %llu r%u e%u", u->message.hwnd,
             u->message.message, (unsigned long long)u->message.wparam,
             (unsigned long long)u->message.lparam, u->message.result, u->message.error);
    break;
  }
}

static const char *const expected[] = {
    "state 4 ", /* THREAD_START */
    "call PostThreadMessageW w100 8000 1 2 r1 e0",
    "call PostThreadMessageW w3039 8000 1 2 r0 e87",
    "call GetQueueStatus f1cff r80008",
    "enter PeekMessageW w0 0-0 p1",
    "leave PeekMessageW w0 8000 1 2 r1 e0",
    "call TranslateMessage w0 8000 1 2 r0 e0",
    "enter DispatchMessageW w0 8000 1 2 r0 e0",
    "leave DispatchMessageW w0 8000 1 2 r0 e0",
    "call SetEvent h4 r1 e0",
    "enter MsgWaitForMultipleObjectsEx n1 t500 m1cff f2 h4 a1 r0 e0",
    "leave MsgWaitForMultipleObjectsEx n1 t500 m1cff f2 h4 a1 r0 e0",
    "call ResetEvent h4 r1 e0",
    "enter WaitForSingleObject n1 t30 m0 f0 h4 a0 r0 e0",
    "leave WaitForSingleObject n1 t30 m0 f0 h4 a0 r258 e0",
    "enter WaitForSingleObject n1 t30 m0 f0 h0 a0 r0 e0",
    "leave WaitForSingleObject n1 t30 m0 f0 h0 a0 r4294967295 e6",
    "enter SendMessageW w4444 8000 0 0 r0 e0",
    "leave SendMessageW w4444 8000 0 0 r0 e0",
    "call PostQuitMessage w0 12 4 0 r0 e0",
    "enter GetMessageW w0 0-0 p1",
    "leave GetMessageW w0 12 4 0 r0 e0",
    "state 16 said", /* OUTPUT */
    "state 6 ",      /* PROCESS_END */
};
#define EXPECTED (sizeof expected / sizeof *expected)

START_TEST(test_records) {
  struct program program;
  struct memory memory;
  load(&program, "posts_and_reads");
  memory_open(&memory, 1000);
  rig_engine_record(program.engine, &memory.log);
  ck_assert_int_eq(run(program.engine), RIG_SIM_COMPLETE);
  struct rig_trace *trace = memory_trace(&memory);
  size_t seen = 0;
  uint64_t stamp = 0;
  uint32_t entered = RIG_NO_RECORD;
  for (uint32_t i = 0; i < rig_trace_count(trace); i++) {
    struct rig_record record;
    char text[200];
    char caller[200] = "";
    ck_assert(rig_trace_record(trace, i, &record));
    describe(trace, i, &record, text, sizeof text);
    ck_assert_msg(seen < EXPECTED, "one more: %s", text);
    ck_assert_str_eq(text, expected[seen++]);
    ck_assert_uint_gt(record.stamp, stamp);
    stamp = record.stamp;
    ck_assert_uint_eq(record.thread, rig_engine_thread_id(0));
    if (record.kind != RIG_KIND_STATE) {
      ck_assert(
          rig_image_name(rig_engine_image(program.engine), record.caller, caller, sizeof caller));
      ck_assert_ptr_nonnull(strstr(caller, "posts_and_reads+0x"));
    }
    if (record.kind == RIG_KIND_ENTER) {
      entered = i;
    } else if (record.kind == RIG_KIND_LEAVE) {
      ck_assert_uint_eq(record.link, entered);
    }
    i += record.more;
  }
  ck_assert_uint_eq(seen, EXPECTED);
  rig_trace_close(trace);
  memory_close(&memory);
  rig_engine_free(program.engine);
}
END_TEST

/* ---- boundaries ---- */

struct director {
  uint32_t boundaries;
  uint32_t hold_at; /* which boundary holds its thread */
  struct rig_engine_look at;
};

static bool boundary(void *self, struct rig_engine *engine, uint32_t thread, enum rig_call call,
                     enum rig_edge edge) {
  struct director *director = self;
  (void)edge;
  ck_assert_uint_eq(thread, 0);
  ck_assert_int_ne(call, RIG_CALL_NONE);
  rig_engine_set_error(engine, 4711); /* must not reach the program */
  if (director->boundaries++ != director->hold_at) {
    return false;
  }
  rig_engine_look(engine, thread, &director->at);
  return true;
}

START_TEST(test_boundaries) {
  struct program program;
  struct director director = {.hold_at = UINT32_MAX};
  const struct rig_engine_listener listener = {.self = &director, .boundary = boundary};
  load(&program, "posts_and_reads");
  rig_engine_listen(program.engine, &listener);
  ck_assert_int_eq(run(program.engine), RIG_SIM_COMPLETE);
  /* Entry and return of 14 calls. */
  ck_assert_uint_eq(director.boundaries, 28);
  rig_engine_free(program.engine);

  load(&program, "posts_and_reads");
  director = (struct director){.hold_at = 6}; /* the entry of PeekMessage */
  rig_engine_listen(program.engine, &listener);
  ck_assert_int_eq(run(program.engine), RIG_SIM_DEADLOCK);
  ck_assert_ptr_nonnull(strstr(rig_engine_message(program.engine), "main is held in PeekMessageW"));
  ck_assert_int_eq(director.at.call, RIG_CALL_PeekMessageW);
  struct rig_engine_look look;
  rig_engine_look(program.engine, 0, &look);
  ck_assert_int_eq(look.place, RIG_PLACE_HELD);
  uint64_t frames[8];
  ck_assert_uint_ge(rig_engine_stack(program.engine, 0, frames, 8), 1);
  char where[200];
  ck_assert(rig_image_name(rig_engine_image(program.engine), frames[0], where, sizeof where));
  ck_assert_ptr_nonnull(strstr(where, "posts_and_reads+0x"));
  rig_engine_release(program.engine, 0);
  ck_assert_int_eq(run(program.engine), RIG_SIM_COMPLETE);
  rig_engine_free(program.engine);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("engine record");
  TCase *cases = tcase_create("engine record");
  tcase_add_test(cases, test_records);
  tcase_add_test(cases, test_boundaries);
  suite_add_tcase(suite, cases);
  return run_suite(suite);
}
