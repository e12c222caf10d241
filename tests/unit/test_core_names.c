/*
 * Names both ways for every entry of every list, and how sets, waits and calls read.
 */
#include <check.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/assert.h"
#include "core/calls.h"
#include "core/names.h"
#include "core/status.h"
#include "unit/suite.h"

#define TEXT_BYTES 512

/* Each name parses to a value that formats back to the same name: the first of its union. */
START_TEST(every_flag) {
  for (unsigned set = 0; set < RIG_FLAGS_COUNT; set++) {
    uint32_t value;
    uint32_t parsed;
    size_t i = 0;
    char text[TEXT_BYTES];
    for (const char *name; (name = rig_flag_at(set, i, &value)) != NULL; i++) {
      ck_assert(rig_parse_flag(set, name, &parsed));
      ck_assert_str_eq(rig_format_flags(set, value, text, sizeof text), name);
      ck_assert_str_eq(rig_format_flags(set, parsed, text, sizeof text), name);
    }
    ck_assert_msg(i > 1, "set %u is empty", set);
  }
}
END_TEST

START_TEST(every_value) {
  for (unsigned set = 0; set < RIG_VALUES_COUNT; set++) {
    uint32_t value;
    uint32_t parsed = 0;
    size_t i = 0;
    char text[TEXT_BYTES];
    for (const char *name; (name = rig_value_at(set, i, &value)) != NULL; i++) {
      ck_assert(rig_parse_value(set, name, &parsed));
      ck_assert_uint_eq(parsed, value);
      const char *said = rig_value_name(set, value); /* the first name of this value */
      ck_assert(rig_parse_value(set, said, &parsed));
      ck_assert_uint_eq(parsed, value);
      rig_format_value(set, value, text, sizeof text);
      ck_assert_msg(strncmp(text, said, strlen(said)) == 0, "%s", text);
    }
    ck_assert_msg(i > 1, "set %u is empty", set);
  }
}
END_TEST

/* A union stands before its parts: behind them, nothing would be left of it to decode. */
START_TEST(unions_come_first) {
  for (unsigned set = 0; set < RIG_FLAGS_COUNT; set++) {
    uint32_t later;
    uint32_t earlier;
    for (size_t i = 0; rig_flag_at(set, i, &later) != NULL; i++) {
      for (size_t j = 0; j < i && rig_flag_at(set, j, &earlier) != NULL; j++) {
        const bool part = earlier != 0 && (later & earlier) == earlier;
        ck_assert_msg(!part, "set %u: entry %zu hides entry %zu", set, j, i);
      }
    }
  }
}
END_TEST

static void flags(enum rig_flags set, uint32_t value, const char *expected) {
  char text[TEXT_BYTES];
  ck_assert_str_eq(rig_format_flags(set, value, text, sizeof text), expected);
}

START_TEST(sets_read_well) {
  flags(RIG_FLAGS_LOGON, 0x8020, "MAPI_EXTENDED | MAPI_NO_MAIL");
  flags(RIG_FLAGS_LOGON, 0, "0");
  flags(RIG_FLAGS_LOGON, 0x04008020, "MAPI_EXTENDED | MAPI_NO_MAIL | 0x4000000");
  flags(RIG_FLAGS_LOGON, 0x04000000, "0x4000000");
  flags(RIG_FLAGS_QS, 0x4FF, "QS_ALLINPUT");
  flags(RIG_FLAGS_QS, 0x1CFF, "QS_ALLINPUT");
  flags(RIG_FLAGS_QS, 0x5FF, "QS_ALLINPUT | QS_ALLPOSTMESSAGE");
  flags(RIG_FLAGS_QS, 0x4BF, "QS_ALLEVENTS");
  flags(RIG_FLAGS_QS, 0x48, "QS_POSTMESSAGE | QS_SENDMESSAGE");
  flags(RIG_FLAGS_MAPIINIT, 0x10009,
        "MAPI_MULTITHREAD_NOTIFICATIONS | MAPI_NO_COINIT | MAPI_NT_SERVICE");
  flags(RIG_FLAGS_PM, 0, "PM_NOREMOVE");
  flags(RIG_FLAGS_PM, 1, "PM_REMOVE");
  flags(RIG_FLAGS_COINIT, 0, "COINIT_MULTITHREADED");
  flags(RIG_FLAGS_EVENTS, 0x80000002, "fnevNewMail | fnevExtended");
  flags(RIG_FLAGS_COUNT, 5, "0x5");
}
END_TEST

/* Whatever the size, the text is terminated and nothing lies beyond. */
START_TEST(small_buffers) {
  char text[64];
  for (size_t size = 0; size < sizeof text; size++) {
    memset(text, '#', sizeof text);
    ck_assert_ptr_eq(rig_format_flags(RIG_FLAGS_LOGON, 0x80018020, text, size), text);
    ck_assert(size == 0 || memchr(text, '\0', size) != NULL);
    ck_assert_int_eq(text[size], '#');
  }
}
END_TEST

