/*
 * Breaks init-before-use: it tries to log on before it has initialised MAPI, and does it again in
 * the right order when that fails (D:mapiinitialize).
 */
#include "pumps/common/service.h"

static int session(const struct client *client, const HANDLE *handles, bool service) {
  IMAPISession *early = NULL;
  ULONG flags = client->logon_flags & (service ? ~0u : ~MAPI_NT_SERVICE);
  if (SUCCEEDED(MAPILogonEx(0, (LPTSTR) "mapirig", NULL, flags, &early)))
    return 2;
  return client_session(client, handles, service);
}

void client_setup(struct client *client) {
  client->session = session;
}
