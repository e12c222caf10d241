/*
 * What the modes of the explorer share: the run's limits and results, the path from the initial
 * state, the cut into shards, and the trail that finds cycles on one path.
 */
#ifndef RIG_SIM_EXPLORE_PRIVATE_H
#define RIG_SIM_EXPLORE_PRIVATE_H

#include "sim/explore/explore.h"

/* `tick` is called every so many transitions. */
#define RIG_TICK_TRANSITIONS 65536u

struct rig_explorer {
  const struct rig_system *system;
  const struct rig_explore_options *options;
  struct rig_exploration out;
  struct rig_schedule path; /* its count is the depth */
  size_t path_capacity;
  void *initial; /* the state to start from */
  size_t initial_bytes;
  uint32_t cut;    /* shards: prefixes of so many steps are dealt out; 0: everything is ours */
  uint64_t prefix; /* how many of them were met */
  uint32_t untold; /* ends that `found` was not told of: bits by enum rig_sim_end */
  bool stop;       /* a bound that ends everything, an interruption, no memory */
  bool no_memory;
};

/* Bits of an actor's number. */
static inline uint32_t rig_actor_bit(uint16_t actor) {
  return UINT32_C(1) << (actor % RIG_ACTORS_MAX);
}

static inline bool rig_footprints_conflict(const struct rig_footprint *a,
                                           const struct rig_footprint *b) {
  return ((a->writes & (b->reads | b->writes)) | (b->writes & a->reads)) != 0 ||
         a->writes == UINT64_MAX || b->writes == UINT64_MAX; /* even with one that has none */
}

/* Puts the path one step on. False without memory (the exploration stops). */
bool rig_explorer_path(struct rig_explorer *explorer, uint32_t depth,
                       struct rig_transition transition);
/* The path has ended so: counted, told. */
void rig_explorer_end(struct rig_explorer *explorer, enum rig_sim_end end);
/* A bound was hit; the first one is kept. `stop`: nothing more can be visited. */
void rig_explorer_bound(struct rig_explorer *explorer, const char *bound, bool stop);
void rig_explorer_out_of_memory(struct rig_explorer *explorer);
/* Counts a transition, and calls tick now and then. */
void rig_explorer_count(struct rig_explorer *explorer, uint32_t depth);
/* Is the prefix (or the path that ended before the cut) that was just met one of this shard? */
bool rig_explorer_mine(struct rig_explorer *explorer);
/* Bytes held now; false when that is more than memory_max. */
bool rig_explorer_bytes(struct rig_explorer *explorer, uint64_t bytes);
/* The transitions enabled now, those of one actor side by side. Returns how many. */
size_t rig_explorer_enabled(const struct rig_system *system, struct rig_transition *list,
                            enum rig_sim_end *end);

/* The modes. */
void rig_explore_states(struct rig_explorer *explorer);
void rig_explore_schedules(struct rig_explorer *explorer);
void rig_explore_random(struct rig_explorer *explorer);

/* The shortest schedule that ends so, breadth first within so many states (minimise_breadth.c).
 * RIG_NOT_FOUND: there is none within them. Leaves the system anywhere. */
enum rig_status rig_minimise_breadth(const struct rig_system *system, enum rig_sim_end end,
                                     uint64_t states_max, struct rig_schedule *out) RIG_CHECKED;

/* One path's states, to find the cycles on it. */
struct rig_trail {
  struct rig_trail_state {
    uint64_t fingerprint;
    uint32_t enabled; /* actors in this state */
    uint32_t actor;   /* bit of the one that stepped on from it */
    uint32_t always;  /* since the state was first met, progress aside: who could always step */
    uint32_t stepped; /* and who did */
  } * states;
  size_t count;
  size_t capacity;
  uint32_t *index; /* open addressing: state + 1, 0 = free */
  size_t index_size;
  size_t progress; /* states before this one lie behind a step that was progress */
};
struct rig_trail *rig_trail_reset(struct rig_trail *trail);
void rig_trail_free(struct rig_trail *trail);
/* Adds the state that the path is in, reached by a step that was `progress`. *livelock: it closes a
 * cycle that is one. False without memory. */
bool rig_trail_add(struct rig_trail *trail, uint64_t fingerprint, uint32_t enabled, bool progress,
                   bool *livelock);
/* `actor` steps on from the state added last. */
void rig_trail_step(struct rig_trail *trail, uint16_t actor);

#endif
