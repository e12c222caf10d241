/*
 * The director's side of call boundaries: what it wants to be told of, and the holds.
 */
#ifndef STUBS_DIRECTOR_BOUNDARY_PRIVATE_H
#define STUBS_DIRECTOR_BOUNDARY_PRIVATE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/session.h"

enum dir_interest {
  DIR_INTEREST_TOKENS = 1, /* retrievals: one of our thread messages may be among them */
  DIR_INTEREST_BLOCKS = 2, /* the first initialising thread enters a call that can block: wake up */
  DIR_INTEREST_GRAB = 4,   /* the first initialising thread is to be held wherever it comes next */
  DIR_INTEREST_AT = 8      /* the holds that are armed, counted in the bits from here on */
};
void dir_boundary_interest(enum dir_interest what, bool on);
/* One more armed hold, or one less. */
void dir_boundary_interest_at(bool on);

/* Holds the first initialising thread at whatever boundary it comes to next, until it is let go:
 * what is performed in between is one moment for it. */
void dir_boundary_grab(void);
void dir_boundary_let_go(void);
/* The run is over: nobody is held any more. */
void dir_boundary_over(void);

#endif
