/*
 * Breaks dispatch-path: the wait returns WAIT_OBJECT_0 + count for a message, and the loop goes
 * back to waiting. Nothing ever looks at the queue. The pause keeps the loop from filling the log;
 * without it the program would spin as well.
 */
#include "pumps/common/service.h"

void pump(const HANDLE *handles, DWORD count) {
  for (;;) {
    DWORD result =
        MsgWaitForMultipleObjectsEx(count, handles, INFINITE, QS_ALLINPUT, MWMO_INPUTAVAILABLE);
    if (result == WAIT_OBJECT_0 + count)
      Sleep(20);
    else if (result == WAIT_OBJECT_0 + HANDLE_WORK)
      client_work();
    else
      return;
  }
}

void client_setup(struct client *client) {
  client->pump = pump;
}
