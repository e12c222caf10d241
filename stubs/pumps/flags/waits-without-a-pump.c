/*
 * Breaks init-multithread-notifications: MAPI's notification window is on the first thread, which
 * only waits for its handles (D:initializing-mapi). As long as no message comes that is a shape: a
 * warning.
 */
#include "pumps/common/service.h"

void pump(const HANDLE *handles, DWORD count) {
  while (WaitForMultipleObjects(count, handles, FALSE, INFINITE) == WAIT_OBJECT_0 + HANDLE_WORK)
    client_work();
}

void client_setup(struct client *client) {
  client->pump = pump;
}
