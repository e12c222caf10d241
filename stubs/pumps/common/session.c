/*
 * The MAPI session of the clients: initialise, log on, advise, pump, then everything undone in the
 * order of D:ending-a-mapi-session.
 */
#include <stdio.h>

#include "pumps/common/service.h"

#define CACHED_BYTES 64 /* of an entry identifier */

static bool failed(const char *what, HRESULT result) {
  if (SUCCEEDED(result))
    return false;
  fprintf(stderr, "%s failed with 0x%08lX\n", what, (unsigned long)result);
  return true;
}

static ULONG flags_for(const struct client *client, ULONG flags, bool service) {
  if (!service && !client->nt_service_always)
    flags &= ~MAPI_NT_SERVICE;
  return flags;
}

HRESULT client_initialize(const struct client *client, bool service) {
  MAPIINIT_0 init = {client->init_version, flags_for(client, client->init_flags, service)};
  return MAPIInitialize(client->null_init ? NULL : &init);
}

static bool begin(const struct client *client, struct session *session, bool service) {
  if (failed("MAPIInitialize", client_initialize(client, service)))
    return false;
  session->initialized = true;
  session->logoff_flags = client->logoff_flags;
  if (failed("MAPIAllocateBuffer", MAPIAllocateBuffer(CACHED_BYTES, &session->buffer)))
    return false;
  if (client->before_logon)
    client->before_logon();
  ULONG flags = flags_for(client, client->logon_flags, service);
  if (failed("MAPILogonEx", MAPILogonEx(client->logon_window, client->profile, client->password,
                                        flags, &session->mapi)))
    return false;
  if (client->after_logon && !client->after_logon(session->mapi))
    return false;
  session->sink = sink_new(client);
  return session->sink &&
         !failed("Advise", session->mapi->lpVtbl->Advise(session->mapi, 0, NULL, fnevExtended,
                                                         session->sink, &session->connection));
}

void session_unadvise(struct session *session) {
  if (session->connection)
    session->mapi->lpVtbl->Unadvise(session->mapi, session->connection);
  if (session->sink)
    session->sink->lpVtbl->Release(session->sink);
  session->connection = 0;
  session->sink = NULL;
}

void session_free(struct session *session) {
  MAPIFreeBuffer(session->buffer);
  session->buffer = NULL;
}

void session_log_off(struct session *session) {
  if (!session->mapi)
    return;
  session->mapi->lpVtbl->Logoff(session->mapi, 0, session->logoff_flags, 0);
  session->mapi->lpVtbl->Release(session->mapi);
  session->mapi = NULL;
}

void session_end(const struct client *client, struct session *session) {
  session_unadvise(session);
  session_free(session);
  session_log_off(session);
  if (session->initialized && !client->keep_initialized)
    MAPIUninitialize();
}

HANDLE client_thread(LPTHREAD_START_ROUTINE work, void *context, bool wait) {
  HANDLE thread = CreateThread(NULL, 0, work, context, 0, NULL);
  if (!thread || !wait)
    return thread;
  WaitForSingleObject(thread, INFINITE);
  CloseHandle(thread);
  return NULL;
}

int client_session(const struct client *client, const HANDLE *handles, bool service) {
  struct session session = {0};
  bool begun = begin(client, &session, service);
  if (begun) {
    client_running();
    client->pump(handles, HANDLE_COUNT);
  }
  client->end(client, &session);
  return begun ? 0 : 1;
}
