/*
 * Breaks logon-ui-exclusive: two flags for dialogs in the logon of a console program, which may
 * have one of them (D:logging-on-to-mapi).
 */
#include "pumps/common/service.h"

void client_setup(struct client *client) {
  client->logon_flags |= MAPI_LOGON_UI | MAPI_PASSWORD_UI;
}
