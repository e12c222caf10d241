/*
 * For the harness: the control handler takes a stop and does nothing about it.
 */
#include "pumps/common/service.h"

static bool on_control(void) {
  return false;
}

void client_setup(struct client *client) {
  client->on_control = on_control;
}
