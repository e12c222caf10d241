/*
 * Breaks logon-no-ui: MAPI_PASSWORD_UI in a service: a dialog for a password that nobody can type
 * (S, D:logging-on-to-mapi).
 */
#include "pumps/common/service.h"

void client_setup(struct client *client) {
  client->logon_flags |= MAPI_PASSWORD_UI;
}
