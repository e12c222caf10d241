/*
 * Breaks init-before-use: it allocates a buffer before MAPIInitialize, and has none
 * (D:mapiinitialize).
 */
#include "pumps/common/service.h"

static int session(const struct client *client, const HANDLE *handles, bool service) {
  void *buffer = NULL;
  if (MAPIAllocateBuffer(64, &buffer) == S_OK)
    MAPIFreeBuffer(buffer);
  return client_session(client, handles, service);
}

void client_setup(struct client *client) {
  client->session = session;
}
