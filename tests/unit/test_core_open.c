/*
 * Opening a session: every field that bounds something, wrong in turn, is named with its offset.
 */
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "unit/core_memory.h"
#include "unit/suite.h"

#define AT(field) ((unsigned)__builtin_offsetof(struct rig_header, field))

static void make(struct memory *memory) {
  static const struct rig_step steps[2] = {
      {.action = RIG_ACTION_SET_EVENT, .text = 1, .line = 3},
      {.action = RIG_ACTION_STOP, .trigger = RIG_TRIGGER_SETTLED},
  };
  const struct rig_session_plan plan = {
      .steps = steps,
      .step_count = 2,
      .step_texts = "\0stop",
      .step_text_bytes = 6,
      .texts = {[RIG_TEXT_CLIENT] = "service.exe", [RIG_TEXT_FOLDER] = ""},
      .role = RIG_ROLE_CONSOLE,
      .stop_way = RIG_STOP_EVENT,
      .deadline_ms = 1000,
  };
  memory_open_plan(memory, &plan, 8);
}

START_TEST(plan_and_texts) {
  struct memory memory;
  make(&memory);
  struct rig_trace *trace = memory_trace(&memory);
  ck_assert_uint_eq(rig_trace_header(trace)->role, RIG_ROLE_CONSOLE);
  ck_assert_uint_eq(rig_trace_header(trace)->deadline_ms, 1000);
  ck_assert_uint_eq(rig_trace_step(trace, 0)->line, 3);
  ck_assert_str_eq(rig_trace_text_at(trace, rig_trace_step(trace, 0)->text), "stop");
  ck_assert_ptr_null(rig_trace_step(trace, 2));
  ck_assert_str_eq(rig_trace_text(trace, RIG_TEXT_CLIENT), "service.exe");
  ck_assert_str_eq(rig_trace_text(trace, RIG_TEXT_FOLDER), "");
  ck_assert_str_eq(rig_trace_text(trace, RIG_TEXT_STDOUT), "");
  ck_assert_str_eq(rig_trace_text(trace, RIG_TEXT_COUNT), "");
  ck_assert_str_eq(rig_trace_text_at(trace, UINT32_MAX), "");
  ck_assert_str_eq(rig_log_text(&memory.log, memory.log.header->texts[RIG_TEXT_CLIENT]),
                   "service.exe");
  ck_assert_str_eq(rig_log_text(&memory.log, memory.log.header->text_bytes), "");
  /* The client may overwrite the mapping: plan and texts are the reader's own. */
  memset(memory.base + memory.layout.plan_offset, 0xFF,
         (size_t)(memory.layout.log_offset - memory.layout.plan_offset));
  ck_assert_str_eq(rig_trace_text(trace, RIG_TEXT_CLIENT), "service.exe");
  ck_assert_uint_eq(rig_trace_step(trace, 1)->action, RIG_ACTION_STOP);
  rig_trace_close(trace);
  memory_close(&memory);
}
END_TEST

/* Opens the spoilt session: the reader refuses it and names the byte; where the writer would follow
 * the field, it refuses too. */
static void refused(struct memory *memory, enum rig_status expected, uint64_t offset, bool writer) {
  struct rig_trace *trace = NULL;
  char error[MEMORY_ERROR_BYTES] = "";
  char prefix[32];
  const enum rig_status status = rig_trace_open_memory(
      memory->base, (size_t)memory->layout.file_bytes, &trace, error, sizeof error);
  ck_assert_int_eq(status, expected);
  ck_assert_ptr_null(trace); /* outputs untouched */
  snprintf(prefix, sizeof prefix, "byte %llu: ", (unsigned long long)offset);
  ck_assert_msg(strncmp(error, prefix, strlen(prefix)) == 0, "%s not at %s", error, prefix);
  ck_assert_ptr_nonnull(strstr(error + strlen(prefix), ": ")); /* the remedy */
  ck_assert_ptr_null(strchr(error, '\n'));
  struct rig_log log = {.capacity = 12345};
  if (writer) {
    ck_assert(!rig_log_open(&log, memory->base, memory->layout.file_bytes));
    ck_assert_uint_eq(log.capacity, 12345);
  }
  memory_close(memory);
}

#define REFUSED(field, value, status, writer)                                                      \
  do {                                                                                             \
    struct memory memory;                                                                          \
    make(&memory);                                                                                 \
    memory.log.header->field = (value);                                                            \
    refused(&memory, status, AT(field), writer);                                                   \
  } while (0)

