/*
 * For the harness: it initialises MAPI and never gets to its logon, nor to SERVICE_RUNNING.
 */
#include "pumps/common/service.h"

static void before_logon(void) {
  Sleep(INFINITE);
}

void client_setup(struct client *client) {
  client->init_flags |= MAPI_MULTITHREAD_NOTIFICATIONS;
  client->before_logon = before_logon;
}
