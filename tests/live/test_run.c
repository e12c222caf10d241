/*
 * Runs under the real Wine, with the built stub and host. The clients are programs that every
 * prefix has (Wine's cmd.exe and notepad.exe) and the host itself: none knows of MAPI, so nothing
 * but the harness decides what happens.
 */
#include <check.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "live/clock.h"
#include "live/files.h"
#include "live/live.h"
#include "live/process.h"
#include "live/wine.h"

static char error[700];
static struct rig_live *live;
static struct rig_wine wine;
static struct rig_scenario *scenario;
static char folder[RIG_PATH_BYTES];

/* Slow machines set RIG_SCALE, as the tests in Python know it. */
static uint32_t scale_permille(void) {
  const char *scale = getenv("RIG_SCALE");
  return scale != NULL && atof(scale) > 0 ? (uint32_t)(atof(scale) * 1000) : 1000;
}

static struct rig_scenario *parse(const char *text) {
  struct rig_scenario *made = NULL;
  struct rig_problems problems = {0};
  char path[RIG_PATH_BYTES];
  ck_assert(rig_path(path, "%s/test.yaml", folder));
  ck_assert_msg(rig_scenario_parse(path, text, strlen(text), &made, &problems) == RIG_OK, "%s",
                problems.count > 0 ? problems.items[0].text : "no problem told");
  rig_problems_free(&problems);
  return made;
}

static void setup(void) {
  char template[] = "/tmp/mapirig-test-XXXXXX";
  const struct rig_live_options options = {
      .binaries = RIG_BINARY_DIR "/bin", .parallel = 1, .scale_permille = scale_permille()};
  ck_assert_ptr_nonnull(mkdtemp(template));
  ck_assert(rig_path(folder, "%s", template));
  ck_assert_int_eq(rig_wine_find(&wine, error, sizeof error), RIG_OK);
  scenario = parse("version: 1\nname: test\n");
  ck_assert_msg(rig_live_open(&options, &live, error, sizeof error) == RIG_OK, "%s", error);
}

static void teardown(void) {
  live = rig_live_close(live);
  scenario = rig_scenario_free(scenario);
  rig_remove_tree(folder);
}

static const char *wines_own(const char *name) {
  static char path[RIG_PATH_BYTES];
  ck_assert(rig_path(path, "%s/%s", wine.windows[0], name));
  return path;
}

static struct rig_run_output run(const char *client, const char *const *arguments,
                                 const struct rig_scenario *with, uint32_t timeout_ms) {
  struct rig_run_output output;
  const struct rig_run_request request = {.client = client,
                                          .arguments = arguments,
                                          .scenario = with,
                                          .role = RIG_ROLE_SERVICE,
                                          .timeout_ms = timeout_ms};
  /* A start that Wine fails in silence is no answer: one more try, as the program itself does. */
  for (int tries = 0; tries < 2; tries++) {
    ck_assert_msg(rig_live_run(live, &request, &output, error, sizeof error) == RIG_OK, "%s",
                  error);
    if (strcmp(output.cause, "no-first-record") != 0)
      break;
    if (tries == 0)
      rig_session_remove(&output.session);
  }
  return output;
}

static const char *said(const struct rig_run_output *output) {
  static char text[4096];
  rig_read_tail(output->stdout_path, text, sizeof text);
  return text;
}

START_TEST(a_run_brings_back_all_of_it) {
  static const char *const arguments[] = {"/c", "exit 305419776", NULL}; /* 0x12345600 */
  struct rig_run_output output = run(wines_own("cmd.exe"), arguments, scenario, 0);
  const struct rig_log *log = &output.session.log;
  ck_assert_msg(output.cause[0] == '\0', "%s: %s", output.cause, output.message);
  ck_assert_uint_eq(log->header->phase, RIG_PHASE_ENDED);
  ck_assert_uint_eq(log->header->exit_code, 0x12345600); /* a Unix status keeps eight bits */
  ck_assert_uint_eq(log->records[0].kind, RIG_KIND_STATE);
  ck_assert_uint_eq(log->records[0].call, RIG_STATE_HELLO);
  const struct rig_record *last = &log->records[log->header->next - 1];
  ck_assert_uint_eq(last->call, RIG_STATE_EXIT);
  ck_assert_uint_eq(last->u.state.a, 0x12345600);
  ck_assert_uint_eq(last->u.state.b, 0);
  ck_assert_uint_gt(last->stamp, log->records[0].stamp);
  rig_session_remove(&output.session);
}
END_TEST

