/*
 * The simulated service control manager and console: a service .exe runs as an ordinary child of
 * the harness. Hooks on StartServiceCtrlDispatcher, RegisterServiceCtrlHandler(Ex),
 * SetServiceStatus and SetConsoleCtrlHandler end here.
 */
#ifndef STUBS_SCM_SCM_H
#define STUBS_SCM_SCM_H

#include <stdbool.h>
#include <stdint.h>
#include <windows.h>

/* Asks the service for `control` (SERVICE_CONTROL_STOP, _SHUTDOWN); the dispatcher's thread calls
 * the handler, as on Windows (W:Service Control Handler Function). False with the Win32 error in
 * GetLastError: 1052 not accepted in this state, 1061 no handler, 1062 not running. Returns when
 * the request is queued; the HandlerEx records tell when it ran. */
bool scm_control(uint32_t control);
bool scm_connected(void);

/* Calls the client's console handlers for `event`, last registered first, on a thread of its own,
 * as Windows does. When none handles it the process ends with STATUS_CONTROL_C_EXIT. */
void scm_console_event(uint32_t event);

#endif
