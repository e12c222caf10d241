/*
 * A console program of two threads at a developer's desk. Both set MAPI_MULTITHREAD_NOTIFICATIONS,
 * so that notifications come on MAPI's own thread; the first one pumps for the idle window. The
 * second initialises and undoes MAPI twice in a row.
 */
#include "pumps/common/service.h"

static DWORD WINAPI work(void *unused) {
  MAPIINIT_0 init = {MAPI_INIT_VERSION, MAPI_MULTITHREAD_NOTIFICATIONS};
  (void)unused;
  for (int i = 0; i < 2; i++) {
    if (SUCCEEDED(MAPIInitialize(&init)))
      MAPIUninitialize();
  }
  return 0;
}

static bool start(IMAPISession *session) {
  (void)session;
  HANDLE worker = CreateThread(NULL, 0, work, NULL, 0, NULL);
  if (!worker)
    return false;
  WaitForSingleObject(worker, INFINITE);
  CloseHandle(worker);
  return true;
}

void client_setup(struct client *client) {
  client->init_flags |= MAPI_MULTITHREAD_NOTIFICATIONS;
  client->after_logon = start;
}
