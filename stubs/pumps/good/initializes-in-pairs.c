/*
 * A keeper: MAPIInitialize and MAPIUninitialize in pairs, one inside the other and one after the
 * other, each balanced on the same thread: each component brings its own (D:mapiinitialize counts).
 */
#include "pumps/common/service.h"

static struct client settings;
static bool is_service;

static void look_up(void) {
  void *block = NULL;
  if (FAILED(client_initialize(&settings, is_service)))
    return;
  if (MAPIAllocateBuffer(32, &block) == S_OK)
    MAPIFreeBuffer(block);
  MAPIUninitialize();
}

static int session(const struct client *client, const HANDLE *handles, bool service) {
  is_service = service;
  look_up(); /* MAPI comes and goes before the service's own session */
  int result = client_session(client, handles, service);
  look_up();
  return result;
}

void client_setup(struct client *client) {
  client->session = session;
  client->before_logon = look_up;
  settings = *client;
}
