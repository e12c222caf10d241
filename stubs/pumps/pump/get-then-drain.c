/*
 * Breaks no-blocking-get alone: GetMessage after the wake, then a drain with PeekMessage. The drain
 * mends the literal sequence's bursts; a sent message, or a send withdrawn, still leaves GetMessage
 * blocked and deaf to the stop event.
 */
#include "pumps/common/service.h"

void pump(const HANDLE *handles, DWORD count) {
  for (;;) {
    DWORD result = MsgWaitForMultipleObjects(count, handles, FALSE, INFINITE, QS_ALLINPUT);
    if (result == WAIT_OBJECT_0 + HANDLE_WORK) {
      client_work();
      continue;
    }
    MSG message;
    if (result != WAIT_OBJECT_0 + count || GetMessageW(&message, NULL, 0, 0) <= 0)
      return;
    do {
      if (message.message == WM_QUIT)
        return;
      TranslateMessage(&message);
      DispatchMessageW(&message);
    } while (PeekMessageW(&message, NULL, 0, 0, PM_REMOVE));
  }
}

void client_setup(struct client *client) {
  client->pump = pump;
}
