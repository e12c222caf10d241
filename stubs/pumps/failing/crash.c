/*
 * For the harness: the pump writes to address 0 when the client is asked to stop.
 */
#include "pumps/common/service.h"

void pump(const HANDLE *handles, DWORD count) {
  pump_reference(handles, count);
  *(volatile int *)0 = 1;
}

void client_setup(struct client *client) {
  client->pump = pump;
}
