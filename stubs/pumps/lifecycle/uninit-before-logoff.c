/*
 * Breaks shutdown-order: MAPIUninitialize first, then the session's Logoff and Release
 * (D:ending-a-mapi-session, steps 4, 5 and 7).
 */
#include "pumps/common/service.h"

static void end(const struct client *client, struct session *session) {
  (void)client;
  session_unadvise(session);
  session_free(session);
  MAPIUninitialize();
  session_log_off(session);
}

void client_setup(struct client *client) {
  client->end = end;
}
