/*
 * A keeper: a process of two services. The second uses no MAPI and waits for its own stop event;
 * the first is the reference. A stop comes to each of them, and each reports for itself.
 */
#include "pumps/common/service.h"

static SERVICE_STATUS_HANDLE second;
static HANDLE second_stop;

static void report(DWORD state, DWORD accepted) {
  SERVICE_STATUS status = {.dwServiceType = SERVICE_WIN32_SHARE_PROCESS,
                           .dwCurrentState = state,
                           .dwControlsAccepted = accepted};
  SetServiceStatus(second, &status);
}

static DWORD WINAPI handle_control(DWORD control, DWORD type, void *data, void *context) {
  (void)type, (void)data, (void)context;
  if (control == SERVICE_CONTROL_INTERROGATE)
    return NO_ERROR;
  if (control != SERVICE_CONTROL_STOP && control != SERVICE_CONTROL_SHUTDOWN)
    return ERROR_CALL_NOT_IMPLEMENTED;
  report(SERVICE_STOP_PENDING, 0);
  SetEvent(second_stop);
  return NO_ERROR;
}

static void WINAPI second_main(DWORD argc, char **argv) {
  (void)argc, (void)argv;
  second = RegisterServiceCtrlHandlerExA(CLIENT_SECOND, handle_control, NULL);
  report(SERVICE_RUNNING, SERVICE_ACCEPT_STOP | SERVICE_ACCEPT_SHUTDOWN);
  WaitForSingleObject(second_stop, INFINITE);
  report(SERVICE_STOPPED, 0);
}

void client_setup(struct client *client) {
  second_stop = CreateEventW(NULL, TRUE, FALSE, NULL);
  client->second = second_main;
}
