/*
 * What the writer wrote is what the reader reads; and what nobody wrote properly is told.
 */
#include "unit/core_memory.h"
#include "unit/suite.h"

START_TEST(round_trip) {
  struct memory memory;
  memory_open(&memory, 16);
  struct rig_record in = memory_record(RIG_KIND_ENTER, RIG_CALL_MsgWaitForMultipleObjectsEx, 0x24);
  in.stamp = 0x1122334455667788;
  in.caller = 0x7FF612345678;
  in.u.wait.count = 2;
  in.u.wait.wake_mask = 0x4FF;
  in.commit = 77; /* neither of these is the caller's to say */
  in.more = 9;
  ck_assert_uint_eq(rig_log_append(&memory.log, &in, NULL, 0), 0);
  struct rig_record leave = memory_record(RIG_KIND_LEAVE, in.call, 0x24);
  leave.link = 0;
  ck_assert_uint_eq(rig_log_append(&memory.log, &leave, NULL, 0), 1);

  struct rig_trace *trace = memory_trace(&memory);
  struct rig_record out;
  ck_assert_uint_eq(rig_trace_count(trace), 2);
  ck_assert(rig_trace_record(trace, 0, &out));
  in.commit = 1;
  in.more = 0;
  ck_assert_mem_eq(&in, &out, sizeof in);
  ck_assert(rig_trace_record(trace, 1, &out));
  ck_assert_uint_eq(out.link, 0);
  ck_assert(!rig_trace_record(trace, 2, &out));
  ck_assert(!rig_trace_record(trace, UINT32_MAX, &out));
  ck_assert_ptr_null(rig_trace_close(trace));
  memory_close(&memory);
}
END_TEST

/* Every length around the borders of a continuation, and beyond the most. */
START_TEST(continuations) {
  static const uint32_t lengths[] = {1, 47, 48, 49, 95, 96, 97, 767, 768, 769, 2000};
  unsigned char bytes[2000];
  unsigned char back[2000];
  for (size_t i = 0; i < sizeof bytes; i++) {
    bytes[i] = (unsigned char)(i * 7 + 1);
  }
  for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
    struct memory memory;
    memory_open(&memory, 64);
    const uint32_t most = RIG_MORE_MAX * RIG_MORE_BYTES;
    const uint32_t kept = lengths[i] < most ? lengths[i] : most;
    const struct rig_record in = memory_record(RIG_KIND_STATE, RIG_STATE_MODULE, 1);
    ck_assert_uint_eq(rig_log_append(&memory.log, &in, bytes, lengths[i]), 0);
    struct rig_trace *trace = memory_trace(&memory);
    struct rig_record out;
    ck_assert(rig_trace_record(trace, 0, &out));
    ck_assert_uint_eq(out.more, (kept + RIG_MORE_BYTES - 1) / RIG_MORE_BYTES);
    ck_assert_uint_eq(rig_trace_count(trace), 1u + out.more);
    ck_assert(!rig_trace_record(trace, 1, &out));
    ck_assert_uint_eq(rig_trace_more(trace, 0, back, sizeof back), kept);
    ck_assert_mem_eq(bytes, back, kept);
    ck_assert_uint_eq(rig_trace_more(trace, 1, back, sizeof back), 0); /* not a record */
    memset(back, 0xEE, sizeof back);
    ck_assert_uint_eq(rig_trace_more(trace, 0, back, 1), 1); /* a small buffer is respected */
    ck_assert_uint_eq(back[1], 0xEE);
    struct rig_trace_health health;
    rig_trace_health(trace, &health);
    ck_assert_uint_eq(health.bad + health.torn, 0);
    rig_trace_close(trace);
    memory_close(&memory);
  }
}
END_TEST

