/*
 * Breaks buffers-freed, as a warning: the block it cached is never freed; Logoff does not do it
 * (D:mapifreebuffer).
 */
#include "pumps/common/service.h"

static void end(const struct client *client, struct session *session) {
  session->buffer = NULL;
  session_end(client, session);
}

void client_setup(struct client *client) {
  client->end = end;
}
