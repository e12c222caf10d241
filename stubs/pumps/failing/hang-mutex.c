/*
 * For the diagnosis: the thread waits for a mutex that a worker took and sleeps on for ever.
 */
#include "pumps/common/service.h"

static HANDLE mutex, taken;

static DWORD WINAPI keep(void *context) {
  (void)context;
  WaitForSingleObject(mutex, INFINITE);
  SetEvent(taken);
  Sleep(INFINITE);
  return 0;
}

void pump(const HANDLE *handles, DWORD count) {
  (void)handles, (void)count;
  mutex = CreateMutexW(NULL, FALSE, NULL);
  taken = CreateEventW(NULL, TRUE, FALSE, NULL);
  CreateThread(NULL, 0, keep, NULL, 0, NULL);
  WaitForSingleObject(taken, INFINITE);
  WaitForSingleObject(mutex, INFINITE);
}

void client_setup(struct client *client) {
  client->init_flags |= MAPI_MULTITHREAD_NOTIFICATIONS;
  client->pump = pump;
}
