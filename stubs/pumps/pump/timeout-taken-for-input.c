/*
 * Breaks no-blocking-get: the wait has a time-out, and WAIT_TIMEOUT is taken for input like every
 * result that is no handle: an idle client goes into GetMessage and sits there, deaf to the stop
 * event.
 */
#include "pumps/common/service.h"

void pump(const HANDLE *handles, DWORD count) {
  for (;;) {
    DWORD result =
        MsgWaitForMultipleObjectsEx(count, handles, 200, QS_ALLINPUT, MWMO_INPUTAVAILABLE);
    MSG message;
    if (result == WAIT_OBJECT_0 + HANDLE_STOP)
      return;
    if (result == WAIT_OBJECT_0 + HANDLE_WORK) {
      client_work();
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
