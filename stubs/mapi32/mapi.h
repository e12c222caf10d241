/*
 * What the stand-in's MAPI offers to the director: its windows and its advise sinks.
 */
#ifndef STUBS_MAPI32_MAPI_H
#define STUBS_MAPI32_MAPI_H

#include <stdbool.h>
#include <stdint.h>
#include <windows.h>

#include "core/session.h"

/* The registered message that carries notifications
 * (RegisterWindowMessage("szMAPINotificationMsg")). */
UINT mapi_notification_message(void);
/* NULL before the first MAPIInitialize. */
HWND mapi_window(enum rig_window window);
/* Destroys it; only the thread that made it can. False when there is none, or by another thread. */
bool mapi_window_destroy(enum rig_window window);
uint32_t mapi_first_thread(void); /* id of the first initialising thread, 0 if none */

#endif
