/*
 * The director's side of call boundaries: what it wants to be told of, and the holds.
 */
#ifndef STUBS_DIRECTOR_BOUNDARY_PRIVATE_H
#define STUBS_DIRECTOR_BOUNDARY_PRIVATE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/session.h"

enum dir_interest {
  DIR_INTEREST_AT = 1,     /* an armed trigger */
  DIR_INTEREST_TOKENS = 2, /* retrievals: one of our thread messages may be among them */
  DIR_INTEREST_BLOCKS = 4, /* the first initialising thread enters a call that can block: wake up */
  DIR_INTEREST_GRAB = 8    /* the first initialising thread is to be held wherever it comes next */
};
void dir_boundary_interest(enum dir_interest what, bool on);

/* Arms a hold at the `count`-th boundary from now on (1 = the next one) and returns its ticket. One
 * may be armed while the hold before it is still in force. */
uint32_t dir_boundary_arm(enum rig_family family, enum rig_edge edge, uint32_t count);
/* True when the boundary came and a thread is held there. */
bool dir_boundary_held(uint32_t ticket);
/* Boundaries still to come before the armed hold: its progress. */
uint32_t dir_boundary_left(void);
/* Lets the thread of this ticket go on. */
void dir_boundary_release(uint32_t ticket);
/* Holds the first initialising thread at whatever boundary it comes to next, until it is let go:
 * what is performed in between is one moment for it. */
void dir_boundary_grab(void);
void dir_boundary_let_go(void);
/* The run is over: nobody is held any more. */
void dir_boundary_over(void);

#endif
