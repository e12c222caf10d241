/*
 * Breaks wait-result-compare: the author took the result 0 for "a message" and the results above it
 * for the handles. So the stop event's return leads into GetMessage, which blocks, and a message
 * ends the pump.
 */
#include "pumps/common/service.h"

void pump(const HANDLE *handles, DWORD count) {
  for (;;) {
    DWORD result =
        MsgWaitForMultipleObjectsEx(count, handles, INFINITE, QS_ALLINPUT, MWMO_INPUTAVAILABLE);
    if (result == WAIT_OBJECT_0) { /* the stop event, in truth */
      MSG message;
      if (GetMessageW(&message, NULL, 0, 0) <= 0)
        return;
      TranslateMessage(&message);
      DispatchMessageW(&message);
    } else if (result == WAIT_OBJECT_0 + HANDLE_WORK) {
      client_work();
    } else { /* input, in truth: taken for the stop event */
      return;
    }
  }
}

void client_setup(struct client *client) {
  client->pump = pump;
}