START_TEST(damaged_headers) {
  REFUSED(magic[0], 'X', RIG_DAMAGED, true);
  REFUSED(version, 2, RIG_VERSION, true);
  REFUSED(header_bytes, 4095, RIG_DAMAGED, true);
  REFUSED(record_bytes, 48, RIG_DAMAGED, true);
  REFUSED(step_bytes, 0, RIG_DAMAGED, true);
  REFUSED(file_bytes, UINT64_MAX, RIG_DAMAGED, false);
  REFUSED(plan_offset, 0, RIG_DAMAGED, true);
  REFUSED(plan_offset, 4097, RIG_DAMAGED, true);
  REFUSED(plan_offset, UINT64_MAX - 7, RIG_DAMAGED, true);
  REFUSED(plan_steps, RIG_STEPS_MAX + 1, RIG_DAMAGED, true);
  REFUSED(plan_steps, UINT32_MAX, RIG_DAMAGED, true);
  REFUSED(text_offset, 64, RIG_DAMAGED, true);
  REFUSED(text_offset, UINT64_MAX, RIG_DAMAGED, true);
  REFUSED(text_bytes, UINT32_MAX, RIG_DAMAGED, true);
  REFUSED(text_bytes, 0, RIG_DAMAGED, true);
  REFUSED(log_offset, 4100, RIG_DAMAGED, true);
  REFUSED(log_offset, UINT64_MAX - 63, RIG_DAMAGED, true);
  REFUSED(log_capacity, RIG_LOG_RECORDS_MAX + 1, RIG_DAMAGED, true);
  REFUSED(role, RIG_ROLE_COUNT, RIG_DAMAGED, false);
  REFUSED(stop_way, RIG_STOP_COUNT, RIG_DAMAGED, false);
  REFUSED(clock, 2, RIG_DAMAGED, false);
  REFUSED(phase, 99, RIG_DAMAGED, false);
}
END_TEST

/* A bound that fits by itself but not into the file. */
START_TEST(too_short) {
  struct memory memory;
  make(&memory);
  memory.log.header->log_capacity = 9;
  refused(&memory, RIG_DAMAGED, AT(log_offset), true);
  make(&memory);
  memory.base[memory.layout.text_offset + memory.layout.text_bytes - 1] = 'x';
  refused(&memory, RIG_DAMAGED, memory.layout.text_offset, true);
  make(&memory);
  memory.base[memory.layout.text_offset] = 'x';
  refused(&memory, RIG_DAMAGED, memory.layout.text_offset, false);
}
END_TEST

#define STEP_REFUSED(field, value)                                                                 \
  do {                                                                                             \
    struct memory memory;                                                                          \
    make(&memory);                                                                                 \
    ((struct rig_step *)(memory.base + memory.layout.plan_offset))[1].field = (value);             \
    refused(&memory, RIG_DAMAGED,                                                                  \
            memory.layout.plan_offset + RIG_STEP_BYTES +                                           \
                __builtin_offsetof(struct rig_step, field),                                        \
            false);                                                                                \
  } while (0)

START_TEST(damaged_steps) {
  STEP_REFUSED(action, RIG_ACTION_COUNT);
  STEP_REFUSED(trigger, RIG_TRIGGER_COUNT);
  STEP_REFUSED(edge, 2);
  STEP_REFUSED(window, 3);
  STEP_REFUSED(family, RIG_FAMILY_COUNT);
  STEP_REFUSED(stop_way, RIG_STOP_COUNT);
  STEP_REFUSED(event_by, 2);
  STEP_REFUSED(handler, RIG_HANDLER_COUNT);
  STEP_REFUSED(fault, RIG_FAULT_COUNT);
  STEP_REFUSED(trigger_thread, RIG_WHO_COUNT);
  STEP_REFUSED(target_thread, RIG_WHO_COUNT);
  STEP_REFUSED(trigger_window, RIG_WINDOW_APC + 1);
  STEP_REFUSED(text, UINT32_MAX);
}
END_TEST

/* A session cut anywhere is refused, and the whole one at any alignment is read. */
START_TEST(cut_and_unaligned) {
  struct memory memory;
  make(&memory);
  memory_append(&memory, RIG_KIND_CALL, RIG_CALL_SetEvent, 1);
  const size_t bytes = (size_t)memory.layout.file_bytes;
  for (size_t cut = 0; cut < bytes; cut += cut < 64 || cut > 4090 ? 1 : 61) {
    struct rig_trace *trace = NULL;
    const enum rig_status status =
        rig_trace_open_memory(memory.base, cut, &trace, memory.error, sizeof memory.error);
    ck_assert_int_eq(status, RIG_DAMAGED);
  }
  for (size_t shift = 1; shift < 8; shift++) {
    unsigned char *copy = malloc(bytes + 8);
    ck_assert_ptr_nonnull(copy);
    memcpy(copy + shift, memory.base, bytes);
    struct rig_trace *trace = NULL;
    ck_assert_int_eq(
        rig_trace_open_memory(copy + shift, bytes, &trace, memory.error, sizeof memory.error),
        RIG_OK);
    struct rig_record out;
    ck_assert(rig_trace_record(trace, 0, &out));
    rig_trace_close(trace);
    free(copy);
  }
  memory_close(&memory);
}
END_TEST

