/*
 * Breaks init-before-use: a worker logs on to MAPI, which only the first thread has initialised (G,
 * rule 1).
 */
#include "pumps/common/service.h"

static ULONG logon_flags;

static DWORD WINAPI work(void *context) {
  IMAPISession *session = NULL;
  (void)context;
  if (FAILED(MAPILogonEx(0, (LPTSTR) "mapirig", NULL, logon_flags, &session)))
    return 1;
  session->lpVtbl->Logoff(session, 0, 0, 0);
  session->lpVtbl->Release(session);
  return 0;
}

static void before_logon(void) {
  client_thread(work, NULL, true);
}

void client_setup(struct client *client) {
  logon_flags = client->logon_flags;
  client->before_logon = before_logon;
}
