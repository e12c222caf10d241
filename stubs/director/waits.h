/*
 * Whom a thread waits for.
 */
#ifndef STUBS_DIRECTOR_WAITS_H
#define STUBS_DIRECTOR_WAITS_H

#include "stack.h"

/* Writes a WAITS record for each thread of this process that `thread` waits for: by a handle of the
 * wait it sits in, by a message that it sends, or by a critical section (`in_section`: the look at
 * its stack found it in RtlEnterCriticalSection). */
void dir_waits_record(const struct rec_thread *thread, const struct dir_look *look,
                      bool in_section);

#endif