START_TEST(torn) {
  struct memory memory;
  memory_open(&memory, 32);
  const struct rig_record in = memory_record(RIG_KIND_STATE, RIG_STATE_HELLO, 1);
  ck_assert_uint_eq(rig_log_append(&memory.log, &in, NULL, 0), 0);
  /* Ended after reserving three slots; after its continuation but before its record. */
  memory.log.header->next += 3;
  const uint32_t index = rig_log_append(&memory.log, &in, "text", 4);
  ck_assert_uint_eq(index, 4);
  memory.log.records[index].commit = 0;
  ck_assert_uint_eq(rig_log_append(&memory.log, &in, NULL, 0), 6);

  struct rig_trace *trace = memory_trace(&memory);
  struct rig_trace_health health;
  rig_trace_health(trace, &health);
  ck_assert_uint_eq(health.written, 2);
  ck_assert_uint_eq(health.torn, 5);
  ck_assert_uint_eq(health.bad, 0);
  ck_assert_uint_eq(health.lost, 0);
  ck_assert_uint_eq(health.first_bad, 1);
  struct rig_record out;
  ck_assert(!rig_trace_record(trace, 1, &out));
  ck_assert(!rig_trace_record(trace, 4, &out));
  ck_assert(rig_trace_record(trace, 6, &out));
  rig_trace_close(trace);
  memory_close(&memory);
}
END_TEST

/* An act told before it, its effect, and the correction when it failed. */
START_TEST(reserved) {
  struct memory memory;
  memory_open(&memory, 3);
  struct rig_record in = memory_record(RIG_KIND_STIMULUS, RIG_ACTION_POST, 1);
  struct rig_record out;
  struct rig_trace *trace = memory_trace(&memory);
  const uint32_t index = rig_log_reserve(&memory.log);
  ck_assert_uint_eq(index, 0);
  ck_assert(!rig_trace_record(trace, index, &out));
  struct rig_record receipt = memory_record(RIG_KIND_RECEIPT, 0, 2);
  receipt.link = index;
  ck_assert_uint_eq(rig_log_append(&memory.log, &receipt, NULL, 0), 1);
  in.u.stimulus.result = 1;
  in.more = 5;
  rig_log_fill(&memory.log, index, &in);
  ck_assert(rig_trace_record(trace, index, &out));
  ck_assert_uint_eq(out.u.stimulus.result, 1);
  in.u.stimulus.result = 0;
  rig_log_fill(&memory.log, index, &in);
  ck_assert(rig_trace_record(trace, index, &out));
  ck_assert_uint_eq(out.u.stimulus.result, 0);
  struct rig_trace_health health;
  rig_trace_health(trace, &health);
  ck_assert_uint_eq(health.written, 2);
  ck_assert_uint_eq(health.torn + health.bad, 0);
  ck_assert_uint_eq(rig_log_reserve(&memory.log), 2);
  ck_assert_uint_eq(rig_log_reserve(&memory.log), RIG_NO_RECORD);
  rig_log_fill(&memory.log, RIG_NO_RECORD, &in); /* harmless: the log was full */
  rig_trace_close(trace);
  memory_close(&memory);
}
END_TEST

START_TEST(full) {
  struct memory memory;
  memory_open(&memory, 4);
  unsigned char bytes[200] = {1};
  const struct rig_record in = memory_record(RIG_KIND_CALL, RIG_CALL_SetEvent, 1);
  ck_assert_uint_eq(rig_log_append(&memory.log, &in, NULL, 0), 0);
  ck_assert_uint_eq(rig_log_append(&memory.log, &in, NULL, 0), 1);
  struct rig_trace_health health;
  struct rig_trace *trace = memory_trace(&memory);
  rig_trace_health(trace, &health);
  ck_assert_uint_eq(health.lost, 0);
  /* The last record keeps the continuations that fit: it is not torn, and the log is full. */
  ck_assert_uint_eq(rig_log_append(&memory.log, &in, bytes, sizeof bytes), 2);
  for (int i = 0; i < 3; i++) {
    ck_assert_uint_eq(rig_log_append(&memory.log, &in, NULL, 0), RIG_NO_RECORD);
  }
  rig_trace_health(trace, &health);
  ck_assert_uint_eq(health.written, 4);
  ck_assert_uint_eq(health.torn + health.bad, 0);
  ck_assert_uint_eq(health.lost, 4 + 3); /* four of its six slots, then three records */
  ck_assert_uint_eq(health.first_bad, RIG_NO_RECORD);
  ck_assert_uint_eq(rig_trace_count(trace), 4);
  ck_assert_uint_eq(rig_trace_more(trace, 2, bytes, sizeof bytes), RIG_MORE_BYTES);
  rig_trace_close(trace);
  memory_close(&memory);
}
END_TEST

