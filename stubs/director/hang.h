/*
 * The diagnosis of a thread that hangs: what it does, where, and whom it waits for, as STACK,
 * HANDLE, SYMBOL and WAITS records (harness/core/FORMAT.md). All of the director's thread alone.
 */
#ifndef STUBS_DIRECTOR_HANG_H
#define STUBS_DIRECTOR_HANG_H

#include <stdbool.h>
#include <stdint.h>

/* Of one thread, behind its BLOCKED and HANDLE records. */
void dir_hang_record(uint32_t thread);
/* Of every thread of the client that has not ended, before an END: their handles too. One that was
 * told of just before is left out. */
void dir_hang_record_all(void);

#endif
