/*
 * Breaks wake-mask: QS_POSTMESSAGE without QS_SENDMESSAGE. A sent message does not wake the wait:
 * its sender waits until something is posted, or for ever (W:MsgWaitForMultipleObjects).
 */
#include "pumps/common/service.h"

void pump(const HANDLE *handles, DWORD count) {
  for (;;) {
    DWORD result =
        MsgWaitForMultipleObjectsEx(count, handles, INFINITE, QS_POSTMESSAGE, MWMO_INPUTAVAILABLE);
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
    }
  }
}

void client_setup(struct client *client) {
  client->pump = pump;
}
