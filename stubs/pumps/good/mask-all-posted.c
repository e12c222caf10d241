/*
 * A keeper: the wake mask is QS_SENDMESSAGE and QS_ALLPOSTMESSAGE, without QS_POSTMESSAGE. Each
 * posted message sets both bits (W:GetQueueStatus), so that one of the two is enough.
 */
#include "pumps/common/service.h"

void pump(const HANDLE *handles, DWORD count) {
  for (;;) {
    DWORD result = MsgWaitForMultipleObjects(count, handles, FALSE, INFINITE,
                                             QS_SENDMESSAGE | QS_ALLPOSTMESSAGE);
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
