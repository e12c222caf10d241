/*
 * Breaks nt-service-only-in-service: MAPI_NT_SERVICE in the console program too (D:mapilogonex).
 * The reference takes it out when StartServiceCtrlDispatcher says that this is no service.
 */
#include "pumps/common/service.h"

void client_setup(struct client *client) {
  client->nt_service_always = true;
}
