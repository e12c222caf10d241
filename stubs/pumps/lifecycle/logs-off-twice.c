/*
 * Breaks no-use-after-logoff: Logoff in the stop path and again in the clean-up
 * (D:imapisession-logoff: nothing but Release after it).
 */
#include "pumps/common/service.h"

static void end(const struct client *client, struct session *session) {
  session_unadvise(session);
  session->mapi->lpVtbl->Logoff(session->mapi, 0, 0, 0);
  session_end(client, session);
}

void client_setup(struct client *client) {
  client->end = end;
}
