/*
 * After a stop was asked for: does the client end?
 */
#ifndef STUBS_DIRECTOR_STOP_H
#define STUBS_DIRECTOR_STOP_H

#include <stdbool.h>
#include <stdint.h>

#include "watch.h"

/* Step `step` has asked for a stop; `error` when it could not. `ms` is dir_ms() before it did: a
 * handler may have reported its wait hint by now, and that is an answer to the stop. */
void dir_stop_asked(uint32_t step, uint32_t error, double ms);
bool dir_stop_was_asked(void);

/* Waits, for a short while, until a control handler that began after record `from` has returned: a
 * stop that is placed at a boundary has had its effect before the held thread goes on. A handler
 * that waits for the held thread itself is not waited for. */
void dir_stop_await_handler(uint32_t from);

/* Looks at every thread of the client. END(STOP_BLOCKED) when each has sat in a call that nothing
 * will end for D; END(STOP_IGNORED) when the client's own wait hint (30 s without one) has passed
 * without a sign. When the stop was refused and the client lives on for D: STOP_BLOCKED or
 * STOP_IGNORED with the error in c, or NEVER_READY when it never reported SERVICE_RUNNING. */
void dir_stop_poll(const struct dir_watch *first);

#endif
