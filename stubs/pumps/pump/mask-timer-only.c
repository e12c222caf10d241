/*
 * Breaks wake-mask: sent messages and timers wake the wait, posted messages do not: no notification
 * is delivered.
 */
#include "pumps/common/service.h"

static bool serve(void) {
  MSG message;
  while (PeekMessageW(&message, NULL, 0, 0, PM_REMOVE)) {
    if (message.message == WM_QUIT)
      return false;
    TranslateMessage(&message);
    DispatchMessageW(&message);
  }
  return true;
}

void pump(const HANDLE *handles, DWORD count) {
  for (;;) {
    DWORD result = MsgWaitForMultipleObjectsEx(count, handles, INFINITE, QS_SENDMESSAGE | QS_TIMER,
                                               MWMO_INPUTAVAILABLE);
    if (result == WAIT_OBJECT_0 + HANDLE_WORK)
      client_work();
    else if (result != WAIT_OBJECT_0 + count || !serve())
      return;
  }
}

void client_setup(struct client *client) {
  client->pump = pump;
}