static void value(enum rig_values set, uint32_t number, const char *expected) {
  char text[TEXT_BYTES];
  ck_assert_str_eq(rig_format_value(set, number, text, sizeof text), expected);
}

START_TEST(values_read_well) {
  value(RIG_VALUES_HRESULT, 0x8004010F, "MAPI_E_NOT_FOUND (0x8004010F)");
  value(RIG_VALUES_HRESULT, 0, "S_OK (0x00000000)");
  value(RIG_VALUES_HRESULT, 0x80004005, "MAPI_E_CALL_FAILED (0x80004005)");
  value(RIG_VALUES_HRESULT, 0x80070002, "HRESULT_FROM_WIN32(ERROR_FILE_NOT_FOUND) (0x80070002)");
  value(RIG_VALUES_HRESULT, 0x8DEAD000, "0x8DEAD000");
  value(RIG_VALUES_WIN32, 87, "ERROR_INVALID_PARAMETER (87)");
  value(RIG_VALUES_WIN32, 99999, "99999");
  value(RIG_VALUES_MESSAGE, 0x12, "WM_QUIT (0x0012)");
  value(RIG_VALUES_MESSAGE, 0x8000, "WM_APP (0x8000)");
  value(RIG_VALUES_MESSAGE, 0x8003, "WM_APP + 3 (0x8003)");
  value(RIG_VALUES_MESSAGE, 0x401, "WM_USER + 1 (0x0401)");
  value(RIG_VALUES_MESSAGE, 0xC123, "registered message 0xC123");
  value(RIG_VALUES_MESSAGE, 0x12345, "0x12345");
  value(RIG_VALUES_SERVICE_STATE, 4, "SERVICE_RUNNING (4)");
  value(RIG_VALUES_SERVICE_CONTROL, 1, "SERVICE_CONTROL_STOP (1)");
  value(RIG_VALUES_EXCEPTION, 0xC0000005, "EXCEPTION_ACCESS_VIOLATION (0xC0000005)");
  ck_assert_ptr_null(rig_value_name(RIG_VALUES_COUNT, 0));
}
END_TEST

static void wait_reads(uint32_t result, uint32_t count, bool input, const char *expected) {
  char text[TEXT_BYTES];
  ck_assert_str_eq(rig_format_wait(result, count, input, text, sizeof text), expected);
}

START_TEST(waits_read_well) {
  wait_reads(0, 1, true, "WAIT_OBJECT_0");
  wait_reads(1, 1, true, "WAIT_OBJECT_0 + 1 (input)");
  wait_reads(1, 2, true, "WAIT_OBJECT_0 + 1");
  wait_reads(0, 0, true, "WAIT_OBJECT_0 + 0 (input)");
  wait_reads(1, 1, false, "0x00000001"); /* not a result that the call can return */
  wait_reads(0x80, 2, false, "WAIT_ABANDONED");
  wait_reads(0x81, 2, false, "WAIT_ABANDONED_0 + 1");
  wait_reads(0x82, 2, false, "0x00000082");
  wait_reads(0xC0, 2, true, "WAIT_IO_COMPLETION");
  wait_reads(0x102, 2, true, "WAIT_TIMEOUT");
  wait_reads(0xFFFFFFFF, 2, true, "WAIT_FAILED");
  wait_reads(0xC0000005, 2, true, "0xC0000005");
}
END_TEST

START_TEST(numbers_parse) {
  uint32_t number = 7;
  ck_assert(rig_parse_value(RIG_VALUES_WIN32, "0xFFFFFFFF", &number));
  ck_assert_uint_eq(number, UINT32_MAX);
  ck_assert(rig_parse_value(RIG_VALUES_WIN32, "4294967295", &number));
  ck_assert(rig_parse_flag(RIG_FLAGS_QS, "qs_allINPUT", &number));
  ck_assert_uint_eq(number, 0x1CFF);
  number = 7;
  static const char *const wrong[] = {"",    "0x",  "-1",         "1 ",          " 1",
                                      "0xG", "12a", "4294967296", "0x100000000", "ERROR_NONE"};
  for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
    ck_assert_msg(!rig_parse_value(RIG_VALUES_WIN32, wrong[i], &number), "'%s'", wrong[i]);
  }
  ck_assert_uint_eq(number, 7);
}
END_TEST

