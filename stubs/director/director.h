/*
 * The director: executes the session's plan inside the client, on threads of its own.
 *
 * It waits until the client is ready, performs each step at its trigger (a step and those after it
 * that have none are one moment: the first initialising thread is held at the first boundary it
 * comes to, until all are performed), watches for states
 * (settled, blocked) without touching the client's handles or queue (NtQueryEvent and its kin on
 * duplicated handles, the recorder's own records; never a wait, GetQueueStatus or PeekMessage), and
 * writes END when the run is over. A heartbeat thread tells when the machine itself was late.
 */
#ifndef STUBS_DIRECTOR_DIRECTOR_H
#define STUBS_DIRECTOR_DIRECTOR_H

#include <stdbool.h>
#include <stdint.h>
#include <windows.h>

#include "core/session.h"

/* Starts the director's threads. Called once, from the stub's attach; the threads run when the
 * loader lock is free. */
void dir_start(void);

/* ---- what the other parts of the stub tell the director ---- */

/* MAPI: after a MAPIInitialize or a MAPILogonEx returned, and when MAPI's windows exist. */
void dir_mapi_initialized(uint32_t first_thread);
void dir_mapi_logon_returned(HRESULT result);
void dir_mapi_window(enum rig_window window, HWND hwnd, uint32_t thread, UINT message);
/* A message in a window procedure of MAPI's. Called in this order: dir_message, the RECEIPT's
 * record unless it is silent, dir_message_recorded, what MAPI does with the message, and
 * dir_message_handled, which does not return before the scenario lets the handler return. */
struct dir_message {
  enum rig_window window;
  uint64_t token; /* its wParam */
  uint32_t
      stimulus; /* index of its STIMULUS record, RIG_NO_RECORD when it was not the director's */
  bool silent;  /* one of a flood's many, whose first was recorded */
};
struct dir_message dir_message(enum rig_window window, WPARAM wparam);
void dir_message_recorded(const struct dir_message *message);
void dir_message_handled(const struct dir_message *message, HWND hwnd);

/* SCM and console: the client's own registrations. */
void dir_service_connected(void);
void dir_service_status(const SERVICE_STATUS *status);

#endif
