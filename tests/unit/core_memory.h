/*
 * A session in memory, for the unit tests of core.
 */
#ifndef TESTS_UNIT_CORE_MEMORY_H
#define TESTS_UNIT_CORE_MEMORY_H

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "core/session_layout.h"
#include "core/trace.h"
#include "core/writer.h"

#define MEMORY_ERROR_BYTES 512

struct memory {
  struct rig_layout layout;
  unsigned char *base;
  struct rig_log log;
  char error[MEMORY_ERROR_BYTES];
};

static inline void memory_open_plan(struct memory *memory, const struct rig_session_plan *plan,
                                    uint32_t capacity) {
  const enum rig_status status =
      rig_layout_measure(plan, capacity, &memory->layout, memory->error, sizeof memory->error);
  ck_assert_msg(status == RIG_OK, "%s", memory->error);
  memory->base = aligned_alloc(4096, (size_t)(memory->layout.file_bytes + 4095) / 4096 * 4096);
  ck_assert_ptr_nonnull(memory->base);
  memset(memory->base, 0, (size_t)memory->layout.file_bytes);
  rig_layout_write(plan, &memory->layout, memory->base);
  ck_assert(rig_log_open(&memory->log, memory->base, memory->layout.file_bytes));
}

static inline void memory_open(struct memory *memory, uint32_t capacity) {
  const struct rig_session_plan plan = {.deadline_ms = 1000, .scale_permille = 1000};
  memory_open_plan(memory, &plan, capacity);
}

static inline void memory_close(struct memory *memory) {
  free(memory->base);
}

static inline struct rig_trace *memory_trace(struct memory *memory) {
  struct rig_trace *trace = NULL;
  const enum rig_status status = rig_trace_open_memory(
      memory->base, (size_t)memory->layout.file_bytes, &trace, memory->error, sizeof memory->error);
  ck_assert_msg(status == RIG_OK, "%s", memory->error);
  return trace;
}

/* A record of a kind and a call, everything else told apart by the numbers. */
static inline struct rig_record memory_record(enum rig_kind kind, unsigned call, uint32_t thread) {
  struct rig_record record = {
      .kind = (uint8_t)kind, .call = (uint16_t)call, .thread = thread, .link = RIG_NO_RECORD};
  return record;
}

static inline uint32_t memory_append(struct memory *memory, enum rig_kind kind, unsigned call,
                                     uint32_t thread) {
  const struct rig_record record = memory_record(kind, call, thread);
  return rig_log_append(&memory->log, &record, NULL, 0);
}

#endif
