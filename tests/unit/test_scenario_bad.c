/*
 * Bad scenarios: each mistake is one problem, at its line and column, with words that mend it; and
 * all mistakes of a file come at once, in order.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "unit/bad_scenario.h"
#include "unit/suite.h"

static const struct bad SYNTAX[] = {
    {"", 1, 1, "begins with 'name: ...'"},
    {"# nothing\n", 1, 1, "begins with 'name: ...'"},
    {"---\n...\n", 2, 1, "scenario is empty"},
    {"~\n", 1, 1, "scenario is empty"},
    {"- notify\n", 1, 1, "a scenario must be a mapping, not a list"},
    {"just words\n", 1, 1, "a scenario must be a mapping, not a text"},
    {N "---\nname: y\n", 2, 1, "second document"},
    {"name: \xE4\n", 1, 7, "byte 0xE4 is not UTF-8"},
    {"name: x\ndescription: \xC3\xA4\xC0\x80\n", 2, 15, "byte 0xC0 is not UTF-8"},
    {"name: \xED\xA0\x80\n", 1, 7, "byte 0xED is not UTF-8"},
    {"name: \xE0\x80\x80\n", 1, 7, "byte 0xE0 is not UTF-8"},
    {"name: \xF4\x90\x80\x80\n", 1, 7, "byte 0xF4 is not UTF-8"},
    {"name: \xE2\x82", 1, 7, "byte 0xE2 is not UTF-8"},
    {"name: a\x1B[31m\n", 1, 8, "control character U+001B"},
    {"name: \xC2\x9B\n", 1, 7, "control character U+009B"},
    {"\xFF\xFEn\n", 1, 1, "UTF-16"},
    {N "steps:\n\t- notify\n", 3, 1, "tab"},
    {N "client:\n  folder: a\n \tservice-name: b\n", 4, 2, "tab"},
    {N "stop: \"Global\\qx\"\n", 2, 14, "single quotes"},
    {N "steps: [\n", 3, 1, "a bracket above is not closed"},
    {N "steps: [notify\n", 2, 8, "'[' that opens here is not closed"},
    {"name: |\n  a\n  b\n", 1, 7, "must be one line"},
    {N "client: {folder: x\n", 2, 9, "'{' that opens here is not closed"},
    {"name: 'x\n", 1, 7, "never closed"},
    {N "deadline\n", 2, 1, "colon"},
    {N " deadline: 1\n", 2, 10, "out of place"},
    {N "steps:\n  - notify\n - notify\n", 4, 2, "indent it like"},
    {N "description: @x\n", 2, 14, "single quotes"},
    {N "client: &c {folder: x}\n", 2, 9, "anchors ('&c') are not supported"},
    {N "description: *c\n", 2, 14, "aliases ('*c') are not supported"},
    {N "description: !!str x\n", 2, 14, "tags"},
    {N "<<: {role: service}\n", 2, 1, "merge keys"},
    {N "? [a]\n: b\n", 2, 3, "a key must be a text, not a list"},
    {N "'': b\n", 2, 1, "a key must have a name"},
    {N "\"role\\0\": service\n", 2, 1, "NUL"},
};

static const struct bad TOP[] = {
    {"description: x\n", 1, 1, "no name: add 'name: ...'"},
    {"nmae: x\n", 1, 1, "unknown key 'nmae': did you mean 'name'?"},
    {"name:\n", 1, 6, "'name' has no value"},
    {"name: ''\n", 1, 7, "'name' is empty"},
    {"name: [a]\n", 1, 7, "'name' must be a text, not a list"},
    {"name: \"a\\nb\"\n", 1, 7, "line break"},
    {"name: \"a\\0\"\n", 1, 7, "NUL"},
    {N "name: y\n", 2, 1, "duplicate key 'name': it stands in line 1"},
    {N "quux: 1\n", 2, 1, "unknown key 'quux': one of version, name"},
    {N "rules: {a: pass}\n", 2, 1, "it belongs inside 'expect'"},
    {N "window: idle\n", 2, 1, "it belongs inside 'post'"},
    {N "version: 2\n", 2, 10, "reads version 1"},
    {N "version: one\n", 2, 10, "must be a whole number"},
    {N "role: servce\n", 2, 7, "did you mean 'service'?"},
    {N "role: x\n", 2, 7, "one of service, console, desktop"},
    {N "role: {a: b}\n", 2, 7, "'role' must be one of service"},
    {N "deadline: 1s\n", 2, 11, "without a unit, from 1 to 600000 ms"},
    {N "deadline: '5'\n", 2, 11, "without quotes"},
    {N "deadline: 010\n", 2, 11, "without leading zeros"},
    {N "deadline: 1.5\n", 2, 11, "whole number"},
    {N "deadline: 0\n", 2, 11, "out of range: from 1 to 600000 ms"},
    {N "deadline: 99999999999999999999\n", 2, 11, "out of range"},
    {N "deadline:\n", 2, 10, "'deadline' has no value"},
    {N "deadline: []\n", 2, 11, "must be a whole number, not a list"},
    {N "timeout: 99\n", 2, 10, "out of range: from 100 to 3600000 ms"},
    {N "deadline: 500\ntimeout: 500\n", 3, 10, "must be longer than 'deadline'"},
    {N "stop: smc\n", 2, 7, "did you mean 'scm'?"},
    {N "stop: event\n", 2, 7, "needs the event's name"},
    {N "stop: {}\n", 2, 7, "'stop' is empty"},
    {N "stop: {evnt: x}\n", 2, 8, "did you mean 'event'?"},
    {N "stop: {event: \"Global\\name\"}\n", 2, 15, "in single quotes a backslash"},
};

static const struct bad CLIENT[] = {
    {N "client: [a]\n", 2, 9, "'client' must be a mapping, not a list"},
    {N "client: {argumnets: [a]}\n", 2, 10, "did you mean 'arguments'?"},
    {N "client: {arguments: -v}\n", 2, 21, "must be a list: write ['-v']"},
    {N "client: {arguments: {a: b}}\n", 2, 21, "'arguments' must be a list, not a mapping"},
    {N "client: {arguments: [[a]]}\n", 2, 22, "must be a text, not a list"},
    {N "client: {environment: [A]}\n", 2, 23, "must be a mapping: write {NAME: value}"},
    {N "client: {environment: {'A=': b}}\n", 2, 24, "its name cannot hold '='"},
    {N "client: {environment: {Path: b, PATH: c}}\n", 2, 33, "Windows ignores case"},
    {N "client: {environment: {A: b, A: c}}\n", 2, 30, "duplicate key 'A'"},
    {N "client: {environment: {A: }}\n", 2, 27, "'A' has no value"},
    {N "client: {environment: {A: \"b\\nc\"}}\n", 2, 27, "line break"},
    {N "client: {environment: {MAPIRIG_SESSION: x}}\n", 2, 24, "belong to mapirig"},
    {N "client: {service-name: a/b}\n", 2, 24, "slash"},
    {N "client: {service-arguments: [\"a\\nb\"]}\n", 2, 30, "line break"},
};

static const struct bad STEPS[] = {
    {N "steps: notify\n", 2, 8, "must be a list of steps"},
    {N "steps: {notify: {}}\n", 2, 8, "must be a list of steps"},
    {STEP "{}\n", 3, 5, "a step needs one action: post"},
    {STEP "after: 5\n", 3, 5, "a step needs one action"},
    {STEP "after\n", 3, 5, "a step needs one action"},
    {STEP "notfy: {}\n", 3, 5, "did you mean 'notify'?"},
    {STEP "sned\n", 3, 5, "did you mean 'send'?"},
    {STEP "notify when\n", 3, 5, "needs its colon"},
    {STEP "[notify]\n", 3, 5, "a step must be a mapping, not a list"},
    {STEP "notify: {}\n    post: {}\n", 4, 5, "a second action in one step"},
    {STEP "notify: {}\n    notify: {}\n", 4, 5, "duplicate key 'notify'"},
    {STEP "notify: 3\n", 3, 13, "'notify' must be a mapping, not a text: write notify: {count"},
    {STEP "notify: {count: 0}\n", 3, 21, "from 1 to 10000"},
    {STEP "notify: {count: 10001}\n", 3, 21, "from 1 to 10000"},
    {STEP "notify: {window: idle}\n", 3, 14, "it belongs inside 'post'"},
    {STEP "send: {count: 65}\n", 3, 19, "from 1 to 64"},
    {STEP "send:\n    window: idle\n", 4, 5, "is it indented far enough?"},
    {STEP "post: {window: ilde}\n", 3, 20, "did you mean 'idle'?"},
    {STEP "post: {message: WM_AP}\n", 3, 21, "did you mean 'WM_APP'?"},
    {STEP "post: {message: hello there}\n", 3, 21, "a name and a number (WM_APP+1)"},
    {STEP "post: {message: WM_APP+}\n", 3, 21, "no message"},
    {STEP "post: {message: WM_APP+0x8000}\n", 3, 21, "from 1 to 0xFFFF"},
    {STEP "post: {message: 0x10000}\n", 3, 21, "from 1 to 0xFFFF"},
    {STEP "post: {message: WM_NULL}\n", 3, 21, "from 1 to 0xFFFF"},
    {STEP "post: {message: WM_QUIT}\n", 3, 21, "write 'quit: {}'"},
    {STEP "post: {message: }\n", 3, 21, "'message' has no value"},
    {STEP "send: {timeout: 0}\n", 3, 21, "from 1 to 600000 ms"},
    {STEP "set: {}\n", 3, 10, "must say which event"},
    {STEP "reset\n", 3, 5, "must say which event"},
    {STEP "set: {event: a, wait-index: 0}\n", 3, 33, "keep one of them"},
    {STEP "set: {wait-index: 63}\n", 3, 23, "from 0 to 62"},
    {STEP "set: {event: \"Global\\name\"}\n", 3, 18, "in single quotes a backslash"},
    {STEP "quit: {exit-code: 4294967296}\n", 3, 23, "from 0 to 4294967295"},
    {STEP "stop: {control: pause}\n", 3, 21, "one of stop, shutdown, preshutdown, ctrl-c"},
    {STEP "stop\n  - stop\n", 4, 5, "a second stop"},
    {"stop: kill\n" STEP "stop: {control: stop}\n", 4, 5, "'control' is for the service control"},
    {STEP "{notify: , at: {}}\n", 3, 20, "'at' must name a call"},
    {STEP "{notify: , at: {nth: 1}}\n", 3, 20, "'at' must name a call"},
    {STEP "{notify: , at: {entry: Sleep, return: Sleep}}\n", 3, 35, "keep one of them"},
    {STEP "{notify: , at: {entry: GetMessageW}}\n", 3, 28, "write GetMessage"},
    {STEP "{notify: , at: {entry: WaitForSingleObject}}\n", 3, 28, "write WaitForObjects"},
    {STEP "{notify: , at: {entry: GetMesage}}\n", 3, 28, "did you mean 'GetMessage'?"},
    {STEP "{notify: , at: {entry: GetMessage, nth: 0}}\n", 3, 45, "from 1 to 1000000"},
    {STEP "{notify: , at: GetMessage}\n", 3, 20, "'at' must be a mapping"},
    {STEP "{notify: , after: -1}\n", 3, 23, "from 0 to 600000 ms"},
    {STEP "{notify: , when: setled}\n", 3, 22, "did you mean 'settled'?"},
    {STEP "{notify: , when: {}}\n", 3, 22, "'when' names no state"},
    {STEP "{notify: , when: {blocked: PeekMessage}}\n", 3, 32, "a call that can block"},
    {STEP "{notify: , when: settled, after: 5}\n", 3, 31, "a second trigger"},
};

static const struct bad EXPECT[] = {
    {N "expect: {rules: {a: {pass: warning}}}\n", 2, 22, "'a' cannot be 'pass'"},
    {N "expect: {rules: {a: {fail: warnning}}}\n", 2, 28, "did you mean 'warning'?"},
    {N "expect: {rules: {a: {}}}\n", 2, 21, "one with its severity: {fail: warning}"},
    {N "expect: {outcome: invalid}\n", 2, 19, "one of pass, fail, not-exercised"},
    {N "expect: {outcome: passed}\n", 2, 19, "did you mean 'pass'?"},
    {N "expect: {cause: }\n", 2, 17, "'cause' has no value"},
    {N "expect: {receipts: [apcs]}\n", 2, 21, "did you mean 'apc'?"},
    {N "expect: {receipts: [any-order]}\n", 2, 21, "'any-order' needs its receipts"},
    {N "expect: {receipts: [any-order: []]}\n", 2, 32, "a list that is not empty"},
    {N "expect: {receipts: [any-order: idle]}\n", 2, 32, "must be a list that is not empty"},
    {N "expect: {receipts: [any-order: [any-order: [idle]]]}\n", 2, 33, "inside another"},
    {N "expect: {receipts: [any-order: [idle: 10001]]}\n", 2, 39, "from 1 to 10000"},
    {N "expect: {blocked-in: {thread: t1}}\n", 2, 22, "'blocked-in' must name a call"},
    {N "expect: {blocked-in: {call: GetMessage, thread: any}}\n", 2, 49,
     "one of first, mapi, main"},
    {N "expect: {blocked-in: {cal: GetMessage}}\n", 2, 23, "did you mean 'call'?"},
    {N "expect: {withdrawn: -1}\n", 2, 21, "from 0 to 100000"},
    {N "expect: {ready-within: 1s}\n", 2, 24, "without a unit"},
    {N "expect: {run-within: 0}\n", 2, 22, "from 1 to 3600000 ms"},
    {N "expect: {reply-within: 3600001}\n", 2, 24, "from 1 to 3600000 ms"},
    {N "expect:\n", 2, 8, "'expect' is empty"},
    {N "expect: []\n", 2, 9, "'expect' must be a mapping, not a list"},
    {N "expect: {rule: {a: pass}}\n", 2, 10, "did you mean 'rules'?"},
    {N "expect: {rules: [a]}\n", 2, 17, "a mapping of rules"},
    {N "expect: {rules: {}}\n", 2, 17, "a mapping of rules"},
    {N "expect: {rules: {a: passed}}\n", 2, 21, "did you mean 'pass'?"},
    {N "expect: {rules: {a: pass, a: fail}}\n", 2, 27, "duplicate key 'a'"},
    {N "expect: {receipts: idle}\n", 2, 20, "must be a list"},
    {N "expect: {receipts: [idel]}\n", 2, 21, "did you mean 'idle'?"},
    {N "expect: {receipts: [idle: 0]}\n", 2, 27, "from 1 to 10000"},
    {N "expect: {receipts: [{idle: 1, idle?: 1}]}\n", 2, 21, "a window and how often"},
    {N "expect: {blocked-in: PeekMessage}\n", 2, 22, "a call that can block"},
    {N "expect: {replies: many}\n", 2, 19, "whole number, from 0 to 100000"},
    {N "expect: {exit-code: -1}\n", 2, 21, "from 0 to 4294967295"},
    {N "expect: {service-states: [runing]}\n", 2, 27, "did you mean 'running'?"},
    {N "expect: {service-states: running}\n", 2, 26, "must be a list"},
    {N "expect: {stop-within: 0}\n", 2, 23, "from 1 to 3600000 ms"},
};

TABLE_TEST(syntax, SYNTAX)
TABLE_TEST(top, TOP)
TABLE_TEST(client, CLIENT)
TABLE_TEST(steps, STEPS)
TABLE_TEST(expect, EXPECT)

START_TEST(all_at_once_in_order) {
  static const char text[] = "expect: {replies: x}\n"
                             "role: nobody\n"
                             "steps:\n"
                             "  - notfy\n"
                             "  - stop: {contrl: stop}\n"
                             "  - stop\n"
                             "deadline: 0\n"
                             "name: x\n"
                             "name: y\n"
                             "client: [broken\n";
  static const struct rig_position expected[] = {{1, 19}, {2, 7}, {4, 5},  {5, 12}, {6, 5},
                                                 {7, 11}, {9, 1}, {10, 9}, {10, 9}};
  struct rig_problems problems;
  ck_assert_int_eq(load(text, strlen(text), &problems), RIG_INVALID);
  for (size_t i = 0; i < problems.count && i < sizeof expected / sizeof *expected; i++)
    ck_assert_msg(problems.items[i].position.line == expected[i].line &&
                      problems.items[i].position.column == expected[i].column,
                  "problem %zu at %u:%u: %s", i, problems.items[i].position.line,
                  problems.items[i].position.column, problems.items[i].text);
  ck_assert_uint_eq(problems.count, sizeof expected / sizeof *expected);
  rig_problems_free(&problems);
}
END_TEST

/* What the file broke off in is not called missing. */
START_TEST(broken_off_is_not_missing) {
  static const char text[] = "steps:\n  - set: {\n";
  struct rig_problems problems;
  ck_assert_int_eq(load(text, strlen(text), &problems), RIG_INVALID);
  ck_assert_msg(problems.count == 1, "%s", problems.items[1].text);
  ck_assert_uint_eq(problems.items[0].position.line, 3);
  rig_problems_free(&problems);
}
END_TEST

