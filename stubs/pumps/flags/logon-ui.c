/*
 * Breaks logon-no-ui: MAPI_LOGON_UI in a service, whose dialog nobody would see (S,
 * D:logging-on-to-mapi).
 */
#include "pumps/common/service.h"

void client_setup(struct client *client) {
  client->logon_flags |= MAPI_LOGON_UI;
}
