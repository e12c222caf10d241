/*
 * The default profile: NULL for the name, MAPI_USE_DEFAULT (D:logging-on-to-mapi). A session that
 * is not new may be the one another program shares, which is what the developer wants here.
 */
#include "pumps/common/service.h"

void client_setup(struct client *client) {
  client->profile = NULL;
  client->logon_flags = MAPI_EXTENDED | MAPI_USE_DEFAULT | MAPI_NO_MAIL | MAPI_NT_SERVICE;
}
