/*
 * A Unicode logon whose profile has as many characters as there may be, 64 (D:mapilogonex), none of
 * which is a single byte in UTF-8.
 */
#include "pumps/common/service.h"

static WCHAR name[64 + 1];

void client_setup(struct client *client) {
  for (int i = 0; i < 64; i++)
    name[i] = (WCHAR)(0x0430 + i % 32); /* Cyrillic */
  client->profile = (char *)name;
  client->logon_flags |= MAPI_UNICODE;
}
