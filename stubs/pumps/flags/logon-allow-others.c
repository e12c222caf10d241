/*
 * Breaks logon-profile, as a warning: means to join a shared session, and sets MAPI_ALLOW_OTHERS,
 * which asks for a session of its own (D:logging-on-to-mapi, "to use an existing shared session").
 * Here there is one to be found.
 */
#include "pumps/common/service.h"

static IMAPISession *shared;
static char profile[] = "mapirig";

/* The session of another part of the program. */
static void share(void) {
  MAPILogonEx(0, profile, NULL,
              MAPI_EXTENDED | MAPI_NEW_SESSION | MAPI_ALLOW_OTHERS | MAPI_NO_MAIL | MAPI_NT_SERVICE,
              &shared);
}

/* It is not needed once it was joined. */
static bool leave(IMAPISession *joined) {
  (void)joined;
  shared->lpVtbl->Logoff(shared, 0, 0, 0);
  shared->lpVtbl->Release(shared);
  return true;
}

void client_setup(struct client *client) {
  client->profile = NULL;
  client->logon_flags &= ~(ULONG)MAPI_NEW_SESSION;
  client->logon_flags |= MAPI_ALLOW_OTHERS;
  client->before_logon = share;
  client->after_logon = leave;
}