/* How a run ended is told in a full log too, by its director and by its host. */
START_TEST(full_but_for_last_words) {
  struct memory memory;
  memory_open(&memory, RIG_LOG_TAIL_FROM);
  const uint32_t limit = RIG_LOG_TAIL_FROM - RIG_LOG_TAIL;
  for (uint32_t i = 0; i < limit; i++) {
    ck_assert_uint_eq(memory_append(&memory, RIG_KIND_CALL, RIG_CALL_SetEvent, 1), i);
  }
  struct rig_trace *trace = memory_trace(&memory);
  struct rig_trace_health health;
  rig_trace_health(trace, &health);
  ck_assert_uint_eq(health.lost, 0);
  ck_assert_uint_eq(memory_append(&memory, RIG_KIND_CALL, RIG_CALL_SetEvent, 1), RIG_NO_RECORD);
  ck_assert_uint_eq(memory_append(&memory, RIG_KIND_STATE, RIG_STATE_LATE, 1), RIG_NO_RECORD);
  ck_assert_uint_eq(memory_append(&memory, RIG_KIND_STATE, RIG_STATE_END, 1), limit);
  ck_assert_uint_eq(memory_append(&memory, RIG_KIND_STATE, RIG_STATE_EXIT, 2), limit + 1);
  rig_trace_health(trace, &health);
  ck_assert_uint_eq(health.written, limit + 2);
  ck_assert_uint_eq(health.torn + health.bad, 0);
  ck_assert_uint_ge(health.lost, 1);
  for (uint32_t i = 2; i < RIG_LOG_TAIL; i++) {
    ck_assert_uint_eq(memory_append(&memory, RIG_KIND_STATE, RIG_STATE_END, 1), limit + i);
  }
  ck_assert_uint_eq(memory_append(&memory, RIG_KIND_STATE, RIG_STATE_END, 1), RIG_NO_RECORD);
  rig_trace_close(trace);
  memory_close(&memory);
}
END_TEST

/* A client that spins on a full log for hours must not come round and overwrite it. */
START_TEST(full_for_ever) {
  struct memory memory;
  memory_open(&memory, 4);
  memory_append(&memory, RIG_KIND_CALL, RIG_CALL_SetEvent, 1);
  memory.log.header->next = UINT32_MAX - 2;
  for (int i = 0; i < 10; i++) {
    ck_assert_uint_eq(memory_append(&memory, RIG_KIND_CALL, RIG_CALL_ResetEvent, 1), RIG_NO_RECORD);
  }
  ck_assert_uint_eq(memory.log.header->next, UINT32_MAX - 2);
  memory_close(&memory);
}
END_TEST

/* Overwrites one field of a record and says what the reader makes of it. */
static void spoil(unsigned call, struct rig_record spoilt, bool readable, uint32_t bad) {
  struct memory memory;
  memory_open(&memory, 8);
  memory_append(&memory, RIG_KIND_ENTER, call, 1);
  memory_append(&memory, RIG_KIND_ENTER, call, 1);
  spoilt.commit = 2;
  memory.log.records[1] = spoilt;
  struct rig_trace *trace = memory_trace(&memory);
  struct rig_record out;
  struct rig_trace_health health;
  rig_trace_health(trace, &health);
  ck_assert_int_eq(rig_trace_record(trace, 1, &out), readable);
  ck_assert_uint_eq(health.bad, bad);
  ck_assert_uint_eq(health.first_bad, bad > 0 ? 1 : RIG_NO_RECORD);
  if (readable) {
    ck_assert(out.link == RIG_NO_RECORD || out.link < 1);
    ck_assert_uint_eq(out.more, 0);
  }
  rig_trace_close(trace);
  memory_close(&memory);
}

