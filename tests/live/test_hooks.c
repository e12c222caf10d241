/*
 * The hooks, under Wine: they change nothing that the client sees, and every call of theirs is
 * recorded as it was made. The probes (tests/live/probes) print both sides.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probe.h"

#define LINES_MAX 512
#define LINE_BYTES 200
#define TEXT_BYTES 8192
#define WAIT_ARGUMENTS_BYTES 24 /* count to alertable */

/* The service never logs on, and is driven when it was blocked for so long. */
#define DEADLINE_MS 400

static struct probe probe;

static const struct probe_run all_calls = {.name = "hook-probe", .role = RIG_ROLE_CONSOLE};
static const struct probe_run service = {.name = "scm-probe",
                                         .role = RIG_ROLE_SERVICE,
                                         .deadline_ms = DEADLINE_MS,
                                         .service_arguments = {"one", "zw\xc3\xb6lf"}};
static const struct probe_run desk = {
    .name = "scm-probe", .role = RIG_ROLE_CONSOLE, .deadline_ms = DEADLINE_MS};

static void open_all(void) {
  probe_open(&probe);
}

static void close_all(void) {
  probe_close(&probe);
}

struct lines {
  char at[LINES_MAX][LINE_BYTES];
  size_t count;
};

static void add_line(struct lines *lines, const char *text, size_t length) {
  ck_assert_uint_lt(lines->count, LINES_MAX);
  (void)snprintf(lines->at[lines->count++], LINE_BYTES, "%.*s", (int)length, text);
}

/* The part of each printed line on one side of the bar: what the client saw, or the name of the
 * call and the payload its record must have. A line without a bar stands on the client's side. */
static void printed(struct lines *lines, bool payloads) {
  lines->count = 0;
  for (const char *line = probe.output; *line != '\0';) {
    const size_t length = strcspn(line, "\r\n");
    const char *bar = memchr(line, '|', length);
    if (payloads && bar != NULL) {
      char text[LINE_BYTES];
      (void)snprintf(text, sizeof text, "%.*s%.*s", (int)strcspn(line, " "), line,
                     (int)(line + length - bar - 1), bar + 1);
      add_line(lines, text, strlen(text));
    } else if (!payloads && length > 0) {
      add_line(lines, line, bar == NULL ? length : (size_t)(bar - line));
    }
    line += length + strspn(line + length, "\r\n");
  }
}

/* Each call as its completing record has it, in the same form. */
static void recorded(struct lines *lines) {
  lines->count = 0;
  for (uint32_t i = 0; i < rig_trace_count(probe.trace); i++) {
    struct rig_record record;
    if (!rig_trace_record(probe.trace, i, &record) ||
        (record.kind != RIG_KIND_LEAVE && record.kind != RIG_KIND_CALL)) {
      continue;
    }
    char text[LINE_BYTES];
    size_t used = (size_t)snprintf(text, sizeof text, "%s", rig_call_name(record.call));
    uint32_t words[sizeof record.u / sizeof(uint32_t)];
    memcpy(words, &record.u, sizeof words);
    for (size_t k = 0; k < sizeof words / sizeof *words; k++) {
      used += (size_t)snprintf(text + used, sizeof text - used, " %x", words[k]);
    }
    add_line(lines, text, used);
  }
}

/* Both columns from some lines before the first difference on. */
static void assert_same(const struct lines *left, const struct lines *right, const char *titles) {
  size_t same = 0;
  while (same < left->count && same < right->count &&
         strcmp(left->at[same], right->at[same]) == 0) {
    same++;
  }
  if (same == left->count && same == right->count) {
    return;
  }
  (void)printf("%s\n", titles);
  for (size_t i = same < 3 ? 0 : same - 3; i < same + 6; i++) {
    (void)printf("%3zu %-90s %s\n", i, i < left->count ? left->at[i] : "(nothing)",
                 i < right->count ? right->at[i] : "(nothing)");
  }
  ck_abort_msg("line %zu differs", same);
}

