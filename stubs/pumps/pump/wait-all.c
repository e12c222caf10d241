/*
 * Breaks pump-runs: bWaitAll. The wait returns when every handle is signalled and there is input as
 * well (W:MsgWaitForMultipleObjects), so neither a message nor the stop alone wakes it.
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
    DWORD result = MsgWaitForMultipleObjects(count, handles, TRUE, INFINITE, QS_ALLINPUT);
    if (result == WAIT_OBJECT_0 + HANDLE_STOP || !serve())
      return;
  }
}

void client_setup(struct client *client) {
  client->pump = pump;
}
