/*
 * A keeper, with advice: ServiceMain initialises MAPI with MAPI_MULTITHREAD_NOTIFICATIONS, starts a
 * thread that has the session, and waits for its end without a pump. Notifications arrive on MAPI's
 * own thread, so none is lost (D:initializing-mapi). MAPI's idle window is ServiceMain's all the
 * same (G, rule 5): a message for it is a warning, a blocked sender an error.
 */
#include "pumps/common/service.h"

struct work {
  const struct client *client;
  const HANDLE *handles;
  int result;
};

void pump(const HANDLE *handles, DWORD count) {
  while (WaitForMultipleObjects(count, handles, FALSE, INFINITE) == WAIT_OBJECT_0 + HANDLE_WORK)
    client_work();
}

static DWORD WINAPI run(void *data) {
  struct work *work = data;
  work->result = client_session(work->client, work->handles, true);
  return 0;
}

static int session(const struct client *client, const HANDLE *handles, bool service) {
  struct work work = {client, handles, 1};
  MAPIINIT_0 init = {MAPI_INIT_VERSION, client->init_flags};
  (void)service;
  if (FAILED(MAPIInitialize(&init)))
    return 1;
  HANDLE worker = CreateThread(NULL, 0, run, &work, 0, NULL);
  if (worker) {
    WaitForSingleObject(worker, INFINITE);
    CloseHandle(worker);
  }
  MAPIUninitialize();
  return work.result;
}

void client_setup(struct client *client) {
  client->init_flags |= MAPI_MULTITHREAD_NOTIFICATIONS;
  client->pump = pump;
  client->session = session;
}
