/*
 * Breaks logon-named-profile-new-session: a named profile without MAPI_NEW_SESSION; where another
 * program shares its session, that one is returned instead (D:mapilogonex).
 */
#include "pumps/common/service.h"

void client_setup(struct client *client) {
  client->logon_flags &= ~(ULONG)MAPI_NEW_SESSION;
}
