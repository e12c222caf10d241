/*
 * A system whose state cannot be saved: each path from the beginning, in a process of its own. A
 * state that is "saved" is how it was reached; going back to it is a new process that takes the
 * same steps. For a natively compiled pump (native.h).
 */
#ifndef RIG_SIM_FORKED_H
#define RIG_SIM_FORKED_H

#include "sim/simulate_private.h"

struct rig_forked;

/* Over the simulation's own system, which stays where it is: no path is ever taken in this process.
 * NULL without memory, or processes. */
struct rig_forked *rig_forked_new(struct rig_simulation *simulation);
struct rig_forked *rig_forked_free(struct rig_forked *forked);
const struct rig_system *rig_forked_system(struct rig_forked *forked);

/* What rig_simulation_kind and rig_path_runs_on say in the process whose path has just ended. */
uint64_t rig_forked_kind(const struct rig_forked *forked);
bool rig_forked_runs_on(const struct rig_forked *forked);

/* Runs `work` in a process of its own that begins as this one is. False when it did not end by
 * itself. */
bool rig_forked_run(const struct rig_forked *forked, void (*work)(void *context), void *context);

#endif
