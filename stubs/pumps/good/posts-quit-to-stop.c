/*
 * A keeper: the classic loop of GetMessage. It waits for no handle: the control handler ends it by
 * posting WM_QUIT to the thread (W:PostThreadMessage), so that GetMessage is deaf to nothing.
 */
#include "pumps/common/service.h"

static DWORD thread;

/* SERVICE_STOP_PENDING comes first: the thread may report SERVICE_STOPPED before this one runs
 * again, and what is reported after that would leave the service stopping for ever. */
static bool on_control(void) {
  client_stopping();
  PostThreadMessageW(thread, WM_QUIT, 0, 0);
  return false;
}

/* The thread has its queue since MAPIInitialize made a window on it. */
static void before_logon(void) {
  thread = GetCurrentThreadId();
}

void pump(const HANDLE *handles, DWORD count) {
  (void)handles, (void)count;
  MSG message;
  while (GetMessageW(&message, NULL, 0, 0) > 0) {
    TranslateMessage(&message);
    DispatchMessageW(&message);
  }
}

void client_setup(struct client *client) {
  client->before_logon = before_logon;
  client->pump = pump;
  client->on_control = on_control;
}
