/*
 * Breaks init-nt-service: the first thread sets the flag, a worker's MAPIInitialize does not; it
 * belongs into every one of them (S, D:mapiinit_0).
 */
#include "pumps/common/service.h"

static DWORD WINAPI work(void *unused) {
  MAPIINIT_0 init = {MAPI_INIT_VERSION, MAPI_MULTITHREAD_NOTIFICATIONS};
  (void)unused;
  if (SUCCEEDED(MAPIInitialize(&init)))
    MAPIUninitialize();
  return 0;
}

static bool start_worker(IMAPISession *session) {
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
  client->after_logon = start_worker;
}
