/*
 * A keeper: the W functions throughout. The service's table and handler, the profile's name with
 * MAPI_UNICODE, and the queue.
 */
#include "pumps/common/service.h"

static wchar_t name[] = L"mapirig-\u03BC";
static wchar_t profile[] = L"mapirig-\u03BC";
static SERVICE_STATUS_HANDLE status_handle;
static HANDLE stop;

static void report(DWORD state, DWORD accepted) {
  SERVICE_STATUS status = {.dwServiceType = SERVICE_WIN32_OWN_PROCESS,
                           .dwCurrentState = state,
                           .dwControlsAccepted = accepted,
                           .dwWaitHint = state == SERVICE_RUNNING ? 0 : 3000};
  SetServiceStatus(status_handle, &status);
}

static DWORD WINAPI handle_control(DWORD control, DWORD type, void *data, void *context) {
  (void)type, (void)data, (void)context;
  if (control == SERVICE_CONTROL_INTERROGATE)
    return NO_ERROR;
  if (control != SERVICE_CONTROL_STOP && control != SERVICE_CONTROL_SHUTDOWN)
    return ERROR_CALL_NOT_IMPLEMENTED;
  report(SERVICE_STOP_PENDING, 0);
  SetEvent(stop);
  return NO_ERROR;
}

static void pump_until_stop(void) {
  while (MsgWaitForMultipleObjects(1, &stop, FALSE, INFINITE, QS_ALLINPUT) == WAIT_OBJECT_0 + 1) {
    MSG message;
    while (PeekMessageW(&message, NULL, 0, 0, PM_REMOVE)) {
      if (message.message == WM_QUIT)
        return;
      TranslateMessage(&message);
      DispatchMessageW(&message);
    }
  }
}

static void use_mapi(void) {
  const ULONG flags =
      MAPI_EXTENDED | MAPI_NEW_SESSION | MAPI_NO_MAIL | MAPI_NT_SERVICE | MAPI_UNICODE;
  const struct client client = {0};
  IMAPIAdviseSink *sink = sink_new(&client);
  IMAPISession *session = NULL;
  ULONG connection = 0;
  if (sink && SUCCEEDED(MAPILogonEx(0, (LPTSTR)profile, NULL, flags, &session)) &&
      SUCCEEDED(session->lpVtbl->Advise(session, 0, NULL, fnevExtended, sink, &connection))) {
    report(SERVICE_RUNNING, SERVICE_ACCEPT_STOP | SERVICE_ACCEPT_SHUTDOWN);
    pump_until_stop();
    session->lpVtbl->Unadvise(session, connection);
  }
  if (sink)
    sink->lpVtbl->Release(sink);
  if (session) {
    session->lpVtbl->Logoff(session, 0, 0, 0);
    session->lpVtbl->Release(session);
  }
}

static void WINAPI service_main(DWORD argc, wchar_t **argv) {
  MAPIINIT_0 init = {MAPI_INIT_VERSION, MAPI_NT_SERVICE};
  (void)argc, (void)argv;
  status_handle = RegisterServiceCtrlHandlerExW(name, handle_control, NULL);
  report(SERVICE_START_PENDING, 0);
  if (SUCCEEDED(MAPIInitialize(&init))) {
    use_mapi();
    MAPIUninitialize();
  }
  report(SERVICE_STOPPED, 0);
}

int main(void) {
  const SERVICE_TABLE_ENTRYW table[] = {{name, service_main}, {NULL, NULL}};
  stop = CreateEventW(NULL, TRUE, FALSE, NULL);
  return StartServiceCtrlDispatcherW(table) ? 0 : 1;
}
