/*
 * The memory that workers share. Each line of the table of states has a lock of one bit: looks are
 * short, and two workers seldom want the same of a million lines.
 */
#include "sim/explore/explore_shared.h"

#include <sched.h>
#include <stdatomic.h>
#include <stddef.h>
#include <sys/mman.h>

#include "core/assert.h"

#define PREFIXES_MAX 65536u
#define FULL_PERCENT 80u
#define BITS_LEAST 10u
#define BITS_MOST 34u
#define OVERFLOW 128u /* lines behind the last that a state can begin in, as in states_table.c */
#define PAGE 4096u
/* Of a bucket's `on_path`: a bit for each state that is closed, and the lock. */
#define LOCK (UINT32_C(1) << 31)
#define SPINS 200u /* before the others get the processor */

struct rig_explore_shared {
  uint32_t workers;
  unsigned bits;
  size_t bytes; /* of all */
  _Atomic uint64_t states;
  _Atomic uint64_t schedules;
  _Atomic uint64_t runs;
  _Atomic bool stop;
  _Atomic bool loops;
  _Atomic uint8_t prefixes[PREFIXES_MAX];
  struct rig_bucket buckets[];
};

static unsigned bits_for(const struct rig_explore_options *options) {
  unsigned bits = BITS_LEAST;
  if (options->mode != RIG_EXPLORE_STATES) {
    return bits;
  }
  while (bits < BITS_MOST &&
         (options->states_max == 0 ||
          ((uint64_t)RIG_BUCKET_STATES << bits) * FULL_PERCENT / 100 <= options->states_max) &&
         (options->memory_max == 0 ||
          (sizeof(struct rig_bucket) << (bits + 1)) <= options->memory_max)) {
    bits++;
  }
  return bits;
}

struct rig_explore_shared *rig_explore_shared_new(const struct rig_explore_options *options,
                                                  uint32_t workers) {
  RIG_ASSERT(workers > 0 && workers <= RIG_WORKERS_MAX);
  const unsigned bits = bits_for(options);
  const size_t lines = ((size_t)1 << bits) + OVERFLOW;
  const size_t bytes = sizeof(struct rig_explore_shared) + lines * sizeof(struct rig_bucket) + 64;
  void *memory =
      mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED) {
    return NULL;
  }
  struct rig_explore_shared *shared = memory;
  shared->workers = workers;
  shared->bits = bits;
  shared->bytes = bytes;
  return shared;
}

struct rig_explore_shared *rig_explore_shared_free(struct rig_explore_shared *shared) {
  if (shared != NULL) {
    (void)munmap(shared, shared->bytes);
  }
  return NULL;
}

void rig_explore_shared_stop(struct rig_explore_shared *shared) {
  atomic_store(&shared->stop, true);
}

bool rig_explore_shared_stopped(const struct rig_explore_shared *shared) {
  return atomic_load_explicit(&shared->stop, memory_order_relaxed);
}

uint32_t rig_shared_workers(const struct rig_explore_shared *shared) {
  return shared->workers;
}

bool rig_shared_claim(struct rig_explore_shared *shared, uint64_t prefix) {
  /* There are a few hundred; more than there is room for are taken by one. */
  const size_t at = prefix < PREFIXES_MAX ? (size_t)prefix : PREFIXES_MAX - 1;
  const uint8_t free = prefix < PREFIXES_MAX - 1 ? atomic_exchange(&shared->prefixes[at], 1) : 0;
  return free == 0;
}

bool rig_shared_claim_loops(struct rig_explore_shared *shared) {
  return !atomic_exchange(&shared->loops, true);
}

uint64_t rig_shared_run(struct rig_explore_shared *shared) {
  return atomic_fetch_add(&shared->runs, 1);
}

uint64_t rig_shared_schedule(struct rig_explore_shared *shared) {
  return atomic_fetch_add(&shared->schedules, 1) + 1;
}

uint64_t rig_shared_states(const struct rig_explore_shared *shared) {
  return atomic_load_explicit(&shared->states, memory_order_relaxed);
}

uint64_t rig_shared_bytes(const struct rig_explore_shared *shared) {
  const uint64_t table = sizeof(struct rig_bucket) << shared->bits;
  const uint64_t touched = rig_shared_states(shared) * PAGE; /* at most a page for each */
  return touched < table ? touched : table;
}

