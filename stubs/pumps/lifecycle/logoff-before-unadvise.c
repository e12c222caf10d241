/*
 * Breaks shutdown-order: Logoff, and then Unadvise, which comes too late to reach anything
 * (D:ending-a-mapi-session, steps 1 and 4).
 */
#include "pumps/common/service.h"

static void end(const struct client *client, struct session *session) {
  (void)client;
  session_free(session);
  session->mapi->lpVtbl->Logoff(session->mapi, 0, 0, 0);
  session->mapi->lpVtbl->Unadvise(session->mapi, session->connection);
  session->sink->lpVtbl->Release(session->sink);
  session->mapi->lpVtbl->Release(session->mapi);
  MAPIUninitialize();
}

void client_setup(struct client *client) {
  client->end = end;
}
