/*
 * The MAPI session of the clients: initialise, log on, advise, pump, then everything undone in the
 * order of D:ending-a-mapi-session.
 */
#include <stdio.h>

#include "pumps/common/service.h"

struct session {
  bool initialized;
  IMAPISession *mapi;
  IMAPIAdviseSink *sink;
  ULONG connection;
};

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

static bool begin(const struct client *client, struct session *session, bool service) {
  MAPIINIT_0 init = {client->init_version, flags_for(client, client->init_flags, service)};
  if (failed("MAPIInitialize", MAPIInitialize(client->null_init ? NULL : &init)))
    return false;
  session->initialized = true;
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

static void end(const struct client *client, struct session *session) {
  if (session->connection)
    session->mapi->lpVtbl->Unadvise(session->mapi, session->connection);
  if (session->sink)
    session->sink->lpVtbl->Release(session->sink);
  if (session->mapi) {
    session->mapi->lpVtbl->Logoff(session->mapi, 0, client->logoff_flags, 0);
    session->mapi->lpVtbl->Release(session->mapi);
  }
  if (session->initialized && !client->keep_initialized)
    MAPIUninitialize();
}

int client_session(const struct client *client, const HANDLE *handles, bool service) {
  struct session session = {0};
  bool begun = begin(client, &session, service);
  if (begun) {
    client_running();
    client->pump(handles, HANDLE_COUNT);
  }
  end(client, &session);
  return begun ? 0 : 1;
}
