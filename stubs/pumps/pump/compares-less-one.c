/*
 * Breaks wait-result-compare: the results are compared with nCount - 1, a usual slip. The last
 * handle's return leads into GetMessage, which blocks, and input, which nobody expects at nCount,
 * ends the pump.
 */
#include "pumps/common/service.h"

void pump(const HANDLE *handles, DWORD count) {
  for (;;) {
    DWORD result =
        MsgWaitForMultipleObjectsEx(count, handles, INFINITE, QS_ALLINPUT, MWMO_INPUTAVAILABLE);
    MSG message;
    if (result != WAIT_OBJECT_0 + count - 1 || GetMessageW(&message, NULL, 0, 0) <= 0)
      return;
    TranslateMessage(&message);
    DispatchMessageW(&message);
  }
}

void client_setup(struct client *client) {
  client->pump = pump;
}
