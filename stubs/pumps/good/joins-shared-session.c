/*
 * One part of the service shares its session (MAPI_ALLOW_OTHERS with a name and MAPI_NEW_SESSION),
 * the other joins it: no name, no password, neither flag (D:logging-on-to-mapi, "to use an existing
 * shared session"). Each logs off what it logged on.
 */
#include "pumps/common/service.h"

#define FLAGS (MAPI_EXTENDED | MAPI_NO_MAIL | MAPI_NT_SERVICE)

static void leave(IMAPISession *session) {
  session->lpVtbl->Logoff(session, 0, 0, 0);
  session->lpVtbl->Release(session);
}

static int session(const struct client *client, const HANDLE *handles, bool service) {
  MAPIINIT_0 init = {MAPI_INIT_VERSION, service ? MAPI_NT_SERVICE : 0};
  ULONG flags = service ? FLAGS : FLAGS & ~MAPI_NT_SERVICE;
  IMAPISession *shared = NULL, *joined = NULL;
  if (FAILED(MAPIInitialize(&init)))
    return 1;
  bool begun = SUCCEEDED(MAPILogonEx(0, client->profile, NULL,
                                     flags | MAPI_NEW_SESSION | MAPI_ALLOW_OTHERS, &shared)) &&
               SUCCEEDED(MAPILogonEx(0, NULL, NULL, flags, &joined));
  if (begun) {
    client_running();
    pump_reference(handles, HANDLE_COUNT);
  }
  if (joined)
    leave(joined);
  if (shared)
    leave(shared);
  MAPIUninitialize();
  return begun ? 0 : 1;
}

void client_setup(struct client *client) {
  client->session = session;
}
