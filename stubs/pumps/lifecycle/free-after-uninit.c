/*
 * Breaks shutdown-order: a cached block is freed after MAPIUninitialize (D:ending-a-mapi-session,
 * steps 3 and 7).
 */
#include "pumps/common/service.h"

static void end(const struct client *client, struct session *session) {
  void *cached = session->buffer;
  session->buffer = NULL;
  session_end(client, session);
  MAPIFreeBuffer(cached);
}

void client_setup(struct client *client) {
  client->end = end;
}
