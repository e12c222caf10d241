/*
 * The frames of the path, and the arena behind them.
 */
#include <stdlib.h>
#include <string.h>

#include "core/assert.h"
#include "sim/explore/states_private.h"

bool rig_search_account(struct rig_search *search, uint64_t table) {
  const struct rig_explorer *explorer = search->explorer;
  return rig_explorer_bytes(search->explorer,
                            table + search->arena_capacity +
                                (search->graph != NULL ? rig_graph_bytes(search->graph) : 0) +
                                search->frame_capacity * sizeof search->frames[0] +
                                explorer->path_capacity * sizeof explorer->path.steps[0]);
}

bool rig_search_reserve(struct rig_search *search, size_t bytes) {
  if (search->arena_used + bytes <= search->arena_capacity) {
    return true;
  }
  size_t capacity = search->arena_capacity;
  while (search->arena_used + bytes > capacity) {
    capacity *= 2;
  }
  unsigned char *arena = realloc(search->arena, capacity);
  if (arena == NULL) {
    rig_explorer_out_of_memory(search->explorer);
    return false;
  }
  search->arena = arena;
  search->arena_capacity = capacity;
  return rig_search_account(search, rig_states_bytes(&search->states));
}

/* Every other worker goes the other way round, so that two of them meet in the middle; above the
 * cut all go alike, for prefixes are counted. Those of one actor stay side by side. */
static void copy_transitions(const struct rig_search *search, struct rig_transition *to,
                             const struct rig_transition *list, size_t count) {
  const struct rig_explorer *explorer = search->explorer;
  const bool apart = search->shared != NULL && search->depth >= explorer->cut;
  const uint32_t worker = apart ? explorer->options->worker : 0;
  size_t first = 0;
  if (worker > 1) { /* and those beyond two begin elsewhere */
    first = (search->depth * 7 + worker / 2) % count;
    while (first > 0 && list[first - 1].actor == list[first].actor) {
      first--;
    }
  }
  for (size_t i = 0; i < count; i++) {
    to[worker % 2 == 0 ? i : count - 1 - i] = list[(first + i) % count];
  }
}

void rig_search_push(struct rig_search *search, const struct rig_frame *with,
                     const struct rig_transition *list) {
  if (search->depth >= search->frame_capacity) {
    const size_t capacity = 2 * search->frame_capacity;
    struct rig_frame *frames = realloc(search->frames, capacity * sizeof frames[0]);
    if (frames == NULL) {
      rig_explorer_out_of_memory(search->explorer);
      return;
    }
    search->frames = frames;
    search->frame_capacity = capacity;
    if (!rig_search_account(search, rig_states_bytes(&search->states))) {
      return;
    }
  }
  const size_t list_bytes = rig_search_aligned(with->count * sizeof list[0]);
  const size_t footprints = bits_of(with->enabled) * sizeof(struct rig_footprint);
  if (!rig_search_reserve(search, list_bytes + footprints)) {
    return;
  }
  struct rig_frame *frame = &search->frames[search->depth];
  *frame = *with;
  frame->base = search->arena_used;
  search->arena_used += list_bytes + footprints;
  copy_transitions(search, rig_transitions_of(search, frame), list, frame->count);
  if (search->explorer->options->reduce) {
    memset(rig_footprint_of(search, frame, 1), 0, footprints);
    for (uint32_t rest = frame->sleep; rest != 0; rest &= rest - 1) {
      const uint32_t bit = rest & -rest;
      *rig_footprint_of(search, frame, bit) = *rig_footprint_of(search, frame - 1, bit);
    }
  }
  search->here = search->depth++;
}