START_TEST(nearest) {
  static const char *const words[] = {"post", "post-thread", "notify", "send", "set", NULL};
  static const char *const none[] = {NULL};
  ck_assert_str_eq(rig_nearest("pots", words), "post");
  ck_assert_str_eq(rig_nearest("POST", words), "post");
  ck_assert_str_eq(rig_nearest("post_thread", words), "post-thread");
  ck_assert_str_eq(rig_nearest("notfy", words), "notify");
  ck_assert_str_eq(rig_nearest("sned", words), "send");
  ck_assert_str_eq(rig_nearest("ste", words), "set"); /* a swap is one error, not two */
  ck_assert_ptr_null(rig_nearest("timer", words));
  ck_assert_ptr_null(rig_nearest("", words));
  ck_assert_ptr_null(rig_nearest("post", none));
  char word[200];
  memset(word, 'x', sizeof word - 1);
  word[sizeof word - 1] = '\0';
  ck_assert_ptr_null(rig_nearest(word, words)); /* any length of a user's word */
}
END_TEST

START_TEST(calls) {
  ck_assert_str_eq(rig_call_name(RIG_CALL_IMAPISession_Logoff), "IMAPISession::Logoff");
  ck_assert_str_eq(rig_call_name(RIG_CALL_GetMessageW), "GetMessageW");
  ck_assert_str_eq(rig_call_name(RIG_CALL_NONE), "?");
  ck_assert_str_eq(rig_call_name(RIG_CALL_COUNT), "?");
  ck_assert_str_eq(rig_call_name(UINT32_MAX), "?");
  ck_assert_int_eq(rig_call_family(RIG_CALL_PeekMessageA), RIG_FAMILY_PEEK_MESSAGE);
  ck_assert_int_eq(rig_call_family(UINT32_MAX), RIG_FAMILY_NONE);
  ck_assert_int_eq(rig_call_shape(RIG_CALL_MAPILogonEx), RIG_SHAPE_logon);
  ck_assert_int_eq(rig_call_shape(UINT32_MAX), RIG_SHAPE_none);
  for (unsigned call = 1; call < RIG_CALL_COUNT; call++) {
    ck_assert_int_ne(rig_call_family(call), RIG_FAMILY_NONE);
    ck_assert_int_ne(rig_call_shape(call), RIG_SHAPE_none);
    ck_assert_ptr_null(strchr(rig_call_name(call), '_'));
  }
}
END_TEST

/* A scenario's word means one family; a family without a word is no trigger. */
START_TEST(families) {
  for (unsigned family = 1; family < RIG_FAMILY_COUNT; family++) {
    const char *word = rig_family_word(family);
    ck_assert_int_eq(rig_family_find(word), word[0] != '\0' ? family : RIG_FAMILY_NONE);
  }
  ck_assert_int_eq(rig_family_find("MsgWait"), RIG_FAMILY_NONE);
  ck_assert_str_eq(rig_family_word(RIG_FAMILY_COUNT), "?");
  ck_assert(rig_family_faults(RIG_FAMILY_MAPI_LOGON));
  ck_assert(!rig_family_faults(RIG_FAMILY_MAPI_ON_NOTIFY)); /* MAPI calls the client there */
  ck_assert(!rig_family_faults(RIG_FAMILY_GET_MESSAGE));
}
END_TEST

START_TEST(statuses) {
  ck_assert_str_eq(rig_status_text(RIG_OK), "ok");
  ck_assert_str_eq(rig_status_text(RIG_INTERRUPTED), "interrupted");
  ck_assert_str_eq(rig_status_text((enum rig_status)999), "unknown status");
}
END_TEST

/* A failed assertion says where and ends the process; a kept one costs nothing. */
START_TEST(assertion) {
  RIG_ASSERT(1 + 1 == 2);
  int ends[2];
  char line[256] = "";
  ck_assert_int_eq(pipe(ends), 0);
  const pid_t child = fork();
  ck_assert_int_ge(child, 0);
  if (child == 0) {
    dup2(ends[1], STDERR_FILENO);
    rig_assert_failed("two == 3", "sums.c", 42);
  }
  int status = 0;
  ck_assert_int_eq(waitpid(child, &status, 0), child);
  ck_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
  ck_assert_int_gt(read(ends[0], line, sizeof line - 1), 0);
  ck_assert_str_eq(line, "mapirig: assertion failed: two == 3 (sums.c:42)\n");
  close(ends[0]);
  close(ends[1]);
}
END_TEST

static Suite *make_suite(void) {
  Suite *suite = suite_create("core names");
  TCase *cases = tcase_create("names");
  tcase_add_test(cases, every_flag);
  tcase_add_test(cases, every_value);
  tcase_add_test(cases, unions_come_first);
  tcase_add_test(cases, sets_read_well);
  tcase_add_test(cases, small_buffers);
  tcase_add_test(cases, values_read_well);
  tcase_add_test(cases, waits_read_well);
  tcase_add_test(cases, numbers_parse);
  tcase_add_test(cases, nearest);
  tcase_add_test(cases, calls);
  tcase_add_test(cases, families);
  tcase_add_test(cases, statuses);
  tcase_add_test(cases, assertion);
  suite_add_tcase(suite, cases);
  return suite;
}

int main(void) {
  return run_suite(make_suite());
}
