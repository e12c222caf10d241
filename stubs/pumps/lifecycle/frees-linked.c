/*
 * Breaks buffers-freed: a block of MAPIAllocateMore is freed by itself. It goes with the block it
 * is linked to (D:mapiallocatemore).
 */
#include "pumps/common/service.h"

static void end(const struct client *client, struct session *session) {
  void *linked = NULL;
  if (MAPIAllocateMore(32, session->buffer, &linked) == S_OK)
    MAPIFreeBuffer(linked);
  session_end(client, session);
}

void client_setup(struct client *client) {
  client->end = end;
}
