/*
 * MAPI_NO_COINIT as it is meant: the thread is in an apartment of its own before MAPIInitialize,
 * and stays in it until after MAPIUninitialize (D:mapiinit_0).
 */
#include "pumps/common/service.h"

#define MAPI_NO_COINIT 0x00000008u /* not in mingw-w64's mapix.h */

static int session(const struct client *client, const HANDLE *handles, bool service) {
  if (FAILED(CoInitializeEx(NULL, COINIT_APARTMENTTHREADED | COINIT_DISABLE_OLE1DDE)))
    return 2;
  int code = client_session(client, handles, service);
  CoUninitialize();
  return code;
}

void client_setup(struct client *client) {
  client->init_flags |= MAPI_NO_COINIT;
  client->session = session;
}
