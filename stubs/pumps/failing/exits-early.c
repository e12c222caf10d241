/*
 * For the harness: it ends, in good order, as soon as it is running; nobody asked it to.
 */
#include "pumps/common/service.h"

void pump(const HANDLE *handles, DWORD count) {
  (void)handles, (void)count;
}

void client_setup(struct client *client) {
  client->pump = pump;
}
