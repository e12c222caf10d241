/*
 * Sends from a thread of the stub's own, each with a time-out: the receiver is the client's thread.
 */
#ifndef STUBS_DIRECTOR_SENDER_H
#define STUBS_DIRECTOR_SENDER_H

#include <stdbool.h>
#include <stdint.h>
#include <windows.h>

#include "core/session.h"

/* Sends under way at once; each has its thread. */
#define DIR_SENDERS_MAX 64u

/* Makes one sender ready (a thread with its message-only window), so that the first send need not
 * wait for it. */
void dir_sender_prepare(void);

/* Sends `message` with `token` in wParam and returns when it is in the receiver's queue (or its
 * fate is known already); a WITHDRAW when its fate is known. 0, else the Win32 error: the message
 * is not on its way then. The reply or the time-out writes its own STIMULUS record of `action`,
 * with step and repeat of `performed`. */
DWORD dir_send(enum rig_action action, HWND window, uint32_t token, DWORD timeout_ms,
               const union rig_payload *performed);

#endif
