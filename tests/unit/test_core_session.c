/*
 * Session files on a real file system: made, kept, removed, and refused with a remedy.
 */
#include <check.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/session_file.h"
#include "core/trace.h"
#include "unit/suite.h"

#define ERROR_BYTES 1024

static char folder[64];

static void setup(void) {
  strcpy(folder, "/tmp/mapirig-core-XXXXXX");
  ck_assert_ptr_nonnull(mkdtemp(folder));
}

/* Fails when a test left anything behind. */
static void teardown(void) {
  ck_assert_msg(rmdir(folder) == 0, "%s is not empty", folder);
}

static const struct rig_session_plan empty_plan = {.deadline_ms = 1000};

static struct rig_session_file create(uint32_t capacity) {
  struct rig_session_file file;
  char error[ERROR_BYTES] = "";
  int fell_back = -1;
  const enum rig_status status =
      rig_session_create(folder, &empty_plan, capacity, 1, &file, &fell_back, error, sizeof error);
  ck_assert_msg(status == RIG_OK, "%s", error);
  ck_assert_int_eq(fell_back, 0);
  return file;
}

static void append(struct rig_session_file *file, uint32_t count) {
  struct rig_record record = {.kind = RIG_KIND_CALL, .call = RIG_CALL_SetEvent, .thread = 4};
  record.link = RIG_NO_RECORD;
  record.stamp = file->log.header->stamp_first;
  for (uint32_t i = 0; i < count; i++) {
    record.u.object.handle = i;
    (void)rig_log_append(&file->log, &record, NULL, 0);
  }
}

START_TEST(capacity) {
  const uint64_t mib = 1u << 20;
  ck_assert_uint_eq(rig_session_capacity(64 * mib, 1), 262144); /* a container's /dev/shm */
  ck_assert_uint_eq(rig_session_capacity(64 * mib, 4), 65536);
  ck_assert_uint_eq(rig_session_capacity(64 * mib, 0), 262144);
  ck_assert_uint_eq(rig_session_capacity(mib, 1), 4096);
  ck_assert_uint_eq(rig_session_capacity(mib - 1, 1), 0);
  ck_assert_uint_eq(rig_session_capacity(mib, 2), 0);
  ck_assert_uint_eq(rig_session_capacity(0, 1), 0);
  ck_assert_uint_eq(rig_session_capacity(UINT64_MAX, 1), 1048576);
  ck_assert_uint_eq(rig_session_capacity(UINT64_MAX, UINT32_MAX), 1048576);
}
END_TEST

START_TEST(create_and_remove) {
  struct rig_session_file file = create(5000);
  struct stat about;
  ck_assert_int_eq(stat(file.path, &about), 0);
  ck_assert_int_eq(about.st_mode & 0777, 0600);
  ck_assert_int_eq(about.st_size, (off_t)file.bytes);
  ck_assert_uint_eq(file.log.capacity, 5000);
  /* Every page is there already: no SIGBUS can come later. */
  ck_assert_uint_ge((uint64_t)about.st_blocks * 512, file.bytes);
  struct rig_session_file other = create(4096);
  ck_assert_str_ne(file.path, other.path);
  char path[sizeof file.path];
  strcpy(path, file.path);
  rig_session_remove(&other);
  rig_session_remove(&file);
  rig_session_remove(&file); /* harmless */
  ck_assert_int_ne(stat(path, &about), 0);
}
END_TEST

START_TEST(usual_size) {
  struct rig_session_file file = create(0);
  ck_assert_uint_ge(file.log.capacity, RIG_SESSION_RECORDS_MIN);
  ck_assert_uint_le(file.log.capacity, RIG_SESSION_RECORDS_USUAL);
  rig_session_remove(&file);
}
END_TEST

START_TEST(keep) {
  struct rig_session_file file = create(4096);
  char path[128];
  char error[ERROR_BYTES] = "";
  append(&file, 3);
  snprintf(path, sizeof path, "%s/kept", folder);
  const int old = open(path, O_WRONLY | O_CREAT, 0600); /* an older one is replaced */
  ck_assert_int_ge(old, 0);
  close(old);
  ck_assert_msg(rig_session_keep(&file, path, error, sizeof error) == RIG_OK, "%s", error);
  ck_assert_ptr_null(file.base);
  struct stat about;
  ck_assert_int_eq(stat(path, &about), 0);
  ck_assert_int_eq(about.st_size, 8192 + 3 * RIG_RECORD_BYTES); /* header, texts' page, records */
  struct rig_trace *trace = NULL;
  ck_assert_msg(rig_trace_open(path, &trace, error, sizeof error) == RIG_OK, "%s", error);
  struct rig_record record;
  ck_assert_uint_eq(rig_trace_count(trace), 3);
  ck_assert(rig_trace_record(trace, 2, &record));
  ck_assert_uint_eq(record.u.object.handle, 2);
  rig_trace_close(trace);
  unlink(path);
}
END_TEST

