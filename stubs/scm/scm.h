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

/* ---- for the director ---- */

/* Asks the service for `control`: SERVICE_CONTROL_STOP, _SHUTDOWN, _PRESHUTDOWN, _PAUSE, _CONTINUE,
 * _INTERROGATE, _PARAMCHANGE, _NETBIND*, or one of its own (128 to 255). The dispatcher's thread
 * calls the handler, as on Windows (W:Service Control Handler Function). False with the Win32 error
 * in GetLastError: 1052 not accepted, 1061 no handler, or a state that takes no such control, 1062
 * not running. Returns when the request is queued; the HandlerEx records tell when it ran. */
bool scm_control(uint32_t control);
bool scm_connected(void);

/* Calls the client's console handlers for `event` (CTRL_*_EVENT), last registered first, on a
 * thread of its own, as Windows does. The process ends with STATUS_CONTROL_C_EXIT when none handles
 * it, and after CTRL_CLOSE_EVENT, CTRL_LOGOFF_EVENT and CTRL_SHUTDOWN_EVENT in any case (the last
 * two end no service). */
void scm_console_event(uint32_t event);

/* ---- for the hooks; each that fails sets the last error as Windows does ---- */

#define SCM_NAME_BYTES 257 /* a service's name has at most 256 characters */
#define SCM_SERVICES 16    /* services of one process */

struct scm_table {
  uint32_t count;
  bool wide;
  struct {
    char name[SCM_NAME_BYTES];
    void *main; /* LPSERVICE_MAIN_FUNCTIONA or W */
  } services[SCM_SERVICES];
};

/* Reads the client's table. Returns 0 or the Win32 error of a bad one; *out is filled as far as it
 * could be read. */
uint32_t scm_read_table(const void *table, bool wide, struct scm_table *out);

/* StartServiceCtrlDispatcher: returns when every service has reported SERVICE_STOPPED. */
bool scm_dispatch(const struct scm_table *table);

struct scm_handler {
  void *function; /* LPHANDLER_FUNCTION, or LPHANDLER_FUNCTION_EX when extended */
  bool extended;
  void *context;
};
SERVICE_STATUS_HANDLE scm_register(const char *name, const struct scm_handler *handler);

/* `status` is a copy of the client's, NULL when that could not be read. */
bool scm_set_status(SERVICE_STATUS_HANDLE handle, const SERVICE_STATUS *status);
/* After the call that succeeded was recorded: lets the dispatcher see it. Not sooner, for after a
 * SERVICE_STOPPED the process may end at once. */
void scm_status_recorded(void);

/* After a SetConsoleCtrlHandler that succeeded. */
void scm_console_handler(PHANDLER_ROUTINE handler, bool add);

#endif
