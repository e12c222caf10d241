/*
 * Breaks logon-ui-exclusive: MAPI_SERVICE_UI_ALWAYS beside MAPI_LOGON_UI, in a desktop program that
 * lets the user choose a profile (D:logging-on-to-mapi).
 */
#include "pumps/common/service.h"

void client_setup(struct client *client) {
  client->profile = NULL;
  client->logon_flags |= MAPI_LOGON_UI | MAPI_SERVICE_UI_ALWAYS;
}
