/*
 * Random small systems from fixed seeds, and sets of numbers to compare what was found in them.
 */
#ifndef TESTS_UNIT_SIM_RANDOM_MACHINE_H
#define TESTS_UNIT_SIM_RANDOM_MACHINE_H

#include <check.h>
#include <stdlib.h>

#include "sim_machine.h"

static inline uint64_t machine_random(uint64_t *state) {
  *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
  return *state >> 33;
}

/* Two to four actors over one to three cells. Without loops, the systems are small enough for every
 * interleaving. */
static inline struct machine random_machine(uint64_t seed, bool loops) {
  static const uint8_t plain[] = {OP_LOCAL, OP_ADD,   OP_SET,    OP_LOAD, OP_STORE, OP_TAKE,
                                  OP_TAKE,  OP_AWAIT, OP_CHOOSE, OP_SKIP, OP_CRASH, OP_ADD};
  uint64_t random = seed * UINT64_C(0x9E3779B97F4A7C15) + 1;
  (void)machine_random(&random);
  struct machine machine = {.actors = 2 + (unsigned)machine_random(&random) % 3};
  const unsigned cells = 1 + (unsigned)machine_random(&random) % 3;
  const unsigned most = machine.actors == 2 ? 5 : machine.actors == 3 ? 4 : 2;
  for (unsigned cell = 0; cell < cells; cell++) {
    machine.state.cells[cell] = machine_random(&random) % 2;
  }
  for (unsigned actor = 0; actor < machine.actors; actor++) {
    const unsigned steps = 1 + (unsigned)machine_random(&random) % most;
    for (unsigned i = 0; i < steps; i++) {
      machine.program[actor][i] = (struct machine_step){
          plain[machine_random(&random) % sizeof plain], (uint8_t)(machine_random(&random) % cells),
          (uint8_t)(machine_random(&random) % 2)};
      if (loops && machine_random(&random) % 4 == 0) {
        machine.program[actor][i].op = machine_random(&random) % 3 == 0 ? OP_WORK : OP_JUMP;
        machine.program[actor][i].value = (uint8_t)(machine_random(&random) % (i + 1));
      }
    }
  }
  return machine;
}

/* ---- sets of numbers ---- */

struct set {
  uint64_t *items;
  size_t count;
  size_t max;
};

static inline int by_value(const void *a, const void *b) {
  const uint64_t x = *(const uint64_t *)a;
  const uint64_t y = *(const uint64_t *)b;
  return (x > y) - (x < y);
}

static inline void set_add(struct set *set, uint64_t item) {
  ck_assert_uint_lt(set->count, set->max);
  set->items[set->count++] = item;
}

static inline void set_sort(struct set *set) {
  size_t kept = 0;
  qsort(set->items, set->count, sizeof set->items[0], by_value);
  for (size_t i = 0; i < set->count; i++) {
    if (i == 0 || set->items[i] != set->items[i - 1]) {
      set->items[kept++] = set->items[i];
    }
  }
  set->count = kept;
}

static inline bool sets_equal(const struct set *a, const struct set *b) {
  return a->count == b->count && memcmp(a->items, b->items, a->count * sizeof a->items[0]) == 0;
}

#endif
