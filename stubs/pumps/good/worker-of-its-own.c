/*
 * A keeper: a worker initialises MAPI for itself, uses the session and a buffer, and uninitialises,
 * while the first thread pumps; the first thread waits for it before it ends (G, rules 1 to 4).
 */
#include "pumps/common/service.h"

static struct client settings;
static bool is_service;
static HANDLE worker, finish;

static DWORD WINAPI work(void *context) {
  IMAPISession *session = context;
  MAPIERROR *error = NULL;
  void *block = NULL;
  if (FAILED(client_initialize(&settings, is_service)))
    return 1;
  session->lpVtbl->AddRef(session);
  session->lpVtbl->GetLastError(session, MAPI_E_CALL_FAILED, 0, &error);
  MAPIFreeBuffer(error);
  if (MAPIAllocateBuffer(128, &block) == S_OK)
    MAPIFreeBuffer(block);
  WaitForSingleObject(finish, INFINITE);
  session->lpVtbl->Release(session);
  MAPIUninitialize();
  return 0;
}

static bool after_logon(IMAPISession *session) {
  worker = client_thread(work, session, false);
  return worker != NULL;
}

static void end(const struct client *client, struct session *session) {
  SetEvent(finish);
  if (worker)
    WaitForSingleObject(worker, INFINITE);
  session_end(client, session);
}

static int session(const struct client *client, const HANDLE *handles, bool service) {
  is_service = service;
  return client_session(client, handles, service);
}

void client_setup(struct client *client) {
  finish = CreateEventA(NULL, TRUE, FALSE, NULL);
  client->session = session;
  client->after_logon = after_logon;
  client->end = end;
  settings = *client;
}
