/*
 * Breaks ui-flags-elsewhere: MAPI_LOGOFF_UI, which lets Logoff ask a user who is not there
 * (D:imapisession-logoff).
 */
#include "pumps/common/service.h"

void client_setup(struct client *client) {
  client->logoff_flags = MAPI_LOGOFF_UI;
}
