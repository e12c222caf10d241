/*
 * For the harness: it writes to address 0 between MAPIInitialize and MAPILogonEx.
 */
#include "pumps/common/service.h"

static void before_logon(void) {
  *(volatile int *)0 = 1;
}

void client_setup(struct client *client) {
  client->before_logon = before_logon;
}