static struct lines first, second;

/* Less means that the probe did not come to its end. */
static void assert_whole(const struct lines *lines) {
  ck_assert_msg(lines->count > 100, "exit code %x after\n%s", probe.exit_code, probe.output);
}

START_TEST(every_call_is_recorded_as_made) {
  probe_run(&probe, &all_calls);
  printed(&first, true);
  recorded(&second);
  assert_whole(&first);
  assert_same(&first, &second, "the client's own account / the records");
}
END_TEST

START_TEST(nothing_changes_for_the_client) {
  struct probe_run bare = all_calls;
  bare.bare = true;
  probe_run(&probe, &bare);
  ck_assert_uint_eq(probe.exit_code, 0xABCD0100u);
  printed(&first, false);
  probe_run(&probe, &all_calls);
  ck_assert_uint_eq(probe.exit_code, 0xABCD0100u);
  printed(&second, false);
  /* The one difference there must be: a delay-loaded import was patched before its first use. */
  for (size_t i = 0; i < first.count; i++) {
    if (strcmp(first.at[i], "delayed slot thunk") == 0) {
      (void)snprintf(first.at[i], LINE_BYTES, "delayed slot hook");
    }
  }
  assert_whole(&first);
  assert_same(&first, &second, "without the stub / with it");
}
END_TEST

/* What a record that opens a call must share with the one that closes it. */
static void check_pair(const struct rig_record *enter, const struct rig_record *leave) {
  ck_assert_uint_eq(enter->call, leave->call);
  ck_assert_uint_eq(enter->thread, leave->thread);
  ck_assert_uint_eq(enter->caller, leave->caller);
  ck_assert_uint_le(enter->stamp, leave->stamp);
  if (rig_call_shape(leave->call) == RIG_SHAPE_wait) {
    ck_assert_mem_eq(&enter->u.wait, &leave->u.wait, WAIT_ARGUMENTS_BYTES);
  }
}

/* The continuation has every handle that the call may wait for. */
static void check_handles(uint32_t index, const struct rig_record *enter) {
  uint32_t handles[128];
  const size_t bytes = rig_trace_more(probe.trace, index, handles, sizeof handles);
  const uint32_t count = enter->u.wait.count > 64 ? 64 : enter->u.wait.count;
  if (enter->u.wait.handle == 0) {
    ck_assert_uint_eq(bytes, 0); /* none, or an array that could not be read */
    return;
  }
  ck_assert_uint_eq(bytes, count * sizeof *handles);
  ck_assert_uint_eq(handles[0], enter->u.wait.handle);
}

START_TEST(enters_and_leaves_pair_up) {
  uint32_t modules = 0;
  uint64_t from[8];
  uint64_t to[8];
  struct rig_record record;
  uint32_t at = 0;
  probe_run(&probe, &all_calls);
  while (probe_next(&probe, &at, RIG_KIND_STATE, RIG_STATE_MODULE, &record)) {
    ck_assert_uint_lt(modules, 8);
    from[modules] = record.u.state.value;
    to[modules++] = record.u.state.value + record.u.state.a;
  }
  ck_assert_uint_eq(modules, 4); /* the exe, the forwarder, the plugin and its copy */
  for (uint32_t i = 0; i < rig_trace_count(probe.trace); i++) {
    if (!rig_trace_record(probe.trace, i, &record)) {
      continue;
    }
    if (record.kind == RIG_KIND_LEAVE) {
      struct rig_record enter;
      ck_assert(rig_trace_record(probe.trace, record.link, &enter));
      check_pair(&enter, &record);
      if (rig_call_shape(enter.call) == RIG_SHAPE_wait) {
        check_handles(record.link, &enter);
      }
    }
    if (record.kind == RIG_KIND_LEAVE || record.kind == RIG_KIND_CALL) {
      bool inside = false;
      for (uint32_t m = 0; m < modules; m++) {
        inside = inside || (record.caller >= from[m] && record.caller < to[m]);
      }
      ck_assert_msg(inside, "record %u: caller outside the client", i);
    }
  }
}
END_TEST

