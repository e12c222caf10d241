/*
 * Breaks wait-failed: whatever the wait returns beyond its handles is taken for a message. Here it
 * is WAIT_FAILED, for a handle that was closed, and GetMessage waits for what nobody announced.
 */
#include "pumps/common/service.h"

void pump(const HANDLE *handles, DWORD count) {
  HANDLE all[] = {handles[HANDLE_STOP], handles[HANDLE_WORK], client_closed_handle()};
  const DWORD all_count = sizeof all / sizeof *all;
  (void)count;
  for (;;) {
    DWORD result = MsgWaitForMultipleObjects(all_count, all, FALSE, INFINITE, QS_ALLINPUT);
    MSG message;
    if (result == WAIT_OBJECT_0 + HANDLE_STOP)
      return;
    if (result == WAIT_OBJECT_0 + HANDLE_WORK) {
      client_work();
      continue;
    }
    if (GetMessageW(&message, NULL, 0, 0) <= 0)
      return;
    TranslateMessage(&message);
    DispatchMessageW(&message);
  }
}

void client_setup(struct client *client) {
  client->pump = pump;
}
