/*
 * A keeper: it logs on, off and on again in one life of MAPI; then MAPI goes, and comes back for a
 * last short session.
 */
#include "pumps/common/service.h"

static ULONG logon_flags;

static void visit(void) {
  IMAPISession *session = NULL;
  if (FAILED(MAPILogonEx(0, (LPTSTR) "mapirig", NULL, logon_flags, &session)))
    return;
  session->lpVtbl->Logoff(session, 0, 0, 0);
  session->lpVtbl->Release(session);
}

static int session(const struct client *client, const HANDLE *handles, bool service) {
  if (!service)
    logon_flags &= ~MAPI_NT_SERVICE;
  int result = client_session(client, handles, service);
  if (SUCCEEDED(client_initialize(client, service))) {
    visit();
    MAPIUninitialize();
  }
  return result;
}

void client_setup(struct client *client) {
  logon_flags = client->logon_flags;
  client->before_logon = visit;
  client->session = session;
}
