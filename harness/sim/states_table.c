/*
 * Open addressing, linear from bucket to bucket; grows by doubling.
 */
#include "sim/states_table.h"

#include <string.h>
#include <sys/mman.h>

#include "core/assert.h"

/* Four fifths: with buckets of five, a look still ends in the first one nine times out of ten. */
#define FULL_PERCENT 80u
#define BITS_MAX 40u

static size_t bytes_of(unsigned bits) {
  return sizeof(struct rig_bucket) << bits;
}

bool rig_states_new(struct rig_states *states, unsigned bits) {
  RIG_ASSERT(bits > 0 && bits <= BITS_MAX);
  /* Pages that are zero already, and large ones where the kernel has them: the table is read at
   * random, and small pages would cost a second miss for each look. */
  void *memory = mmap(NULL, bytes_of(bits), PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED) {
    return false;
  }
  (void)madvise(memory, bytes_of(bits), MADV_HUGEPAGE);
  *states = (struct rig_states){.buckets = memory, .bits = bits};
  return true;
}

void rig_states_free(struct rig_states *states) {
  if (states->buckets != NULL) {
    (void)munmap(states->buckets, bytes_of(states->bits));
  }
  *states = (struct rig_states){0};
}

uint64_t rig_states_bytes(const struct rig_states *states) {
  return bytes_of(states->bits);
}

uint64_t rig_states_bytes_to_grow(const struct rig_states *states) {
  return bytes_of(states->bits) + bytes_of(states->bits + 1);
}

bool rig_states_full(const struct rig_states *states) {
  const uint64_t slots = (uint64_t)RIG_BUCKET_STATES << states->bits;
  return states->count * 100 >= slots * FULL_PERCENT;
}

struct rig_state_place rig_states_visit(struct rig_states *states, uint64_t print, bool *found) {
  const uint64_t mask = (UINT64_C(1) << states->bits) - 1;
  const uint64_t key = print != 0 ? print : 1; /* 0 says that a slot is free */
  for (uint64_t line = rig_states_line(states, key);; line = (line + 1) & mask) {
    struct rig_bucket *bucket = &states->buckets[line];
    for (unsigned slot = 0; slot < RIG_BUCKET_STATES; slot++) {
      if (bucket->prints[slot] == key) {
        *found = true;
        return (struct rig_state_place){bucket, slot};
      }
      if (bucket->prints[slot] == 0) {
        *found = false;
        bucket->prints[slot] = key;
        states->count++;
        return (struct rig_state_place){bucket, slot};
      }
    }
  }
}

bool rig_states_grow(struct rig_states *states) {
  struct rig_states larger;
  if (states->bits >= BITS_MAX || !rig_states_new(&larger, states->bits + 1)) {
    return false;
  }
  for (uint64_t line = 0; line < UINT64_C(1) << states->bits; line++) {
    const struct rig_bucket *from = &states->buckets[line];
    for (unsigned slot = 0; slot < RIG_BUCKET_STATES && from->prints[slot] != 0; slot++) {
      bool found;
      const struct rig_state_place place = rig_states_visit(&larger, from->prints[slot], &found);
      RIG_ASSERT(!found);
      place.bucket->sleep[place.slot] = from->sleep[slot];
      place.bucket->on_path |= (from->on_path >> slot & 1u) << place.slot;
    }
  }
  rig_states_free(states);
  *states = larger;
  return true;
}