START_TEST(bad_records) {
  const unsigned call = RIG_CALL_GetMessageW;
  struct rig_record record = memory_record(RIG_KIND_LEAVE, call, 1);
  record.link = 0;
  spoil(call, record, true, 0);
  record.link = 1; /* itself */
  spoil(call, record, true, 1);
  record.link = 1000000;
  spoil(call, record, true, 1);
  record.link = RIG_NO_RECORD;
  record.more = 3; /* none follow */
  spoil(call, record, true, 1);
  spoil(call, memory_record(RIG_KIND_NONE, call, 1), false, 1);
  spoil(call, memory_record(RIG_KIND_COUNT, call, 1), false, 1);
  spoil(call, memory_record(RIG_KIND_CALL, RIG_CALL_COUNT, 1), false, 1);
  spoil(call, memory_record(RIG_KIND_STATE, RIG_STATE_COUNT, 1), false, 1);
  spoil(call, memory_record(RIG_KIND_STIMULUS, RIG_ACTION_COUNT, 1), false, 1);
  spoil(call, memory_record(RIG_KIND_MORE, call, 1), false, 1); /* of no record */
}
END_TEST

/* Continuations that lie about their length or their record. */
START_TEST(bad_continuations) {
  for (int what = 0; what < 4; what++) {
    struct memory memory;
    memory_open(&memory, 8);
    const struct rig_record in = memory_record(RIG_KIND_STATE, RIG_STATE_OUTPUT, 1);
    char bytes[100];
    memset(bytes, 'x', sizeof bytes);
    rig_log_append(&memory.log, &in, bytes, sizeof bytes);
    struct rig_more *more = (struct rig_more *)&memory.log.records[2];
    more->used = what == 0 ? RIG_MORE_BYTES + 1 : more->used;
    more->link = what == 1 ? 1 : more->link;
    more->kind = what == 2 ? RIG_KIND_STATE : more->kind;
    more->commit = what == 3 ? 0 : more->commit;
    struct rig_trace *trace = memory_trace(&memory);
    struct rig_trace_health health;
    rig_trace_health(trace, &health);
    ck_assert_uint_eq(health.first_bad, 0);
    ck_assert_uint_ge(health.bad, 1);
    ck_assert_uint_eq(rig_trace_more(trace, 0, bytes, sizeof bytes), RIG_MORE_BYTES);
    rig_trace_close(trace);
    memory_close(&memory);
  }
}
END_TEST

static void check_text(const char *bytes, size_t length, size_t size, const char *expected) {
  struct memory memory;
  char text[64];
  memory_open(&memory, 8);
  const struct rig_record in = memory_record(RIG_KIND_STATE, RIG_STATE_OUTPUT, 1);
  rig_log_append(&memory.log, &in, bytes, (uint32_t)length);
  struct rig_trace *trace = memory_trace(&memory);
  memset(text, '#', sizeof text);
  rig_trace_more_text(trace, 0, text, size);
  ck_assert_str_eq(text, expected);
  rig_trace_close(trace);
  memory_close(&memory);
}

