/*
 * A keeper: a session that others may join (MAPI_ALLOW_OTHERS), which a worker of its own joins
 * with a logon that names no profile, and leaves again.
 */
#include "pumps/common/service.h"

static struct client settings;

static DWORD WINAPI work(void *context) {
  IMAPISession *joined = NULL;
  (void)context;
  if (FAILED(client_initialize(&settings, true)))
    return 1;
  if (SUCCEEDED(
          MAPILogonEx(0, NULL, NULL, MAPI_EXTENDED | MAPI_NO_MAIL | MAPI_NT_SERVICE, &joined))) {
    joined->lpVtbl->Logoff(joined, 0, 0, 0);
    joined->lpVtbl->Release(joined);
  }
  MAPIUninitialize();
  return 0;
}

static bool after_logon(IMAPISession *session) {
  (void)session;
  client_thread(work, NULL, true);
  return true;
}

void client_setup(struct client *client) {
  client->logon_flags |= MAPI_ALLOW_OTHERS;
  client->after_logon = after_logon;
  settings = *client;
}