START_TEST(every_tab_is_told) {
  static const char text[] = "name: x\nsteps:\n\t- notify\n  \t- stop\n";
  struct rig_problems problems;
  ck_assert_int_eq(load(text, strlen(text), &problems), RIG_INVALID);
  ck_assert_uint_eq(problems.count, 2);
  ck_assert_uint_eq(problems.items[1].position.line, 4);
  ck_assert_uint_eq(problems.items[1].position.column, 3);
  rig_problems_free(&problems);
}
END_TEST

START_TEST(too_large) {
  size_t bytes = RIG_SCENARIO_BYTES_MAX + 1;
  char *text = malloc(bytes);
  ck_assert_ptr_nonnull(text);
  memset(text, '#', bytes);
  struct rig_problems problems;
  ck_assert_int_eq(load(text, bytes, &problems), RIG_INVALID);
  ck_assert_uint_eq(problems.count, 1);
  ck_assert_uint_eq(problems.items[0].position.line, 0);
  ck_assert_ptr_nonnull(strstr(problems.items[0].text, "larger than 1 MiB"));
  rig_problems_free(&problems);
  memcpy(text, "name: x\n", 8);
  ck_assert_int_eq(load(text, bytes - 1, &problems), RIG_OK);
  free(text);
}
END_TEST

