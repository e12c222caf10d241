/*
 * A keeper: OleInitialize at the start, and OleUninitialize right before MAPIUninitialize, where
 * D:ending-a-mapi-session puts it (steps 6 and 7).
 */
#include <ole2.h>

#include "pumps/common/service.h"

static bool ole;

static void end(const struct client *client, struct session *session) {
  session_unadvise(session);
  session_free(session);
  session_log_off(session);
  if (ole)
    OleUninitialize();
  session_end(client, session);
}

static int session(const struct client *client, const HANDLE *handles, bool service) {
  ole = SUCCEEDED(OleInitialize(NULL));
  return client_session(client, handles, service);
}

void client_setup(struct client *client) {
  client->session = session;
  client->end = end;
}
