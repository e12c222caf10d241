/*
 * Breaks shutdown-order: DeinitMapiUtil without ScInitMapiUtil, while MAPI is still in use: it
 * releases what MAPIInitialize set up (D:ending-a-mapi-session, step 8; D:deinitmapiutil).
 */
#include "pumps/common/service.h"

void WINAPI DeinitMapiUtil(void);

static void end(const struct client *client, struct session *session) {
  DeinitMapiUtil();
  session_end(client, session);
}

void client_setup(struct client *client) {
  client->end = end;
}