/* Calls that returned; of ServiceMain its beginning is enough: once SERVICE_STOPPED is reported the
 * dispatcher returns, and the process may end before that thread comes back. */
static void mark_calls(bool seen[RIG_CALL_COUNT]) {
  for (uint32_t i = 0; i < rig_trace_count(probe.trace); i++) {
    struct rig_record record;
    if (rig_trace_record(probe.trace, i, &record) &&
        (record.kind == RIG_KIND_LEAVE || record.kind == RIG_KIND_CALL ||
         (record.kind == RIG_KIND_ENTER && record.call == RIG_CALL_ServiceMain))) {
      seen[record.call] = true;
    }
  }
}

/* Every call before MAPI's own in the list has a hook, and a probe that makes it. */
START_TEST(no_hook_goes_untested) {
  bool seen[RIG_CALL_COUNT] = {false};
  probe_run(&probe, &all_calls);
  mark_calls(seen);
  probe_run(&probe, &service);
  mark_calls(seen);
  probe_run(&probe, &desk);
  mark_calls(seen);
  for (unsigned call = 1; call < RIG_CALL_MAPIInitialize; call++) {
    ck_assert_msg(seen[call], "no probe made a recorded %s", rig_call_name(call));
  }
}
END_TEST

START_TEST(what_it_says_is_kept) {
  char said[TEXT_BYTES] = "";
  char expected[TEXT_BYTES] = "narrow: ";
  struct rig_record record;
  uint32_t at = 0;
  probe_run(&probe, &all_calls);
  while (probe_next(&probe, &at, RIG_KIND_STATE, RIG_STATE_OUTPUT, &record)) {
    const size_t used = strlen(said);
    said[used + rig_trace_more(probe.trace, at - 1, said + used, sizeof said - used - 1)] = '\0';
  }
  size_t used = strlen(expected);
  for (unsigned i = 0; i < 1999; i++) {
    expected[used++] = (char)('a' + i % 26);
  }
  used += (size_t)snprintf(expected + used, sizeof expected - used, "\nwide: ");
  for (unsigned i = 0; i < 1999; i++) { /* alpha to omega, two bytes each */
    const unsigned character = 0x3b1 + i % 24;
    expected[used++] = (char)(0xC0 | character >> 6);
    expected[used++] = (char)(0x80 | (character & 0x3F));
  }
  ck_assert_str_eq(said, expected);
}
END_TEST

/* ---- how it ends ---- */

static void ends(const char *way, uint32_t exit_code, bool end, bool known, uint32_t exceptions) {
  const struct probe_run run = {.name = "end-probe", .argument = way, .role = RIG_ROLE_CONSOLE};
  struct rig_record record;
  uint32_t at = 0;
  probe_run(&probe, &run);
  ck_assert_uint_eq(probe.exit_code, exit_code);
  ck_assert_uint_eq(probe_count(&probe, RIG_KIND_STATE, RIG_STATE_EXCEPTION), exceptions);
  ck_assert_uint_eq(probe_count(&probe, RIG_KIND_STATE, RIG_STATE_PROCESS_END), end);
  if (probe_next(&probe, &at, RIG_KIND_STATE, RIG_STATE_PROCESS_END, &record)) {
    ck_assert_uint_eq(record.u.state.b, known);
    ck_assert_uint_eq(record.u.state.a, known ? exit_code : 0);
  }
  /* The main thread and the passer-by; the director's own threads stay out. */
  ck_assert_uint_eq(probe_count(&probe, RIG_KIND_STATE, RIG_STATE_THREAD_START), 2);
  ck_assert_uint_eq(probe_count(&probe, RIG_KIND_STATE, RIG_STATE_THREAD_END), 1);
}

