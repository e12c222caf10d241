/*
 * Breaks init-version: a MAPIINIT_0 whose ulVersion is not MAPI_INIT_VERSION, as an uninitialised
 * structure has. MAPIInitialize fails with MAPI_E_INVALID_PARAMETER (D:mapiinitialize, step 1), and
 * the service ends with an error before it was running.
 */
#include "pumps/common/service.h"

void client_setup(struct client *client) {
  client->init_version = MAPI_INIT_VERSION + 1;
}
