/*
 * Breaks no-busy-wait: the right wait with a time-out of 0, which only tests. The bit of work
 * between two turns keeps the log of a run small.
 */
#include "pumps/common/service.h"

static bool serve(void) {
  MSG message;
  while (PeekMessageW(&message, NULL, 0, 0, PM_REMOVE)) {
    if (message.message == WM_QUIT)
      return false;
    TranslateMessage(&message);
    DispatchMessageW(&message);
  }
  return true;
}

void pump(const HANDLE *handles, DWORD count) {
  for (;;) {
    DWORD result = MsgWaitForMultipleObjectsEx(count, handles, 0, QS_ALLINPUT, MWMO_INPUTAVAILABLE);
    if (result == WAIT_OBJECT_0 + HANDLE_WORK)
      client_work();
    else if (result == WAIT_OBJECT_0 + HANDLE_STOP)
      return;
    if (!serve())
      return;
    client_compute_us(100);
  }
}

void client_setup(struct client *client) {
  client->pump = pump;
}
