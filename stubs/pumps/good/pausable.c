/*
 * A keeper: a service that can be paused. Paused or not, the pump runs on: what is paused is the
 * work, never the service of MAPI's windows, and a stop is heard in either state.
 */
#include "pumps/common/service.h"

void client_setup(struct client *client) {
  client->pausable = true;
}
