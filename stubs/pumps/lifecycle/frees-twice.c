/*
 * Breaks buffers-freed: the same block is freed twice; MAPIFreeBuffer answers S_OK to both
 * (D:mapifreebuffer).
 */
#include "pumps/common/service.h"

static void end(const struct client *client, struct session *session) {
  MAPIFreeBuffer(session->buffer);
  session_end(client, session);
}

void client_setup(struct client *client) {
  client->end = end;
}
