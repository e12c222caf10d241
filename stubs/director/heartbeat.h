/*
 * The heartbeat: tells when the machine, and not the client, was late.
 */
#ifndef STUBS_DIRECTOR_HEARTBEAT_H
#define STUBS_DIRECTOR_HEARTBEAT_H

/* Starts the tick thread. */
void dir_heartbeat_start(void);
/* When the last late tick ended (dir_ms), 0 = none was late. Nothing is concluded from a time that
 * reaches back before it. */
double dir_heartbeat_late_ms(void);

#endif
