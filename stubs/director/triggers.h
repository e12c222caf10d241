/*
 * When a step's moment comes.
 */
#ifndef STUBS_DIRECTOR_TRIGGERS_H
#define STUBS_DIRECTOR_TRIGGERS_H

#include "core/session.h"
#include "watch.h"

enum dir_moment {
  DIR_MOMENT_WAIT,
  DIR_MOMENT_NOW,
  DIR_MOMENT_NEVER /* nothing will bring it: the thread is at rest, or the patience is used up */
};

/* The step is the next one; `since_ms` is when the step before it was performed (or the client was
 * ready). `ticket` is that of its boundary (AT, RECEIPT), armed before the step before it was
 * performed. */
void dir_trigger_begin(const struct rig_step *step, double since_ms, uint32_t ticket);

/* Whether its moment has come. SETTLED and BLOCKED write SETTLED when it has. `first`: the thread
 * that a state is asked of, the first initialising one for a boundary. `blocked`: it has been
 * blocked for D with something pending, as it sits now. */
enum dir_moment dir_trigger_poll(const struct rig_step *step, struct dir_watch *first,
                                 bool blocked);

#endif
