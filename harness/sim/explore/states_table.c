/*
 * Open addressing, linear from bucket to bucket, without a way round from the last to the first:
 * some buckets follow the last that a state can begin in. So the table grows in its place: a state
 * that began in bucket n begins in 2n or 2n + 1 afterwards, and from the last bucket down there is
 * always room already.
 */
#include "sim/explore/states_table.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "core/assert.h"

/* Four fifths: with buckets of five, a look still ends in the first one nine times out of ten. */
#define FULL_PERCENT 80u
#define BITS_MAX 40u
/* Buckets behind the last, and the farthest that a state may lie from where it begins. */
#define OVERFLOW 128u
#define LARGE_PAGE ((size_t)2 * 1024 * 1024)

static size_t buckets_of(unsigned bits) {
  return ((size_t)1 << bits) + OVERFLOW;
}

static size_t bytes_of(unsigned bits) {
  return sizeof(struct rig_bucket) * buckets_of(bits);
}

/* Large pages, where the kernel has them: the table is read at random, and small ones would cost a
 * second miss for each look. */
static void want_large_pages(const struct rig_states *states) {
  (void)madvise(states->buckets, bytes_of(states->bits), MADV_HUGEPAGE);
}

/* Address space that begins with a large page: what moves there from such a place keeps its large
 * pages, and would be cut into small ones elsewhere. MAP_FAILED without. */
static void *reserve(size_t bytes) {
  char *low =
      mmap(NULL, bytes + LARGE_PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (low == MAP_FAILED) {
    return low;
  }
  const size_t before = (LARGE_PAGE - (uintptr_t)low % LARGE_PAGE) % LARGE_PAGE;
  if (before > 0) {
    (void)munmap(low, before);
  }
  (void)munmap(low + before + bytes, LARGE_PAGE - before);
  return low + before;
}

/* Moves it to where it has room for twice as many; false without memory: as it was. */
static bool move(struct rig_states *states) {
  void *room = reserve(bytes_of(states->bits + 1));
  if (room == MAP_FAILED) {
    return false;
  }
  void *memory = mremap(states->buckets, bytes_of(states->bits), bytes_of(states->bits + 1),
                        MREMAP_MAYMOVE | MREMAP_FIXED, room);
  if (memory == MAP_FAILED) {
    (void)munmap(room, bytes_of(states->bits + 1));
    return false;
  }
  states->buckets = memory;
  states->bits++;
  want_large_pages(states);
  return true;
}

bool rig_states_new(struct rig_states *states, unsigned bits) {
  RIG_ASSERT(bits > 0 && bits <= BITS_MAX);
  /* Pages that are zero already. */
  void *memory = mmap(NULL, bytes_of(bits), PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED) {
    return false;
  }
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

uint64_t rig_states_bytes_grown(const struct rig_states *states) {
  return bytes_of(states->bits + 1);
}

bool rig_states_full(const struct rig_states *states) {
  const uint64_t slots = (uint64_t)RIG_BUCKET_STATES << states->bits;
  return states->count * 100 >= slots * FULL_PERCENT;
}

struct rig_state_place rig_states_visit(struct rig_states *states, uint64_t print, bool *found) {
  const uint64_t key = print != 0 ? print : 1; /* 0 says that a slot is free */
  struct rig_bucket *bucket = &states->buckets[rig_states_line(states, key)];
  for (const struct rig_bucket *end = bucket + OVERFLOW;; bucket++) {
    RIG_ASSERT(bucket < end);
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

/* Puts the states of a bucket that was taken out where they belong now. */
static void put_back(struct rig_states *states, const struct rig_bucket *from) {
  for (unsigned slot = 0; slot < RIG_BUCKET_STATES && from->prints[slot] != 0; slot++) {
    bool found;
    const struct rig_state_place place = rig_states_visit(states, from->prints[slot], &found);
    RIG_ASSERT(!found);
    place.bucket->sleep[place.slot] = from->sleep[slot];
    place.bucket->on_path |= (from->on_path >> slot & 1u) << place.slot;
  }
}

bool rig_states_grow(struct rig_states *states) {
  const size_t old = buckets_of(states->bits);
  /* A state in bucket n began at n - OVERFLOW or later, so that it begins at n or later again when
   * n is 2 * OVERFLOW at least. Those below wait aside. */
  const size_t aside = old < (size_t)2 * OVERFLOW ? old : (size_t)2 * OVERFLOW;
  struct rig_bucket *first = malloc(aside * sizeof first[0]);
  if (first == NULL || states->bits >= BITS_MAX || !move(states)) {
    free(first);
    return false;
  }
  states->count = 0;
  memcpy(first, states->buckets, aside * sizeof first[0]);
  memset(states->buckets, 0, aside * sizeof first[0]);
  for (size_t line = old; line-- > aside;) {
    const struct rig_bucket bucket = states->buckets[line];
    memset(&states->buckets[line], 0, sizeof bucket);
    put_back(states, &bucket);
  }
  for (size_t line = 0; line < aside; line++) {
    put_back(states, &first[line]);
  }
  free(first);
  return true;
}
