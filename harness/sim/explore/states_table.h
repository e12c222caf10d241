/*
 * The table of the states met: fingerprints of 64 bits, each with the sleep set it was explored
 * with, and whether it lies on the path being explored. Open addressing over lines of the cache;
 * one look costs one of them.
 */
#ifndef RIG_SIM_STATES_TABLE_H
#define RIG_SIM_STATES_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RIG_BUCKET_STATES 5u

struct rig_bucket {
  uint64_t prints[RIG_BUCKET_STATES]; /* 0 = free */
  uint32_t sleep[RIG_BUCKET_STATES];
  uint32_t on_path; /* one bit each */
};
_Static_assert(sizeof(struct rig_bucket) == 64, "one line of the cache");

struct rig_states {
  struct rig_bucket *buckets;
  unsigned bits; /* 2^bits of them */
  uint64_t count;
};

/* Where a state lies; good until the table grows. */
struct rig_state_place {
  struct rig_bucket *bucket;
  unsigned slot;
};

bool rig_states_new(struct rig_states *states, unsigned bits); /* false without memory */
void rig_states_free(struct rig_states *states);
uint64_t rig_states_bytes(const struct rig_states *states);
uint64_t rig_states_bytes_grown(const struct rig_states *states); /* once it has grown */
bool rig_states_full(const struct rig_states *states);            /* time to grow */
bool rig_states_grow(struct rig_states *states); /* false without memory: as it was */

static inline uint64_t rig_states_line(const struct rig_states *states, uint64_t print) {
  /* The system's hash may be weak in some bits: multiply, take the upper ones. */
  return (print * UINT64_C(0x9E3779B97F4A7C15)) >> (64 - states->bits);
}

static inline void rig_states_prefetch(const struct rig_states *states, uint64_t print) {
  __builtin_prefetch(&states->buckets[rig_states_line(states, print)], 1);
}

/* Finds `print`, or puts it in (*found false; sleep and on_path 0). The table must not be full. */
struct rig_state_place rig_states_visit(struct rig_states *states, uint64_t print, bool *found);

#endif
