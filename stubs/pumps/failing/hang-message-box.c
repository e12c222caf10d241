/*
 * For the diagnosis: a message box, which in a service nobody ever sees (KB 237913).
 */
#include "pumps/common/service.h"

void pump(const HANDLE *handles, DWORD count) {
  (void)handles, (void)count;
  MessageBoxW(NULL, L"The profile is in use.", L"mapirig", MB_OK);
}

void client_setup(struct client *client) {
  client->init_flags |= MAPI_MULTITHREAD_NOTIFICATIONS;
  client->pump = pump;
}
