/*
 * Two threads with different flags: the first one has a pump, so it may do without
 * MAPI_MULTITHREAD_NOTIFICATIONS; the worker sets it, as the page recommends to all threads
 * (D:initializing-mapi), and has a session of its own. It ends before the first one does.
 */
#include "pumps/common/service.h"

static const struct client *self;

static void work_in_session(HANDLE stop) {
  IMAPISession *session = NULL;
  if (FAILED(MAPILogonEx(0, self->profile, NULL, self->logon_flags, &session)))
    return;
  WaitForSingleObject(stop, INFINITE);
  session->lpVtbl->Logoff(session, 0, 0, 0);
  session->lpVtbl->Release(session);
}

static DWORD WINAPI work(void *stop) {
  MAPIINIT_0 init = {MAPI_INIT_VERSION, MAPI_MULTITHREAD_NOTIFICATIONS | MAPI_NT_SERVICE};
  if (FAILED(MAPIInitialize(&init)))
    return 1;
  work_in_session(stop);
  MAPIUninitialize();
  return 0;
}

/* Its first thread has logged on by now: whose logon comes first is no matter of chance. */
void pump(const HANDLE *handles, DWORD count) {
  HANDLE stop = CreateEventA(NULL, TRUE, FALSE, NULL);
  HANDLE worker = CreateThread(NULL, 0, work, stop, 0, NULL);
  pump_reference(handles, count);
  SetEvent(stop);
  WaitForSingleObject(worker, INFINITE);
}

static int session(const struct client *client, const HANDLE *handles, bool service) {
  MAPIINIT_0 init = {MAPI_INIT_VERSION, MAPI_NT_SERVICE};
  int code = 1;
  if (!service || FAILED(MAPIInitialize(&init)))
    return code;
  self = client;
  code = client_session(client, handles, service);
  MAPIUninitialize();
  return code;
}

void client_setup(struct client *client) {
  client->session = session;
  client->pump = pump;
}
