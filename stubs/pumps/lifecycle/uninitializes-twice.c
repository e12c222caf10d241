/*
 * Breaks uninit-owned: MAPIUninitialize once more than MAPIInitialize, on the same thread
 * (D:mapiuninitialize).
 */
#include "pumps/common/service.h"

static void end(const struct client *client, struct session *session) {
  session_end(client, session);
  MAPIUninitialize();
}

void client_setup(struct client *client) {
  client->end = end;
}