START_TEST(output_environment_and_folder_reach_the_client) {
  static const char *const arguments[] = {"/c", "echo [%RIG_TEST%] & cd", NULL};
  char path[RIG_PATH_BYTES];
  ck_assert(rig_path(path, "%s/work", folder));
  ck_assert_int_eq(mkdir(path, 0700), 0);
  struct rig_scenario *with = parse("version: 1\nname: test\nclient:\n  folder: work\n"
                                    "  environment:\n    RIG_TEST: of this run\n");
  struct rig_run_output output = run(wines_own("cmd.exe"), arguments, with, 0);
  ck_assert_msg(strstr(said(&output), "[of this run]") != NULL, "%s", said(&output));
  ck_assert_msg(strstr(said(&output), "\\work") != NULL, "%s", said(&output));
  rig_session_remove(&output.session);
  output = run(wines_own("cmd.exe"), arguments, scenario, 0); /* and no other one */
  ck_assert_msg(strstr(said(&output), "[of this run]") == NULL, "%s", said(&output));
  rig_session_remove(&output.session);
  with = rig_scenario_free(with);
}
END_TEST

START_TEST(files_lie_beside_a_copy_of_the_client) {
  static const char *const arguments[] = {"/c", "type beside.txt & type own.txt", NULL};
  char path[RIG_PATH_BYTES];
  ck_assert(rig_path(path, "%s/beside.txt", folder));
  ck_assert(rig_append_text(path, "from the scenario"));
  ck_assert(rig_path(path, "%s/app", folder));
  ck_assert_int_eq(mkdir(path, 0700), 0);
  ck_assert(rig_path(path, "%s/app/own.txt", folder));
  ck_assert(rig_append_text(path, "its own"));
  ck_assert(rig_path(path, "%s/app/client.exe", folder));
  ck_assert(rig_copy_file(wines_own("cmd.exe"), path));
  struct rig_scenario *with = parse("version: 1\nname: test\nclient:\n  files: [beside.txt]\n");
  struct rig_run_output output = run(path, arguments, with, 0);
  ck_assert_msg(strstr(said(&output), "from the scenario") != NULL, "%s", said(&output));
  ck_assert_msg(strstr(said(&output), "its own") != NULL, "%s", said(&output));
  rig_session_remove(&output.session);
  with = rig_scenario_free(with);
}
END_TEST

START_TEST(registry_entries_are_this_runs_alone) {
  static const char *const arguments[] = {
      "/c", "reg query HKCU\\Software\\rigtest /v word & if not errorlevel 1 echo found it", NULL};
  char path[RIG_PATH_BYTES];
  ck_assert(rig_path(path, "%s/test.reg", folder));
  ck_assert(rig_append_text(path, "REGEDIT4\n\n[HKEY_CURRENT_USER\\Software\\rigtest]\n"
                                  "\"word\"=\"found it\"\n"));
  struct rig_scenario *with = parse("version: 1\nname: test\nclient:\n  registry: [test.reg]\n");
  struct rig_run_output output = run(wines_own("cmd.exe"), arguments, with, 0);
  ck_assert_msg(strstr(said(&output), "found it") != NULL, "%s", said(&output));
  rig_session_remove(&output.session);
  output = run(wines_own("cmd.exe"), arguments, scenario, 0);
  ck_assert_msg(strstr(said(&output), "found it") == NULL, "%s", said(&output));
  rig_session_remove(&output.session);
  with = rig_scenario_free(with);
}
END_TEST

