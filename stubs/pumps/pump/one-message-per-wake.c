/*
 * Breaks drain-before-wait: one PeekMessage for each wake, and a wait without MWMO_INPUTAVAILABLE.
 * PeekMessage makes what it leaves behind old, so the second message of a burst lies there until
 * another one is posted (R).
 */
#include "pumps/common/service.h"

void pump(const HANDLE *handles, DWORD count) {
  for (;;) {
    DWORD result = MsgWaitForMultipleObjects(count, handles, FALSE, INFINITE, QS_ALLINPUT);
    MSG message;
    if (result == WAIT_OBJECT_0 + count) {
      if (!PeekMessageW(&message, NULL, 0, 0, PM_REMOVE))
        continue;
      if (message.message == WM_QUIT)
        return;
      TranslateMessage(&message);
      DispatchMessageW(&message);
    } else if (result == WAIT_OBJECT_0 + HANDLE_WORK) {
      client_work();
    } else {
      return;
    }
  }
}

void client_setup(struct client *client) {
  client->pump = pump;
}
