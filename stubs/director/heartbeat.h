/*
 * The heartbeat: tells when the machine, and not the client, was late.
 */
#ifndef STUBS_DIRECTOR_HEARTBEAT_H
#define STUBS_DIRECTOR_HEARTBEAT_H

/* Starts the tick thread. */
void dir_heartbeat_start(void);

#endif
