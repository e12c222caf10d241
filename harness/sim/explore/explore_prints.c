/*
 * A small set of fingerprints: those of the states on one worker's path.
 */
#include <stdlib.h>

#include "sim/explore/explore_shared.h"

#define FIRST_SLOTS 256u

static size_t home(const struct rig_prints *prints, uint64_t key) {
  return (size_t)(key * UINT64_C(0x9E3779B97F4A7C15) >> 24) & (prints->size - 1);
}

static uint64_t key_of(uint64_t print) {
  return print != 0 ? print : 1;
}

/* Where the key is, or where it would be. */
static size_t find(const struct rig_prints *prints, uint64_t key) {
  size_t at = home(prints, key);
  while (prints->slots[at] != 0 && prints->slots[at] != key) {
    at = (at + 1) & (prints->size - 1);
  }
  return at;
}

bool rig_prints_has(const struct rig_prints *prints, uint64_t print) {
  return prints->size != 0 && prints->slots[find(prints, key_of(print))] != 0;
}

static bool grow(struct rig_prints *prints) {
  struct rig_prints larger = {.size = prints->size == 0 ? FIRST_SLOTS : 2 * prints->size,
                              .count = prints->count};
  larger.slots = calloc(larger.size, sizeof larger.slots[0]);
  if (larger.slots == NULL) {
    return false;
  }
  for (size_t i = 0; i < prints->size; i++) {
    if (prints->slots[i] != 0) {
      larger.slots[find(&larger, prints->slots[i])] = prints->slots[i];
    }
  }
  free(prints->slots);
  *prints = larger;
  return true;
}

bool rig_prints_add(struct rig_prints *prints, uint64_t print) {
  if (2 * (prints->count + 1) > prints->size && !grow(prints)) {
    return false;
  }
  const size_t at = find(prints, key_of(print));
  prints->count += prints->slots[at] == 0;
  prints->slots[at] = key_of(print);
  return true;
}

/* Those behind it move up, as long as that brings them nearer to where they belong. */
void rig_prints_remove(struct rig_prints *prints, uint64_t print) {
  if (!rig_prints_has(prints, print)) {
    return;
  }
  const size_t mask = prints->size - 1;
  size_t hole = find(prints, key_of(print));
  for (size_t at = (hole + 1) & mask; prints->slots[at] != 0; at = (at + 1) & mask) {
    if (((at - home(prints, prints->slots[at])) & mask) >= ((at - hole) & mask)) {
      prints->slots[hole] = prints->slots[at];
      hole = at;
    }
  }
  prints->slots[hole] = 0;
  prints->count--;
}

void rig_prints_free(struct rig_prints *prints) {
  free(prints->slots);
  *prints = (struct rig_prints){0};
}
