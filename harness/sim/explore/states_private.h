/*
 * The path of the exploration by states. Internal to states.c, states_arrive.c and states_path.c.
 */
#ifndef RIG_SIM_STATES_PRIVATE_H
#define RIG_SIM_STATES_PRIVATE_H

#include "sim/explore/explore_private.h"
#include "sim/explore/explore_shared.h"
#include "sim/explore/graph.h"
#include "sim/explore/states_table.h"

/* A state on the path. Its transitions, the footprints of its actors and its saved bytes lie in the
 * arena, from `base` on. */
struct rig_frame {
  uint64_t print;
  struct rig_state_place place;
  size_t base;
  size_t saved; /* 0: not saved */
  size_t saved_bytes;
  uint32_t generation; /* of the table, for which `place` is good */
  uint32_t enabled;    /* actors */
  uint32_t todo;       /* actors to explore from here */
  uint32_t sleep;      /* actors asleep, those explored already among them */
  uint32_t wakeful;    /* actors a step of which closed a cycle: they never sleep (below) */
  uint32_t progress;   /* the last state of the path that was reached by progress */
  uint16_t count;      /* transitions */
  uint16_t next;
  bool owns_path_bit;
  uint32_t met;  /* with workers: asleep in the table when it was entered */
  uint32_t node; /* with a graph: the state in it */
};

struct rig_search {
  struct rig_explorer *explorer;
  struct rig_states states; /* of one alone */
  struct rig_explore_shared *shared;
  struct rig_prints path; /* with workers: the states on this one's path */
  uint32_t generation;
  struct rig_frame *frames;
  size_t frame_capacity;
  uint32_t depth;          /* frames; the topmost is the present state's or an ancestor of it */
  uint32_t here;           /* the frame whose state the system is in, or NOT_HERE */
  bool closed;             /* the last step closed a cycle without progress */
  bool loops;              /* a step led to a state on its path */
  struct rig_graph *graph; /* to be filled, or NULL */
  unsigned char *arena;
  size_t arena_capacity;
  size_t arena_used;
};

static inline size_t rig_search_aligned(size_t bytes) {
  return (bytes + 15) & ~(size_t)15;
}

static inline struct rig_transition *rig_transitions_of(const struct rig_search *search,
                                                        const struct rig_frame *frame) {
  return (struct rig_transition *)(search->arena + frame->base);
}

/* Every x86_64 can do this; not every one has an instruction for it. */
static inline uint32_t bits_of(uint32_t word) {
  word -= word >> 1 & UINT32_C(0x55555555);
  word = (word & UINT32_C(0x33333333)) + (word >> 2 & UINT32_C(0x33333333));
  return ((word + (word >> 4)) & UINT32_C(0x0f0f0f0f)) * UINT32_C(0x01010101) >> 24;
}

/* The footprint of `actor`, which is enabled in the frame's state. */
static inline struct rig_footprint *rig_footprint_of(const struct rig_search *search,
                                                     const struct rig_frame *frame, uint32_t bit) {
  const size_t list = rig_search_aligned(frame->count * sizeof(struct rig_transition));
  return (struct rig_footprint *)(search->arena + frame->base + list) +
         bits_of(frame->enabled & (bit - 1));
}

/* Explores what is within the explorer's bounds; with a graph, writes every state and step into it,
 * for which the exploration must be one without reduction. True: there are cycles. */
bool rig_search_explore(struct rig_explorer *explorer, struct rig_graph *graph);
/* Looks for the livelocks that no path closes by itself (states_loops.c). */
void rig_explore_loops(struct rig_explorer *explorer);

/* Counts memory, with a table of so many bytes. False when a bound was hit. */
bool rig_search_account(struct rig_search *search, uint64_t table);
/* Room for so many bytes more on the arena; false when a bound was hit or memory is out. */
bool rig_search_reserve(struct rig_search *search, size_t bytes);
/* The fingerprint of the state that the system has come to, whose line of the table is asked for:
 * it takes as long to come as half a step. */
uint64_t rig_search_print(const struct rig_search *search);
/* The system has come to the state of that fingerprint, with so many asleep. Most often one that
 * was met: then it is not even looked at. Else it becomes the topmost frame, to be explored
 * (further), or a path ends. */
void rig_search_arrive(struct rig_search *search, uint64_t print, uint32_t sleep);
/* The state the system is in becomes the topmost frame. */
void rig_search_push(struct rig_search *search, const struct rig_frame *with,
                     const struct rig_transition *list);

#endif
