/*
 * For the diagnosis: the thread waits for a worker's end, and the worker for this thread's.
 */
#include "pumps/common/service.h"

static DWORD WINAPI wait_for(void *thread) {
  WaitForSingleObject(thread, INFINITE);
  return 0;
}

void pump(const HANDLE *handles, DWORD count) {
  HANDLE self;
  (void)handles, (void)count;
  DuplicateHandle(GetCurrentProcess(), GetCurrentThread(), GetCurrentProcess(), &self, SYNCHRONIZE,
                  FALSE, 0);
  WaitForSingleObject(CreateThread(NULL, 0, wait_for, self, 0, NULL), INFINITE);
}

void client_setup(struct client *client) {
  client->init_flags |= MAPI_MULTITHREAD_NOTIFICATIONS;
  client->pump = pump;
}
