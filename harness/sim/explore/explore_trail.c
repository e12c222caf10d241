/*
 * The states of one path, to find the cycles on it: a random run and a replay know no others.
 */
#include <stdlib.h>
#include <string.h>

#include "sim/explore/explore_private.h"

#define FIRST_STATES 256u

struct rig_trail *rig_trail_reset(struct rig_trail *trail) {
  trail->count = 0;
  trail->progress = 0;
  if (trail->index != NULL) {
    memset(trail->index, 0, trail->index_size * sizeof trail->index[0]);
  }
  return trail;
}

void rig_trail_free(struct rig_trail *trail) {
  free(trail->states);
  free(trail->index);
  *trail = (struct rig_trail){0};
}

/* Where `fingerprint` is in the index, or where it would be. */
static uint32_t *find(const struct rig_trail *trail, uint64_t fingerprint) {
  size_t at = (size_t)(fingerprint * UINT64_C(0x9E3779B97F4A7C15) >> 20) & (trail->index_size - 1);
  while (trail->index[at] != 0 && trail->states[trail->index[at] - 1].fingerprint != fingerprint) {
    at = (at + 1) & (trail->index_size - 1);
  }
  return &trail->index[at];
}

static bool grow(struct rig_trail *trail) {
  const size_t capacity = trail->capacity == 0 ? FIRST_STATES : 2 * trail->capacity;
  struct rig_trail_state *states = realloc(trail->states, capacity * sizeof states[0]);
  if (states == NULL) {
    return false;
  }
  trail->states = states;
  uint32_t *index = calloc(2 * capacity, sizeof index[0]);
  if (index == NULL) {
    return false;
  }
  free(trail->index);
  trail->index = index;
  trail->index_size = 2 * capacity;
  trail->capacity = capacity;
  for (size_t i = 0; i < trail->count; i++) {
    *find(trail, trail->states[i].fingerprint) = (uint32_t)i + 1; /* the last of equal ones */
  }
  return true;
}

bool rig_trail_add(struct rig_trail *trail, uint64_t fingerprint, uint32_t enabled, bool progress,
                   bool *livelock) {
  *livelock = false;
  if (trail->count == trail->capacity && !grow(trail)) {
    return false;
  }
  if (progress) {
    trail->progress = trail->count;
  }
  struct rig_trail_state state = {
      .fingerprint = fingerprint, .enabled = enabled, .always = UINT32_MAX};
  uint32_t *slot = find(trail, fingerprint);
  if (*slot > trail->progress) {
    /* Round from where it was last, and from where it was first: the whole is no less a cycle. */
    const struct rig_trail_state *last = &trail->states[*slot - 1];
    state.always = last->always;
    state.stepped = last->stepped;
    for (size_t i = *slot - 1; i < trail->count; i++) {
      state.always &= trail->states[i].enabled;
      state.stepped |= trail->states[i].actor;
    }
    *livelock = (state.always & ~state.stepped) == 0;
  }
  trail->states[trail->count++] = state;
  *slot = (uint32_t)trail->count;
  return true;
}

void rig_trail_step(struct rig_trail *trail, uint16_t actor) {
  trail->states[trail->count - 1].actor = rig_actor_bit(actor);
}
