/*
 * What a window procedure of MAPI's does with the director's messages, beside their receipt.
 */
#ifndef STUBS_DIRECTOR_MESSAGES_H
#define STUBS_DIRECTOR_MESSAGES_H

#include <stdint.h>
#include <windows.h>

#include "core/session.h"

/* enum rig_handler, and what only the director itself asks for. */
enum dir_handler { DIR_HANDLER_DESTROYS = RIG_HANDLER_COUNT };

/* Begins a flood of `window` with the message `token`, performed by step `step`: as often as one is
 * handled, another is posted. 0, else the Win32 error. */
uint32_t dir_flood_begin(const struct rig_step *step, uint32_t index, uint32_t token, HWND hwnd);
/* A timer was set: it is killed after so many messages (0: at the end of the run). */
uint32_t dir_timer_begin(uint32_t token, HWND hwnd, uint32_t period_ms, uint32_t count);
/* The run is over: floods end, timers are killed. */
void dir_messages_over(void);

#endif
