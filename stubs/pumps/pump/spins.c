/*
 * For the harness: once running, the first initialising thread computes for ever and makes no call.
 */
#include "pumps/common/service.h"

void pump(const HANDLE *handles, DWORD count) {
  (void)handles, (void)count;
  for (volatile unsigned i = 0;; i++)
    ;
}

void client_setup(struct client *client) {
  client->pump = pump;
}
