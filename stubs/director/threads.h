/*
 * Which thread a step means: by its part in MAPI, or by its name, which is the order of the first
 * recorded calls (core/trace_threads.c gives the same names).
 */
#ifndef STUBS_DIRECTOR_THREADS_H
#define STUBS_DIRECTOR_THREADS_H

#include <stdbool.h>
#include <stdint.h>

#include "core/session.h"

/* The thread's id; 0 when there is none (yet). DEFAULT and ANY are the first initialising thread.
 */
uint32_t dir_who_thread(enum rig_who who);
/* Is it that one? From any thread. */
bool dir_thread_is(uint32_t thread, enum rig_who who);

/* MAPI tells which thread has its notification window. */
void dir_threads_notification(uint32_t thread);

#endif
