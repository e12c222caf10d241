/*
 * A keeper: a second reference on the session and the advise sink itself are released after Logoff,
 * which D:imapisession-logoff allows; the sink, an object of the client's, even after
 * MAPIUninitialize.
 */
#include "pumps/common/service.h"

static bool after_logon(IMAPISession *session) {
  session->lpVtbl->AddRef(session);
  return true;
}

static void end(const struct client *client, struct session *session) {
  IMAPISession *second = session->mapi;
  IMAPIAdviseSink *sink = session->sink;
  session->sink = NULL;
  session_unadvise(session);
  session_free(session);
  session_log_off(session);
  if (second)
    second->lpVtbl->Release(second);
  session_end(client, session);
  if (sink)
    sink->lpVtbl->Release(sink);
}

void client_setup(struct client *client) {
  client->after_logon = after_logon;
  client->end = end;
}
