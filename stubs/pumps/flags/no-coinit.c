/*
 * Breaks init-coinit: MAPI_NO_COINIT, and nobody initialises COM on the thread (D:mapiinit_0).
 */
#include "pumps/common/service.h"

#define MAPI_NO_COINIT 0x00000008u /* not in mingw-w64's mapix.h */

void client_setup(struct client *client) {
  client->init_flags |= MAPI_NO_COINIT;
}
