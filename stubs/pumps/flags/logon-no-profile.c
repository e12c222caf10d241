/*
 * Breaks logon-profile: no profile, no default one, no dialog. MAPILogonEx fails with
 * MAPI_E_LOGON_FAILED (D:logging-on-to-mapi), and the service ends before it was running.
 */
#include "pumps/common/service.h"

void client_setup(struct client *client) {
  client->profile = NULL;
}
