/*
 * Records of a session: which slots hold one, their continuations, the log's health, and times.
 * Every read of a slot goes through rig_trace_slot().
 */
#include <string.h>

#include "core/trace_private.h"

const struct rig_header *rig_trace_header(const struct rig_trace *trace) {
  return &trace->header;
}

const struct rig_step *rig_trace_step(const struct rig_trace *trace, uint32_t index) {
  return index < trace->header.plan_steps ? &trace->steps[index] : NULL;
}

uint32_t rig_trace_used(const struct rig_trace *trace, uint32_t *lost) {
  const struct rig_header *live = (const struct rig_header *)trace->data;
  const uint32_t next = __atomic_load_n(&live->next, __ATOMIC_ACQUIRE);
  *lost = next > trace->capacity ? next - trace->capacity : 0;
  return next > trace->capacity ? trace->capacity : next;
}

uint32_t rig_trace_count(const struct rig_trace *trace) {
  uint32_t lost;
  return rig_trace_used(trace, &lost);
}

/* What `call` may be, by the kind of the record. */
static uint32_t calls_of(uint8_t kind) {
  switch (kind) {
  case RIG_KIND_ENTER:
  case RIG_KIND_LEAVE:
  case RIG_KIND_CALL:
    return RIG_CALL_COUNT;
  case RIG_KIND_STIMULUS:
    return RIG_ACTION_COUNT;
  case RIG_KIND_STATE:
    return RIG_STATE_COUNT;
  default:
    return UINT16_MAX + 1u;
  }
}

enum trace_slot rig_trace_slot(const struct rig_trace *trace, uint32_t index,
                               struct rig_record *out, bool *bad_link) {
  const struct rig_record *slot =
      (const struct rig_record *)(trace->log + (size_t)index * RIG_RECORD_BYTES);
  if (__atomic_load_n(&slot->commit, __ATOMIC_ACQUIRE) != index + 1) {
    return TRACE_SLOT_TORN;
  }
  memcpy(out, slot, sizeof *out);
  if (__atomic_load_n(&slot->commit, __ATOMIC_SEQ_CST) != index + 1) {
    return TRACE_SLOT_TORN; /* its writer began to correct it meanwhile (rig_log_fill) */
  }
  out->commit = index + 1;
  *bad_link = false;
  if (out->kind == RIG_KIND_NONE || out->kind >= RIG_KIND_COUNT ||
      out->call >= calls_of(out->kind)) {
    return TRACE_SLOT_BAD;
  }
  if (out->link != RIG_NO_RECORD && out->link >= index) {
    out->link = RIG_NO_RECORD;
    *bad_link = true;
  }
  return out->kind == RIG_KIND_MORE ? TRACE_SLOT_MORE : TRACE_SLOT_RECORD;
}

/* The continuation `index` of the record `head`. */
static bool read_more(const struct rig_trace *trace, uint32_t head, uint32_t index,
                      struct rig_more *out) {
  struct rig_record slot;
  bool bad_link;
  if (rig_trace_slot(trace, index, &slot, &bad_link) != TRACE_SLOT_MORE || slot.link != head) {
    return false;
  }
  memcpy(out, &slot, sizeof *out);
  return out->used <= RIG_MORE_BYTES;
}

/* How many continuations the record `head`, which says `said`, really has. */
static uint32_t count_more(const struct rig_trace *trace, uint32_t head, uint32_t said,
                           uint32_t used) {
  struct rig_more more;
  const uint32_t room = used - 1 - head;
  uint32_t limit = said < RIG_MORE_MAX ? said : RIG_MORE_MAX;
  limit = limit < room ? limit : room;
  uint32_t count = 0;
  while (count < limit && read_more(trace, head, head + 1 + count, &more)) {
    count++;
  }
  return count;
}

bool rig_trace_record(const struct rig_trace *trace, uint32_t index, struct rig_record *out) {
  const uint32_t used = rig_trace_count(trace);
  struct rig_record record;
  bool bad_link;
  if (index >= used || rig_trace_slot(trace, index, &record, &bad_link) != TRACE_SLOT_RECORD) {
    return false;
  }
  record.more = (uint8_t)count_more(trace, index, record.more, used);
  *out = record;
  return true;
}

size_t rig_trace_more(const struct rig_trace *trace, uint32_t index, void *buffer, size_t size) {
  struct rig_record record;
  if (!rig_trace_record(trace, index, &record)) {
    return 0;
  }
  size_t total = 0;
  for (uint32_t i = 1; i <= record.more && total < size; i++) {
    struct rig_more more;
    if (!read_more(trace, index, index + i, &more)) {
      break; /* a live client overwrote it meanwhile */
    }
    const size_t rest = size - total;
    const size_t part = more.used < rest ? more.used : rest;
    memcpy((char *)buffer + total, more.bytes, part);
    total += part;
  }
  return total;
}

/* A committed continuation belongs to the record that it links to. A head that was never committed
 * makes it part of a torn record: its writer was ended in between. */
