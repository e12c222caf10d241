/*
 * Breaks notify-latency where the reference with MAPI_MULTITHREAD_NOTIFICATIONS keeps it: OnNotify
 * works for two seconds on MAPI's own thread, and no other notification is delivered meanwhile
 * (D:handling-notifications).
 */
#include "pumps/common/service.h"

static void on_notify(ULONG count, const NOTIFICATION *notifications) {
  (void)count, (void)notifications;
  client_compute(2000);
}

void client_setup(struct client *client) {
  client->init_flags |= MAPI_MULTITHREAD_NOTIFICATIONS;
  client->on_notify = on_notify;
}
