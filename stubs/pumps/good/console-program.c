/*
 * A keeper: a console program that is no service and has no dispatcher. MAPI_NT_SERVICE is not for
 * it (D:mapiinit_0); Ctrl+C sets the event that its pump waits for. When the console closes or the
 * session ends, the process is ended as soon as the handler returns (W:HandlerRoutine): it does
 * not, and main() ends the process.
 */
#include "pumps/common/service.h"

static char profile[] = "mapirig";
static HANDLE handles[HANDLE_COUNT];

static BOOL WINAPI handle_console(DWORD event) {
  SetEvent(handles[HANDLE_STOP]);
  if (event != CTRL_C_EVENT && event != CTRL_BREAK_EVENT)
    Sleep(INFINITE);
  return TRUE;
}

void pump(const HANDLE *waits, DWORD count) {
  while (MsgWaitForMultipleObjectsEx(count, waits, INFINITE, QS_ALLINPUT, MWMO_INPUTAVAILABLE) ==
         WAIT_OBJECT_0 + count) {
    MSG message;
    if (!PeekMessageW(&message, NULL, 0, 0, PM_REMOVE))
      continue;
    if (message.message == WM_QUIT)
      return;
    TranslateMessage(&message);
    DispatchMessageW(&message);
  }
}

void client_running(void) {
}

int main(void) {
  const struct client client = {.init_version = MAPI_INIT_VERSION,
                                .logon_flags = MAPI_EXTENDED | MAPI_NEW_SESSION,
                                .profile = profile,
                                .pump = pump,
                                .end = session_end};
  handles[HANDLE_STOP] = CreateEventW(NULL, TRUE, FALSE, NULL);
  handles[HANDLE_WORK] = CreateEventW(NULL, FALSE, FALSE, NULL);
  SetConsoleCtrlHandler(handle_console, TRUE);
  return client_session(&client, handles, false);
}
