/*
 * The documented sequence read literally (S): MsgWaitForMultipleObjects, then GetMessage,
 * TranslateMessage and DispatchMessage once for each wake.
 *
 * Breaks no-blocking-get: a sent message alone wakes the wait, is dispatched inside GetMessage, and
 * leaves it blocked and deaf to the stop event. In a burst it breaks drain-before-wait too: one
 * message for each wake, and the rest is old when it waits again.
 */
#include "pumps/common/service.h"

void pump(const HANDLE *handles, DWORD count) {
  for (;;) {
    DWORD result = MsgWaitForMultipleObjects(count, handles, FALSE, INFINITE, QS_ALLINPUT);
    MSG message;
    if (result == WAIT_OBJECT_0 + count) {
      if (GetMessageW(&message, NULL, 0, 0) <= 0)
        return;
      TranslateMessage(&message);
      DispatchMessageW(&message);
    } else if (result == WAIT_OBJECT_0 + HANDLE_WORK) {
      client_work();
    } else {
      return;
    }
  }
}

void client_setup(struct client *client) {
  client->pump = pump;
}
