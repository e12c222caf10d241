/*
 * A keeper: blocks of MAPIAllocateMore that go with the one they are linked to, and clean-up code
 * that frees NULL (D:mapifreebuffer, D:mapiallocatemore). What it cached for the session it frees
 * after Logoff, which is no matter of the session's.
 */
#include "pumps/common/service.h"

static void before_logon(void) {
  void *row = NULL, *name = NULL, *address = NULL, *nothing = NULL;
  if (MAPIAllocateBuffer(128, &row) == S_OK && MAPIAllocateMore(64, row, &name) == S_OK)
    MAPIAllocateMore(64, row, &address);
  MAPIFreeBuffer(row);
  MAPIFreeBuffer(nothing);
}

static void end(const struct client *client, struct session *session) {
  session_unadvise(session);
  session_log_off(session);
  session_free(session);
  session_end(client, session);
}

void client_setup(struct client *client) {
  client->before_logon = before_logon;
  client->end = end;
}
