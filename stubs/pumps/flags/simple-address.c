/*
 * Breaks ui-flags-elsewhere: MAPIAddress, which is a dialog whatever its flags are (W:MAPIAddress,
 * D:writing-an-automated-client).
 */
#include "pumps/common/service.h"

#include <mapi.h>

static bool call(IMAPISession *session) {
  (void)session;
  ULONG count = 0;
  lpMapiRecipDesc recipients = NULL;
  MAPIAddress(0, 0, NULL, 1, NULL, 0, NULL, 0, 0, &count, &recipients);
  return true;
}

void client_setup(struct client *client) {
  client->after_logon = call;
}
