/*
 * Breaks ui-flags-elsewhere: a logon of Simple MAPI with MAPI_LOGON_UI, beside the one of Extended
 * MAPI that is as it should be (W:MAPILogon, D:writing-an-automated-client).
 */
#include "pumps/common/service.h"

#include <mapi.h>

static bool call(IMAPISession *session) {
  (void)session;
  LHANDLE simple = 0;
  MAPILogon(0, NULL, NULL, MAPI_LOGON_UI, 0, &simple);
  return true;
}

void client_setup(struct client *client) {
  client->after_logon = call;
}
