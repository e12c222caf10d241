/*
 * Faults: calls of MAPI that the scenario makes fail, block, or take their time.
 */
#ifndef STUBS_DIRECTOR_FAULTS_H
#define STUBS_DIRECTOR_FAULTS_H

#include <stdbool.h>
#include <stdint.h>

#include "core/session.h"

/* Reads them from the plan, before the client's first instruction. */
void dir_faults_open(void);
/* The run is over: what blocks goes on. */
void dir_faults_over(void);

/* For the functions of MAPI, once their entry is told and before they do anything: true when the
 * call fails by the scenario, with *result as its answer. `enter` is its ENTER, RIG_NO_RECORD for a
 * call that is recorded when it is complete. Returns late, or when the run ends, where the scenario
 * says so. */
bool dir_fault(enum rig_call call, uint32_t enter, uint32_t *result);

#endif
