/*
 * Breaks no-use-after-logoff: it logs on again after the last MAPIUninitialize of the process
 * (D:mapiuninitialize).
 */
#include "pumps/common/service.h"

static void end(const struct client *client, struct session *session) {
  IMAPISession *again = NULL;
  session_end(client, session);
  MAPILogonEx(0, (LPTSTR) "mapirig", NULL, client->logon_flags, &again);
}

void client_setup(struct client *client) {
  client->end = end;
}
