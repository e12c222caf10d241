/*
 * Breaks shutdown-order: OleInitialize around MAPI, so that OleUninitialize follows
 * MAPIUninitialize: "the timing is crucial" (D:ending-a-mapi-session, steps 6 and 7).
 */
#include <ole2.h>

#include "pumps/common/service.h"

static int session(const struct client *client, const HANDLE *handles, bool service) {
  OleInitialize(NULL);
  int result = client_session(client, handles, service);
  OleUninitialize();
  return result;
}

void client_setup(struct client *client) {
  client->session = session;
}
