/*
 * Exploration by schedules: every one, or one for each class that differs in nothing but the order
 * of steps that commute (source-DPOR, in schedules_races.c).
 */
#include <stdlib.h>
#include <string.h>

#include "core/assert.h"
#include "sim/explore/explore_private.h"
#include "sim/explore/explore_shared.h"
#include "sim/explore/schedules_private.h"

#define FIRST_NODES 64u
#define FIRST_ARENA (64u * 1024u)

static bool account(struct rig_dpor *dpor) {
  return rig_explorer_bytes(dpor->explorer,
                            dpor->node_capacity * sizeof dpor->nodes[0] + dpor->arena_capacity +
                                dpor->explorer->path_capacity * sizeof(struct rig_transition));
}

static bool room_for_node(struct rig_dpor *dpor) {
  if (dpor->depth < dpor->node_capacity) {
    return true;
  }
  const size_t capacity = 2 * dpor->node_capacity;
  struct rig_node *nodes = realloc(dpor->nodes, capacity * sizeof nodes[0]);
  if (nodes == NULL) {
    rig_explorer_out_of_memory(dpor->explorer);
    return false;
  }
  dpor->nodes = nodes;
  dpor->node_capacity = capacity;
  return account(dpor);
}

static bool room_for_state(struct rig_dpor *dpor, size_t bytes) {
  size_t capacity = dpor->arena_capacity;
  while (dpor->arena_used + bytes > capacity) {
    capacity *= 2;
  }
  if (capacity == dpor->arena_capacity) {
    return true;
  }
  unsigned char *arena = realloc(dpor->arena, capacity);
  if (arena == NULL) {
    rig_explorer_out_of_memory(dpor->explorer);
    return false;
  }
  dpor->arena = arena;
  dpor->arena_capacity = capacity;
  return account(dpor);
}

static void load(const struct rig_dpor *dpor, const struct rig_node *node) {
  const struct rig_system *system = dpor->explorer->system;
  RIG_ASSERT(node->is_saved);
  system->load(system->self, dpor->arena + node->base, node->saved_bytes);
}

/* An actor of the node that is to be explored and has not been, by the order of the list; 0: none.
 */
static uint32_t next_actor(const struct rig_node *node) {
  const uint32_t left = node->backtrack & ~node->sleep & node->enabled;
  for (size_t i = 0; left != 0 && i < node->count; i++) {
    const uint32_t bit = rig_actor_bit(node->list[i].actor);
    if ((left & bit) != 0) {
      return bit;
    }
  }
  return 0;
}

/* The node's next transition: the current actor's other choices, then another actor. */
static bool next_transition(struct rig_node *node, struct rig_transition *out) {
  if (node->actor != 0 && node->next < node->count &&
      rig_actor_bit(node->list[node->next].actor) == node->actor) {
    *out = node->list[node->next++];
    return true;
  }
  node->sleep |= node->actor;
  node->actor = next_actor(node);
  if (node->actor == 0) {
    return false;
  }
  for (node->next = 0; rig_actor_bit(node->list[node->next].actor) != node->actor;) {
    node->next++;
  }
  *out = node->list[node->next++];
  node->footprints[out->actor] = (struct rig_footprint){0, 0};
  return true;
}

/* Looks at what can be done in the present state. Returns false when the path has ended. */
static bool look(struct rig_dpor *dpor, struct rig_node *node, enum rig_sim_end *end) {
  node->count = (uint32_t)rig_explorer_enabled(dpor->explorer->system, node->list, end);
  node->enabled = 0;
  for (size_t i = 0; i < node->count; i++) {
    node->enabled |= rig_actor_bit(node->list[i].actor);
  }
  dpor->seen |= node->enabled;
  return node->count > 0;
}

/* The sleep set of the state behind the step of the topmost node. */
static uint32_t inherited_sleep(const struct rig_node *parent, struct rig_node *node) {
  uint32_t sleep = 0;
  uint32_t rest = parent->sleep & node->enabled;
  for (; rest != 0; rest &= rest - 1) {
    const unsigned actor = (unsigned)__builtin_ctz(rest);
    if (!rig_footprints_conflict(&parent->footprints[actor], &parent->event.footprint)) {
      sleep |= UINT32_C(1) << actor;
      node->footprints[actor] = parent->footprints[actor];
    }
  }
  return sleep;
}

/* Which actors to start with: all of them, or the first that is awake. */
static void begin_node(struct rig_dpor *dpor, struct rig_node *node) {
  node->base = dpor->arena_used;
  node->is_saved = false;
  node->actor = 0;
  node->next = 0;
  node->backtrack = node->enabled;
  if (dpor->reduce && dpor->depth >= dpor->explorer->cut) {
    node->backtrack = next_actor(node);
  }
  dpor->here = dpor->depth++;
}

static bool save_here(struct rig_dpor *dpor, struct rig_node *node) {
  const struct rig_system *system = dpor->explorer->system;
  if (!room_for_state(dpor, system->state_bytes_max)) {
    return false;
  }
  node->saved_bytes = system->save(system->self, dpor->arena + node->base);
  RIG_ASSERT(node->saved_bytes <= system->state_bytes_max);
  dpor->arena_used = node->base + ((node->saved_bytes + 15) & ~(size_t)15);
  node->is_saved = true;
  return true;
}