START_TEST(texts_are_safe_to_print) {
#define TEXT(bytes, expected) check_text(bytes, sizeof bytes - 1, 64, expected)
  TEXT("plain", "plain");
  TEXT("gr\xC3\xBC\xC3\x9F \xE2\x82\xAC \xF0\x9F\x98\x80",
       "gr\xC3\xBC\xC3\x9F \xE2\x82\xAC \xF0\x9F\x98\x80");
  TEXT("\x1B[31mred\r\n\t\x7F", "?[31mred????");
  TEXT("C1 \xC2\x9B", "C1 ?");
  TEXT("reordered \xE2\x80\xAE", "reordered ?");
  TEXT("overlong \xC0\xAF", "overlong ??");
  TEXT("overlong \xE0\x80\xAF", "overlong ???");
  TEXT("surrogate \xED\xA0\x80", "surrogate ???");
  TEXT("beyond \xF4\x90\x80\x80", "beyond ????");
  TEXT("lead \xFF\xFE", "lead ??");
  TEXT("cut \xE2\x82", "cut ??");
  TEXT("ends\0here", "ends");
  check_text("gr\xC3\xBC", 4, 4, "gr"); /* never half a character */
  check_text("gr\xC3\xBC", 4, 5, "gr\xC3\xBC");
  check_text("abc", 3, 1, "");
}
END_TEST

/* The longest text there is, cut within a character: nothing beyond it is read. */
START_TEST(longest_text) {
  struct memory memory;
  char bytes[RIG_MORE_MAX * RIG_MORE_BYTES];
  char text[sizeof bytes + 1];
  memory_open(&memory, 32);
  memset(bytes, 'x', sizeof bytes);
  bytes[sizeof bytes - 1] = (char)0xF0;
  const struct rig_record in = memory_record(RIG_KIND_STATE, RIG_STATE_OUTPUT, 1);
  rig_log_append(&memory.log, &in, bytes, sizeof bytes);
  struct rig_trace *trace = memory_trace(&memory);
  rig_trace_more_text(trace, 0, text, sizeof text);
  ck_assert_uint_eq(strlen(text), sizeof bytes);
  ck_assert_int_eq(text[sizeof bytes - 1], '?');
  rig_trace_close(trace);
  memory_close(&memory);
}
END_TEST

START_TEST(thread_names) {
  struct memory memory;
  memory_open(&memory, 32);
  struct rig_record start = memory_record(RIG_KIND_STATE, RIG_STATE_THREAD_START, 9);
  start.u.state.b = 1; /* MAPI's own */
  memory_append(&memory, RIG_KIND_STATE, RIG_STATE_HELLO, 5);
  memory_append(&memory, RIG_KIND_STATE, RIG_STATE_READY, 7);
  memory_append(&memory, RIG_KIND_STATE, RIG_STATE_EXIT, 12);
  memory_append(&memory, RIG_KIND_CALL, RIG_CALL_SetEvent, 6);
  memory_append(&memory, RIG_KIND_STIMULUS, RIG_ACTION_POST, 8);
  rig_log_append(&memory.log, &start, NULL, 0);
  memory_append(&memory, RIG_KIND_ENTER, RIG_CALL_IMAPIAdviseSink_OnNotify, 9);
  struct rig_trace *trace = memory_trace(&memory);
  ck_assert_str_eq(rig_trace_thread(trace, 6), "main");
  ck_assert_str_eq(rig_trace_thread(trace, 5), "other");
  const char *main_name = rig_trace_thread(trace, 6);
  memory_append(&memory, RIG_KIND_ENTER, RIG_CALL_Sleep, 5); /* the log grows */
  memory_append(&memory, RIG_KIND_ENTER, RIG_CALL_Sleep, 11);
  ck_assert_str_eq(rig_trace_thread(trace, 5), "t1");
  ck_assert_str_eq(rig_trace_thread(trace, 11), "t2");
  ck_assert_str_eq(rig_trace_thread(trace, 7), "director");
  ck_assert_str_eq(rig_trace_thread(trace, 8), "director");
  ck_assert_str_eq(rig_trace_thread(trace, 9), "mapi");
  ck_assert_str_eq(rig_trace_thread(trace, 12), "host");
  ck_assert_str_eq(rig_trace_thread(trace, 10), "?");
  ck_assert_ptr_eq(rig_trace_thread(trace, 6), main_name);
  rig_trace_close(trace);
  memory_close(&memory);
}
END_TEST

