/*
 * Performing one step of the plan.
 */
#ifndef STUBS_DIRECTOR_STEPS_H
#define STUBS_DIRECTOR_STEPS_H

#include <stdbool.h>
#include <stdint.h>

#include "core/session.h"

/* Steps that are one moment for the client. */
struct dir_group {
  uint32_t ticket; /* of the hold at the boundary that began it, 0 = none */
  bool kept;       /* a HOLD among them keeps that thread beyond the group */
};

/* Performs step `index` and writes its STIMULUS records. 0, else the Win32 error of what failed:
 * the records tell it too, and the plan goes on. */
uint32_t dir_step_perform(uint32_t index, struct dir_group *group);

/* What still holds lets go: the plan is done. */
void dir_steps_done(void);

/* A stop step by the service manager, resolved from the scenario's default. */
enum rig_stop_way dir_stop_way(const struct rig_step *step);

#endif