/* The path has ended, in a state or in a step. */
static void end_path(struct rig_dpor *dpor, enum rig_sim_end end) {
  struct rig_explorer *explorer = dpor->explorer;
  if (dpor->reduce && end != RIG_SIM_COMPLETE) {
    rig_dpor_blocked(dpor);
  }
  if (dpor->depth > explorer->cut || rig_explorer_mine(explorer)) {
    rig_explorer_end(explorer, end);
    const uint64_t max = explorer->options->schedules_max;
    const uint64_t ended = explorer->options->shared != NULL
                               ? rig_shared_schedule(explorer->options->shared)
                               : explorer->out.schedules;
    if (max != 0 && ended >= max) {
      dpor->limit = true;
    }
  }
}

/* The step of the topmost node led to a state that goes on, or to an end. */
static void arrive(struct rig_dpor *dpor, enum rig_sim_end end) {
  struct rig_explorer *explorer = dpor->explorer;
  if (!room_for_node(dpor)) {
    return;
  }
  struct rig_node *parent = &dpor->nodes[dpor->depth - 1];
  struct rig_node *node = &dpor->nodes[dpor->depth];
  const bool goes_on = end == RIG_SIM_GOES_ON && look(dpor, node, &end);
  if (!goes_on) {
    node->count = 0;
    node->enabled = 0;
  }
  if (dpor->reduce) {
    /* Whoever the step disabled could have come before it. */
    parent->backtrack |= parent->enabled & ~node->enabled & ~parent->actor;
  }
  if (!goes_on) {
    end_path(dpor, end);
    return;
  }
  const uint32_t depth_max = explorer->options->depth_max;
  node->sleep = dpor->reduce ? inherited_sleep(parent, node) : 0;
  if ((node->enabled & ~node->sleep) == 0) {
    /* It goes on as one that was explored does; but not all who are blocked here were so there. */
    rig_dpor_blocked(dpor);
    return;
  }
  if (dpor->depth == explorer->cut && !rig_explorer_mine(explorer)) {
    return;
  }
  if (depth_max != 0 && dpor->depth >= depth_max) {
    rig_explorer_bound(explorer, "depth", false);
    end_path(dpor, RIG_SIM_BOUND);
    return;
  }
  begin_node(dpor, node);
}

static void take(struct rig_dpor *dpor, struct rig_transition transition) {
  struct rig_explorer *explorer = dpor->explorer;
  const struct rig_system *system = explorer->system;
  struct rig_node *node = &dpor->nodes[dpor->depth - 1];
  if (dpor->here != dpor->depth - 1) {
    load(dpor, node);
  } else if (!save_here(dpor, node)) {
    return;
  }
  dpor->here = RIG_DPOR_NOWHERE;
  if (!rig_explorer_path(explorer, dpor->depth - 1, transition)) {
    return;
  }
  struct rig_footprint footprint = {0, 0};
  const enum rig_sim_end end = system->step(system->self, transition, &footprint);
  rig_explorer_count(explorer, dpor->depth);
  if (end != RIG_SIM_GOES_ON) {
    footprint.writes = UINT64_MAX; /* nothing comes after it */
  }
  if (dpor->reduce) {
    node->footprints[transition.actor].reads |= footprint.reads;
    node->footprints[transition.actor].writes |= footprint.writes;
    node->event.footprint = footprint;
    node->event.actor = transition.actor;
    rig_dpor_event(dpor);
  }
  arrive(dpor, end);
}

static void search(struct rig_dpor *dpor) {
  struct rig_explorer *explorer = dpor->explorer;
  enum rig_sim_end end;
  struct rig_node *first = &dpor->nodes[0];
  first->sleep = 0;
  if (!look(dpor, first, &end)) {
    if (rig_explorer_mine(explorer)) {
      rig_explorer_end(explorer, end);
    }
    return;
  }
  begin_node(dpor, first);
  while (!explorer->stop && dpor->depth > 0) {
    struct rig_node *node = &dpor->nodes[dpor->depth - 1];
    struct rig_transition transition;
    if (!next_transition(node, &transition)) {
      dpor->arena_used = node->base;
      dpor->here = RIG_DPOR_NOWHERE;
      dpor->depth--;
    } else if (dpor->limit) {
      rig_explorer_bound(explorer, "schedules", true); /* there was more */
    } else {
      take(dpor, transition);
    }
  }
}

void rig_explore_schedules(struct rig_explorer *explorer) {
  struct rig_dpor dpor = {.explorer = explorer,
                          .reduce = explorer->options->reduce,
                          .nodes = calloc(FIRST_NODES, sizeof(struct rig_node)),
                          .node_capacity = FIRST_NODES,
                          .here = RIG_DPOR_NOWHERE,
                          .arena = malloc(FIRST_ARENA),
                          .arena_capacity = FIRST_ARENA};
  if (dpor.nodes == NULL || dpor.arena == NULL) {
    rig_explorer_out_of_memory(explorer);
  } else if (account(&dpor)) {
    search(&dpor);
  }
  (void)account(&dpor);
  free(dpor.nodes);
  free(dpor.arena);
}
