/*
 * Breaks ui-flags-elsewhere: MAPISendMail with MAPI_DIALOG, so that a user would edit the message
 * before it is sent (W:MAPISendMail, D:writing-an-automated-client).
 */
#include "pumps/common/service.h"

#include <mapi.h>

static char subject[] = "report";

static bool call(IMAPISession *session) {
  (void)session;
  MapiMessage message = {.lpszSubject = subject};
  MAPISendMail(0, 0, &message, MAPI_DIALOG, 0);
  return true;
}

void client_setup(struct client *client) {
  client->after_logon = call;
}
