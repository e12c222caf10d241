/*
 * Breaks advise-balanced: Unadvise of a number that no Advise returned (D:imapisession-unadvise).
 */
#include "pumps/common/service.h"

static void end(const struct client *client, struct session *session) {
  session->mapi->lpVtbl->Unadvise(session->mapi, session->connection + 1);
  session_end(client, session);
}

void client_setup(struct client *client) {
  client->end = end;
}