/* `count` copies of `item` after `head`. */
static char *repeated(const char *head, const char *item, size_t count) {
  size_t length = strlen(item);
  char *text = malloc(strlen(head) + count * length + 1);
  ck_assert_ptr_nonnull(text);
  char *end = stpcpy(text, head);
  for (size_t i = 0; i < count; i++)
    end = stpcpy(end, item);
  return text;
}

START_TEST(too_many) {
  static const struct {
    const char *head;
    const char *item;
    size_t count;
    const char *fragment;
  } cases[] = {{"name: x\nsteps:\n", "- notify\n", 4096, "4096 steps, at most 4095"},
               {"name: x\nclient: {arguments: [", "a,", 100000, "more than 100,000 values"},
               {"name: x\nclient:\n environment:\n", "  A: b\n", 1001, "more than 1,000 keys"},
               {"name: x\ndescription: ", "[", 20, "nested more than 16 deep"}};
  char *text = repeated(cases[_i].head, cases[_i].item, cases[_i].count);
  struct rig_problems problems;
  ck_assert_int_eq(load(text, strlen(text), &problems), RIG_INVALID);
  bool told = false;
  for (size_t i = 0; i < problems.count; i++)
    told |= strstr(problems.items[i].text, cases[_i].fragment) != NULL;
  ck_assert_msg(told, "%zu problems: %s", problems.count, problems.items[0].text);
  rig_problems_free(&problems);
  free(text);
}
END_TEST

