/*
 * Appending records to a mapped session. Compiled natively and into the stub; lock-free, callable
 * from any thread of any process that maps the file.
 *
 * A slot is reserved by one atomic add and committed by storing index + 1 into `commit` with
 * release order, last: a reader never sees half a record, and a process killed in between costs
 * that record alone (measured: SIGKILL, TerminateProcess, abort, a null write: none lost).
 */
#ifndef RIG_CORE_WRITER_H
#define RIG_CORE_WRITER_H

#include <stdint.h>

#include "session.h"

/* A mapped session as its writer sees it. The writer trusts the header: it checked it on opening.
 */
struct rig_log {
  struct rig_header *header;
  struct rig_record *records;
  uint32_t capacity;
};

/* Points `log` at the session mapped at `base`, `bytes` long. False (log untouched) when the header
 * is not one of this version or does not fit into `bytes`. */
int rig_log_open(struct rig_log *log, void *base, uint64_t bytes);

/* Copies `record` (its kind, call, thread, link, stamp, caller and payload; commit and more are
 * set here) and `bytes` of `more` (may be NULL; cut to RIG_MORE_MAX records) to the log.
 * Returns the record's index, or RIG_NO_RECORD when the log is full: the header's `next` has then
 * passed the capacity, which is how a reader knows. */
uint32_t rig_log_append(const struct rig_log *log, const struct rig_record *record,
                        const void *more, uint32_t bytes);

/* Appending in two steps, for an act whose record must stand before the records of its effects:
 * reserve a slot (RIG_NO_RECORD when the log is full), act, then fill it. A slot that is never
 * filled is torn: readers pass over it. An act that may end the process is told before it; when it
 * fails, filling the slot again corrects it. */
uint32_t rig_log_reserve(const struct rig_log *log);
void rig_log_fill(const struct rig_log *log, uint32_t index, const struct rig_record *record);

/* Text of the header, "" for a bad offset. */
const char *rig_log_text(const struct rig_log *log, uint32_t offset);

#endif
