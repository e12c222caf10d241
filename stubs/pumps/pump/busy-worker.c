/*
 * Breaks pump-runs without a wait: what the work event starts is done on the pump's own thread and
 * takes two seconds, in which no message is served.
 */
#include "pumps/common/service.h"

static void on_work(void) {
  client_compute(2000);
}

void client_setup(struct client *client) {
  client->on_work = on_work;
}
