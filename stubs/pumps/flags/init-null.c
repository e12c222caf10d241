/*
 * Breaks init-nt-service: MAPIInitialize(NULL) leaves no place for the flag (D:mapiinit_0).
 */
#include "pumps/common/service.h"

void client_setup(struct client *client) {
  client->null_init = true;
}
