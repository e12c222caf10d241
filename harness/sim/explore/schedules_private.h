/*
 * The path of the exploration by schedules, and the races on it.
 */
#ifndef RIG_SIM_SCHEDULES_PRIVATE_H
#define RIG_SIM_SCHEDULES_PRIVATE_H

#include "sim/explore/explore_private.h"

#define RIG_DPOR_NOWHERE UINT32_MAX

/* A step of the path: the one taken from its node. */
struct rig_event {
  uint16_t actor;
  bool races; /* with the one being looked at */
  struct rig_footprint footprint;
  uint32_t clock[RIG_ACTORS_MAX]; /* of each actor, the last event before this one (or it) + 1 */
};

/* A state of the path, and what is to be explored from it. Sets are bits by actor. */
struct rig_node {
  size_t base; /* of the saved state in the arena */
  size_t saved_bytes;
  bool is_saved;
  uint32_t enabled;
  uint32_t backtrack; /* to be explored, or explored */
  uint32_t sleep;     /* nothing new begins with them; those explored among them */
  uint32_t actor;     /* the one being explored, 0 = none yet */
  uint32_t count;
  uint32_t next;
  struct rig_transition list[RIG_ENABLED_MAX];
  struct rig_footprint footprints[RIG_ACTORS_MAX]; /* of the sleeping and explored ones */
  struct rig_event event;
};

struct rig_dpor {
  struct rig_explorer *explorer;
  bool reduce;
  bool limit; /* schedules_max is reached */
  struct rig_node *nodes;
  size_t node_capacity;
  uint32_t depth; /* nodes */
  uint32_t here;  /* the node whose state the system is in, or NOWHERE */
  uint32_t seen;  /* actors that were ever enabled */
  unsigned char *arena;
  size_t arena_capacity;
  size_t arena_used;
};

/* The topmost node's event was taken: its place in the order of what happened before what, and the
 * races it is in. */
void rig_dpor_event(struct rig_dpor *dpor);
/* A path ended while actors were blocked: what they wait for races as if they had gone on. */
void rig_dpor_blocked(struct rig_dpor *dpor);

#endif
