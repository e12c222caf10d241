/*
 * Breaks advise-balanced: Unadvise twice for one Advise; the number may be another's by then
 * (D:imapisession-unadvise).
 */
#include "pumps/common/service.h"

static void end(const struct client *client, struct session *session) {
  session->mapi->lpVtbl->Unadvise(session->mapi, session->connection);
  session_end(client, session);
}

void client_setup(struct client *client) {
  client->end = end;
}
