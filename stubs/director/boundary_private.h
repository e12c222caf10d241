/*
 * The director's side of call boundaries: what it wants to be told of, and the one hold.
 */
#ifndef STUBS_DIRECTOR_BOUNDARY_PRIVATE_H
#define STUBS_DIRECTOR_BOUNDARY_PRIVATE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/session.h"

enum dir_interest {
  DIR_INTEREST_AT = 1,     /* an armed trigger */
  DIR_INTEREST_TOKENS = 2, /* retrievals: one of our thread messages may be among them */
  DIR_INTEREST_BLOCKS = 4  /* the first initialising thread enters a call that can block: wake up */
};
void dir_boundary_interest(enum dir_interest what, bool on);

/* Arms the hold at the `count`-th boundary from now on (1 = the next one). */
void dir_boundary_arm(enum rig_family family, enum rig_edge edge, uint32_t count);
/* True when the armed boundary came and a thread is held there, whose id is *thread. */
bool dir_boundary_held(uint32_t *thread);
/* Boundaries still to come before the hold: progress of an armed trigger. */
uint32_t dir_boundary_left(void);
/* Disarms, and lets the held thread go on. Always allowed. */
void dir_boundary_release(void);

/* Which family a call is of (a table of the stub's own: calls.c is native). */
enum rig_family dir_call_family(unsigned call);
/* Calls in which a thread waits for something from outside. */
bool dir_family_blocks(enum rig_family family);

#endif
