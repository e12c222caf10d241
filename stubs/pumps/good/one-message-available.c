/*
 * A keeper: one message for each wake. With MWMO_INPUTAVAILABLE the wait returns for what is in the
 * queue, new or old, so that the rest of a burst is not forgotten; PeekMessage returns FALSE where
 * GetMessage would block for a sent message alone. The stop is looked at between any two messages.
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
    if (!PeekMessageW(&message, NULL, 0, 0, PM_REMOVE))
      continue;
    if (message.message == WM_QUIT)
      return;
    TranslateMessage(&message);
    DispatchMessageW(&message);
  }
}

void client_setup(struct client *client) {
  client->pump = pump;
}
