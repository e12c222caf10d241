/*
 * Breaks sent-latency: what the work event starts is done on the pump's own thread and takes three
 * seconds, in which no sent message is answered (W:SendMessage).
 */
#include "pumps/common/service.h"

static void on_work(void) {
  client_compute(3000);
}

void client_setup(struct client *client) {
  client->on_work = on_work;
}
