/*
 * Breaks init-nt-service: MAPIInitialize without MAPI_NT_SERVICE, so that MAPI does not recognise
 * the process as a service (S, D:initializing-mapi).
 */
#include "pumps/common/service.h"

void client_setup(struct client *client) {
  client->init_flags &= ~MAPI_NT_SERVICE;
}
