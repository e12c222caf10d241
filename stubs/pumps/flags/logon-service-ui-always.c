/*
 * Breaks logon-no-ui: MAPI_SERVICE_UI_ALWAYS in a service: a dialog for each message service of the
 * profile (S, D:logging-on-to-mapi).
 */
#include "pumps/common/service.h"

void client_setup(struct client *client) {
  client->logon_flags |= MAPI_SERVICE_UI_ALWAYS;
}
