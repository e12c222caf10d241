/*
 * The numbers of version 1 of the session format stay what they are: a kept session must mean the
 * same tomorrow. unit/format-1.txt holds them; new entries may only be added behind the old ones.
 * `test_core_format --write FILE` writes the file anew, for a new version.
 */
#include <check.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/session.h"
#include "unit/suite.h"

struct number {
  const char *kind;
  const char *name;
  size_t value;
};

#define FIELD(type, field)                                                                         \
  { #type, #field, offsetof(struct type, field) }
#define PAYLOAD(field)                                                                             \
  { "rig_payload", #field, offsetof(union rig_payload, field) }
#define VALUE(name)                                                                                \
  { "value", #name, (size_t)name }

static const struct number numbers[] = {
#define RIG_X(name, family, payload) {"call", #name, RIG_CALL_##name},
    RIG_CALLS(RIG_X)
#undef RIG_X
#define RIG_X(name, word) {"family", #name, RIG_FAMILY_##name},
        RIG_FAMILIES(RIG_X)
#undef RIG_X
#define RIG_X(name, text) {"state", #name, RIG_STATE_##name},
            RIG_STATES(RIG_X)
#undef RIG_X
#define RIG_X(symbol, word, text) {"action", #symbol, RIG_ACTION_##symbol},
                RIG_ACTIONS(RIG_X)
#undef RIG_X

                    VALUE(RIG_KIND_ENTER),
    VALUE(RIG_KIND_LEAVE),
    VALUE(RIG_KIND_CALL),
    VALUE(RIG_KIND_RECEIPT),
    VALUE(RIG_KIND_STIMULUS),
    VALUE(RIG_KIND_STATE),
    VALUE(RIG_KIND_MORE),
    VALUE(RIG_TRIGGER_BLOCKED),
    VALUE(RIG_TRIGGER_START),
    VALUE(RIG_HANDLER_QUITS),
    VALUE(RIG_FAULT_TAKES),
    VALUE(RIG_WHO_MAPI),
    VALUE(RIG_WHO_NUMBERED),
    VALUE(RIG_EDGE_RETURN),
    VALUE(RIG_STOP_KILL),
    VALUE(RIG_END_TIMEOUT),
    VALUE(RIG_MISSING_WAIT),
    VALUE(RIG_OBJECT_PROCESS),
    VALUE(RIG_WINDOW_IDLE),
    VALUE(RIG_WINDOW_APC),
    VALUE(RIG_ROLE_DESKTOP),
    VALUE(RIG_PHASE_NOT_STARTED),
    VALUE(RIG_TEXT_SERVICE_ARGS),
    VALUE(RIG_BUFFER_FOREIGN),
    VALUE(RIG_STIMULUS_TIMED_OUT),
    VALUE(RIG_APARTMENT_NEUTRAL),
    VALUE(RIG_STANCE_SUSPENDED),
    VALUE(RIG_AWAITED_SECTION),
    FIELD(rig_header, file_bytes),
    FIELD(rig_header, log_offset),
    FIELD(rig_header, role),
    FIELD(rig_header, clock),
    FIELD(rig_header, texts),
    FIELD(rig_header, stamp_first),
    FIELD(rig_header, ns_last),
    FIELD(rig_header, next),
    FIELD(rig_header, process),
    FIELD(rig_header, phase),
    FIELD(rig_header, exit_code),
    FIELD(rig_step, family),
    FIELD(rig_step, trigger_count),
    FIELD(rig_step, text),
    FIELD(rig_step, exit_code),
    FIELD(rig_step, column),
    FIELD(rig_step, result),
    FIELD(rig_step, trigger_window),
    FIELD(rig_record, link),
    FIELD(rig_record, stamp),
    FIELD(rig_record, caller),
    FIELD(rig_record, u),
    PAYLOAD(wait.error),
    PAYLOAD(retrieve.remove),
    PAYLOAD(message.error),
    PAYLOAD(queue.result),
    PAYLOAD(object.error),
    PAYLOAD(com.clsid),
    PAYLOAD(scm.value),
    PAYLOAD(init.first_thread),
    PAYLOAD(init.apartment),
    PAYLOAD(init.loader_lock),
    PAYLOAD(logon.session),
    PAYLOAD(buffer.problem),
    PAYLOAD(mapi.result),
    PAYLOAD(receipt.sinks),
    PAYLOAD(stimulus.repeat),
    PAYLOAD(state.value),
    PAYLOAD(state.second),
};

static size_t count_of(const char *kind) {
  size_t count = 0;
  for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
    count += strcmp(numbers[i].kind, kind) == 0;
  }
  return count;
}

static const struct number *find(const char *kind, const char *name) {
  for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
    if (strcmp(numbers[i].kind, kind) == 0 && strcmp(numbers[i].name, name) == 0) {
      return &numbers[i];
    }
  }
  return NULL;
}

START_TEST(version_1_holds) {
  char kind[32];
  char name[64];
  size_t value;
  size_t lines = 0;
  ck_assert_uint_eq(RIG_SESSION_VERSION, 1); /* a new version needs a file of its own */
  FILE *file = fopen(RIG_SOURCE_DIR "/tests/unit/format-1.txt", "r");
  ck_assert_ptr_nonnull(file);
  while (fscanf(file, "%31s %63s %zu\n", kind, name, &value) == 3) {
    const struct number *now = find(kind, name);
    ck_assert_msg(now != NULL && now->value == value,
                  "%s %s was %zu in version 1, and is %s%zu now: add new entries behind the old "
                  "ones, or raise RIG_SESSION_VERSION and say in FORMAT.md what changed",
                  kind, name, value, now == NULL ? "missing, not " : "",
                  now == NULL ? value : now->value);
    lines++;
  }
  ck_assert(feof(file));
  fclose(file);
  ck_assert_uint_ge(lines, count_of("call") / 2); /* the file is not empty */
}
END_TEST

static int write_file(const char *path) {
  FILE *file = fopen(path, "w");
  if (file == NULL) {
    perror(path);
    return EXIT_FAILURE;
  }
  for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
    fprintf(file, "%s %s %zu\n", numbers[i].kind, numbers[i].name, numbers[i].value);
  }
  return fclose(file) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

static Suite *make_suite(void) {
  Suite *suite = suite_create("core format");
  TCase *cases = tcase_create("format");
  tcase_add_test(cases, version_1_holds);
  suite_add_tcase(suite, cases);
  return suite;
}

int main(int argc, char **argv) {
  if (argc == 3 && strcmp(argv[1], "--write") == 0) {
    return write_file(argv[2]);
  }
  return run_suite(make_suite());
}
