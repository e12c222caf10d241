/*
 * Breaks logon-extended: MAPILogonEx without MAPI_EXTENDED (D:mapilogonex: it should always be
 * set).
 */
#include "pumps/common/service.h"

void client_setup(struct client *client) {
  client->logon_flags &= ~(ULONG)MAPI_EXTENDED;
}
