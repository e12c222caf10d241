/*
 * Breaks no-filter: the pump retrieves the messages of its thread alone, which have no window, and
 * so starves everything that is posted to a window: MAPI's notifications.
 */
#include "pumps/common/service.h"

void pump(const HANDLE *handles, DWORD count) {
  for (;;) {
    DWORD result = MsgWaitForMultipleObjects(count, handles, FALSE, INFINITE, QS_ALLINPUT);
    if (result == WAIT_OBJECT_0 + HANDLE_WORK) {
      client_work();
      continue;
    }
    if (result != WAIT_OBJECT_0 + count)
      return;
    MSG message;
    while (PeekMessageW(&message, (HWND)-1, 0, 0, PM_REMOVE)) {
      if (message.message == WM_QUIT)
        return;
      client_thread_message(&message);
    }
  }
}

void client_setup(struct client *client) {
  client->pump = pump;
}
