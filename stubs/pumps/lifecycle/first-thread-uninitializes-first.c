/*
 * Breaks first-thread-outlives by shape, a warning: the first thread calls MAPIUninitialize before
 * its worker does, and lives on until that has (G, rule 4).
 */
#include "pumps/common/service.h"

static struct client settings;
static bool is_service;
static HANDLE begun, go;

static DWORD WINAPI work(void *context) {
  (void)context;
  if (FAILED(client_initialize(&settings, is_service)))
    return 1;
  SetEvent(begun);
  WaitForSingleObject(go, INFINITE);
  MAPIUninitialize();
  return 0;
}

static int session(const struct client *client, const HANDLE *handles, bool service) {
  HANDLE worker;
  is_service = service;
  if (FAILED(client_initialize(client, service)))
    return 1;
  worker = client_thread(work, NULL, false);
  WaitForSingleObject(begun, INFINITE);
  int result = client_session(client, handles, service);
  MAPIUninitialize();
  SetEvent(go);
  WaitForSingleObject(worker, INFINITE);
  return result;
}

void client_setup(struct client *client) {
  begun = CreateEventA(NULL, TRUE, FALSE, NULL);
  go = CreateEventA(NULL, TRUE, FALSE, NULL);
  client->session = session;
  settings = *client;
}
