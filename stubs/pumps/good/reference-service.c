/*
 * The reference service: it keeps every rule. Its pump is common/pump.c.
 */
#include "pumps/common/service.h"

void client_setup(struct client *client) {
  (void)client;
}
