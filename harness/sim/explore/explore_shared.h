/*
 * What workers share that explore one system side by side: processes of one machine, forked after
 * this was made. Each has a system of its own in the same initial state and the same options but
 * for `worker`; what they find together is what one alone would.
 *
 * Prefixes of schedules, and runs by chance, are taken by whoever comes first. States lie in one
 * table, and a worker passes over a state that another has explored to its end. One that another is
 * still exploring it explores too, in another order, until they meet: a cycle is found on one
 * worker's path, as with one alone, and nobody waits for anybody (A. Laarman, R. Langerak, J. van
 * de Pol, M. Weber, A. Wijs, "Multi-Core Nested Depth-First Search", ATVA 2011).
 *
 * Sleep sets are each worker's own; the table keeps who slept whenever a state was met, and a state
 * met with fewer asleep is open again for whoever met it so (states.c says why that is enough).
 */
#ifndef RIG_SIM_EXPLORE_SHARED_H
#define RIG_SIM_EXPLORE_SHARED_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/explore/explore.h"
#include "sim/explore/states_table.h"

#define RIG_WORKERS_MAX 64u

struct rig_explore_shared;

/* Room for an exploration with these options by so many workers; pages that nobody touches cost
 * nothing. The caller frees it. NULL without memory. */
struct rig_explore_shared *rig_explore_shared_new(const struct rig_explore_options *options,
                                                  uint32_t workers);
struct rig_explore_shared *rig_explore_shared_free(struct rig_explore_shared *shared); /* NULL */

/* All workers end soon, as interrupted: one of them has died, and may have held what others need.
 */
void rig_explore_shared_stop(struct rig_explore_shared *shared);
bool rig_explore_shared_stopped(const struct rig_explore_shared *shared);

/* ---- for the modes of the explorer ---- */

uint32_t rig_shared_workers(const struct rig_explore_shared *shared);

/* True for the first worker that asks for this prefix. */
bool rig_shared_claim(struct rig_explore_shared *shared, uint64_t prefix);
/* True for the first worker that asks: it looks for loops (states_loops.c). */
bool rig_shared_claim_loops(struct rig_explore_shared *shared);
/* The next run by chance, from 0. */
uint64_t rig_shared_run(struct rig_explore_shared *shared);
/* One schedule more has ended: how many have, of all workers. */
uint64_t rig_shared_schedule(struct rig_explore_shared *shared);

/* A state met. */
struct rig_shared_visit {
  enum { RIG_SHARED_MET, RIG_SHARED_STATES, RIG_SHARED_MEMORY, RIG_SHARED_STOP } result;
  struct rig_state_place place;
  bool found;      /* it was met before */
  bool closed;     /* and explored to its end, with those asleep that follow */
  uint32_t before; /* asleep whenever it was met */
  uint32_t sleep;  /* the same and now */
};

/* Meets the state `print` with `sleep` asleep, at most states_max of them (0: any number). */
struct rig_shared_visit rig_shared_meet(struct rig_explore_shared *shared, uint64_t print,
                                        uint32_t sleep, uint64_t states_max);
/* It was explored to its end with `sleep` asleep. Nothing if it was met with fewer since then. */
void rig_shared_close(struct rig_explore_shared *shared, struct rig_state_place place,
                      uint32_t sleep);
/* It was not explored: whoever meets it again does. */
void rig_shared_forget(struct rig_explore_shared *shared, struct rig_state_place place);

uint64_t rig_shared_states(const struct rig_explore_shared *shared); /* distinct ones met */
uint64_t rig_shared_bytes(const struct rig_explore_shared *shared);  /* in use, at most */

/* The states on one worker's path. */
struct rig_prints {
  uint64_t *slots; /* open addressing, 0 = free */
  size_t size;     /* a power of two, or 0 */
  size_t count;
};
bool rig_prints_has(const struct rig_prints *prints, uint64_t print);
bool rig_prints_add(struct rig_prints *prints, uint64_t print); /* false without memory */
void rig_prints_remove(struct rig_prints *prints, uint64_t print);
void rig_prints_free(struct rig_prints *prints);

#endif
