/*
 * Breaks pump-thread: ServiceMain's thread initialises MAPI and leaves the pump to a worker. MAPI's
 * windows belong to the thread that initialised it first (D:initializing-mapi), so the worker's
 * pump, which is sound in itself, never serves them.
 */
#include "pumps/common/service.h"

struct job {
  const HANDLE *handles;
  DWORD count;
};

static DWORD WINAPI work(void *context) {
  const struct job *job = context;
  pump_reference(job->handles, job->count);
  return 0;
}

void pump(const HANDLE *handles, DWORD count) {
  struct job job = {handles, count};
  HANDLE worker = CreateThread(NULL, 0, work, &job, 0, NULL);
  if (!worker)
    return;
  WaitForSingleObject(worker, INFINITE);
  CloseHandle(worker);
}

void client_setup(struct client *client) {
  client->pump = pump;
}
