/*
 * The claims of tests/win32 hold under this Wine: without the stub, since they are about Windows.
 */
#include <stdlib.h>
#include <string.h>

#include "probe.h"

static struct probe probe;

static void open_all(void) {
  probe_open(&probe);
}

static void close_all(void) {
  probe_close(&probe);
}

static const struct {
  const char *name;
  unsigned claims; /* as many lines it must print: a program that ends early claims nothing */
} programs[] = {{"win32-activation", 52}, {"win32-asleep", 7}, {"win32-hold", 7},
                {"win32-loader", 9},      {"win32-query", 11}, {"win32-send", 14},
                {"win32-stack", 12},      {"win32-timer", 13}};

static unsigned lines(const char *text) {
  unsigned count = 0;
  while ((text = strchr(text, '\n')) != NULL) {
    count++;
    text++;
  }
  return count;
}

START_TEST(claims_hold) {
  const struct probe_run run = {.name = programs[_i].name, .role = RIG_ROLE_CONSOLE, .bare = true};
  probe_run(&probe, &run);
  ck_assert_msg(probe.exit_code == 0, "%s:\n%s", run.name, probe.output);
  ck_assert_msg(lines(probe.output) == programs[_i].claims, "%s:\n%s", run.name, probe.output);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("claims");
  TCase *tests = tcase_create("claims");
  tcase_set_timeout(tests, 120);
  tcase_add_unchecked_fixture(tests, open_all, close_all);
  tcase_add_loop_test(tests, claims_hold, 0, (int)(sizeof programs / sizeof *programs));
  suite_add_tcase(suite, tests);
  SRunner *runner = srunner_create(suite);
  srunner_set_fork_status(runner, CK_NOFORK); /* all share the prefix */
  srunner_run_all(runner, CK_NORMAL);
  const int failed = srunner_ntests_failed(runner);
  srunner_free(runner);
  return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
