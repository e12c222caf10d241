/*
 * A keeper: PeekMessage(WM_USER, WM_USER, PM_NOREMOVE) before the first wait, the documented way to
 * make a thread create its message queue (W:PostThreadMessage). The call makes old what was there,
 * so the waits have MWMO_INPUTAVAILABLE.
 */
#include "pumps/common/service.h"

static bool drain(void) {
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
  MSG message;
  PeekMessageW(&message, NULL, WM_USER, WM_USER, PM_NOREMOVE);
  for (;;) {
    DWORD result =
        MsgWaitForMultipleObjectsEx(count, handles, INFINITE, QS_ALLINPUT, MWMO_INPUTAVAILABLE);
    if (result == WAIT_OBJECT_0 + HANDLE_WORK)
      client_work();
    else if (result != WAIT_OBJECT_0 + count || !drain())
      return;
  }
}

void client_setup(struct client *client) {
  client->pump = pump;
}
