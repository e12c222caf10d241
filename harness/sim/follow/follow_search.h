/*
 * The search for a path that agrees with a session, as its parts share it. Internal to follow*.c.
 *
 * A place on the way keeps what it needs to be come back to: how far the comparison was, the steps
 * that are still to be tried, and at every so many places the system's state; between them the way
 * is gone again from the place before.
 */
#ifndef RIG_SIM_FOLLOW_SEARCH_H
#define RIG_SIM_FOLLOW_SEARCH_H

#include "sim/engine/engine.h"
#include "sim/explore/states_table.h"
#include "sim/follow/follow_private.h"

/* A step to try; the smaller its rank, the sooner. */
struct rig_follow_try {
  struct rig_transition step;
  uint32_t rank;
};

struct rig_follow_waypoint {
  struct rig_follow_try *tries;
  uint32_t count;
  uint32_t next;
  uint32_t undo_count;
  uint32_t pair_count;
  void *state; /* NULL: to be reached from the place before */
  size_t bytes;
  struct rig_transition step; /* that was taken from here */
};

struct rig_follow_search {
  const struct rig_system *system;
  const struct rig_log *log;
  const struct rig_follow_options *options;
  struct rig_follow_matcher matcher;
  struct rig_follow_result out;
  struct rig_follow_waypoint *places;
  uint32_t depth, capacity;
  struct rig_states seen;
  uint64_t bytes;
  void *here; /* room for one state */
  bool no_memory;
  bool any; /* `out` holds a place where a path ended too soon */
  /* of the place that is looked at */
  struct rig_follow_miss misses[RIG_ENABLED_MAX + RIG_FOLLOW_LANES];
  struct rig_transition missed[RIG_ENABLED_MAX + RIG_FOLLOW_LANES];
  uint32_t miss_count;
};

/* ---- follow_order.c ---- */

/* The steps that the system can take now into `tries`, which has room for RIG_ENABLED_MAX, the most
 * promising first. Returns how many; `end` says what none means. */
uint32_t rig_follow_tries(const struct rig_follow_search *search, struct rig_follow_try *tries,
                          enum rig_sim_end *end);

/* ---- follow_parting.c ---- */

/* Keeps that `step`, from the place that is looked at, did not agree. */
void rig_follow_keep_miss(struct rig_follow_search *search, const struct rig_follow_miss *miss,
                          struct rig_transition step);
/* The steps to the place that is looked at, and `last` (NULL: none), become the result's. False
 * without memory. */
bool rig_follow_keep_schedule(struct rig_follow_search *search, const struct rig_transition *last);
/* The result says that they part at `miss`. */
void rig_follow_name_parting(struct rig_follow_search *search, const struct rig_follow_miss *miss);
/* The path has come to where nothing agrees: is it the one that got furthest? */
void rig_follow_note_parting(struct rig_follow_search *search, enum rig_sim_end end);

/* ---- follow_places.c ---- */

/* The system and the comparison stood here before; true without memory, too. */
bool rig_follow_seen_before(struct rig_follow_search *search);
/* A place at search->depth with these steps to try. NULL without memory. */
struct rig_follow_waypoint *rig_follow_push(struct rig_follow_search *search,
                                            const struct rig_follow_try *tries, uint32_t count);
void rig_follow_pop(struct rig_follow_search *search);
/* Back to the state of the place at search->depth, whose steps before it are the same. */
void rig_follow_return(struct rig_follow_search *search);

#endif
