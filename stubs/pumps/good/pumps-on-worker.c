/*
 * A keeper: ServiceMain leaves MAPI to a worker, which initialises it first and is therefore the
 * thread that pumps (S, D:initializing-mapi). ServiceMain only waits for the worker's end: it never
 * initialised MAPI, so none of its windows is ServiceMain's.
 */
#include "pumps/common/service.h"

struct work {
  const struct client *client;
  const HANDLE *handles;
  bool service;
  int result;
};

static DWORD WINAPI run(void *data) {
  struct work *work = data;
  work->result = client_session(work->client, work->handles, work->service);
  return 0;
}

static int session(const struct client *client, const HANDLE *handles, bool service) {
  struct work work = {client, handles, service, 1};
  HANDLE worker = CreateThread(NULL, 0, run, &work, 0, NULL);
  if (!worker)
    return 1;
  WaitForSingleObject(worker, INFINITE);
  CloseHandle(worker);
  return work.result;
}

void client_setup(struct client *client) {
  client->session = session;
}