START_TEST(a_missing_dll_is_named) {
  char path[RIG_PATH_BYTES];
  char bytes[200000];
  ck_assert(rig_path(path, "%s/client.exe", folder));
  ck_assert(rig_copy_file(RIG_BINARY_DIR "/bin/x86_64/rig-host.exe", path));
  /* Its import of USER32.dll becomes one of a library that nobody has. */
  const int file = open(path, O_RDWR);
  ssize_t got = 0;
  bool found = false;
  for (off_t at = 0; !found && (got = pread(file, bytes, sizeof bytes, at)) > 16; at += got - 16) {
    char *name = memmem(bytes, (size_t)got, "USER32.dll", 11);
    if (name != NULL) {
      ck_assert_int_eq(pwrite(file, "NOSUCH.dll", 10, at + (name - bytes)), 10);
      found = true;
    }
  }
  ck_assert(found);
  ck_assert_int_eq(close(file), 0);
  struct rig_run_output output = run(path, NULL, scenario, 0);
  ck_assert_str_eq(output.cause, "missing-dll");
  ck_assert_msg(strncmp(output.message, "NOSUCH.dll", 10) == 0, "%s", output.message);
  ck_assert_uint_eq(output.session.log.header->exit_code, 0xC0000135);
  rig_session_remove(&output.session);
}
END_TEST

/* notepad waits for ever and calls no MAPI; the director gives up on it, the harness ends it. */
START_TEST(a_client_that_stays_is_ended) {
  struct rig_run_output output;
  const struct rig_run_request request = {.client = wines_own("notepad.exe"),
                                          .scenario = scenario,
                                          .role = RIG_ROLE_DESKTOP,
                                          .ready_timeout_ms = 300};
  ck_assert_msg(rig_live_run(live, &request, &output, error, sizeof error) == RIG_OK, "%s", error);
  const struct rig_log *log = &output.session.log;
  ck_assert_uint_eq(log->header->phase, RIG_PHASE_ENDED);
  const struct rig_record *last = &log->records[log->header->next - 1];
  ck_assert_uint_eq(last->call, RIG_STATE_EXIT);
  ck_assert_uint_eq(last->u.state.b, 1); /* killed */
  rig_session_remove(&output.session);
}
END_TEST

/* Without the stub nothing in the client ends it: the harness's own time-out does. */
START_TEST(the_backstop_ends_a_client_without_the_stub) {
  struct rig_run_output output;
  const struct rig_run_request request = {.client = wines_own("notepad.exe"),
                                          .scenario = scenario,
                                          .role = RIG_ROLE_DESKTOP,
                                          .timeout_ms = 500,
                                          .bare = true};
  ck_assert_msg(rig_live_run(live, &request, &output, error, sizeof error) == RIG_OK, "%s", error);
  ck_assert_str_eq(output.cause, "timeout");
  ck_assert_uint_eq(output.session.log.header->phase, RIG_PHASE_ENDED);
  rig_session_remove(&output.session);
}
END_TEST

/* The prefix of the only run folder of ours: the one of `live`. */
static void own_prefix(char *out) {
  char text[RIG_PATH_BYTES];
  struct rig_run_output output = run(RIG_BINARY_DIR "/bin/x86_64/rig-host.exe", NULL, scenario, 0);
  ck_assert(rig_path(text, "%s", output.stdout_path));
  *strstr(text, "/drive_c/") = '\0';
  ck_assert(rig_path(out, "%s", text));
  rig_session_remove(&output.session);
}

/* A service that Wine's own service manager starts is in no job of ours. */
START_TEST(what_leaves_its_job_is_gone_before_the_next_run) {
  char prefix[RIG_PATH_BYTES];
  char path[RIG_PATH_BYTES];
  char line[RIG_PATH_BYTES];
  pid_t found[64];
  own_prefix(prefix);
  const size_t before = rig_find_in_prefix(prefix, found, 64);
  ck_assert(rig_path(path, "%s/leaver.exe", folder));
  ck_assert(rig_copy_file(wines_own("notepad.exe"), path));
  ck_assert(rig_path(line, "sc create leaver binPath= Z:%s & sc start leaver", path));
  struct rig_run_output output;
  const struct rig_run_request request = {.client = wines_own("cmd.exe"),
                                          .arguments = (const char *const[]){"/c", line, NULL},
                                          .scenario = scenario,
                                          .role = RIG_ROLE_SERVICE,
                                          .timeout_ms = 2000,
                                          .bare = true};
  ck_assert_msg(rig_live_run(live, &request, &output, error, sizeof error) == RIG_OK, "%s", error);
  ck_assert_str_eq(output.cause, "timeout"); /* sc waits for a service that never reports */
  rig_session_remove(&output.session);
  ck_assert_uint_gt(rig_find_in_prefix(prefix, found, 64), before); /* it has left its job */
  output = run(wines_own("cmd.exe"), (const char *const[]){"/c", "exit 7", NULL}, scenario, 0);
  ck_assert_uint_eq(output.session.log.header->exit_code, 7);
  rig_session_remove(&output.session);
  bool left = false;
  for (size_t i = 0, count = rig_find_in_prefix(prefix, found, 64); i < count; i++) {
    char command[200];
    ck_assert(rig_path(path, "/proc/%ld/cmdline", (long)found[i]));
    FILE *file = fopen(path, "re");
    left |= file != NULL && fgets(command, sizeof command, file) != NULL &&
            strstr(command, "leaver") != NULL;
    ck_assert(file == NULL || fclose(file) == 0);
  }
  ck_assert_msg(!left, "the service lives on");
}
END_TEST

