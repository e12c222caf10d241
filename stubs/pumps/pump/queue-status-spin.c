/*
 * Breaks no-busy-wait: the loop asks GetQueueStatus whether there is anything to do, and does it
 * when there is. The bit of work between two turns keeps the log of a run small.
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
    if (HIWORD(GetQueueStatus(QS_ALLINPUT)) != 0 && !serve())
      return;
    DWORD result = WaitForMultipleObjects(count, handles, FALSE, 0);
    if (result == WAIT_OBJECT_0 + HANDLE_WORK)
      client_work();
    else if (result != WAIT_TIMEOUT)
      return;
    client_compute_us(100);
  }
}

void client_setup(struct client *client) {
  client->pump = pump;
}
