/*
 * Gates: while the gate of a window is closed, its handler does not return.
 */
#ifndef STUBS_DIRECTOR_GATES_H
#define STUBS_DIRECTOR_GATES_H

#include <stdint.h>

#include "core/session.h"

/* Closes the gate of `window` for step `step`, whose STIMULUS is `record`; opens it. */
void dir_gate_close(enum rig_window window, uint32_t step, uint32_t record);
void dir_gate_open(enum rig_window window);
void dir_gates_over(void); /* opens them all */

/* The calling thread is in the handler of `window`: does not return while its gate is closed. */
void dir_gate_pass(enum rig_window window);

#endif
