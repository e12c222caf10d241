/*
 * Breaks no-use-after-logoff: it registers for notifications anew on a session that was logged off
 * (D:imapisession-logoff).
 */
#include "pumps/common/service.h"

static void end(const struct client *client, struct session *session) {
  IMAPIAdviseSink *sink = sink_new(client);
  ULONG connection = 0;
  session_unadvise(session);
  session_free(session);
  session->mapi->lpVtbl->Logoff(session->mapi, 0, 0, 0);
  session->mapi->lpVtbl->Advise(session->mapi, 0, NULL, fnevExtended, sink, &connection);
  session->mapi->lpVtbl->Release(session->mapi);
  sink->lpVtbl->Release(sink);
  MAPIUninitialize();
}

void client_setup(struct client *client) {
  client->end = end;
}
