/* The engine as a system that is explored (explore.h). */
#ifndef RIG_SIM_ENGINE_STEPS_H
#define RIG_SIM_ENGINE_STEPS_H

#include "sim/engine/engine_private.h"

/* Fills `system` with the engine's functions. */
void rig_engine_system_fill(struct rig_engine *engine, struct rig_system *system);
/* When the next thing is due in the engine itself or in a script. */
uint32_t rig_engine_due(const struct rig_engine *engine);

#endif
