/*
 * A keeper: the last Release of the session ends it, without a Logoff, as smart pointers do it; it
 * comes before MAPIUninitialize, and the connection was Unadvised before.
 */
#include "pumps/common/service.h"

static void end(const struct client *client, struct session *session) {
  session_unadvise(session);
  session_free(session);
  if (session->mapi)
    session->mapi->lpVtbl->Release(session->mapi);
  session->mapi = NULL;
  session_end(client, session);
}

void client_setup(struct client *client) {
  client->end = end;
}
