/*
 * The reports: text made fit to print, the exit status, and decoding that survives any record.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core_memory.h"
#include "report/clean.h"
#include "report/decode.h"
#include "report/paint.h"
#include "report/result.h"
#include "report/show.h"
#include "report/text.h"
#include "unit/suite.h"

START_TEST(clean_keeps_what_can_be_printed) {
  static const struct {
    const char *from, *wanted;
  } cases[] = {
      {"plain", "plain"},
      {"tab\tand\nline", "tab\tand\nline"},
      {"dos\r\nline", "dos\nline"},
      {"lone\rreturn", "lone?return"},
      {"\x1b[31m\x01\x7f", "?[31m??"},
      {"\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80", "\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80"},
      {"cut \xc3", "cut ?"},
      {"overlong \xc0\xaf \xe0\x80\xaf", "overlong ?? ???"},
      {"surrogate \xed\xa0\x80", "surrogate ???"},
      {"beyond \xf4\x90\x80\x80", "beyond ????"},
      {"no character \xef\xbf\xbf", "no character ???"},
      {"C1 \xc2\x9b", "C1 ??"},
      {"", ""},
  };
  const size_t i = (size_t)_i;
  char out[64];
  ck_assert_str_eq(rig_clean_copy(out, sizeof out, cases[i].from), cases[i].wanted);
  char *fresh = rig_clean_new(cases[i].from);
  ck_assert_str_eq(fresh, cases[i].wanted);
  free(fresh);
}
END_TEST

START_TEST(clean_never_cuts_a_character) {
  char out[8];
  ck_assert_str_eq(rig_clean_copy(out, 3, "a\xe2\x82\xac"), "a");
  ck_assert_str_eq(rig_clean_copy(out, 5, "a\xe2\x82\xac"), "a\xe2\x82\xac");
  ck_assert_str_eq(rig_clean_copy(out, 1, "a"), "");
  ck_assert_ptr_null(rig_clean_new(NULL));
}
END_TEST

START_TEST(exit_status_follows_the_contract) {
  static const struct {
    enum rig_outcome outcomes[2];
    bool expected_pass, strict, interrupted;
    size_t warnings;
    int wanted;
  } cases[] = {
      {{RIG_OUTCOME_PASS, RIG_OUTCOME_PASS}, true, false, false, 0, 0},
      {{RIG_OUTCOME_PASS, RIG_OUTCOME_PASS}, false, false, false, 3, 0},
      {{RIG_OUTCOME_PASS, RIG_OUTCOME_PASS}, false, true, false, 3, 1},
      {{RIG_OUTCOME_PASS, RIG_OUTCOME_FAIL}, false, false, false, 0, 1},
      {{RIG_OUTCOME_PASS, RIG_OUTCOME_NOT_EXERCISED}, false, false, false, 0, 0},
      {{RIG_OUTCOME_PASS, RIG_OUTCOME_NOT_EXERCISED}, true, false, false, 0, 1},
      {{RIG_OUTCOME_FAIL, RIG_OUTCOME_INVALID}, false, false, false, 0, 3},
      {{RIG_OUTCOME_INVALID, RIG_OUTCOME_PASS}, false, false, false, 0, 3},
      {{RIG_OUTCOME_PASS, RIG_OUTCOME_PASS}, false, false, true, 0, 3},
  };
  const size_t i = (size_t)_i;
  struct rig_result items[2] = {{0}, {0}};
  items[0].judgement.outcome = cases[i].outcomes[0];
  items[1].judgement.outcome = cases[i].outcomes[1];
  items[1].expected_pass = cases[i].expected_pass;
  items[1].unexpected_warnings = cases[i].warnings;
  const struct rig_results results = {
      .items = items, .count = 2, .strict = cases[i].strict, .interrupted = cases[i].interrupted};
  ck_assert_int_eq(rig_results_status(&results), cases[i].wanted);
}
END_TEST

START_TEST(windows_paths_become_native) {
  char path[64];
  ck_assert_int_eq(rig_source_native_path("Z:\\a b\\c.exe", path, sizeof path), 1);
  ck_assert_str_eq(path, "/a b/c.exe");
  ck_assert_int_eq(rig_source_native_path("\\\\?\\z:\\c.exe", path, sizeof path), 1);
  ck_assert_str_eq(path, "/c.exe");
  ck_assert_int_eq(rig_source_native_path("C:\\windows\\x.dll", path, sizeof path), 0);
  ck_assert_int_eq(rig_source_native_path("Z:", path, sizeof path), 0);
  ck_assert_int_eq(rig_source_native_path("", path, sizeof path), 0);
  ck_assert_int_eq(rig_source_native_path("Z:\\long", path, 4), 0);
}
END_TEST

START_TEST(callers_without_symbols_keep_module_and_offset) {
  char text[64];
  struct rig_source source = {.address = 0x7FF0, .module = "a.exe", .offset = 0x10};
  ck_assert_str_eq(rig_source_text(&source, text, sizeof text), "a.exe+0x10");
  strcpy(source.symbol, "main");
  ck_assert_str_eq(rig_source_text(&source, text, sizeof text), "a.exe!main");
  source.module[0] = '\0';
  ck_assert_str_eq(rig_source_text(&source, text, sizeof text), "0x7FF0");
  source.address = 0;
  ck_assert_str_eq(rig_source_text(&source, text, sizeof text), "");
}
END_TEST

START_TEST(wrapped_text_stays_in_its_columns) {
  static const char text[] =
      "one two three four five six seven eight nine ten eleven twelve thirteen "
      "fourteen fifteen sixteen\nseventeen a-word-that-is-longer-than-the-line-"
      "and-so-cannot-be-wrapped-by-anyone-whatever-they-try-to-do-about-it end";
  char *out = NULL;
  size_t size = 0;
  struct rig_paint paint = {.out = open_memstream(&out, &size)};
  rig_paint_wrapped(&paint, 2, "label ", text);
  fclose(paint.out);
  size_t words = 0;
  for (char *line = strtok(out, "\n"); line; line = strtok(NULL, "\n")) {
    ck_assert_msg(strlen(line) <= 100 || !strchr(line + 8, ' '), "too wide: %s", line);
    ck_assert_msg(strncmp(line, words ? "        " : "  label ", 8) == 0, "margin: %s", line);
    words++;
  }
  ck_assert_uint_eq(words, 5);
  free(out);
}
END_TEST

START_TEST(durations_carry_units) {
  char text[32];
  ck_assert_str_eq(rig_text_duration(0.0236, text, sizeof text), "24 ms");
  ck_assert_str_eq(rig_text_duration(1.25, text, sizeof text), "1.2 s");
  ck_assert_str_eq(rig_text_duration(192, text, sizeof text), "3 min 12 s");
}
END_TEST

/* A record with every byte of its payload the same, or counted up. */
static struct rig_record record_of(uint8_t kind, uint16_t call, int fill) {
  struct rig_record record = {.kind = kind, .call = call, .thread = 7, .link = 3};
  for (size_t i = 0; i < sizeof record.u.bytes; i++) {
    record.u.bytes[i] = (uint8_t)(fill < 0 ? (int)i * 37 : fill);
  }
  return record;
}

