/*
 * A keeper: on input it calls HrDispatchNotifications first, so that notifications come before all
 * other messages (D:hrdispatchnotifications), and drains the queue after it: other windows of the
 * thread, MAPI's idle window among them, get theirs too.
 */
#include <mapiutil.h>

#include "pumps/common/service.h"

static bool serve(void) {
  MSG message;
  if (FAILED(HrDispatchNotifications(0)))
    return false; /* MAPI_E_USER_CANCEL: it met WM_QUIT */
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
    DWORD result =
        MsgWaitForMultipleObjectsEx(count, handles, INFINITE, QS_ALLINPUT, MWMO_INPUTAVAILABLE);
    if (result == WAIT_OBJECT_0 + HANDLE_WORK)
      client_work();
    else if (result != WAIT_OBJECT_0 + count || !serve())
      return;
  }
}

void client_setup(struct client *client) {
  client->pump = pump;
}
