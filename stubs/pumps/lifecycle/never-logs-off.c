/*
 * Breaks shutdown-order: MAPIUninitialize with the session open; it is neither logged off nor
 * released at all (D:ending-a-mapi-session, steps 4 and 5).
 */
#include "pumps/common/service.h"

static void end(const struct client *client, struct session *session) {
  (void)client;
  session_unadvise(session);
  session_free(session);
  MAPIUninitialize();
}

void client_setup(struct client *client) {
  client->end = end;
}
