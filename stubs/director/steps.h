/*
 * Performing one step of the plan.
 */
#ifndef STUBS_DIRECTOR_STEPS_H
#define STUBS_DIRECTOR_STEPS_H

#include <stdint.h>

#include "core/session.h"

/* Performs step `index` and writes its STIMULUS records. 0, else the Win32 error of what failed:
 * the records tell it too, and the plan goes on. */
uint32_t dir_step_perform(uint32_t index);

/* A stop step by the service manager, resolved from the scenario's default. */
enum rig_stop_way dir_stop_way(const struct rig_step *step);

#endif
