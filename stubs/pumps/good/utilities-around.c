/*
 * A keeper: ScInitMapiUtil for the utilities it needs before MAPIInitialize, DeinitMapiUtil after
 * MAPIUninitialize (D:scinitmapiutil; D:ending-a-mapi-session, step 8).
 */
#include "pumps/common/service.h"

SCODE WINAPI ScInitMapiUtil(ULONG flags);
void WINAPI DeinitMapiUtil(void);

static int session(const struct client *client, const HANDLE *handles, bool service) {
  void *early = NULL;
  if (ScInitMapiUtil(0) != S_OK)
    return 1;
  SCODE made = MAPIAllocateBuffer(64, &early);
  int result = client_session(client, handles, service);
  if (made == S_OK)
    MAPIFreeBuffer(early);
  DeinitMapiUtil();
  return result;
}

void client_setup(struct client *client) {
  client->session = session;
}
