/*
 * Breaks advise-balanced: it releases its sink and logs off, and never calls Unadvise
 * (D:canceling-a-notification).
 */
#include "pumps/common/service.h"

static void end(const struct client *client, struct session *session) {
  session->connection = 0;
  session_end(client, session);
}

void client_setup(struct client *client) {
  client->end = end;
}
