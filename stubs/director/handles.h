/*
 * What a blocked thread waits for: type and state of the handles of its waits, asked without
 * consuming anything.
 */
#ifndef STUBS_DIRECTOR_HANDLES_H
#define STUBS_DIRECTOR_HANDLES_H

#include <stdbool.h>
#include <stdint.h>
#include <windows.h>

#include "core/session.h"
#include "recorder/recorder.h"

/* Asks by NtQueryEvent, NtQuerySemaphore and NtQueryMutant on a handle duplicated with query
 * rights; threads and processes by a zero wait on a duplicate, which consumes nothing there. */
enum rig_signal dir_handle_state(HANDLE handle, enum rig_object_type *type);

/* True when something outside the process can signal the object: another process, a timer that is
 * set, an object of a kind that the state of a wait cannot be judged by. */
bool dir_handle_outside(HANDLE handle);

/* True when one of the handles of the thread's last wait is a thread, a process or a mutex: what
 * ends such a wait is another thread's going on, a worker that is being started for instance. */
bool dir_handles_need_others(const struct rec_thread *thread);

/* Writes a HANDLE record for each handle of the thread's last wait and of its last message-aware
 * wait, if that is another. */
void dir_handles_record(const struct rec_thread *thread);

/* Handle `index` of the thread's last wait; NULL when there is none. */
HANDLE dir_wait_handle(uint32_t thread, uint32_t index);

#endif
