/*
 * Breaks stop-latency: the stop event is not in the array of the wait. Messages are served, the
 * control handler sets the event, and nothing wakes the pump for it.
 */
#include "pumps/common/service.h"

void pump(const HANDLE *handles, DWORD count) {
  (void)count;
  for (;;) {
    DWORD result = MsgWaitForMultipleObjectsEx(1, &handles[HANDLE_WORK], INFINITE, QS_ALLINPUT,
                                               MWMO_INPUTAVAILABLE);
    if (result == WAIT_OBJECT_0) {
      client_work();
      continue;
    }
    if (result != WAIT_OBJECT_0 + 1)
      return;
    MSG message;
    while (PeekMessageW(&message, NULL, 0, 0, PM_REMOVE)) {
      if (message.message == WM_QUIT)
        return;
      TranslateMessage(&message);
      DispatchMessageW(&message);
    }
  }
}

void client_setup(struct client *client) {
  client->pump = pump;
}
