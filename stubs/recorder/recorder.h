/*
 * The recorder: writes records to the session file and keeps, per thread, what the director must
 * know of it (the call it sits in, the handles of its last wait). It holds no rule logic.
 *
 * Every function here is callable from any thread, preserves GetLastError, and does nothing when no
 * session is mapped (a client started without mapirig, or a second process of it).
 */
#ifndef STUBS_RECORDER_RECORDER_H
#define STUBS_RECORDER_RECORDER_H

#include <stdbool.h>
#include <stdint.h>
#include <windows.h>

#include "core/session.h"
#include "core/writer.h"

/* The environment variable that names the session file (a Windows path). */
#define REC_SESSION_VARIABLE "MAPIRIG_SESSION"

/* The return address of the hooked call, in the client. */
#define REC_CALLER ((uint64_t)(uintptr_t)__builtin_return_address(0))

/* Maps the session, claims it for this process by a compare-and-swap on header.process, and writes
 * the hello record. False when there is no session or another process has it. */
bool rec_open(void);
bool rec_active(void);
const struct rig_log *rec_log(void); /* NULL when not active */

/* A call that can block or re-enter. rec_enter returns the record's index for rec_leave; both tell
 * the thread's state and then the director's boundary (director/boundary.h), where the thread may
 * be held. `more` may be NULL. */
uint32_t rec_enter(enum rig_call call, uint64_t caller, const union rig_payload *payload,
                   const void *more, uint32_t bytes);
void rec_leave(uint32_t enter, enum rig_call call, uint64_t caller,
               const union rig_payload *payload);

/* A call that is recorded when it is complete is about to be made: the boundary of its entry. Its
 * rec_call comes after the act. */
void rec_about(enum rig_call call);
/* A completed call, with its result in the payload: the boundary of its return. */
uint32_t rec_call(enum rig_call call, uint64_t caller, const union rig_payload *payload,
                  const void *more, uint32_t bytes);

/* A completed call whose effect other threads may record before it returns (SetEvent, PostMessage):
 * its place in the log and its stamp are taken before the act, so that causes come first there.
 * rec_complete fills it; a place that is never filled is torn. */
struct rec_place {
  uint64_t stamp; /* 0: nothing is recorded */
  uint32_t index;
};
struct rec_place rec_prepare(enum rig_call call, const union rig_payload *payload);
void rec_complete(struct rec_place place, enum rig_call call, uint64_t caller,
                  const union rig_payload *payload);

/* Facts, receipts, stimuli. `thread` 0 = the calling one. */
uint32_t rec_state(enum rig_state state, uint32_t thread, const union rig_payload *payload,
                   const void *more, uint32_t bytes);
uint32_t rec_receipt(uint32_t stimulus, const union rig_payload *payload);
uint32_t rec_stimulus(enum rig_action action, uint32_t link, const union rig_payload *payload);

/* The stamp of now, in units of header.clock. */
uint64_t rec_stamp(void);
/* Milliseconds between two stamps (the header's first calibration and QueryPerformanceCounter give
 * the rate); for the director's own patience, never for a verdict. */
double rec_ms(uint64_t from, uint64_t to);

/* ---- threads ---- */

enum rec_owner { REC_OWNER_CLIENT, REC_OWNER_MAPI, REC_OWNER_STUB };

#define REC_DEPTH 16        /* nested recorded calls a thread's state remembers */
#define REC_WAIT_HANDLES 64 /* MAXIMUM_WAIT_OBJECTS */
#define REC_THREADS 256

/* One thread, readable from any other: `sequence` is even when stable and rises with each enter and
 * leave, so a reader copies, compares, and repeats (a seqlock). */
struct rec_thread {
  uint32_t sequence;
  uint32_t id;      /* Windows thread id, 0 = free slot */
  uint32_t unix_id; /* Linux thread id */
  uint32_t owner;   /* enum rec_owner */
  uint32_t ended;
  uint32_t depth; /* open calls */
  uint32_t calls; /* enters and completed calls so far: progress */
  struct {
    uint32_t record;
    uint32_t call; /* enum rig_call */
    uint64_t stamp;
  } open[REC_DEPTH];
  uint32_t wait_record; /* the enter of its last wait (MSG_WAIT, HANDLE_WAIT, CO_WAIT) */
  uint32_t wait_count;
  HANDLE wait_handles[REC_WAIT_HANDLES];
};

/* Marks the calling thread as MAPI's own or the stub's, before its first recorded call: a stub
 * thread's calls are never recorded, a MAPI thread's receipts are. A thread that the stub created
 * announces itself (THREAD_START) only here, for only now its owner is known. */
void rec_thread_own(enum rec_owner owner);
/* The same for a thread that the stub created to run the client's code at `start`. */
void rec_thread_run(uint64_t start);
enum rec_owner rec_thread_owner(void);

/* DLL_THREAD_ATTACH and DLL_THREAD_DETACH of the stub. */
void rec_thread_start(void);
void rec_thread_end(void);

/* Copies the state of thread `id`; false when it is not known. */
bool rec_thread_get(uint32_t id, struct rec_thread *out);
/* Calls `visit` with a copy of each thread that has not ended. */
void rec_thread_each(bool (*visit)(void *context, const struct rec_thread *thread), void *context);

/* ---- memory that the client named ---- */

#define REC_TEXT_BYTES 768 /* what fits behind one record */

/* Copies `bytes`; false when the memory cannot be read (`to` may be half written then). */
bool rec_copy(void *to, const void *from, size_t bytes);
/* Copies a string into `to`, of `size` bytes, terminated, as far as it can be read; the wide one as
 * UTF-8. Returns its length. */
uint32_t rec_copy_text(char *to, const char *from, uint32_t size);
uint32_t rec_copy_wide(char *to, const WCHAR *from, uint32_t size);

/* True when `address` lies inside the stub's own image. */
bool rec_own_address(uint64_t address);

#endif
