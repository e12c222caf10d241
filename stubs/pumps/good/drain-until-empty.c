/*
 * A keeper: MsgWaitForMultipleObjects without MWMO_INPUTAVAILABLE, and PeekMessage until it returns
 * FALSE. Nothing is left behind, so nothing old is in the queue when it waits. (A flood without end
 * would starve its stop event: the drain has no bound.)
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
    while (PeekMessageW(&message, NULL, 0, 0, PM_REMOVE)) {
      if (message.message == WM_QUIT)
        return;
      TranslateMessage(&message);
      DispatchMessageW(&message);
    }
  }
}

void client_setup(struct client *client) {
  client->pump = pump;
}
