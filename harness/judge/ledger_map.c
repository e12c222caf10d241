/*
 * The map of the ledger: what lives at an address.
 */
#include <stdlib.h>

#include "judge/ledger_build.h"

struct ledger_slot {
  uint64_t address;
  uint32_t number;
  uint32_t index; /* + 1; 0: free */
};

static struct ledger_slot *find(const struct ledger_map *map, uint64_t address, uint32_t number) {
  uint64_t hash = (address ^ (uint64_t)number << 32) * 0x9E3779B97F4A7C15u;
  uint32_t mask = map->slot_count - 1;
  uint32_t at = (uint32_t)(hash >> 32) & mask;
  while (map->slots[at].index &&
         (map->slots[at].address != address || map->slots[at].number != number))
    at = (at + 1) & mask;
  return &map->slots[at];
}

uint32_t ledger_map_get(const struct ledger_map *map, uint64_t address, uint32_t number) {
  if (!map->slot_count)
    return RIG_NONE;
  return find(map, address, number)->index - 1; /* 0 - 1 is RIG_NONE */
}

/* Keeps the map at most half full. */
static bool room(struct ledger_map *map) {
  if (map->used * 2 < map->slot_count)
    return true;
  struct ledger_map grown = {.slot_count = map->slot_count ? map->slot_count * 2 : 64,
                             .used = map->used};
  grown.slots = calloc(grown.slot_count, sizeof *grown.slots);
  if (!grown.slots)
    return false;
  for (uint32_t i = 0; i < map->slot_count; i++) {
    const struct ledger_slot *slot = &map->slots[i];
    if (slot->index)
      *find(&grown, slot->address, slot->number) = *slot;
  }
  free(map->slots);
  *map = grown;
  return true;
}

bool ledger_map_put(struct ledger_map *map, uint64_t address, uint32_t number, uint32_t index) {
  if (!room(map))
    return false;
  struct ledger_slot *slot = find(map, address, number);
  map->used += slot->index == 0;
  *slot = (struct ledger_slot){.address = address, .number = number, .index = index + 1};
  return true;
}

void ledger_map_free(struct ledger_map *map) {
  free(map->slots);
}
