/*
 * A keeper: periodic work by SetTimer without a window. WM_TIMER comes through the queue like a
 * message of the thread, with a procedure that DispatchMessage calls (W:SetTimer).
 */
#include "pumps/common/service.h"

#define PERIOD_MS 100

static void CALLBACK tick(HWND window, UINT message, UINT_PTR timer, DWORD ms) {
  (void)window, (void)message, (void)timer, (void)ms;
  client_work();
}

static bool drain(void) {
  MSG message;
  while (PeekMessageW(&message, NULL, 0, 0, PM_REMOVE)) {
    if (message.message == WM_QUIT)
      return false;
    TranslateMessage(&message);
    DispatchMessageW(&message);
  }
  return true;
}

void pump(const HANDLE *handles, DWORD count) {
  UINT_PTR timer = SetTimer(NULL, 0, PERIOD_MS, tick);
  for (;;) {
    DWORD result = MsgWaitForMultipleObjects(count, handles, FALSE, INFINITE, QS_ALLINPUT);
    if (result == WAIT_OBJECT_0 + HANDLE_WORK)
      client_work();
    else if (result != WAIT_OBJECT_0 + count || !drain())
      break;
  }
  KillTimer(NULL, timer);
}

void client_setup(struct client *client) {
  client->pump = pump;
}
