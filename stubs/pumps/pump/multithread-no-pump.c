/*
 * Breaks pump-runs where the reference with MAPI_MULTITHREAD_NOTIFICATIONS keeps it: no pump.
 * Notifications arrive all the same, on MAPI's thread; a sender to the idle window, which the first
 * initialising thread owns, is not answered (G, rule 5). Without a sender it is a warning.
 */
#include "pumps/common/service.h"

void pump(const HANDLE *handles, DWORD count) {
  while (WaitForMultipleObjects(count, handles, FALSE, INFINITE) == WAIT_OBJECT_0 + HANDLE_WORK)
    client_work();
}

void client_setup(struct client *client) {
  client->init_flags |= MAPI_MULTITHREAD_NOTIFICATIONS;
  client->pump = pump;
}
