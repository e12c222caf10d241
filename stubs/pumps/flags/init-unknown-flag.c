/*
 * Breaks init-version: a flag of MAPILogonEx in MAPIINIT_0. MAPIInitialize fails with
 * MAPI_E_UNKNOWN_FLAGS (D:mapiinitialize, step 1), and the service ends before it was running.
 */
#include "pumps/common/service.h"

void client_setup(struct client *client) {
  client->init_flags |= MAPI_NO_MAIL;
}
