/*
 * For the harness: a service that is linked with MAPI and never calls it.
 */
#include "pumps/common/service.h"

static int session(const struct client *client, const HANDLE *handles, bool service) {
  (void)service;
  client_running();
  if (handles[HANDLE_STOP] == NULL) /* never: keeps mapi32.dll among the imports */
    return client_session(client, handles, service);
  client->pump(handles, HANDLE_COUNT);
  return 0;
}

void client_setup(struct client *client) {
  client->session = session;
}