/* More threads than get a name of their own: bounded, never lost. */
START_TEST(too_many_threads) {
  struct memory memory;
  memory_open(&memory, 5000);
  for (uint32_t i = 0; i < 5000; i++) {
    memory_append(&memory, RIG_KIND_CALL, RIG_CALL_SetEvent, i * 4 + 4);
  }
  struct rig_trace *trace = memory_trace(&memory);
  ck_assert_str_eq(rig_trace_thread(trace, 4), "main");
  ck_assert_str_eq(rig_trace_thread(trace, 4095 * 4 + 4), "t4095");
  ck_assert_str_eq(rig_trace_thread(trace, 4096 * 4 + 4), "?");
  rig_trace_close(trace);
  memory_close(&memory);
}
END_TEST

START_TEST(times) {
  struct memory memory;
  memory_open(&memory, 8);
  struct rig_header *header = memory.log.header;
  struct rig_record first = memory_record(RIG_KIND_STATE, RIG_STATE_HELLO, 1);
  first.stamp = 1500;
  header->clock = RIG_CLOCK_TSC;
  header->stamp_first = 1000;
  header->ns_first = 5000000;
  struct rig_trace *trace = memory_trace(&memory);
  ck_assert_double_eq(rig_trace_ms(trace, 2000), 0); /* no record yet */
  rig_log_append(&memory.log, &first, NULL, 0);
  ck_assert_double_eq(rig_trace_ms(trace, 2000), 0); /* not calibrated */
  header->stamp_last = 3000;                         /* 2,000 ticks in 4 ms */
  header->ns_last = 9000000;
  ck_assert_double_eq_tol(rig_trace_ms(trace, 2000), 1.0, 1e-9);
  ck_assert_double_eq_tol(rig_trace_raw_ms(trace, 2000), 7.0, 1e-9);
  ck_assert_double_eq_tol(rig_trace_raw_ms(trace, 500), 4.0, 1e-9);
  ck_assert_double_eq(rig_trace_ms(trace, 1500), 0);
  ck_assert_double_eq(rig_trace_ms(trace, 1), 0); /* before the hello */
  header->stamp_last = 900;                       /* nonsense: the clock went back */
  ck_assert_double_eq(rig_trace_ms(trace, 2000), 0);
  ck_assert_double_eq(rig_trace_raw_ms(trace, 2000), 0);
  header->stamp_last = 1001; /* nonsense, too: what it tells is no time */
  header->ns_last = UINT64_MAX;
  ck_assert_double_eq(rig_trace_raw_ms(trace, UINT64_MAX / 2), 0);
  rig_trace_close(trace);

  header->stamp_last = 900;
  header->clock = RIG_CLOCK_MONOTONIC_RAW;
  trace = memory_trace(&memory);
  ck_assert_double_eq_tol(rig_trace_ms(trace, 1500 + 25 * RIG_RAW_PER_MS), 25.0, 1e-9);
  ck_assert_double_eq_tol(rig_trace_raw_ms(trace, 25 * RIG_RAW_PER_MS), 25.0, 1e-9);
  rig_trace_close(trace);
  memory_close(&memory);
}
END_TEST

static Suite *make_suite(void) {
  Suite *suite = suite_create("core trace");
  TCase *cases = tcase_create("trace");
  tcase_add_test(cases, round_trip);
  tcase_add_test(cases, continuations);
  tcase_add_test(cases, torn);
  tcase_add_test(cases, reserved);
  tcase_add_test(cases, full);
  tcase_add_test(cases, full_but_for_last_words);
  tcase_add_test(cases, full_for_ever);
  tcase_add_test(cases, bad_records);
  tcase_add_test(cases, bad_continuations);
  tcase_add_test(cases, texts_are_safe_to_print);
  tcase_add_test(cases, longest_text);
  tcase_add_test(cases, thread_names);
  tcase_add_test(cases, too_many_threads);
  tcase_add_test(cases, times);
  suite_add_tcase(suite, cases);
  return suite;
}

int main(void) {
  return run_suite(make_suite());
}
