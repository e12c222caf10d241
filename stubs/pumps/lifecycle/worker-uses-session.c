/*
 * Breaks init-before-use: the session is handed to a worker that never initialised MAPI
 * (D:using-thread-safe-objects: "even if the objects to be used are passed to the thread").
 */
#include "pumps/common/service.h"

static DWORD WINAPI work(void *context) {
  IMAPISession *session = context;
  MAPIERROR *error = NULL;
  session->lpVtbl->GetLastError(session, MAPI_E_CALL_FAILED, 0, &error);
  MAPIFreeBuffer(error);
  return 0;
}

static bool after_logon(IMAPISession *session) {
  client_thread(work, session, true);
  return true;
}

void client_setup(struct client *client) {
  client->after_logon = after_logon;
}
