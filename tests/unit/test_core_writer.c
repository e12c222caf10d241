/*
 * Four writers and a reader on one log: nothing is lost, nothing is torn, nothing is seen half
 * written. Runs under ThreadSanitizer too (preset tsan).
 */
#include <pthread.h>

#include "unit/core_memory.h"
#include "unit/suite.h"

#define WRITERS 4
#define EACH 5000 /* records of a writer */

struct writer {
  pthread_t thread;
  const struct rig_log *log;
  uint32_t number;
};

/* Bytes of a record's continuations, made from its content: 0 to 200 of them. */
static uint32_t make_more(uint32_t thread, uint32_t i, unsigned char *bytes) {
  const uint32_t length = i * 7 % 201;
  for (uint32_t k = 0; k < length; k++) {
    bytes[k] = (unsigned char)(thread * 31 + i + k);
  }
  return length;
}

static void *write_records(void *context) {
  const struct writer *writer = context;
  unsigned char more[256];
  for (uint32_t i = 0; i < EACH; i++) {
    struct rig_record record = memory_record(RIG_KIND_CALL, RIG_CALL_SetEvent, writer->number);
    record.u.object.handle = i;
    record.u.object.error = ~i;
    const uint32_t length = make_more(writer->number, i, more);
    const uint32_t index = rig_log_append(writer->log, &record, more, length);
    if (index == RIG_NO_RECORD) {
      return (void *)writer; /* Check's assertions are for the main thread */
    }
  }
  return NULL;
}

/* Reads what is there from *from on; each writer's records must come in its own order. */
static void follow(const struct rig_trace *trace, uint32_t *from, uint32_t *seen) {
  for (; *from < rig_trace_count(trace); (*from)++) {
    struct rig_record record;
    unsigned char expected[256];
    unsigned char more[256];
    if (!rig_trace_record(trace, *from, &record)) {
      return; /* reserved and not committed yet */
    }
    ck_assert_uint_lt(record.thread, WRITERS);
    const uint32_t i = record.u.object.handle;
    ck_assert_uint_eq(i, seen[record.thread]);
    ck_assert_uint_eq(record.u.object.error, ~i);
    const uint32_t length = make_more(record.thread, i, expected);
    ck_assert_uint_eq(rig_trace_more(trace, *from, more, sizeof more), length);
    ck_assert_mem_eq(more, expected, length);
    seen[record.thread]++;
    *from += record.more;
  }
}

START_TEST(four_writers_and_a_reader) {
  struct memory memory;
  struct writer writers[WRITERS];
  memory_open(&memory, WRITERS * EACH * 6);
  struct rig_trace *trace = memory_trace(&memory);
  for (uint32_t i = 0; i < WRITERS; i++) {
    writers[i] = (struct writer){.log = &memory.log, .number = i};
    ck_assert_int_eq(pthread_create(&writers[i].thread, NULL, write_records, &writers[i]), 0);
  }
  uint32_t from = 0;
  uint32_t seen[WRITERS] = {0};
  for (int i = 0; i < 1000; i++) { /* while they write */
    follow(trace, &from, seen);
  }
  for (uint32_t i = 0; i < WRITERS; i++) {
    void *result;
    ck_assert_int_eq(pthread_join(writers[i].thread, &result), 0);
    ck_assert_ptr_null(result);
  }
  follow(trace, &from, seen);
  struct rig_trace_health health;
  rig_trace_health(trace, &health);
  ck_assert_uint_eq(from, rig_trace_count(trace));
  ck_assert_uint_eq(health.written, rig_trace_count(trace));
  ck_assert_uint_eq(health.torn + health.bad + health.lost, 0);
  for (uint32_t i = 0; i < WRITERS; i++) {
    ck_assert_uint_eq(seen[i], EACH);
  }
  rig_trace_close(trace);
  memory_close(&memory);
}
END_TEST

/* The log fills while all write: each slot has exactly one owner, and the end is clean. */
START_TEST(four_writers_on_a_small_log) {
  struct memory memory;
  struct writer writers[WRITERS];
  memory_open(&memory, EACH);
  for (uint32_t i = 0; i < WRITERS; i++) {
    writers[i] = (struct writer){.log = &memory.log, .number = i};
    ck_assert_int_eq(pthread_create(&writers[i].thread, NULL, write_records, &writers[i]), 0);
  }
  uint32_t refused = 0;
  for (uint32_t i = 0; i < WRITERS; i++) {
    void *result;
    ck_assert_int_eq(pthread_join(writers[i].thread, &result), 0);
    refused += result != NULL;
  }
  ck_assert_uint_eq(refused, WRITERS);
  struct rig_trace *trace = memory_trace(&memory);
  struct rig_trace_health health;
  rig_trace_health(trace, &health);
  ck_assert_uint_eq(health.written, EACH - RIG_LOG_TAIL); /* nobody had a last word */
  ck_assert_uint_eq(health.torn + health.bad, 0);
  ck_assert_uint_ge(health.lost, 1);
  rig_trace_close(trace);
  memory_close(&memory);
}
END_TEST

static Suite *make_suite(void) {
  Suite *suite = suite_create("core writer");
  TCase *cases = tcase_create("writer");
  tcase_set_timeout(cases, 120);
  tcase_add_test(cases, four_writers_and_a_reader);
  tcase_add_test(cases, four_writers_on_a_small_log);
  suite_add_tcase(suite, cases);
  return suite;
}

int main(void) {
  return run_suite(make_suite());
}
