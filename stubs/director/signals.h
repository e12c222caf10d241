/*
 * Events that the director has set: one that is still signalled, while the thread has not come back
 * from the wait that could see it, is pending like a message.
 */
#ifndef STUBS_DIRECTOR_SIGNALS_H
#define STUBS_DIRECTOR_SIGNALS_H

#include <stdint.h>
#include <windows.h>

/* `event` of `thread`'s last wait has just been set. */
void dir_signal_note(HANDLE event, uint32_t thread);
/* How many are pending for `thread`, and since when the oldest is (dir_ms). */
uint32_t dir_signals_pending(uint32_t thread, double *since_ms);

#endif