/* What was full stays full, and what the client wrote over the header bounds nothing. */
START_TEST(keep_full_and_overwritten) {
  struct rig_session_file file = create(4096);
  char path[128];
  char error[ERROR_BYTES] = "";
  append(&file, 4100);
  file.log.header->log_capacity = UINT32_MAX;
  file.log.header->log_offset = UINT64_MAX;
  file.log.header->file_bytes = 0;
  snprintf(path, sizeof path, "%s/kept", folder);
  ck_assert_msg(rig_session_keep(&file, path, error, sizeof error) == RIG_OK, "%s", error);
  struct stat about;
  ck_assert_int_eq(stat(path, &about), 0);
  ck_assert_int_eq(about.st_size, 8192 + 4096 * RIG_RECORD_BYTES);
  struct rig_trace *trace = NULL;
  ck_assert_int_eq(rig_trace_open(path, &trace, error, sizeof error), RIG_DAMAGED);
  ck_assert_ptr_nonnull(strstr(error, "log_offset"));
  unlink(path);

  file = create(4096);
  append(&file, 4100);
  ck_assert_int_eq(rig_session_keep(&file, path, error, sizeof error), RIG_OK);
  ck_assert_msg(rig_trace_open(path, &trace, error, sizeof error) == RIG_OK, "%s", error);
  struct rig_trace_health health;
  rig_trace_health(trace, &health);
  ck_assert_uint_eq(health.written, 4096 - RIG_LOG_TAIL);
  ck_assert_uint_eq(health.lost, 4 + RIG_LOG_TAIL);
  rig_trace_close(trace);
  unlink(path);
}
END_TEST

START_TEST(keep_nowhere) {
  struct rig_session_file file = create(4096);
  char error[ERROR_BYTES] = "";
  ck_assert_int_eq(rig_session_keep(&file, "/nowhere/kept", error, sizeof error), RIG_IO);
  ck_assert_ptr_nonnull(strstr(error, "/nowhere/kept: "));
  ck_assert_ptr_nonnull(file.base); /* still ours to end */
  char path[8192];
  memset(path, 'x', sizeof path - 1);
  path[sizeof path - 1] = '\0';
  ck_assert_int_eq(rig_session_keep(&file, path, error, sizeof error), RIG_INVALID);
  ck_assert_int_eq(rig_session_keep(&file, folder, error, sizeof error), RIG_IO); /* a folder */
  rig_session_remove(&file);
}
END_TEST

START_TEST(refused) {
  struct rig_session_file file = {.bytes = 42};
  char error[ERROR_BYTES] = "";
  int fell_back = 7;
  enum rig_status status = rig_session_create(folder, &empty_plan, RIG_SESSION_RECORDS_MAX + 1, 1,
                                              &file, &fell_back, error, sizeof error);
  ck_assert_int_eq(status, RIG_FULL);
  ck_assert_ptr_nonnull(strstr(error, "1048577 records"));
  status =
      rig_session_create("/nowhere", &empty_plan, 0, 1, &file, &fell_back, error, sizeof error);
  ck_assert_int_eq(status, RIG_FULL);
  ck_assert_ptr_nonnull(strstr(error, "/nowhere"));
  struct rig_session_plan plan = {.step_count = RIG_STEPS_MAX + 1};
  status = rig_session_create(folder, &plan, 0, 1, &file, &fell_back, error, sizeof error);
  ck_assert_int_eq(status, RIG_INVALID);
  ck_assert_ptr_nonnull(strstr(error, "4097 steps"));
  char *text = malloc(RIG_TEXT_BYTES_MAX + 1);
  ck_assert_ptr_nonnull(text);
  memset(text, 'x', RIG_TEXT_BYTES_MAX);
  text[RIG_TEXT_BYTES_MAX] = '\0';
  plan = (struct rig_session_plan){.texts = {[RIG_TEXT_SCENARIO_SOURCE] = text}};
  status = rig_session_create(NULL, &plan, 0, 1, &file, &fell_back, error, sizeof error);
  ck_assert_int_eq(status, RIG_INVALID);
  free(text);
  ck_assert_uint_eq(file.bytes, 42); /* outputs untouched */
  ck_assert_int_eq(fell_back, 7);
}
END_TEST

/* A file system that is too small: with a folder of our own as the cache, it falls back there. */
START_TEST(falls_back) {
  struct rig_session_file file;
  char error[ERROR_BYTES] = "";
  char made[128];
  int fell_back = 0;
  setenv("XDG_CACHE_HOME", folder, 1);
  /* Nobody's /dev/shm holds a log for each of four thousand million runs; no cache does either. */
  const enum rig_status status =
      rig_session_create(NULL, &empty_plan, 0, UINT32_MAX, &file, &fell_back, error, sizeof error);
  ck_assert_int_eq(status, RIG_FULL);
  ck_assert_ptr_nonnull(strstr(error, "/dev/shm has"));
  ck_assert_ptr_nonnull(strstr(error, folder));
  ck_assert_ptr_nonnull(strstr(error, "XDG_CACHE_HOME"));
  snprintf(made, sizeof made, "%s/mapirig", folder);
  struct stat about;
  ck_assert_int_eq(stat(made, &about), 0);
  ck_assert_int_eq(about.st_mode & 0777, 0700);
  rmdir(made);
}
END_TEST

