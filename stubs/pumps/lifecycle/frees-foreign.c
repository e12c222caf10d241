/*
 * Breaks buffers-freed: MAPIFreeBuffer gets memory of HeapAlloc (D:mapifreebuffer: the behaviour is
 * undefined).
 */
#include "pumps/common/service.h"

static void end(const struct client *client, struct session *session) {
  void *foreign = HeapAlloc(GetProcessHeap(), 0, 64);
  MAPIFreeBuffer(foreign);
  HeapFree(GetProcessHeap(), 0, foreign);
  session_end(client, session);
}

void client_setup(struct client *client) {
  client->end = end;
}
