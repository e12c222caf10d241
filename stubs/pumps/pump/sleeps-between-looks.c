/*
 * Breaks pump-runs: the queue is served, but only every two seconds; Sleep in between serves
 * nothing.
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
    if (!serve())
      return;
    DWORD result = WaitForMultipleObjects(count, handles, FALSE, 0);
    if (result == WAIT_OBJECT_0 + HANDLE_WORK)
      client_work();
    else if (result != WAIT_TIMEOUT)
      return;
    Sleep(2000);
  }
}

void client_setup(struct client *client) {
  client->pump = pump;
}