/* Every kind and call, also such that do not exist, into buffers of every small size. */
START_TEST(decoding_survives_any_record) {
  struct memory memory;
  memory_open(&memory, 64);
  memory_append(&memory, RIG_KIND_STATE, RIG_STATE_HELLO, 7);
  struct rig_trace *trace = memory_trace(&memory);
  struct rig_decoder decoder;
  rig_decoder_init(&decoder, trace);
  static const int fills[] = {0, 1, 0x7F, 0xFF, -1};
  for (unsigned kind = 0; kind < RIG_KIND_COUNT + 2; kind++) {
    for (unsigned call = 0; call < RIG_CALL_COUNT + 4; call++) {
      const struct rig_record record = record_of((uint8_t)kind, (uint16_t)call, fills[call % 5]);
      ck_assert_ptr_nonnull(rig_decode_name(&record));
      for (size_t size = 1; size <= RIG_DECODED_BYTES; size = size * 3 + 1) {
        char *out = malloc(size); /* exactly as large: a sanitizer sees one byte too much */
        ck_assert_uint_lt(strlen(rig_decode_call(&decoder, 0, &record, out, size)), size);
        ck_assert_uint_lt(strlen(rig_decode_result(&decoder, 0, &record, out, size)), size);
        ck_assert_uint_lt(strlen(rig_decode_event(&decoder, 0, &record, out, size)), size);
        free(out);
      }
    }
  }
  rig_trace_close(trace);
  memory_close(&memory);
}
END_TEST

static Suite *suite(void) {
  Suite *report = suite_create("report");
  TCase *all = tcase_create("all");
  tcase_add_loop_test(all, clean_keeps_what_can_be_printed, 0, 13);
  tcase_add_test(all, clean_never_cuts_a_character);
  tcase_add_loop_test(all, exit_status_follows_the_contract, 0, 9);
  tcase_add_test(all, windows_paths_become_native);
  tcase_add_test(all, callers_without_symbols_keep_module_and_offset);
  tcase_add_test(all, wrapped_text_stays_in_its_columns);
  tcase_add_test(all, durations_carry_units);
  tcase_add_test(all, decoding_survives_any_record);
  suite_add_tcase(report, all);
  return report;
}

int main(void) {
  return run_suite(suite());
}
