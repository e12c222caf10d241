/*
 * Breaks dispatched: the pump removes every message, and dispatches only those that it knows
 * itself: the system's. MAPI's notifications are a registered message, above them, and are lost.
 */
#include "pumps/common/service.h"

void pump(const HANDLE *handles, DWORD count) {
  for (;;) {
    DWORD result =
        MsgWaitForMultipleObjectsEx(count, handles, INFINITE, QS_ALLINPUT, MWMO_INPUTAVAILABLE);
    if (result == WAIT_OBJECT_0 + HANDLE_WORK) {
      client_work();
      continue;
    }
    if (result != WAIT_OBJECT_0 + count)
      return;
    MSG message;
    while (PeekMessageW(&message, NULL, 0, 0, PM_REMOVE)) {
      if (message.message == WM_QUIT)
        return;
      if (message.message >= WM_USER)
        continue;
      TranslateMessage(&message);
      DispatchMessageW(&message);
    }
  }
}

void client_setup(struct client *client) {
  client->pump = pump;
}
