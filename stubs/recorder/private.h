/*
 * What the files of the recorder share: the thread's slot and the seqlock around it.
 */
#ifndef STUBS_RECORDER_PRIVATE_H
#define STUBS_RECORDER_PRIVATE_H

#include "recorder/recorder.h"
#include "recorder/teb.h"

enum rec_use { REC_FREE, REC_LIVE, REC_ENDED };

struct rec_slot {
  struct rec_thread state;
  uint32_t use;              /* enum rec_use, atomic */
  uint32_t announced;        /* THREAD_START was written */
  const void *at[REC_DEPTH]; /* stack address of each open call: finds those left by a longjmp */
};

/* The slot of the calling thread, made on its first use; NULL when REC_THREADS are alive. */
struct rec_slot *rec_slot(void);
/* Prepares the table. False when the system has no TLS index of the first 64 left. */
bool rec_threads_open(void);

/* Around each change of a slot by its own thread. On x86 both are compiler barriers. */
static inline void rec_slot_begin(struct rec_slot *slot) {
  __atomic_store_n(&slot->state.sequence, slot->state.sequence + 1, __ATOMIC_RELAXED);
  __atomic_thread_fence(__ATOMIC_RELEASE);
}

static inline void rec_slot_end(struct rec_slot *slot) {
  __atomic_store_n(&slot->state.sequence, slot->state.sequence + 1, __ATOMIC_RELEASE);
}

/* Makes faults inside rec_copy harmless. */
bool rec_guard_open(void);

#endif
