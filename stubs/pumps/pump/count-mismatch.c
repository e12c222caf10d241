/*
 * Breaks wait-result-compare: a handle was added to the array, and the comparison still is with the
 * old number: its return leads into GetMessage, which blocks. Input has the next result, and is
 * passed over: dispatch-path. The pause keeps that loop from spinning too.
 */
#include "pumps/common/service.h"

void pump(const HANDLE *handles, DWORD count) {
  for (;;) {
    DWORD result =
        MsgWaitForMultipleObjectsEx(count, handles, INFINITE, QS_ALLINPUT, MWMO_INPUTAVAILABLE);
    MSG message;
    if (result == WAIT_OBJECT_0)
      return;
    if (result != WAIT_OBJECT_0 + 1) {
      Sleep(20);
      continue;
    }
    if (GetMessageW(&message, NULL, 0, 0) <= 0)
      return;
    TranslateMessage(&message);
    DispatchMessageW(&message);
  }
}

void client_setup(struct client *client) {
  client->pump = pump;
}
