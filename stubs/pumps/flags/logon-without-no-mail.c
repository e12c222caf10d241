/*
 * Breaks logon-no-mail: MAPILogonEx without MAPI_NO_MAIL, so that MAPI would start its spooler for
 * the session, in a service (S, D:mapilogonex).
 */
#include "pumps/common/service.h"

void client_setup(struct client *client) {
  client->logon_flags &= ~(ULONG)MAPI_NO_MAIL;
}
