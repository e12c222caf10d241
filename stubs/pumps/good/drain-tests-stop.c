/*
 * A keeper: MsgWaitForMultipleObjects, and a drain without a bound that tests the stop event after
 * each message, so that no flood starves the stop. What the stop leaves in the queue is not waited
 * for again, so it is not forgotten either.
 */
#include "pumps/common/service.h"

static bool stopping(const HANDLE *handles) {
  return WaitForSingleObject(handles[HANDLE_STOP], 0) == WAIT_OBJECT_0;
}

void pump(const HANDLE *handles, DWORD count) {
  for (;;) {
    DWORD result = MsgWaitForMultipleObjects(count, handles, FALSE, INFINITE, QS_ALLINPUT);
    if (result == WAIT_OBJECT_0 + HANDLE_WORK) {
      client_work();
      continue;
    }
    if (result != WAIT_OBJECT_0 + count)
      return;
    MSG message;
    while (PeekMessageW(&message, NULL, 0, 0, PM_REMOVE)) {
      if (message.message == WM_QUIT)
        return;
      TranslateMessage(&message);
      DispatchMessageW(&message);
      if (stopping(handles))
        return;
    }
  }
}

void client_setup(struct client *client) {
  client->pump = pump;
}
