/*
 * For the diagnosis: the thread sends a message to a window whose thread waits for an event and
 * retrieves none (W:SendMessage: it returns when the window procedure has processed the message).
 */
#include "pumps/common/service.h"

static HANDLE made, never;
static HWND window;

static DWORD WINAPI own_window(void *context) {
  (void)context;
  window = CreateWindowExW(0, L"STATIC", L"", 0, 0, 0, 0, 0, HWND_MESSAGE, NULL, NULL, NULL);
  SetEvent(made);
  WaitForSingleObject(never, INFINITE);
  return 0;
}

void pump(const HANDLE *handles, DWORD count) {
  (void)handles, (void)count;
  made = CreateEventW(NULL, TRUE, FALSE, NULL);
  never = CreateEventW(NULL, TRUE, FALSE, NULL);
  CreateThread(NULL, 0, own_window, NULL, 0, NULL);
  WaitForSingleObject(made, INFINITE);
  SendMessageW(window, WM_APP, 0, 0);
}

void client_setup(struct client *client) {
  client->init_flags |= MAPI_MULTITHREAD_NOTIFICATIONS;
  client->pump = pump;
}
