/*
 * Holds: a thread that comes to an armed boundary stays there, at an address, until it is released.
 * Several may be armed and in force at once.
 */
#ifndef STUBS_DIRECTOR_HOLDS_H
#define STUBS_DIRECTOR_HOLDS_H

#include <stdbool.h>
#include <stdint.h>

#include "core/session.h"

/* Armed or in force at once: the next trigger, the one being performed, and the scenario's holds.
 */
#define DIR_HOLDS_MAX 16u

/* Arms a hold for the AT or RECEIPT trigger of `step`, counted from now on, and returns its ticket;
 * 0 when too many are in force. */
uint32_t dir_hold_arm(const struct rig_step *step);
/* True when the boundary came and a thread is held there. */
bool dir_hold_held(uint32_t ticket);
/* The thread that is held, 0 if none is. */
uint32_t dir_hold_thread(uint32_t ticket);
/* Lets the thread of this ticket go on. */
void dir_hold_release(uint32_t ticket);
/* The ticket in force that holds `thread`, 0 if none does. */
uint32_t dir_hold_find(uint32_t thread);

/* What the held thread does in its place, before it is let go. */
enum dir_deed { DIR_DEED_NONE, DIR_DEED_QUIT, DIR_DEED_DESTROY };
/* Has the held thread do it, and returns when it has; false when it did not in time. `argument`:
 * the exit code of PostQuitMessage, or the enum rig_window to destroy. */
bool dir_hold_do(uint32_t ticket, enum dir_deed deed, uint32_t argument);

/* Sums what is still to come before the armed holds: their progress. */
uint32_t dir_holds_left(void);
/* Lets everybody go, now and from now on. */
void dir_holds_over(void);

/* ---- for the threads of the client ---- */

/* The calling thread is at this boundary: counts down, and holds it where it must be. */
void dir_holds_boundary(enum rig_family family, enum rig_edge edge);
/* The calling thread has recorded a receipt in `window`. */
void dir_holds_receipt(enum rig_window window);

#endif
