/*
 * Breaks uninit-owned: a clean-up thread calls MAPIUninitialize for the thread that initialised
 * MAPI, which so never undoes it itself (G, rule 3; init-balanced follows from it).
 */
#include "pumps/common/service.h"

static DWORD WINAPI clean_up(void *context) {
  (void)context;
  MAPIUninitialize();
  return 0;
}

static void end(const struct client *client, struct session *session) {
  (void)client;
  session_unadvise(session);
  session_free(session);
  session_log_off(session);
  client_thread(clean_up, NULL, true);
}

void client_setup(struct client *client) {
  client->end = end;
}
