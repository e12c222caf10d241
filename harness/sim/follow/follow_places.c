/*
 * The places on the way of a search: opened, left, come back to, and known again.
 */
#include <stdlib.h>
#include <string.h>

#include "core/hash.h"
#include "sim/follow/follow_search.h"

#define KEPT_EVERY 16u

bool rig_follow_seen_before(struct rig_follow_search *search) {
  const uint64_t state = search->system->hash(search->system->self);
  bool found = false;
  if (rig_states_full(&search->seen) && !rig_states_grow(&search->seen)) {
    search->no_memory = true;
    return true;
  }
  (void)rig_states_visit(&search->seen,
                         rig_hash_fold(state ^ RIG_HASH_K1, rig_follow_place(&search->matcher)),
                         &found);
  search->out.states += !found;
  return found;
}

struct rig_follow_waypoint *rig_follow_push(struct rig_follow_search *search,
                                            const struct rig_follow_try *tries, uint32_t count) {
  if (search->depth == search->capacity) {
    const uint32_t capacity = search->capacity == 0 ? 256 : 2 * search->capacity;
    struct rig_follow_waypoint *grown = realloc(search->places, capacity * sizeof *grown);
    if (grown == NULL) {
      search->no_memory = true;
      return NULL;
    }
    memset(grown + search->capacity, 0, (capacity - search->capacity) * sizeof *grown);
    search->places = grown;
    search->capacity = capacity;
  }
  struct rig_follow_waypoint *place = &search->places[search->depth];
  *place = (struct rig_follow_waypoint){.count = count,
                                        .tries = malloc((count + 1) * sizeof *place->tries),
                                        .undo_count = search->matcher.undo_count,
                                        .pair_count = search->matcher.pair_count};
  if (place->tries == NULL) {
    search->no_memory = true;
    return NULL;
  }
  memcpy(place->tries, tries, count * sizeof *tries);
  place->bytes = search->system->save(search->system->self, search->here);
  if (search->depth % KEPT_EVERY == 0) {
    place->state = malloc(place->bytes);
    if (place->state == NULL) {
      search->no_memory = true;
      return NULL;
    }
    memcpy(place->state, search->here, place->bytes);
    search->bytes += place->bytes;
  }
  search->bytes += count * sizeof *tries;
  return place;
}

void rig_follow_pop(struct rig_follow_search *search) {
  struct rig_follow_waypoint *place = &search->places[search->depth];
  search->bytes -= (place->state != NULL ? place->bytes : 0) + place->count * sizeof *place->tries;
  free(place->state);
  free(place->tries);
  *place = (struct rig_follow_waypoint){0};
}

void rig_follow_return(struct rig_follow_search *search) {
  const struct rig_system *system = search->system;
  uint32_t from = search->depth;
  while (search->places[from].state == NULL) {
    from--;
  }
  system->load(system->self, search->places[from].state, search->places[from].bytes);
  for (; from < search->depth; from++) {
    struct rig_footprint footprint;
    search->log->header->next = 0;
    (void)system->step(system->self, search->places[from].step, &footprint);
  }
  const struct rig_follow_waypoint *place = &search->places[search->depth];
  rig_follow_back(&search->matcher, place->undo_count, place->pair_count);
}