static void cannot_open(const char *path, enum rig_status expected, const char *part) {
  struct rig_trace *trace = NULL;
  char error[MEMORY_ERROR_BYTES] = "";
  ck_assert_int_eq(rig_trace_open(path, &trace, error, sizeof error), expected);
  ck_assert_ptr_null(trace);
  ck_assert_msg(strncmp(error, path, strlen(path)) == 0, "%s", error);
  ck_assert_msg(strstr(error, part) != NULL, "%s", error);
}

START_TEST(files) {
  char folder[] = "/tmp/mapirig-core-XXXXXX";
  char path[64];
  ck_assert_ptr_nonnull(mkdtemp(folder));
  cannot_open(folder, RIG_IO, "not a regular file");
  snprintf(path, sizeof path, "%s/none", folder);
  cannot_open(path, RIG_NOT_FOUND, "No such file");
  snprintf(path, sizeof path, "%s/file", folder);
  const int file = open(path, O_WRONLY | O_CREAT, 0600);
  ck_assert_int_ge(file, 0);
  cannot_open(path, RIG_DAMAGED, "not a session file");
  ck_assert_int_eq(write(file, RIG_SESSION_MAGIC "and no more", 19), 19);
  cannot_open(path, RIG_DAMAGED, "byte 19: the header ends here");
  close(file);
  unlink(path);
  ck_assert_int_eq(mkfifo(path, 0600), 0);
  cannot_open(path, RIG_IO, "not a regular file"); /* and does not wait for its writer */
  unlink(path);
  rmdir(folder);
}
END_TEST

/* A live session is mostly empty pages: only what is used is read. */
START_TEST(live_files) {
  struct memory memory;
  struct rig_trace *trace = NULL;
  struct rig_record out;
  char path[] = "/tmp/mapirig-core-XXXXXX";
  make(&memory);
  for (uint32_t i = 0; i < 3; i++) {
    memory_append(&memory, RIG_KIND_CALL, RIG_CALL_SetEvent, 1);
  }
  /* Sparse: 4 GiB of log. */
  struct rig_header *header = memory.log.header;
  const off_t end = (off_t)header->log_offset + (off_t)RIG_LOG_RECORDS_MAX * RIG_RECORD_BYTES;
  const int file = mkstemp(path);
  ck_assert_int_ge(file, 0);
  header->log_capacity = RIG_LOG_RECORDS_MAX;
  header->file_bytes = (uint64_t)end;
  ck_assert_int_eq(ftruncate(file, end), 0);
  const ssize_t bytes = (ssize_t)memory.layout.file_bytes;
  ck_assert_int_eq(pwrite(file, memory.base, (size_t)bytes, 0), bytes);
  ck_assert_msg(rig_trace_open(path, &trace, memory.error, sizeof memory.error) == RIG_OK, "%s",
                memory.error);
  ck_assert_uint_eq(rig_trace_count(trace), 3);
  ck_assert(rig_trace_record(trace, 2, &out));
  ck_assert_uint_eq(rig_trace_step(trace, 0)->line, 3);
  rig_trace_close(trace);
  close(file);
  unlink(path);
  memory_close(&memory);
}
END_TEST

/* Bounds that hold by themselves, and ask for more memory than any session has. */
START_TEST(huge_files) {
  struct memory memory;
  char path[] = "/tmp/mapirig-core-XXXXXX";
  make(&memory);
  struct rig_header *header = memory.log.header;
  const int file = mkstemp(path);
  ck_assert_int_ge(file, 0);
  header->log_offset = 1ull << 40;
  header->file_bytes = (1ull << 40) + (1u << 20);
  ck_assert_int_eq(ftruncate(file, (off_t)header->file_bytes), 0);
  const ssize_t bytes = (ssize_t)memory.layout.file_bytes;
  ck_assert_int_eq(pwrite(file, memory.base, (size_t)bytes, 0), bytes);
  cannot_open(path, RIG_DAMAGED, "no session goes on beyond this");
  close(file);
  unlink(path);
  memory_close(&memory);
}
END_TEST

static Suite *make_suite(void) {
  Suite *suite = suite_create("core open");
  TCase *cases = tcase_create("open");
  tcase_add_test(cases, plan_and_texts);
  tcase_add_test(cases, damaged_headers);
  tcase_add_test(cases, too_short);
  tcase_add_test(cases, damaged_steps);
  tcase_add_test(cases, cut_and_unaligned);
  tcase_add_test(cases, files);
  tcase_add_test(cases, live_files);
  tcase_add_test(cases, huge_files);
  suite_add_tcase(suite, cases);
  return suite;
}

int main(void) {
  return run_suite(make_suite());
}