static enum trace_slot check_more(const struct rig_trace *trace, uint32_t index,
                                  const struct rig_record *more) {
  if (more->link == RIG_NO_RECORD || index - more->link > RIG_MORE_MAX ||
      more->more > RIG_MORE_BYTES) { /* `more` is rig_more.used */
    return TRACE_SLOT_BAD;
  }
  struct rig_record head;
  bool bad_link;
  const enum trace_slot slot = rig_trace_slot(trace, more->link, &head, &bad_link);
  if (slot == TRACE_SLOT_TORN) {
    return TRACE_SLOT_TORN;
  }
  return slot == TRACE_SLOT_RECORD && index - more->link <= head.more ? TRACE_SLOT_MORE
                                                                      : TRACE_SLOT_BAD;
}

static enum trace_slot check_slot(const struct rig_trace *trace, uint32_t index, uint32_t used) {
  struct rig_record record;
  bool bad_link = false;
  const enum trace_slot slot = rig_trace_slot(trace, index, &record, &bad_link);
  if (slot == TRACE_SLOT_MORE) {
    return check_more(trace, index, &record);
  }
  if (slot == TRACE_SLOT_RECORD &&
      (bad_link || count_more(trace, index, record.more, used) != record.more)) {
    return TRACE_SLOT_BAD;
  }
  return slot;
}

void rig_trace_health(const struct rig_trace *trace, struct rig_trace_health *out) {
  struct rig_trace_health health = {.first_bad = RIG_NO_RECORD};
  const uint32_t used = rig_trace_used(trace, &health.lost);
  const bool has_tail = health.lost > 0 && used >= RIG_LOG_TAIL_FROM;
  const uint32_t tail = has_tail ? used - RIG_LOG_TAIL : used;
  for (uint32_t i = 0; i < used; i++) {
    const enum trace_slot slot = check_slot(trace, i, used);
    if (i >= tail && slot == TRACE_SLOT_TORN) {
      continue; /* kept for last words that nobody wrote */
    }
    health.torn += slot == TRACE_SLOT_TORN;
    health.bad += slot == TRACE_SLOT_BAD;
    health.written += slot == TRACE_SLOT_RECORD || slot == TRACE_SLOT_MORE;
    if (health.first_bad == RIG_NO_RECORD && (slot == TRACE_SLOT_TORN || slot == TRACE_SLOT_BAD)) {
      health.first_bad = i;
    }
  }
  *out = health;
}

/* The stamp of the first record, kept once it was seen: times of one trace never shift. */
static bool find_origin(const struct rig_trace *trace, uint64_t *origin) {
  struct trace_cache *cache = trace->cache;
  const uint32_t used = cache->has_origin ? 0 : rig_trace_count(trace);
  for (uint32_t i = 0; i < used && !cache->has_origin; i++) {
    struct rig_record record;
    if (rig_trace_record(trace, i, &record)) {
      cache->has_origin = true;
      cache->origin = record.stamp;
    }
  }
  *origin = cache->origin;
  return cache->has_origin;
}

/* A consistent pair of the second calibration point, which the harness moves while a run lives:
 * it clears ns_last first and stores it last. */
static bool read_last(const struct rig_trace *trace, uint64_t *stamp, uint64_t *ns) {
  const struct rig_header *live = (const struct rig_header *)trace->data;
  for (int attempt = 0; attempt < 1000; attempt++) {
    const uint64_t before = __atomic_load_n(&live->ns_last, __ATOMIC_ACQUIRE);
    *stamp = __atomic_load_n(&live->stamp_last, __ATOMIC_ACQUIRE);
    *ns = __atomic_load_n(&live->ns_last, __ATOMIC_ACQUIRE);
    if (*ns == before && *ns != 0) {
      return true;
    }
  }
  return false;
}

/* Milliseconds of one unit of stamps; 0 when the clock was never calibrated. */
static double unit_ms(const struct rig_trace *trace) {
  const struct rig_header *header = &trace->header;
  uint64_t stamp_last;
  uint64_t ns_last;
  if (read_last(trace, &stamp_last, &ns_last) && stamp_last > header->stamp_first &&
      ns_last > header->ns_first) {
    const double ns = (double)(ns_last - header->ns_first);
    return ns / (double)(stamp_last - header->stamp_first) / 1e6;
  }
  /* The raw clock needs no calibration: its unit is known. */
  return header->clock == RIG_CLOCK_MONOTONIC_RAW ? 1.0 / RIG_RAW_PER_MS : 0;
}

double rig_trace_ms(const struct rig_trace *trace, uint64_t stamp) {
  uint64_t origin;
  if (!find_origin(trace, &origin) || stamp <= origin) {
    return 0;
  }
  return (double)(stamp - origin) * unit_ms(trace);
}

double rig_trace_raw_ms(const struct rig_trace *trace, uint64_t stamp) {
  const struct rig_header *header = &trace->header;
  const double unit = unit_ms(trace);
  const double most = 1e15; /* beyond it nothing is a time */
  double ms = (double)stamp / RIG_RAW_PER_MS;
  if (header->clock != RIG_CLOCK_MONOTONIC_RAW) {
    ms = (double)header->ns_first / 1e6 + (double)(int64_t)(stamp - header->stamp_first) * unit;
  }
  return unit > 0 && ms > 0 && ms < most ? ms : 0;
}
