/*
 * Breaks pump-runs: the pump's thread sends a message to a window of a worker that waits for an
 * event and serves no message. It serves what is sent to it meanwhile, and nothing that is posted
 * (W:SendMessage).
 */
#include "pumps/common/service.h"

static HWND window;
static HANDLE made;

static DWORD WINAPI work(void *context) {
  window = CreateWindowExW(0, L"STATIC", L"", 0, 0, 0, 0, 0, HWND_MESSAGE, NULL, NULL, NULL);
  SetEvent(made);
  WaitForSingleObject(context, INFINITE);
  return 0;
}

static void on_work(void) {
  HANDLE done = CreateEventA(NULL, TRUE, FALSE, NULL);
  made = CreateEventA(NULL, TRUE, FALSE, NULL);
  CloseHandle(CreateThread(NULL, 0, work, done, 0, NULL));
  WaitForSingleObject(made, INFINITE);
  SendMessageW(window, WM_APP, 0, 0);
}

void client_setup(struct client *client) {
  client->on_work = on_work;
}
