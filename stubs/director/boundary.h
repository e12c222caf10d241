/*
 * Call boundaries: where the director places a stimulus instead of hoping for a race, and may hold
 * the calling thread while it does. Called by the recorder around every recorded call of the
 * client.
 */
#ifndef STUBS_DIRECTOR_BOUNDARY_H
#define STUBS_DIRECTOR_BOUNDARY_H

#include <stdint.h>

#include "core/session.h"

/* One load and a compare when nothing is armed. When an armed trigger's n-th boundary is this one,
 * or the director is performing several steps as one moment, the thread is held until they are
 * performed: at an address, which serves no messages, runs no APC and makes no wineserver request.
 * Families of the pump mean the first initialising thread, the others any thread; threads of the
 * stub are never held.
 * `payload` is that of the record (at RIG_EDGE_RETURN with the results): the
 * director learns from it which of its thread messages were retrieved. */
void dir_boundary(enum rig_call call, enum rig_edge edge, const union rig_payload *payload);

#endif
