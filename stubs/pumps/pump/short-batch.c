/*
 * Breaks drain-before-wait: a bounded drain, which is right, with a wait that lacks
 * MWMO_INPUTAVAILABLE, which the bound needs: what a burst leaves beyond the batch is old, and the
 * wait does not see it (R).
 */
#include "pumps/common/service.h"

#define BATCH_MAX 4

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
    for (int i = 0; i < BATCH_MAX && PeekMessageW(&message, NULL, 0, 0, PM_REMOVE); i++) {
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
