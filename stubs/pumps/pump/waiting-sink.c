/*
 * Breaks sent-latency where the reference with MAPI_MULTITHREAD_NOTIFICATIONS keeps it: OnNotify
 * waits for two seconds on MAPI's own thread, and who sends to the notification window waits with
 * it (W:SendMessage).
 */
#include "pumps/common/service.h"

static void on_notify(ULONG count, const NOTIFICATION *notifications) {
  (void)count, (void)notifications;
  Sleep(2000);
}

void client_setup(struct client *client) {
  client->init_flags |= MAPI_MULTITHREAD_NOTIFICATIONS;
  client->on_notify = on_notify;
}
