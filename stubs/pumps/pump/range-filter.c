/*
 * Breaks no-filter: the pump retrieves a range of messages that the author knew. A notification is
 * a registered message above it: the wait returns for it again and again, and the filter never
 * finds it. The pause keeps the loop from spinning too.
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
    while (PeekMessageW(&message, NULL, WM_USER, WM_USER + 99, PM_REMOVE)) {
      TranslateMessage(&message);
      DispatchMessageW(&message);
    }
    Sleep(20);
  }
}

void client_setup(struct client *client) {
  client->pump = pump;
}
