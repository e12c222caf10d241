/*
 * Breaks pump-runs: the first initialising thread waits for its events alone and serves no message
 * (G, rule 5). Notifications are never delivered, and a sender to one of MAPI's windows on this
 * thread, a broadcast for example, waits until it times out.
 */
#include "pumps/common/service.h"

void pump(const HANDLE *handles, DWORD count) {
  while (WaitForMultipleObjects(count, handles, FALSE, INFINITE) == WAIT_OBJECT_0 + HANDLE_WORK)
    client_work();
}

void client_setup(struct client *client) {
  client->pump = pump;
}
