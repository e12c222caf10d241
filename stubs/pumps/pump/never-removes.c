/*
 * Breaks dispatched: PM_NOREMOVE shows a message and leaves it in the queue, so each turn
 * dispatches the same one again (W:PeekMessage). The pause keeps the loop from spinning too.
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
    if (PeekMessageW(&message, NULL, 0, 0, PM_NOREMOVE)) {
      if (message.message == WM_QUIT)
        return;
      TranslateMessage(&message);
      DispatchMessageW(&message);
    }
    Sleep(20);
  }
}

void client_setup(struct client *client) {
  client->pump = pump;
}
