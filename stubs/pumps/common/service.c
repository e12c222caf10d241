/*
 * The program around the session: the service control dispatcher or, at a developer's desk, a
 * console program that a console control event stops.
 */
#include <stdio.h>
#include <string.h>

#include "pumps/common/service.h"

#define START_HINT_MS 5000
#define STOP_HINT_MS 3000

static char service_name[] = "mapirig-client";
static char second_name[] = CLIENT_SECOND;
static char profile[] = "mapirig";
static struct client client;
static HANDLE handles[HANDLE_COUNT];
static SERVICE_STATUS_HANDLE status_handle;
static DWORD checkpoint;
static int exit_code;

static void report(DWORD state, DWORD accepted, DWORD hint_ms) {
  SERVICE_STATUS status = {.dwServiceType = SERVICE_WIN32_OWN_PROCESS,
                           .dwCurrentState = state,
                           .dwControlsAccepted = accepted,
                           .dwWaitHint = hint_ms};
  if (!status_handle)
    return;
  if (state == SERVICE_START_PENDING || state == SERVICE_STOP_PENDING)
    status.dwCheckPoint = ++checkpoint;
  if (state == SERVICE_STOPPED && exit_code) {
    status.dwWin32ExitCode = ERROR_SERVICE_SPECIFIC_ERROR;
    status.dwServiceSpecificExitCode = (DWORD)exit_code;
  }
  SetServiceStatus(status_handle, &status);
}

static DWORD accepted(void) {
  return SERVICE_ACCEPT_STOP | SERVICE_ACCEPT_SHUTDOWN |
         (client.pausable ? SERVICE_ACCEPT_PAUSE_CONTINUE : 0u);
}

void client_running(void) {
  report(SERVICE_RUNNING, accepted(), 0);
}

void client_stopping(void) {
  report(SERVICE_STOP_PENDING, 0, STOP_HINT_MS);
}

void client_compute(unsigned ms) {
  ULONGLONG end = GetTickCount64() + ms;
  while (GetTickCount64() < end)
    ;
}

void client_compute_us(unsigned us) {
  LARGE_INTEGER rate;
  LARGE_INTEGER now;
  QueryPerformanceFrequency(&rate);
  QueryPerformanceCounter(&now);
  const LONGLONG end = now.QuadPart + rate.QuadPart * us / 1000000;
  while (now.QuadPart < end)
    QueryPerformanceCounter(&now);
}

/* The lowest free value is given out first, and the last of these has hundreds below it. */
HANDLE client_closed_handle(void) {
  HANDLE events[512];
  const int count = sizeof events / sizeof *events;
  for (int i = 0; i < count; i++)
    events[i] = CreateEventA(NULL, TRUE, FALSE, NULL);
  HANDLE last = events[count - 1];
  for (int i = 0; i < count; i++)
    CloseHandle(events[i]);
  return last;
}

void client_work(void) {
  if (client.on_work)
    client.on_work();
}

void client_thread_message(const MSG *message) {
  (void)message;
}

static void stop(void) {
  if (client.on_control && !client.on_control())
    return;
  report(SERVICE_STOP_PENDING, 0, STOP_HINT_MS);
  SetEvent(handles[HANDLE_STOP]);
}

static DWORD WINAPI handle_control(DWORD control, DWORD type, void *data, void *context) {
  (void)type, (void)data, (void)context;
  switch (control) {
  case SERVICE_CONTROL_STOP:
  case SERVICE_CONTROL_SHUTDOWN:
    stop();
    return NO_ERROR;
  case SERVICE_CONTROL_INTERROGATE:
    return NO_ERROR;
  case SERVICE_CONTROL_PAUSE:
    report(SERVICE_PAUSED, accepted(), 0);
    return NO_ERROR;
  case SERVICE_CONTROL_CONTINUE:
    client_running();
    return NO_ERROR;
  default:
    return ERROR_CALL_NOT_IMPLEMENTED;
  }
}

/* After a close, a log-off or a shutdown the process is ended when the handler returns
 * (W:HandlerRoutine): it does not, and main() ends the process. */
static BOOL WINAPI handle_console(DWORD event) {
  stop();
  if (event != CTRL_C_EVENT && event != CTRL_BREAK_EVENT)
    Sleep(INFINITE);
  return TRUE;
}

static void WINAPI service_main(DWORD argc, char **argv) {
  (void)argc, (void)argv;
  status_handle = RegisterServiceCtrlHandlerExA(service_name, handle_control, NULL);
  report(SERVICE_START_PENDING, 0, START_HINT_MS);
  exit_code = client.session(&client, handles, true);
  report(SERVICE_STOPPED, 0, 0);
}

/* What the reference service is; a program's client_setup() changes one thing of it. */
static const struct client reference = {
    .init_version = MAPI_INIT_VERSION,
    .init_flags = MAPI_NT_SERVICE,
    .logon_flags = MAPI_EXTENDED | MAPI_NEW_SESSION | MAPI_NO_MAIL | MAPI_NT_SERVICE,
    .profile = profile,
    .pump = pump_reference,
    .end = session_end,
    .session = client_session,
};

int main(int argc, char **argv) {
  const char *stop_event = argc == 3 && strcmp(argv[1], "--stop-event") == 0 ? argv[2] : NULL;
  SERVICE_TABLE_ENTRYA table[] = {{service_name, service_main}, {NULL, NULL}, {NULL, NULL}};
  client = reference;
  client_setup(&client);
  if (client.second)
    table[1] = (SERVICE_TABLE_ENTRYA){second_name, client.second};
  handles[HANDLE_STOP] = CreateEventA(NULL, TRUE, FALSE, stop_event);
  handles[HANDLE_WORK] = CreateEventA(NULL, FALSE, FALSE, NULL);
  if (!handles[HANDLE_STOP] || !handles[HANDLE_WORK])
    return 2;
  if (StartServiceCtrlDispatcherA(table))
    return exit_code;
  if (GetLastError() != ERROR_FAILED_SERVICE_CONTROLLER_CONNECT) {
    fprintf(stderr, "StartServiceCtrlDispatcher failed with %lu\n", GetLastError());
    return 3;
  }
  SetConsoleCtrlHandler(handle_console, TRUE);
  return client.session(&client, handles, false);
}
