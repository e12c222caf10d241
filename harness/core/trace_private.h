/*
 * What the files of the trace reader share: trace_check.c (validation), trace_open.c, trace.c
 * (records), trace_text.c (texts), trace_threads.c (names of threads). Nobody else includes it.
 */
#ifndef RIG_CORE_TRACE_PRIVATE_H
#define RIG_CORE_TRACE_PRIVATE_H

#include "core/trace.h"

/* Threads that get a name of their own; the ones beyond share the last name. */
#define TRACE_THREADS_MAX 4096u
#define TRACE_THREAD_NAME_BYTES 16

/* Remedies that end an error's line. */
#define CUT_SHORT "the file was cut short: record the run again"
#define NOT_A_SESSION "not a session file of mapirig: name one that `run --keep` wrote"
#define OVERWRITTEN "the file is damaged: record the run again"

struct trace_thread {
  uint32_t id;
  bool called;
  bool mapi; /* owned by MAPI */
  bool stub; /* writes what only the director writes */
  bool host; /* of the resident host, not of the client */
  char name[TRACE_THREAD_NAME_BYTES];
};

/* Grows with the log; not shared between threads (one trace belongs to one thread). */
struct trace_cache {
  bool has_origin;
  uint64_t origin; /* stamp of the first record */
  uint32_t scanned;
  uint32_t thread_count;
  uint32_t called_count;
  struct trace_thread *threads; /* TRACE_THREADS_MAX of them, in the order of their first record */
  uint16_t *index;              /* open addressing over `threads`, 0 = free */
};

struct rig_trace {
  struct rig_header header;  /* a copy, validated */
  struct rig_step *steps;    /* header.plan_steps copies */
  char *texts;               /* header.text_bytes copied, and one NUL more */
  const unsigned char *data; /* the session's bytes, 8-byte aligned */
  void *owned;               /* `data` when it is ours to free */
  const unsigned char *log;  /* the slots */
  uint32_t capacity;         /* slots that are really there */
  struct trace_cache *cache;
};

/* Writes the one line of an error; `offset` is the byte where the file is wrong. */
enum rig_status rig_trace_damaged(char *error, size_t size, uint64_t offset, const char *format,
                                  ...) __attribute__((format(printf, 4, 5)));

/* Checks a header of a session of `bytes` bytes. */
enum rig_status rig_trace_check_header(const struct rig_header *header, uint64_t bytes, char *error,
                                       size_t size) RIG_CHECKED;
/* Checks the step at `index`, whose bytes start at `offset`. */
enum rig_status rig_trace_check_step(const struct rig_header *header, const struct rig_step *step,
                                     uint32_t index, uint64_t offset, char *error,
                                     size_t size) RIG_CHECKED;

/* The state of a slot. */
enum trace_slot { TRACE_SLOT_TORN, TRACE_SLOT_BAD, TRACE_SLOT_MORE, TRACE_SLOT_RECORD };

/* Copies the slot at `index` (which must be below the count) and says what it is. Links that do not
 * point back become RIG_NO_RECORD, with *bad_link set. */
enum trace_slot rig_trace_slot(const struct rig_trace *trace, uint32_t index,
                               struct rig_record *out, bool *bad_link);

/* Number of slots in use now. */
uint32_t rig_trace_used(const struct rig_trace *trace, uint32_t *lost);

#endif
