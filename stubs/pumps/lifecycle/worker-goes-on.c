/*
 * Breaks init-before-use: a worker goes on using MAPI after its own MAPIUninitialize. That another
 * thread still has MAPI does not help it (G, rule 1).
 */
#include "pumps/common/service.h"

static struct client settings;

static DWORD WINAPI work(void *context) {
  IMAPISession *session = context;
  MAPIERROR *error = NULL;
  if (FAILED(client_initialize(&settings, true)))
    return 1;
  MAPIUninitialize();
  session->lpVtbl->GetLastError(session, MAPI_E_CALL_FAILED, 0, &error);
  return 0;
}

static bool after_logon(IMAPISession *session) {
  client_thread(work, session, true);
  return true;
}

void client_setup(struct client *client) {
  settings = *client;
  client->after_logon = after_logon;
}
