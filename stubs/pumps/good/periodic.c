/*
 * A keeper: the wait has a time-out, since there is something to do ten times a second.
 * WAIT_TIMEOUT is told apart from a handle and from input; the time that messages take is taken off
 * the next wait, so that they do not put the work off.
 */
#include "pumps/common/service.h"

#define PERIOD_MS 100

static DWORD left_until(ULONGLONG due) {
  ULONGLONG now = GetTickCount64();
  return now >= due ? 0 : (DWORD)(due - now);
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
  ULONGLONG due = GetTickCount64() + PERIOD_MS;
  for (;;) {
    DWORD result = MsgWaitForMultipleObjects(count, handles, FALSE, left_until(due), QS_ALLINPUT);
    if (result == WAIT_TIMEOUT) {
      client_work();
      due = GetTickCount64() + PERIOD_MS;
    } else if (result == WAIT_OBJECT_0 + count) {
      if (!drain())
        return;
    } else if (result == WAIT_OBJECT_0 + HANDLE_WORK) {
      client_work();
    } else {
      return;
    }
  }
}

void client_setup(struct client *client) {
  client->pump = pump;
}
