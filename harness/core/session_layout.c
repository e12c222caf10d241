/*
 * The bytes of a new session, and its two points of calibration.
 */
#include "core/session_layout.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "core/assert.h"

#if defined(__x86_64__) || defined(__i386__)
#include <cpuid.h>
#include <x86intrin.h>
#endif

#define LOG_ALIGNMENT 4096u /* the log starts on a page of its own */
#define READINGS 5          /* of both clocks; the one least disturbed counts */

enum rig_status rig_layout_measure(const struct rig_session_plan *plan, uint32_t capacity,
                                   struct rig_layout *out, char *error, size_t size) {
  if (plan->step_count > RIG_STEPS_MAX) {
    snprintf(error, size, "the plan has %u steps, at most %u: split the scenario", plan->step_count,
             RIG_STEPS_MAX);
    return RIG_INVALID;
  }
  uint64_t text_bytes = plan->step_text_bytes > 0 ? plan->step_text_bytes : 1;
  for (size_t i = 0; i < RIG_TEXT_COUNT; i++) {
    if (plan->texts[i] != NULL && plan->texts[i][0] != '\0') {
      text_bytes += strlen(plan->texts[i]) + 1;
    }
  }
  if (text_bytes > RIG_TEXT_BYTES_MAX) {
    snprintf(error, size,
             "scenario, command line and the other texts of a run take %llu bytes, at most %u: "
             "shorten the scenario file",
             (unsigned long long)text_bytes, RIG_TEXT_BYTES_MAX);
    return RIG_INVALID;
  }
  RIG_ASSERT(capacity > 0 && capacity <= RIG_LOG_RECORDS_MAX);
  struct rig_layout layout = {.capacity = capacity, .text_bytes = (uint32_t)text_bytes};
  layout.plan_offset = RIG_HEADER_BYTES;
  layout.text_offset = layout.plan_offset + (uint64_t)plan->step_count * RIG_STEP_BYTES;
  layout.log_offset =
      (layout.text_offset + text_bytes + LOG_ALIGNMENT - 1) / LOG_ALIGNMENT * LOG_ALIGNMENT;
  layout.file_bytes = layout.log_offset + (uint64_t)capacity * RIG_RECORD_BYTES;
  *out = layout;
  return RIG_OK;
}

/* A counter that ticks at one rate on every core in every power state. Without it the raw clock is
 * slower but right. */
static bool tsc_is_invariant(void) {
#if defined(__x86_64__) || defined(__i386__)
  unsigned a;
  unsigned b;
  unsigned c;
  unsigned d = 0;
  return __get_cpuid(0x80000007, &a, &b, &c, &d) && (d & (1u << 8)) != 0;
#else
  return false;
#endif
}

static uint64_t raw_ns(void) {
  struct timespec now;
  const int failed = clock_gettime(CLOCK_MONOTONIC_RAW, &now);
  RIG_ASSERT(failed == 0);
  return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static void read_clocks(uint32_t clock, uint64_t *stamp, uint64_t *ns) {
  if (clock == RIG_CLOCK_MONOTONIC_RAW) {
    *ns = raw_ns();
    *stamp = *ns / (1000000u / RIG_RAW_PER_MS);
    return;
  }
#if defined(__x86_64__) || defined(__i386__)
  uint64_t best = UINT64_MAX;
  for (int i = 0; i < READINGS; i++) {
    const uint64_t before = raw_ns();
    const uint64_t ticks = __rdtsc();
    const uint64_t after = raw_ns();
    if (after - before < best) {
      best = after - before;
      *stamp = ticks;
      *ns = before + best / 2;
    }
  }
#else
  RIG_ASSERT(clock != RIG_CLOCK_TSC); /* never chosen on this machine */
#endif
}

/* The texts of the plan's steps come first, so that their offsets hold as they are. */
static void write_texts(const struct rig_session_plan *plan, struct rig_header *header,
                        char *texts) {
  uint32_t used = 1;
  if (plan->step_text_bytes > 0) {
    RIG_ASSERT(plan->step_texts[0] == '\0');
    RIG_ASSERT(plan->step_texts[plan->step_text_bytes - 1] == '\0');
    memcpy(texts, plan->step_texts, plan->step_text_bytes);
    used = plan->step_text_bytes;
  }
  for (size_t i = 0; i < RIG_TEXT_COUNT; i++) {
    if (plan->texts[i] != NULL && plan->texts[i][0] != '\0') {
      const size_t bytes = strlen(plan->texts[i]) + 1;
      memcpy(texts + used, plan->texts[i], bytes);
      header->texts[i] = used;
      used += (uint32_t)bytes;
    }
  }
  RIG_ASSERT(used == header->text_bytes);
}

void rig_layout_write(const struct rig_session_plan *plan, const struct rig_layout *layout,
                      void *base) {
  struct rig_header *header = base;
  memcpy(header->magic, RIG_SESSION_MAGIC, sizeof header->magic);
  header->version = RIG_SESSION_VERSION;
  header->header_bytes = RIG_HEADER_BYTES;
  header->record_bytes = RIG_RECORD_BYTES;
  header->step_bytes = RIG_STEP_BYTES;
  header->file_bytes = layout->file_bytes;
  header->plan_offset = layout->plan_offset;
  header->text_offset = layout->text_offset;
  header->log_offset = layout->log_offset;
  header->plan_steps = plan->step_count;
  header->text_bytes = layout->text_bytes;
  header->log_capacity = layout->capacity;
  header->role = (uint32_t)plan->role;
  header->deadline_ms = plan->deadline_ms;
  header->settle_ms = plan->settle_ms;
  header->scale_permille = plan->scale_permille;
  header->timeout_ms = plan->timeout_ms;
  header->ready_timeout_ms = plan->ready_timeout_ms;
  header->stop_way = (uint32_t)plan->stop_way;
  header->clock = tsc_is_invariant() ? RIG_CLOCK_TSC : RIG_CLOCK_MONOTONIC_RAW;
  header->phase = RIG_PHASE_CREATED;
  for (uint32_t i = 0; i < plan->step_count; i++) {
    RIG_ASSERT(plan->steps[i].text < layout->text_bytes);
  }
  if (plan->step_count > 0) {
    memcpy((char *)base + layout->plan_offset, plan->steps,
           (size_t)plan->step_count * RIG_STEP_BYTES);
  }
  write_texts(plan, header, (char *)base + layout->text_offset);
  read_clocks(header->clock, &header->stamp_first, &header->ns_first);
}

void rig_layout_calibrate(struct rig_header *header) {
  uint64_t stamp;
  uint64_t ns;
  read_clocks(header->clock, &stamp, &ns);
  /* A reader of the live session takes the pair only when ns_last was the same before and after. */
  __atomic_store_n(&header->ns_last, 0, __ATOMIC_SEQ_CST);
  __atomic_store_n(&header->stamp_last, stamp, __ATOMIC_SEQ_CST);
  __atomic_store_n(&header->ns_last, ns, __ATOMIC_SEQ_CST);
}
