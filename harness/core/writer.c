/*
 * The one writer of the log, for the stub, the host and the simulator. See writer.h for the
 * protocol and FORMAT.md for its proof obligations: reserve (atomic add), fill, commit the
 * continuations, commit the record itself last.
 */
#include "core/writer.h"

#include <stddef.h>
#include <string.h>

/* Beyond capacity by so much, `next` moves no more: it would come round and overwrite the log. */
#define NEXT_HEADROOM (1u << 30)

_Static_assert((uint64_t)RIG_LOG_RECORDS_MAX + NEXT_HEADROOM + (1u << 20) * (RIG_MORE_MAX + 1) <
                   UINT32_MAX,
               "next cannot wrap, even with a million appends under way at once");

/* Everything of a slot but `commit`, which stays the last thing written. */
#define AFTER_COMMIT sizeof(uint32_t)
_Static_assert(offsetof(struct rig_record, commit) == 0 && offsetof(struct rig_more, commit) == 0,
               "commit comes first");

static int fits(const struct rig_header *header, uint64_t bytes) {
  return header->log_offset >= RIG_HEADER_BYTES && header->log_offset % RIG_RECORD_BYTES == 0 &&
         header->log_offset <= bytes && header->log_capacity <= RIG_LOG_RECORDS_MAX &&
         (uint64_t)header->log_capacity * RIG_RECORD_BYTES <= bytes - header->log_offset &&
         header->plan_offset >= RIG_HEADER_BYTES && header->plan_offset % 8 == 0 &&
         header->plan_offset <= bytes && header->plan_steps <= RIG_STEPS_MAX &&
         (uint64_t)header->plan_steps * RIG_STEP_BYTES <= bytes - header->plan_offset &&
         header->text_offset >= RIG_HEADER_BYTES && header->text_offset <= bytes &&
         header->text_bytes >= 1 && header->text_bytes <= RIG_TEXT_BYTES_MAX &&
         header->text_bytes <= bytes - header->text_offset &&
         ((const char *)header)[header->text_offset + header->text_bytes - 1] == '\0';
}

int rig_log_open(struct rig_log *log, void *base, uint64_t bytes) {
  struct rig_header *header = base;
  if (bytes < RIG_HEADER_BYTES || memcmp(header->magic, RIG_SESSION_MAGIC, 8) != 0 ||
      header->version != RIG_SESSION_VERSION || header->header_bytes != RIG_HEADER_BYTES ||
      header->record_bytes != RIG_RECORD_BYTES || header->step_bytes != RIG_STEP_BYTES ||
      !fits(header, bytes)) {
    return 0;
  }
  log->header = header;
  log->records = (struct rig_record *)((char *)base + (size_t)header->log_offset);
  log->capacity = header->log_capacity;
  return 1;
}

/* Where the slots end that any record may take. */
static uint32_t limit_of(const struct rig_log *log) {
  return log->capacity >= RIG_LOG_TAIL_FROM ? log->capacity - RIG_LOG_TAIL : log->capacity;
}

/* Reserves `slots` and returns the first one's index, at or beyond capacity when the log is full.
 */
static uint32_t reserve(const struct rig_log *log, uint32_t slots) {
  uint32_t *next = &log->header->next;
  const uint32_t seen = __atomic_load_n(next, __ATOMIC_RELAXED);
  if (seen >= log->capacity && seen - log->capacity >= NEXT_HEADROOM) {
    return log->capacity;
  }
  const uint32_t index = __atomic_fetch_add(next, slots, __ATOMIC_RELAXED);
  if (index < limit_of(log) || index >= log->capacity) {
    return index;
  }
  /* Full: `next` passes the tail, so that a reader knows. */
  __atomic_fetch_add(next, log->capacity - index, __ATOMIC_RELAXED);
  return log->capacity;
}

