/*
 * Breaks init-multithread-notifications: the first thread sets the flag and leaves its messages to
 * MAPI's thread; a worker initialises MAPI without it, although it belongs into every
 * MAPIInitialize (D:initializing-mapi).
 */
#include "pumps/common/service.h"

static DWORD WINAPI work(void *unused) {
  MAPIINIT_0 init = {MAPI_INIT_VERSION, MAPI_NT_SERVICE};
  (void)unused;
  if (SUCCEEDED(MAPIInitialize(&init)))
    MAPIUninitialize();
  return 0;
}

void pump(const HANDLE *handles, DWORD count) {
  HANDLE worker = CreateThread(NULL, 0, work, NULL, 0, NULL);
  while (WaitForMultipleObjects(count, handles, FALSE, INFINITE) == WAIT_OBJECT_0 + HANDLE_WORK)
    client_work();
  if (!worker)
    return;
  WaitForSingleObject(worker, INFINITE);
  CloseHandle(worker);
}

void client_setup(struct client *client) {
  client->init_flags |= MAPI_MULTITHREAD_NOTIFICATIONS;
  client->pump = pump;
}
