/*
 * Breaks logon-nt-service: MAPILogonEx without MAPI_NT_SERVICE. The flag in MAPIINIT_0 does not
 * stand for it (S, D:mapilogonex).
 */
#include "pumps/common/service.h"

void client_setup(struct client *client) {
  client->logon_flags &= ~MAPI_NT_SERVICE;
}