/* How a run ended is told in a full log too. */
static int is_last_word(const struct rig_record *record) {
  return record->kind == RIG_KIND_STATE &&
         (record->call == RIG_STATE_END || record->call == RIG_STATE_EXIT ||
          record->call == RIG_STATE_PROCESS_END || record->call == RIG_STATE_EXCEPTION);
}

/* A free slot of the tail, claimed by a commit that is nobody's; `capacity` when none is left. */
static uint32_t reserve_tail(const struct rig_log *log) {
  for (uint32_t i = limit_of(log); i < log->capacity; i++) {
    uint32_t none = 0;
    if (__atomic_compare_exchange_n(&log->records[i].commit, &none, UINT32_MAX, 0, __ATOMIC_ACQ_REL,
                                    __ATOMIC_RELAXED)) {
      return i;
    }
  }
  return log->capacity;
}

static void commit(struct rig_record *slot, uint32_t index) {
  __atomic_store_n(&slot->commit, index + 1, __ATOMIC_RELEASE);
}

static void write_more(const struct rig_log *log, const struct rig_record *record, uint32_t head,
                       uint32_t index, const char *bytes, uint32_t used) {
  struct rig_more slot = {.kind = RIG_KIND_MORE,
                          .used = (uint8_t)used,
                          .call = record->call,
                          .thread = record->thread,
                          .link = head};
  memcpy(slot.bytes, bytes, used);
  memcpy((char *)&log->records[index] + AFTER_COMMIT, (const char *)&slot + AFTER_COMMIT,
         sizeof slot - AFTER_COMMIT);
  commit(&log->records[index], index);
}

uint32_t rig_log_append(const struct rig_log *log, const struct rig_record *record,
                        const void *more, uint32_t bytes) {
  if (more == NULL) {
    bytes = 0;
  } else if (bytes > RIG_MORE_MAX * RIG_MORE_BYTES) {
    bytes = RIG_MORE_MAX * RIG_MORE_BYTES;
  }
  uint32_t count = (bytes + RIG_MORE_BYTES - 1) / RIG_MORE_BYTES;
  uint32_t index = reserve(log, 1 + count);
  uint32_t limit = limit_of(log);
  if (index >= log->capacity && is_last_word(record)) {
    index = reserve_tail(log);
    limit = index + 1;
  }
  if (index >= log->capacity) {
    return RIG_NO_RECORD;
  }
  if (count > limit - 1 - index) { /* the last record of a log that is full now */
    count = limit - 1 - index;
  }
  for (uint32_t i = 0; i < count; i++) {
    const uint32_t from = i * RIG_MORE_BYTES;
    const uint32_t rest = bytes - from;
    write_more(log, record, index, index + 1 + i, (const char *)more + from,
               rest < RIG_MORE_BYTES ? rest : RIG_MORE_BYTES);
  }
  struct rig_record *slot = &log->records[index];
  memcpy((char *)slot + AFTER_COMMIT, (const char *)record + AFTER_COMMIT,
         sizeof *record - AFTER_COMMIT);
  slot->more = (uint8_t)count;
  commit(slot, index);
  return index;
}

uint32_t rig_log_reserve(const struct rig_log *log) {
  const uint32_t index = reserve(log, 1);
  return index < log->capacity ? index : RIG_NO_RECORD;
}

void rig_log_fill(const struct rig_log *log, uint32_t index, const struct rig_record *record) {
  if (index >= log->capacity) {
    return;
  }
  struct rig_record *slot = &log->records[index];
  __atomic_store_n(&slot->commit, 0, __ATOMIC_SEQ_CST); /* corrected: a reader passes over it now */
  memcpy((char *)slot + AFTER_COMMIT, (const char *)record + AFTER_COMMIT,
         sizeof *record - AFTER_COMMIT);
  slot->more = 0;
  commit(slot, index);
}

const char *rig_log_text(const struct rig_log *log, uint32_t offset) {
  const char *texts = (const char *)log->header + (size_t)log->header->text_offset;
  return offset < log->header->text_bytes ? texts + offset : "";
}