START_TEST(a_host_that_dies_costs_the_prefix_and_no_more) {
  char prefix[RIG_PATH_BYTES];
  pid_t found[64];
  own_prefix(prefix);
  ck_assert_uint_gt(rig_find_in_prefix(prefix, found, 64), 2);
  (void)rig_end_prefix(prefix); /* the server, the host and all */
  ck_assert_uint_eq(rig_find_in_prefix(prefix, found, 64), 0);
  struct rig_run_output output =
      run(wines_own("cmd.exe"), (const char *const[]){"/c", "exit 7", NULL}, scenario, 0);
  ck_assert_msg(output.cause[0] == '\0', "%s: %s", output.cause, output.message);
  ck_assert_uint_eq(output.session.log.header->exit_code, 7);
  rig_session_remove(&output.session);
}
END_TEST

static void *interrupt_soon(void *unused) {
  rig_sleep_us(400000);
  rig_live_interrupt();
  return unused;
}

START_TEST(an_interrupt_ends_everything_within_two_seconds) {
  char prefix[RIG_PATH_BYTES];
  pid_t found[64];
  pthread_t thread;
  own_prefix(prefix);
  ck_assert_int_eq(pthread_create(&thread, NULL, interrupt_soon, NULL), 0);
  struct rig_run_output output = run(wines_own("notepad.exe"), NULL, scenario, 0);
  const double began = rig_now_ms();
  ck_assert_str_eq(output.cause, "interrupted");
  rig_session_remove(&output.session);
  const struct rig_run_request request = {.client = wines_own("cmd.exe"), .scenario = scenario};
  ck_assert_int_eq(rig_live_run(live, &request, &output, error, sizeof error), RIG_INTERRUPTED);
  live = rig_live_close(live);
  const double ms = rig_now_ms() - began;
  ck_assert_msg(ms < 2.0 * scale_permille(), "%.0f ms", ms);
  ck_assert_uint_eq(rig_find_in_prefix(prefix, found, 64), 0);
  ck_assert_int_eq(pthread_join(thread, NULL), 0);
  rig_interrupt_reset();
}
END_TEST

static Suite *make_suite(void) {
  Suite *suite = suite_create("live run");
  TCase *cases = tcase_create("run");
  tcase_set_timeout(cases, 120.0 * scale_permille() / 1000);
  tcase_add_checked_fixture(cases, setup, teardown);
  tcase_add_test(cases, a_run_brings_back_all_of_it);
  tcase_add_test(cases, output_environment_and_folder_reach_the_client);
  tcase_add_test(cases, files_lie_beside_a_copy_of_the_client);
  tcase_add_test(cases, registry_entries_are_this_runs_alone);
  tcase_add_test(cases, a_missing_dll_is_named);
  tcase_add_test(cases, a_client_that_stays_is_ended);
  tcase_add_test(cases, the_backstop_ends_a_client_without_the_stub);
  tcase_add_test(cases, what_leaves_its_job_is_gone_before_the_next_run);
  tcase_add_test(cases, a_host_that_dies_costs_the_prefix_and_no_more);
  tcase_add_test(cases, an_interrupt_ends_everything_within_two_seconds);
  suite_add_tcase(suite, cases);
  return suite;
}

int main(void) {
  SRunner *runner = srunner_create(make_suite());
  srunner_run_all(runner, CK_NORMAL);
  const int failed = srunner_ntests_failed(runner);
  srunner_free(runner);
  return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
