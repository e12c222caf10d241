/*
 * Breaks no-use-after-logoff: it opens a message store on a session that was logged off
 * (D:imapisession-logoff).
 */
#include "pumps/common/service.h"

static void end(const struct client *client, struct session *session) {
  IMsgStore *store = NULL;
  (void)client;
  session_unadvise(session);
  session_free(session);
  session->mapi->lpVtbl->Logoff(session->mapi, 0, 0, 0);
  session->mapi->lpVtbl->OpenMsgStore(session->mapi, 0, 0, NULL, NULL, MAPI_BEST_ACCESS, &store);
  session->mapi->lpVtbl->Release(session->mapi);
  MAPIUninitialize();
}

void client_setup(struct client *client) {
  client->end = end;
}
