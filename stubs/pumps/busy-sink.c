/*
 * Breaks notify-latency, and sent-latency where a sender meets it: OnNotify works for three seconds
 * on the thread that delivers notifications, and nothing else is delivered meanwhile
 * (D:handling-notifications).
 */
#include "pumps/common/service.h"

static void on_notify(ULONG count, const NOTIFICATION *notifications) {
  (void)count, (void)notifications;
  client_compute(3000);
}

void client_setup(struct client *client) {
  client->on_notify = on_notify;
}
