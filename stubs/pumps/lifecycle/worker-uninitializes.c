/*
 * Breaks uninit-owned: a worker that never initialised MAPI cleans up after itself with
 * MAPIUninitialize, and takes the first thread's reference (G, rule 3).
 */
#include "pumps/common/service.h"

static DWORD WINAPI work(void *context) {
  (void)context;
  MAPIUninitialize();
  return 0;
}

static void end(const struct client *client, struct session *session) {
  client_thread(work, NULL, true);
  session_end(client, session);
}

void client_setup(struct client *client) {
  client->end = end;
}
