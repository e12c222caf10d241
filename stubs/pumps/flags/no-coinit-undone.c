/*
 * Breaks init-coinit: MAPI_NO_COINIT after the thread's COM was undone again (D:mapiinit_0).
 */
#include "pumps/common/service.h"

#define MAPI_NO_COINIT 0x00000008u /* not in mingw-w64's mapix.h */

static int session(const struct client *client, const HANDLE *handles, bool service) {
  if (SUCCEEDED(CoInitializeEx(NULL, COINIT_APARTMENTTHREADED)))
    CoUninitialize();
  return client_session(client, handles, service);
}

void client_setup(struct client *client) {
  client->init_flags |= MAPI_NO_COINIT;
  client->session = session;
}
