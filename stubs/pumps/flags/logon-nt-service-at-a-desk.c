/*
 * Breaks nt-service-only-in-service: MAPI_NT_SERVICE in MAPILogonEx of a console program, and not
 * in its MAPIInitialize (D:mapilogonex).
 */
#include "pumps/common/service.h"

void client_setup(struct client *client) {
  client->init_flags &= ~MAPI_NT_SERVICE;
  client->nt_service_always = true;
}
