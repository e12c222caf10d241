/*
 * Breaks no-filter: the pump retrieves the messages of the client's own window alone. What is
 * posted to MAPI's windows stays in the queue, and the look has made it old (W:PeekMessage).
 */
#include "pumps/common/service.h"

void pump(const HANDLE *handles, DWORD count) {
  HWND window = CreateWindowExW(0, L"STATIC", L"", 0, 0, 0, 0, 0, HWND_MESSAGE, NULL, NULL, NULL);
  for (;;) {
    DWORD result = MsgWaitForMultipleObjects(count, handles, FALSE, INFINITE, QS_ALLINPUT);
    if (result == WAIT_OBJECT_0 + HANDLE_WORK) {
      client_work();
      continue;
    }
    if (result != WAIT_OBJECT_0 + count)
      break;
    MSG message;
    while (PeekMessageW(&message, window, 0, 0, PM_REMOVE)) {
      TranslateMessage(&message);
      DispatchMessageW(&message);
    }
  }
  DestroyWindow(window);
}

void client_setup(struct client *client) {
  client->pump = pump;
}