START_TEST(calibrated) {
  struct rig_session_file file = create(4096);
  const struct rig_header *header = file.log.header;
  char error[ERROR_BYTES] = "";
  struct rig_trace *trace = NULL;
  ck_assert_int_eq(
      rig_trace_open_memory(file.base, (size_t)file.bytes, &trace, error, sizeof error), RIG_OK);
  append(&file, 1);
  usleep(20000);
  rig_session_calibrate(&file);
  ck_assert_uint_gt(header->stamp_last, header->stamp_first);
  /* The second point as milliseconds is what the clock says: its own definition, whatever the
   * machine's speed, and at least what was slept. */
  const double said = (double)(header->ns_last - header->ns_first) / 1e6;
  ck_assert_double_eq_tol(rig_trace_ms(trace, header->stamp_last), said, 1e-6);
  ck_assert_double_ge(said, 20.0);
  rig_trace_close(trace);
  rig_session_remove(&file);
}
END_TEST

/* A writer killed at any moment costs at most its own record. */
START_TEST(killed_writer) {
  struct rig_session_file file = create(100000);
  const pid_t child = fork();
  ck_assert_int_ge(child, 0);
  if (child == 0) {
    for (;;) {
      append(&file, 1000);
    }
  }
  while (__atomic_load_n(&file.log.header->next, __ATOMIC_ACQUIRE) < 1000) {
    usleep(100);
  }
  ck_assert_int_eq(kill(child, SIGKILL), 0);
  ck_assert_int_eq(waitpid(child, NULL, 0), child);
  struct rig_trace *trace = NULL;
  char error[ERROR_BYTES] = "";
  ck_assert_int_eq(
      rig_trace_open_memory(file.base, (size_t)file.bytes, &trace, error, sizeof error), RIG_OK);
  struct rig_trace_health health;
  rig_trace_health(trace, &health);
  ck_assert_uint_ge(health.written, 999);
  ck_assert_uint_le(health.torn, 1);
  ck_assert_uint_eq(health.bad, 0);
  rig_trace_close(trace);
  rig_session_remove(&file);
}
END_TEST

/* Makes an old file of `name`, as a run left it that was killed. */
static int old_file(const char *name) {
  char path[128];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  const int file = open(path, O_RDWR | O_CREAT, 0600);
  ck_assert_int_ge(file, 0);
  return file;
}

static void ck_unlink(const char *name, bool there) {
  char path[128];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  ck_assert_msg((unlink(path) == 0) == there, "%s", name);
}

/* A killed run's file goes, a living run's stays, and so does everything that is not a session. */
START_TEST(sweep) {
  struct rig_session_file file = create(4096);
  close(old_file("mapirig-1-0.session"));
  close(old_file("other.session"));
  const int held = old_file("mapirig-1-1.session");
  ck_assert_int_eq(flock(held, LOCK_EX), 0);
  char path[128];
  snprintf(path, sizeof path, "%s/mapirig-1-2.session", folder);
  ck_assert_int_eq(symlink("/etc/passwd", path), 0);
  ck_assert_uint_eq(rig_session_sweep(folder, 3600), 0); /* all of them are young */
  ck_assert_uint_eq(rig_session_sweep(folder, 0), 1);
  struct stat about;
  ck_assert_int_eq(stat(file.path, &about), 0);
  close(held);
  ck_assert_uint_eq(rig_session_sweep(folder, 0), 1); /* its run is dead now */
  ck_unlink("mapirig-1-0.session", false);
  ck_unlink("mapirig-1-1.session", false);
  ck_unlink("mapirig-1-2.session", true);
  ck_unlink("other.session", true);
  rig_session_remove(&file);
  ck_assert_uint_eq(rig_session_sweep("/nowhere", 0), 0);
}
END_TEST

static Suite *make_suite(void) {
  Suite *suite = suite_create("core session");
  TCase *cases = tcase_create("session");
  tcase_add_checked_fixture(cases, setup, teardown);
  tcase_set_timeout(cases, 60);
  tcase_add_test(cases, capacity);
  tcase_add_test(cases, create_and_remove);
  tcase_add_test(cases, usual_size);
  tcase_add_test(cases, keep);
  tcase_add_test(cases, keep_full_and_overwritten);
  tcase_add_test(cases, keep_nowhere);
  tcase_add_test(cases, refused);
  tcase_add_test(cases, falls_back);
  tcase_add_test(cases, calibrated);
  tcase_add_test(cases, killed_writer);
  tcase_add_test(cases, sweep);
  suite_add_tcase(suite, cases);
  return suite;
}

int main(void) {
  return run_suite(make_suite());
}
