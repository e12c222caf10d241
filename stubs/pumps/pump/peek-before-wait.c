/*
 * Breaks drain-before-wait: a look with PM_NOREMOVE between the drain and the wait. A message that
 * came meanwhile is old by then, and the wait without MWMO_INPUTAVAILABLE does not return for it
 * (R).
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
    MSG message;
    PeekMessageW(&message, NULL, 0, 0, PM_NOREMOVE);
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
