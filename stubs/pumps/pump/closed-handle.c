/*
 * Breaks wait-failed: one handle of the array is closed, so the wait fails with
 * ERROR_INVALID_HANDLE, whatever the others are. The loop takes it for a passing trouble and tries
 * again, for ever; the stop event is in the same array.
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
  HANDLE all[] = {handles[HANDLE_STOP], handles[HANDLE_WORK], client_closed_handle()};
  const DWORD all_count = sizeof all / sizeof *all;
  (void)count;
  for (;;) {
    DWORD result =
        MsgWaitForMultipleObjectsEx(all_count, all, INFINITE, QS_ALLINPUT, MWMO_INPUTAVAILABLE);
    if (result == WAIT_OBJECT_0 + HANDLE_STOP)
      return;
    if (result == WAIT_OBJECT_0 + HANDLE_WORK)
      client_work();
    else if (!serve())
      return;
    else if (result == WAIT_FAILED)
      Sleep(20);
  }
}

void client_setup(struct client *client) {
  client->pump = pump;
}
