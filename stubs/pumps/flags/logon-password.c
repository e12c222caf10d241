/*
 * Breaks logon-profile: a password where lpszPassword must be NULL (D:mapilogonex). The logon
 * fails, and the service ends before it was running.
 */
#include "pumps/common/service.h"

static char password[] = "secret";

void client_setup(struct client *client) {
  client->password = password;
}
