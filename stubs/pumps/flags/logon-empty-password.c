/*
 * Breaks logon-profile, as a warning: "" for the password, which must be NULL (D:mapilogonex). The
 * logon succeeds all the same.
 */
#include "pumps/common/service.h"

static char nothing[] = "";

void client_setup(struct client *client) {
  client->password = nothing;
}