START_TEST(too_many_problems) {
  char *text = repeated("name: x\nsteps:\n", "- notfy\n", 600);
  struct rig_problems problems;
  ck_assert_int_eq(load(text, strlen(text), &problems), RIG_INVALID);
  ck_assert_uint_eq(problems.count, 501);
  ck_assert_uint_eq(problems.items[499].position.line, 502);
  ck_assert_str_eq(problems.items[500].text, "and 100 more problems: mend these first");
  rig_problems_free(&problems);
  free(text);
}
END_TEST

/* What the user wrote is shown without what a terminal would obey, and cut at whole characters. */
START_TEST(messages_are_printable) {
  static const char text[] = "name: x\nrole: \"\\e[31m\\x9B\"\n";
  struct rig_problems problems;
  ck_assert_int_eq(load(text, strlen(text), &problems), RIG_INVALID);
  ck_assert_ptr_nonnull(strstr(problems.items[0].text, "'?[31m\xC2\xBF'"));
  rig_problems_free(&problems);
  char *long_text = repeated("name: x\n\"", "\xC3\xA4", 200);
  char whole[600];
  snprintf(whole, sizeof whole, "%s\": 1\n", long_text);
  ck_assert_int_eq(load(whole, strlen(whole), &problems), RIG_INVALID);
  char line[512];
  rig_problem_format("t.yaml", &problems.items[0], line, sizeof line);
  ck_assert_int_eq(strncmp(line, "t.yaml:2:1: error: in a scenario, unknown key '", 47), 0);
  for (const char *at = line; *at != '\0'; at++)
    if ((unsigned char)*at == 0xC3)
      ck_assert_msg((unsigned char)at[1] == 0xA4, "cut inside a character: %s", line);
  rig_problems_free(&problems);
  free(long_text);
}
END_TEST

