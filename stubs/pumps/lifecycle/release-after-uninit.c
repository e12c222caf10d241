/*
 * Breaks shutdown-order: the session is logged off in time and released too late, after
 * MAPIUninitialize, as a smart pointer of main() does it (D:ending-a-mapi-session, steps 5 and 7).
 */
#include "pumps/common/service.h"

static void end(const struct client *client, struct session *session) {
  (void)client;
  session_unadvise(session);
  session_free(session);
  session->mapi->lpVtbl->Logoff(session->mapi, 0, 0, 0);
  MAPIUninitialize();
  session->mapi->lpVtbl->Release(session->mapi);
}

void client_setup(struct client *client) {
  client->end = end;
}
