/*
 * Breaks drain-before-wait: GetQueueStatus between the drain and the wait, for a statistic, say. It
 * makes what lies in the queue old as PeekMessage does, and the wait without MWMO_INPUTAVAILABLE
 * does not return for it (W:GetQueueStatus).
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

static unsigned crowded;

void pump(const HANDLE *handles, DWORD count) {
  for (;;) {
    if (HIWORD(GetQueueStatus(QS_ALLINPUT)) != 0)
      crowded++;
    DWORD result = MsgWaitForMultipleObjects(count, handles, FALSE, INFINITE, QS_ALLINPUT);
    if (result == WAIT_OBJECT_0 + HANDLE_WORK)
      client_work();
    else if (result != WAIT_OBJECT_0 + count || !serve())
      return;
  }
}

void client_setup(struct client *client) {
  client->pump = pump;
}
