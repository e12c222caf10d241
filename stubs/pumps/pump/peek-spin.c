/*
 * Breaks no-busy-wait: the loop asks its queue and its handles again and again instead of waiting.
 * Messages and the stop are served at once, at the price of a processor. The bit of work between
 * two turns keeps the log of a run small.
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
  DWORD result = WAIT_TIMEOUT;
  while (result == WAIT_TIMEOUT || result == WAIT_OBJECT_0 + HANDLE_WORK) {
    if (result == WAIT_OBJECT_0 + HANDLE_WORK)
      client_work();
    if (!serve())
      return;
    client_compute_us(100);
    result = WaitForMultipleObjects(count, handles, FALSE, 0);
  }
}

void client_setup(struct client *client) {
  client->pump = pump;
}
