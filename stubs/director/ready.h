/*
 * Whether the client is ready to be driven.
 */
#ifndef STUBS_DIRECTOR_READY_H
#define STUBS_DIRECTOR_READY_H

#include <stdbool.h>

#include "watch.h"

/* Ready: SERVICE_RUNNING reported (when it connected to the service manager), MAPILogonEx returned,
 * and the first initialising thread sits in a call that blocks. READY is written then.
 *
 * Something missing is given up, and READY names it, when the thread has been blocked or idle for
 * D, has ended, or the ready time-out has passed; a client that has said all it should and then
 * computes or spins is given D too. Without any successful MAPIInitialize there is nothing to
 * drive: END(NEVER_READY) after the ready time-out, or when every thread has been blocked for D and
 * `waiting` says that no step is due by time. */
bool dir_ready_poll(struct dir_watch *first, bool waiting);

/* enum rig_missing bits that READY was written without. */
uint32_t dir_ready_missing(void);

#endif
