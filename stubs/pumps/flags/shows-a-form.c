/*
 * Breaks ui-flags-elsewhere: IMAPISession::ShowForm, which is a form on a desktop that a service
 * does not have (D:writing-an-automated-client).
 */
#include "pumps/common/service.h"

static char class_name[] = "IPM.Note";

static bool show(IMAPISession *session) {
  session->lpVtbl->ShowForm(session, 0, NULL, NULL, NULL, 1, NULL, 0, 0, 0, 0, class_name);
  return true;
}

void client_setup(struct client *client) {
  client->after_logon = show;
}
