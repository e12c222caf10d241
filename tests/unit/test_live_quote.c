/*
 * Command lines and paths: what Windows' own parser makes of them again.
 */
#include <check.h>
#include <string.h>

#include "live/quote.h"
#include "unit/suite.h"

#define ARGUMENTS_MAX 16
#define TEXT_BYTES 512

/* The rules of "Parsing C command-line arguments", written for the reader's side: an independent
 * inverse of what quote.c does. The program's name comes first and knows no backslashes. */
static size_t parse(const char *line, char words[ARGUMENTS_MAX][TEXT_BYTES]) {
  size_t count = 0;
  const char *at = line;
  ck_assert_int_eq(*at, '"');
  size_t length = strcspn(++at, "\"");
  memcpy(words[count], at, length);
  words[count++][length] = '\0';
  at += length + 1;
  for (;;) {
    at += strspn(at, " \t");
    if (*at == '\0') {
      return count;
    }
    ck_assert_uint_lt(count, ARGUMENTS_MAX);
    char *out = words[count++];
    bool quoted = false;
    while (*at != '\0' && (quoted || (*at != ' ' && *at != '\t'))) {
      size_t backslashes = strspn(at, "\\");
      at += backslashes;
      if (*at == '"') {
        memset(out, '\\', backslashes / 2);
        out += backslashes / 2;
        if (backslashes % 2 == 1) {
          *out++ = '"';
        } else {
          quoted = !quoted;
        }
        at++;
      } else {
        memset(out, '\\', backslashes);
        out += backslashes;
        if (backslashes == 0) {
          *out++ = *at++;
        }
      }
    }
    *out = '\0';
  }
}

START_TEST(every_argument_comes_back) {
  static const char *const arguments[] = {
      "plain",      "two words",       "",          "a\"b",   "back\\slash", "ends\\",    "two \\",
      "\\\\server", "x\\\"y",          "\"whole\"", "\\\\\"", "tab\there",   "new\nline", "%PATH%",
      "a b\\\\\"c", "\xc3\xa4\xc3\xb6"};
  const size_t count = sizeof arguments / sizeof arguments[0];
  char line[TEXT_BYTES] = "";
  char words[ARGUMENTS_MAX][TEXT_BYTES];
  for (size_t i = 0; i < count; i++) { /* each alone, then all together */
    ck_assert(rig_quote_program(line, sizeof line, "Z:\\my dir\\a.exe"));
    ck_assert(rig_quote_append(line, sizeof line, arguments[i]));
    ck_assert_uint_eq(parse(line, words), 2);
    ck_assert_str_eq(words[0], "Z:\\my dir\\a.exe");
    ck_assert_str_eq(words[1], arguments[i]);
  }
  ck_assert(rig_quote_program(line, sizeof line, "C:\\x\\a.exe"));
  for (size_t i = 0; i < count - 1; i++) {
    ck_assert(rig_quote_append(line, sizeof line, arguments[i]));
  }
  ck_assert_uint_eq(parse(line, words), count);
  for (size_t i = 0; i < count - 1; i++) {
    ck_assert_str_eq(words[i + 1], arguments[i]);
  }
}
END_TEST

START_TEST(a_plain_argument_is_left_alone) {
  char line[TEXT_BYTES];
  ck_assert(rig_quote_program(line, sizeof line, "Z:\\a.exe"));
  ck_assert(rig_quote_append(line, sizeof line, "--file=C:\\x\\y"));
  ck_assert_str_eq(line, "\"Z:\\a.exe\" --file=C:\\x\\y");
}
END_TEST

START_TEST(what_does_not_fit_changes_nothing) {
  char line[16];
  ck_assert(rig_quote_program(line, sizeof line, "Z:\\a.exe"));
  ck_assert(!rig_quote_append(line, sizeof line, "much too long for it"));
  ck_assert_str_eq(line, "\"Z:\\a.exe\"");
  ck_assert(rig_quote_append(line, sizeof line, "abcd"));
  ck_assert(!rig_quote_append(line, sizeof line, ""));
  ck_assert_str_eq(line, "\"Z:\\a.exe\" abcd");
  ck_assert(!rig_quote_program(line, sizeof line, "Z:\\longer than that.exe"));
  ck_assert(!rig_quote_program(line, sizeof line, "Z:\\a\"b"));
}
END_TEST

START_TEST(paths_become_drive_z) {
  char out[TEXT_BYTES];
  char error[TEXT_BYTES] = "";
  ck_assert_int_eq(rig_windows_path("/dev/shm/a-1.session", out, sizeof out, error, sizeof error),
                   RIG_OK);
  ck_assert_str_eq(out, "Z:\\dev\\shm\\a-1.session");
  ck_assert_int_eq(rig_windows_path("/", out, sizeof out, error, sizeof error), RIG_OK);
  ck_assert_str_eq(out, "Z:\\");
  ck_assert_int_eq(rig_windows_path("/a b/c.d/\xc3\xa4", out, sizeof out, error, sizeof error),
                   RIG_OK);
  ck_assert_str_eq(out, "Z:\\a b\\c.d\\\xc3\xa4");
}
END_TEST

START_TEST(names_that_windows_lacks_are_refused_by_name) {
  static const struct {
    const char *path;
    const char *word;
  } cases[] = {{"/a/b:c/d.exe", "'b:c' contains ':'"},
               {"/a\\b/c.exe", "contains '\\'"},
               {"/a/b*", "contains '*'"},
               {"/a/b?/c", "contains '?'"},
               {"/a/b./c", "'b.' ends with a dot"},
               {"/a/b /c", "ends with a dot or a blank"}};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    char out[TEXT_BYTES] = "untouched";
    char error[TEXT_BYTES] = "";
    ck_assert_int_eq(rig_windows_path(cases[i].path, out, sizeof out, error, sizeof error),
                     RIG_UNSUPPORTED);
    ck_assert_msg(strstr(error, cases[i].word) != NULL, "%s: %s", cases[i].path, error);
    ck_assert_str_eq(out, "untouched");
  }
  char small[8];
  char error[TEXT_BYTES] = "";
  ck_assert_int_eq(rig_windows_path("/a/long/path", small, sizeof small, error, sizeof error),
                   RIG_UNSUPPORTED);
  ck_assert_ptr_nonnull(strstr(error, "too long"));
}
END_TEST

static Suite *make_suite(void) {
  Suite *suite = suite_create("live quote");
  TCase *cases = tcase_create("quote");
  tcase_add_test(cases, every_argument_comes_back);
  tcase_add_test(cases, a_plain_argument_is_left_alone);
  tcase_add_test(cases, what_does_not_fit_changes_nothing);
  tcase_add_test(cases, paths_become_drive_z);
  tcase_add_test(cases, names_that_windows_lacks_are_refused_by_name);
  suite_add_tcase(suite, cases);
  return suite;
}

int main(void) {
  return run_suite(make_suite());
}
