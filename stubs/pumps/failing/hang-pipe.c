/*
 * For the diagnosis: the thread reads from a pipe that nobody writes to, and whose other end this
 * process keeps open itself.
 */
#include "pumps/common/service.h"

void pump(const HANDLE *handles, DWORD count) {
  HANDLE read, write;
  char byte;
  DWORD got;
  (void)handles, (void)count;
  if (CreatePipe(&read, &write, NULL, 0))
    ReadFile(read, &byte, 1, &got, NULL);
}

void client_setup(struct client *client) {
  client->init_flags |= MAPI_MULTITHREAD_NOTIFICATIONS;
  client->pump = pump;
}
