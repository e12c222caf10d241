/*
 * The states and steps of a whole exploration, to find the livelocks that no path closes by itself.
 *
 * A livelock is a closed walk without progress in which nobody is passed over who could step all
 * along (explore.h). Threads that loop each for itself close short cycles, none of which is one,
 * for the others could always go on; the walk that goes round all of them is. Among the steps
 * without progress, there is such a walk if and only if a strongly connected component has one: a
 * larger walk has more who step in it and fewer who always could.
 */
#ifndef RIG_SIM_GRAPH_H
#define RIG_SIM_GRAPH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/explore/explore.h"
#include "sim/explore/states_table.h"

#define RIG_GRAPH_NONE UINT32_MAX
#define RIG_GRAPH_STATES_MAX (UINT32_C(1) << 30)

struct rig_graph_state {
  uint32_t enabled; /* actors that can step, as bits; 0: none, or not looked at yet */
  uint32_t first;   /* of its steps, or RIG_GRAPH_NONE */
};

struct rig_graph_step {
  uint32_t from;
  uint32_t to;
  uint32_t next; /* of the same state's, or RIG_GRAPH_NONE */
  uint16_t choice;
  uint8_t actor;
  bool progress;
};

/* All zero is an empty one. */
struct rig_graph {
  struct rig_graph_state *states; /* the first is the initial one */
  size_t state_count;
  size_t state_capacity;
  struct rig_graph_step *steps;
  size_t step_count;
  size_t step_capacity;
  struct rig_states numbers; /* by fingerprint: its word for a sleep set is the state's number */
};

void rig_graph_free(struct rig_graph *graph);
uint64_t rig_graph_bytes(const struct rig_graph *graph);

/* The state of this fingerprint, which is added if it is new. RIG_GRAPH_NONE without memory. */
uint32_t rig_graph_state(struct rig_graph *graph, uint64_t print);
/* Adds a step between two of them; false without memory. */
bool rig_graph_step(struct rig_graph *graph, uint32_t from, uint32_t to,
                    struct rig_transition transition, bool progress);

/* A schedule from the initial state on that ends in a livelock: the shortest way to one, then round
 * it once. The caller frees out->steps. RIG_NOT_FOUND: there is none. Takes five words of 32
 * bits for each state meanwhile. */
enum rig_status rig_graph_livelock(const struct rig_graph *graph,
                                   struct rig_schedule *out) RIG_CHECKED;

#endif
