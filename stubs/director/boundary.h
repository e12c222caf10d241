/*
 * Call boundaries: where the director places a stimulus instead of hoping for a race, and may hold
 * the calling thread while it does. Called by the recorder around every recorded call of the
 * client.
 */
#ifndef STUBS_DIRECTOR_BOUNDARY_H
#define STUBS_DIRECTOR_BOUNDARY_H

#include <stdbool.h>
#include <stdint.h>

#include "core/session.h"

extern uint32_t dir_boundary_interest_word; /* atomic: what the director wants to be told of */

/* Whether it wants anything: one load and a compare. */
static inline bool dir_boundary_wanted(void) {
  return __atomic_load_n(&dir_boundary_interest_word, __ATOMIC_ACQUIRE) != 0;
}

/* One load and a compare when nothing is armed. When an armed trigger's n-th boundary is this one,
 * or the director is performing several steps as one moment, the thread is held until they are
 * performed: at an address, which serves no messages, runs no APC and makes no wineserver request.
 * Which thread is the step's to say; without a word of it, families of the pump mean the first
 * initialising thread and the others any thread. Threads of the stub are never held.
 * `payload` is that of the record (at RIG_EDGE_RETURN with the results, at the entry of a completed
 * call NULL): the director learns from it which of its thread messages were retrieved. */
void dir_boundary(enum rig_call call, enum rig_edge edge, const union rig_payload *payload);

#endif