START_TEST(each_end_is_told) {
  ends("return", 0x9ABC, true, false, 0);
  ends("exit-process", 0x12340000, true, true, 0);
  ends("terminate", 0x56780000, true, true, 0);
  ends("crash", 0xC0000005, false, false, 1);
  ck_assert_str_eq(probe.output, "before 1\r\nfilter c0000005\r\n");
}
END_TEST

/* ---- the service control manager ---- */

static uint32_t thread_of(enum rig_kind kind, enum rig_call call) {
  struct rig_record record;
  uint32_t at = 0;
  ck_assert_msg(probe_next(&probe, &at, kind, call, &record), "no %s", rig_call_name(call));
  return record.thread;
}

START_TEST(a_service_is_served) {
  static const char expected[] = "register too early: 0 1083\r\n"
                                 "no table: 0 87\r\n"
                                 "empty table: 0 87\r\n"
                                 "argument 0: 70 72 6f 62 65\r\n"
                                 "argument 1: 6f 6e 65\r\n"
                                 "argument 2: 7a 77 f6 6c 66\r\n"
                                 "second dispatcher: 0 1056\r\n"
                                 "register A: 1 0\r\n"
                                 "register W: 1 0\r\n"
                                 "register ExA: 1 0\r\n"
                                 "register: 1 0\r\n"
                                 "bad handle: 0 6\r\n"
                                 "bad state: 0 13\r\n"
                                 "bad type: 0 13\r\n"
                                 "bad pointer: 0 487\r\n"
                                 "start pending: 1 0\r\n"
                                 "running: 1 0\r\n"
                                 "control 1 context given thread dispatcher\r\n"
                                 "stop pending: 1 0\r\n"
                                 "dispatcher: 1 0\r\n";
  static const uint32_t states[] = {2, 4, 3, 1};
  struct rig_record record;
  uint32_t at = 0;
  probe_run(&probe, &service);
  ck_assert_str_eq(probe.output, expected);
  for (size_t i = 0; i < sizeof states / sizeof *states; i++) {
    ck_assert(probe_next(&probe, &at, RIG_KIND_STATE, RIG_STATE_SERVICE, &record));
    ck_assert_uint_eq(record.u.state.a, states[i]);
  }
  ck_assert(!probe_next(&probe, &at, RIG_KIND_STATE, RIG_STATE_SERVICE, &record));
  const uint32_t dispatcher = thread_of(RIG_KIND_LEAVE, RIG_CALL_StartServiceCtrlDispatcherW);
  ck_assert_uint_eq(thread_of(RIG_KIND_LEAVE, RIG_CALL_HandlerEx), dispatcher);
  ck_assert_uint_ne(thread_of(RIG_KIND_ENTER, RIG_CALL_ServiceMain), dispatcher);
  at = 0;
  while (probe_next(&probe, &at, RIG_KIND_CALL, RIG_CALL_SetServiceStatus, &record)) {
    if (record.u.scm.state == 1) {
      ck_assert_uint_eq(record.u.scm.value, 1066 | UINT64_C(77) << 32);
    }
  }
}
END_TEST

static void two_services(const char *name, const char *expected) {
  const struct probe_run run = {.name = "scm-probe",
                                .argument = "two",
                                .role = RIG_ROLE_SERVICE,
                                .deadline_ms = DEADLINE_MS,
                                .service_name = name,
                                .service_arguments = {"mapi"}};
  probe_run(&probe, &run);
  ck_assert_str_eq(probe.output, expected);
}

START_TEST(a_process_may_hold_two_services) {
  two_services(NULL, "dispatcher: 1 0\r\n"
                     "alpha: runs 1 as 'alpha', controls 1\r\n"
                     "beta: runs 1 as 'beta', controls 1\r\n");
  two_services("Beta", "dispatcher: 1 0\r\n"
                       "alpha: runs 0 as '', controls 0\r\n"
                       "beta: runs 1 as 'Beta', controls 1\r\n");
  /* Any other name: a service alone in its process, whose table's name does not count. */
  two_services("gamma", "dispatcher: 1 0\r\n"
                        "alpha: runs 1 as 'gamma', controls 1\r\n"
                        "beta: runs 0 as '', controls 0\r\n");
}
END_TEST

