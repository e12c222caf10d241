/*
 * Source-DPOR: which other orders the races of a path call for.
 *
 * After P. Abdulla, S. Aronsson, B. Jonsson, K. Sagonas, "Source Sets: A Foundation for Optimal
 * Dynamic Partial Order Reduction" (JACM 64, 2017), algorithm 1. Actors wait here, and what they
 * wait for shows only when they go on. So an event that disables an actor races with it at once
 * (schedules.c); and an event races not only with the last one before it that it conflicts with (it
 * may be the one without which it could not go on: nothing to reverse), but with every such one,
 * back to its own actor's last event (as in C. Flanagan, P. Godefroid, "Dynamic Partial-Order
 * Reduction for Model Checking Software", POPL 2005). That asks for more orders than needed; the
 * sleep sets end those that are not new, and no schedule is emitted twice.
 */
#include <string.h>

#include "core/assert.h"
#include "sim/explore/schedules_private.h"

/* The event of node `i` happened before one with this clock. */
static bool covers(const uint32_t clock[RIG_ACTORS_MAX], const struct rig_dpor *dpor, uint32_t i) {
  return clock[dpor->nodes[i].event.actor] > i;
}

static void merge(uint32_t into[RIG_ACTORS_MAX], const uint32_t from[RIG_ACTORS_MAX]) {
  for (unsigned actor = 0; actor < RIG_ACTORS_MAX; actor++) {
    into[actor] = from[actor] > into[actor] ? from[actor] : into[actor];
  }
}

/* No event of the sequence that `first` describes (for each actor the first of its events, + 1; 0 =
 * none) happened before the one with this clock, but those of `actor` itself. */
static bool is_initial(const uint32_t first[RIG_ACTORS_MAX], const uint32_t clock[RIG_ACTORS_MAX],
                       unsigned actor) {
  for (unsigned other = 0; other < RIG_ACTORS_MAX; other++) {
    if (other != actor && first[other] != 0 && clock[other] >= first[other]) {
      return false;
    }
  }
  return true;
}

/* Event i is in a race with a later one, of `actor` (NONE: of an unknown one) and with `clock`, at
 * the end of the path. Sees to it that the sequence without i, and what follows from it, but with
 * the later one, is begun from i's state by somebody. */
static void reverse(struct rig_dpor *dpor, uint32_t i, uint32_t end, unsigned actor,
                    const uint32_t clock[RIG_ACTORS_MAX]) {
  uint32_t first[RIG_ACTORS_MAX] = {0};
  uint32_t initials = 0;
  struct rig_node *node = &dpor->nodes[i];
  for (uint32_t k = i + 1; k < end; k++) {
    const struct rig_event *event = &dpor->nodes[k].event;
    if (covers(event->clock, dpor, i)) {
      continue;
    }
    if (first[event->actor] == 0) {
      if (is_initial(first, event->clock, event->actor)) {
        initials |= rig_actor_bit(event->actor);
      }
      first[event->actor] = k + 1;
    }
  }
  if (actor < RIG_ACTORS_MAX && first[actor] == 0 && is_initial(first, clock, actor)) {
    initials |= UINT32_C(1) << actor;
  }
  if ((initials & (node->backtrack | node->sleep)) != 0) {
    return;
  }
  initials &= node->enabled;
  node->backtrack |= initials & -initials;
}

/* The last event of an actor before node `end`, or NOWHERE. */
static uint32_t last_of(const struct rig_dpor *dpor, uint32_t end, unsigned actor) {
  for (uint32_t i = end; i > 0; i--) {
    if (dpor->nodes[i - 1].event.actor == actor) {
      return i - 1;
    }
  }
  return RIG_DPOR_NOWHERE;
}

/* The clock and the races of an event of `actor` behind the first `end` events of the path: with
 * all events that conflict with it and did not happen before its actor's last one. */
static void race(struct rig_dpor *dpor, uint32_t end, unsigned actor,
                 const struct rig_footprint *footprint, uint32_t clock[RIG_ACTORS_MAX]) {
  uint32_t before[RIG_ACTORS_MAX] = {0}; /* the clock of its actor's last event */
  const uint32_t last = last_of(dpor, end, actor);
  if (last != RIG_DPOR_NOWHERE) {
    memcpy(before, dpor->nodes[last].event.clock, sizeof before);
  }
  memcpy(clock, before, sizeof before);
  for (uint32_t i = end; i > 0; i--) {
    struct rig_event *event = &dpor->nodes[i - 1].event;
    event->races = false;
    if (event->actor != actor && rig_footprints_conflict(&event->footprint, footprint)) {
      event->races = !covers(before, dpor, i - 1);
      merge(clock, event->clock);
    }
  }
  for (uint32_t i = end; i > 0; i--) {
    if (dpor->nodes[i - 1].event.races) {
      reverse(dpor, i - 1, end, actor, clock);
    }
  }
}

void rig_dpor_event(struct rig_dpor *dpor) {
  const uint32_t at = dpor->depth - 1;
  struct rig_event *event = &dpor->nodes[at].event;
  race(dpor, at, event->actor, &event->footprint, event->clock);
  event->clock[event->actor] = at + 1;
}

void rig_dpor_blocked(struct rig_dpor *dpor) {
  const struct rig_system *system = dpor->explorer->system;
  const struct rig_footprint everything = {UINT64_MAX, UINT64_MAX};
  uint32_t clock[RIG_ACTORS_MAX];
  for (uint16_t actor = 0; actor < RIG_ACTORS_MAX; actor++) {
    struct rig_footprint footprint = everything;
    if (system->blocked != NULL ? system->blocked(system->self, actor, &footprint)
                                : (dpor->seen & rig_actor_bit(actor)) != 0) {
      race(dpor, dpor->depth, actor, &footprint, clock);
    }
  }
  if (system->blocked == NULL) {
    /* Somebody who was never seen may be blocked as well. */
    race(dpor, dpor->depth, RIG_ACTORS_MAX, &everything, clock);
  }
}
