/*
 * The end of a run, as the director sees it.
 */
#ifndef STUBS_DIRECTOR_END_H
#define STUBS_DIRECTOR_END_H

#include <stdbool.h>
#include <stdint.h>

#include "core/session.h"

/* Writes END (a: reason, b: step, c: error, d: missing), once, and lets every held thread go. */
void dir_end(enum rig_end reason, uint32_t step, uint32_t error, uint32_t missing);
bool dir_ended(void);

/* The limits of the run itself: END when the log is full or its time-out has passed. */
void dir_end_poll(uint32_t step);

#endif