static const char *rule_at(size_t index) {
  static const char *const ids[] = {"no-blocking-get", "sent-latency"};
  return index < 2 ? ids[index] : NULL;
}

static const char *cause_at(size_t index) {
  return index == 0 ? "step-stuck" : NULL;
}

START_TEST(rule_ids) {
  static const char text[] =
      "name: x\n"
      "expect: {rules: {no-blocking-get: fail, sent-latencey: fail, q: n/a}, cause: step-stuk}\n";
  struct rig_problems problems;
  ck_assert_int_eq(load(text, strlen(text), &problems), RIG_OK);
  rig_scenario_set_ids(rule_at, cause_at);
  ck_assert_int_eq(load(text, strlen(text), &problems), RIG_INVALID);
  ck_assert_uint_eq(problems.count, 3);
  ck_assert_str_eq(problems.items[2].text, "unknown cause 'step-stuk': did you mean 'step-stuck'?");
  ck_assert_str_eq(problems.items[0].text,
                   "unknown rule 'sent-latencey': did you mean 'sent-latency'?");
  ck_assert_uint_eq(problems.items[0].position.column, 41);
  ck_assert_str_eq(problems.items[1].text, "unknown rule 'q': 'mapirig rules' lists them all");
  rig_problems_free(&problems);
  rig_scenario_set_ids(NULL, NULL);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("scenario, bad");
  TCase *tests = tcase_create("bad");
  tcase_add_loop_test(tests, syntax, 0, ROWS(SYNTAX));
  tcase_add_loop_test(tests, top, 0, ROWS(TOP));
  tcase_add_loop_test(tests, client, 0, ROWS(CLIENT));
  tcase_add_loop_test(tests, steps, 0, ROWS(STEPS));
  tcase_add_loop_test(tests, expect, 0, ROWS(EXPECT));
  tcase_add_test(tests, all_at_once_in_order);
  tcase_add_test(tests, broken_off_is_not_missing);
  tcase_add_test(tests, every_tab_is_told);
  tcase_add_test(tests, too_large);
  tcase_add_loop_test(tests, too_many, 0, 4);
  tcase_add_test(tests, too_many_problems);
  tcase_add_test(tests, messages_are_printable);
  tcase_add_test(tests, rule_ids);
  suite_add_tcase(suite, tests);
  return run_suite(suite);
}
