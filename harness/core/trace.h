/*
 * Reading a session file, live or finished. Survives any bytes: every offset, index, count and
 * text is checked here, and nothing read from the file is ever followed as a pointer.
 */
#ifndef RIG_CORE_TRACE_H
#define RIG_CORE_TRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "session.h"
#include "status.h"

struct rig_trace; /* an opened session; owns its copy or mapping of the bytes */

/* Reads the session file at `path`: what is committed now (a copy: a file that is cut short later
 * cannot hurt). To follow a live session, use rig_trace_open_memory on its mapping. On RIG_DAMAGED,
 * RIG_VERSION, RIG_IO and RIG_NOT_FOUND, `error` (of `size` bytes) holds one line: what, at which
 * byte offset, and what to do. The caller closes *out. */
enum rig_status rig_trace_open(const char *path, struct rig_trace **out, char *error,
                               size_t size) RIG_CHECKED;

/* The same for `bytes` at `data`, which must outlive the trace (fuzzing, tests, a live mapping).
 * Header, plan and texts are copied now; records, count and calibration are read as they grow. A
 * trace keeps a cache: use it from one thread at a time. */
enum rig_status rig_trace_open_memory(const void *data, size_t bytes, struct rig_trace **out,
                                      char *error, size_t size) RIG_CHECKED;

/* Returns NULL, so that `trace = rig_trace_close(trace)`. NULL is allowed. */
struct rig_trace *rig_trace_close(struct rig_trace *trace);

/* A validated copy of the header, as it was on opening: live words (next, phase, exit_code) of a
 * running session are in its mapping. */
const struct rig_header *rig_trace_header(const struct rig_trace *trace);

/* Texts: always a terminated string that lives as long as the trace; "" for a bad offset. */
const char *rig_trace_text(const struct rig_trace *trace, enum rig_text text);
const char *rig_trace_text_at(const struct rig_trace *trace, uint32_t offset);

/* Steps of the plan; NULL beyond plan_steps. */
const struct rig_step *rig_trace_step(const struct rig_trace *trace, uint32_t index);

/* Records, continuation slots counted: index runs from 0 to rig_trace_count() - 1. */
uint32_t rig_trace_count(const struct rig_trace *trace);

/* Copies the record at `index`. False for a slot out of range, a continuation, a slot that was
 * reserved and never committed, and a record with an unknown kind, or a `call` that its kind does
 * not have. `link` is the index of an earlier slot or RIG_NO_RECORD (a link that does not point
 * back becomes it), and `more` counts the continuations that are really there. */
bool rig_trace_record(const struct rig_trace *trace, uint32_t index, struct rig_record *out);

/* Copies the continuation bytes of the record at `index` into `buffer` and returns how many there
 * are (at most `size`). */
size_t rig_trace_more(const struct rig_trace *trace, uint32_t index, void *buffer, size_t size);

/* The same as text: terminated, and with bytes that are not printable UTF-8 replaced by '?'; it
 * ends at the first NUL. */
void rig_trace_more_text(const struct rig_trace *trace, uint32_t index, char *buffer, size_t size);

/* What is wrong with the log as a whole, for `show` and the outcome `log-full`. */
struct rig_trace_health {
  uint32_t written;   /* committed records and continuations */
  uint32_t torn;      /* slots reserved and never committed: their writer was ended in between */
  uint32_t bad;       /* committed slots with an unknown kind or call, a link that does not point
                         back, or a continuation that is missing or without its record */
  uint32_t lost;      /* slots that were wanted after the log was full */
  uint32_t first_bad; /* index of the first torn or bad slot, RIG_NO_RECORD if none */
};
void rig_trace_health(const struct rig_trace *trace, struct rig_trace_health *out);

/* Milliseconds from the first record (the hello) to `stamp`; 0 when the clock was never
 * calibrated. Never negative. */
double rig_trace_ms(const struct rig_trace *trace, uint64_t stamp);
/* What CLOCK_MONOTONIC_RAW told at `stamp`, in milliseconds; 0 when the clock was never calibrated.
 * Wine's GetTickCount tells the same, up to 16 ms late (wine: server/fd.c,
 * set_user_shared_data_time). */
double rig_trace_raw_ms(const struct rig_trace *trace, uint64_t stamp);

/* The name of the thread with id `thread`: "main" for the one of the first client call, then t1,
 * t2 ... by the order of their first call, so that two runs of one scenario read alike; "mapi" for
 * MAPI's notification thread, "director" for threads of the stub, "host" for the one that
 * wrote EXIT, "other" for one without a call,
 * "?" for one without a record. Lives as long as the trace. Wine reuses the ids of ended threads:
 * two that never lived together may share a name. */
const char *rig_trace_thread(const struct rig_trace *trace, uint32_t thread);

#endif
