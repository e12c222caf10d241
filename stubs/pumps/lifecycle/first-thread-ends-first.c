/*
 * Breaks first-thread-outlives: the thread that initialised MAPI first ends, and its notification
 * window with it, while ServiceMain's thread still has MAPI (G, rule 4; D:initializing-mapi).
 */
#include "pumps/common/service.h"

static struct client settings;
static const HANDLE *wait_handles;
static bool is_service;
static HANDLE logged_on;

static bool after_logon(IMAPISession *session) {
  (void)session;
  SetEvent(logged_on);
  return true;
}

static DWORD WINAPI first(void *context) {
  (void)context;
  return (DWORD)client_session(&settings, wait_handles, is_service);
}

static int session(const struct client *client, const HANDLE *handles, bool service) {
  settings = *client;
  wait_handles = handles;
  is_service = service;
  logged_on = CreateEventA(NULL, TRUE, FALSE, NULL);
  HANDLE thread = client_thread(first, NULL, false);
  WaitForSingleObject(logged_on, INFINITE);
  if (FAILED(client_initialize(client, service)))
    return 1;
  WaitForSingleObject(thread, INFINITE);
  MAPIUninitialize();
  return 0;
}

void client_setup(struct client *client) {
  client->session = session;
  client->after_logon = after_logon;
}