/* ---- states ---- */

static _Atomic uint32_t *word_of(struct rig_bucket *bucket) {
  return (_Atomic uint32_t *)&bucket->on_path;
}

/* False when all are to stop: whoever holds the lock may be dead. */
static bool lock(const struct rig_explore_shared *shared, struct rig_bucket *bucket) {
  for (unsigned spins = 0;
       (atomic_fetch_or_explicit(word_of(bucket), LOCK, memory_order_acquire) & LOCK) != 0;) {
    if (++spins == SPINS) {
      spins = 0;
      (void)sched_yield();
      if (rig_explore_shared_stopped(shared)) {
        return false;
      }
    }
  }
  return true;
}

static void unlock(struct rig_bucket *bucket) {
  (void)atomic_fetch_and_explicit(word_of(bucket), ~LOCK, memory_order_release);
}

static bool is_closed(const struct rig_bucket *bucket, unsigned slot) {
  return (bucket->on_path >> slot & 1u) != 0;
}

static void set_closed(struct rig_bucket *bucket, unsigned slot, bool closed) {
  const uint32_t bit = UINT32_C(1) << slot;
  bucket->on_path = closed ? bucket->on_path | bit : bucket->on_path & ~bit;
}

/* A state that is new gets the slot, unless there are too many. The bucket is locked. */
static void put(struct rig_explore_shared *shared, uint64_t key, uint64_t states_max,
                struct rig_shared_visit *visit) {
  const uint64_t room = ((uint64_t)RIG_BUCKET_STATES << shared->bits) * FULL_PERCENT / 100;
  const uint64_t before = atomic_fetch_add(&shared->states, 1);
  if ((states_max != 0 && before >= states_max) || before >= room) {
    (void)atomic_fetch_sub(&shared->states, 1);
    visit->result = before >= room ? RIG_SHARED_MEMORY : RIG_SHARED_STATES;
    return;
  }
  visit->place.bucket->prints[visit->place.slot] = key;
  visit->place.bucket->sleep[visit->place.slot] = visit->sleep;
  visit->before = visit->sleep;
}

struct rig_shared_visit rig_shared_meet(struct rig_explore_shared *shared, uint64_t print,
                                        uint32_t sleep, uint64_t states_max) {
  const uint64_t key = print != 0 ? print : 1;
  const struct rig_states table = {.bits = shared->bits};
  struct rig_bucket *bucket = &shared->buckets[rig_states_line(&table, key)];
  struct rig_shared_visit visit = {.result = RIG_SHARED_MET, .sleep = sleep};
  /* A line that is full stays so, and nothing in it moves: one lock at a time is enough. */
  for (const struct rig_bucket *end = bucket + OVERFLOW;; bucket++) {
    if (bucket == end) {
      visit.result = RIG_SHARED_MEMORY;
      return visit;
    }
    if (!lock(shared, bucket)) {
      visit.result = RIG_SHARED_STOP;
      return visit;
    }
    for (unsigned slot = 0; slot < RIG_BUCKET_STATES; slot++) {
      visit.place = (struct rig_state_place){bucket, slot};
      if (bucket->prints[slot] == 0) {
        put(shared, key, states_max, &visit);
        unlock(bucket);
        return visit;
      }
      if (bucket->prints[slot] == key) {
        visit.found = true;
        visit.before = bucket->sleep[slot];
        visit.closed = is_closed(bucket, slot);
        visit.sleep = visit.before & sleep;
        if (visit.sleep != visit.before) {
          bucket->sleep[slot] = visit.sleep;
          set_closed(bucket, slot, false);
        }
        unlock(bucket);
        return visit;
      }
    }
    unlock(bucket);
  }
}

void rig_shared_close(struct rig_explore_shared *shared, struct rig_state_place place,
                      uint32_t sleep) {
  if (lock(shared, place.bucket)) {
    if (place.bucket->sleep[place.slot] == sleep) {
      set_closed(place.bucket, place.slot, true);
    }
    unlock(place.bucket);
  }
}

void rig_shared_forget(struct rig_explore_shared *shared, struct rig_state_place place) {
  if (lock(shared, place.bucket)) {
    place.bucket->sleep[place.slot] = UINT32_MAX;
    set_closed(place.bucket, place.slot, false);
    unlock(place.bucket);
  }
}
