/*
 * Breaks shutdown-order by shape, a warning: ScInitMapiUtil at the very start, DeinitMapiUtil
 * before MAPIUninitialize instead of after it (D:ending-a-mapi-session, steps 7 and 8).
 */
#include "pumps/common/service.h"

SCODE WINAPI ScInitMapiUtil(ULONG flags);
void WINAPI DeinitMapiUtil(void);

static void end(const struct client *client, struct session *session) {
  (void)client;
  session_unadvise(session);
  session_free(session);
  session_log_off(session);
  DeinitMapiUtil();
  MAPIUninitialize();
}

static int session(const struct client *client, const HANDLE *handles, bool service) {
  if (ScInitMapiUtil(0) != S_OK)
    return 1;
  return client_session(client, handles, service);
}

void client_setup(struct client *client) {
  client->session = session;
  client->end = end;
}
