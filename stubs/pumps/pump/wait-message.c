/*
 * Breaks stop-latency: WaitMessage waits for messages alone; the stop event is tested after each,
 * and without a message it never is.
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
  while (WaitMessage()) {
    if (!serve())
      return;
    DWORD result = WaitForMultipleObjects(count, handles, FALSE, 0);
    if (result == WAIT_OBJECT_0 + HANDLE_WORK)
      client_work();
    else if (result != WAIT_TIMEOUT)
      return;
  }
}

void client_setup(struct client *client) {
  client->pump = pump;
}
