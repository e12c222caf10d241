/*
 * The diagnosis of a thread that is blocked: BLOCKED, and HANDLE for what it waits for.
 */
#ifndef STUBS_DIRECTOR_BLOCKED_H
#define STUBS_DIRECTOR_BLOCKED_H

#include <stdbool.h>
#include <stdint.h>

#include "watch.h"

/* What is pending for the thread that `watch` watches: stimuli and signals not yet seen, and for
 * how long (ms) it has been blocked with them. */
uint32_t dir_blocked_pending(const struct dir_watch *watch, double *ms);

/* The watched thread did not move for `ms`, asleep as far as that can be seen. */
bool dir_blocked_for(const struct dir_watch *watch, double ms);

/* Writes BLOCKED and its HANDLE records, once for each open enter (and once more after a stop was
 * asked for: the state of its handles is another then). */
void dir_blocked_record(const struct dir_watch *watch, double ms, uint32_t pending, bool stopped);

/* BLOCKED when something has been pending for D (before any stop). True when it has. */
bool dir_blocked_poll(const struct dir_watch *watch);

#endif