/* The probe accepts SERVICE_CONTROL_STOP alone, and nothing once it stops. */
START_TEST(a_control_that_is_not_accepted_is_refused) {
  struct rig_scenario_step steps[2] = {0};
  struct probe_run run = service;
  struct rig_record record;
  uint32_t at = 0;
  for (size_t i = 0; i < 2; i++) {
    steps[i].step.action = RIG_ACTION_STOP;
    steps[i].step.trigger = RIG_TRIGGER_SETTLED;
    steps[i].step.stop_way = RIG_STOP_SCM;
  }
  steps[0].step.control = 5; /* SERVICE_CONTROL_SHUTDOWN */
  steps[1].step.control = 1; /* SERVICE_CONTROL_STOP */
  run.steps = steps;
  run.step_count = 2;
  probe_run(&probe, &run);
  ck_assert(probe_next(&probe, &at, RIG_KIND_STIMULUS, RIG_ACTION_STOP, &record));
  ck_assert_uint_eq(record.u.stimulus.error, 1052);
  ck_assert(probe_next(&probe, &at, RIG_KIND_STIMULUS, RIG_ACTION_STOP, &record));
  ck_assert_uint_eq(record.u.stimulus.error, 0);
  ck_assert_uint_eq(probe_count(&probe, RIG_KIND_LEAVE, RIG_CALL_HandlerEx), 1);
}
END_TEST

START_TEST(at_a_desk_there_is_no_service) {
  static const char expected[] = "register too early: 0 1083\r\n"
                                 "no table: 0 87\r\n"
                                 "empty table: 0 87\r\n"
                                 "dispatcher: 0 1063\r\n"
                                 "add: 1 0\r\n"
                                 "add: 1 0\r\n"
                                 "add: 1 0\r\n"
                                 "remove: 1 0\r\n"
                                 "remove again: 0 87\r\n"
                                 "second handler 0\r\n"
                                 "first handler 0\r\n"
                                 "events 1\r\n";
  probe_run(&probe, &desk);
  ck_assert_str_eq(probe.output, expected);
  ck_assert_uint_eq(probe.exit_code, 0);
  ck_assert_uint_eq(probe_count(&probe, RIG_KIND_LEAVE, RIG_CALL_HandlerRoutine), 2);
  ck_assert_uint_ne(thread_of(RIG_KIND_LEAVE, RIG_CALL_HandlerRoutine),
                    thread_of(RIG_KIND_CALL, RIG_CALL_SetConsoleCtrlHandler));
  ck_assert_uint_eq(probe_count(&probe, RIG_KIND_STATE, RIG_STATE_SERVICE), 0);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("hooks");
  TCase *tests = tcase_create("hooks");
  tcase_set_timeout(tests, 120);
  tcase_add_unchecked_fixture(tests, open_all, close_all);
  tcase_add_test(tests, every_call_is_recorded_as_made);
  tcase_add_test(tests, nothing_changes_for_the_client);
  tcase_add_test(tests, enters_and_leaves_pair_up);
  tcase_add_test(tests, no_hook_goes_untested);
  tcase_add_test(tests, what_it_says_is_kept);
  tcase_add_test(tests, each_end_is_told);
  tcase_add_test(tests, a_service_is_served);
  tcase_add_test(tests, a_process_may_hold_two_services);
  tcase_add_test(tests, a_control_that_is_not_accepted_is_refused);
  tcase_add_test(tests, at_a_desk_there_is_no_service);
  suite_add_tcase(suite, tests);
  SRunner *runner = srunner_create(suite);
  srunner_set_fork_status(runner, CK_NOFORK); /* all share the prefix */
  srunner_run_all(runner, CK_NORMAL);
  const int failed = srunner_ntests_failed(runner);
  srunner_free(runner);
  return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
