/*
 * A keeper: messages of its own come before all others. Each look is a peek with the range of those
 * first, and then, when there is none, one without a filter: nothing else is left behind. The
 * service posts itself such a message when it works.
 */
#include "pumps/common/service.h"

#define URGENT_FIRST (WM_APP + 0x100)
#define URGENT_LAST (WM_APP + 0x10F)

static bool next(MSG *message) {
  return PeekMessageW(message, NULL, URGENT_FIRST, URGENT_LAST, PM_REMOVE) ||
         PeekMessageW(message, NULL, 0, 0, PM_REMOVE);
}

void pump(const HANDLE *handles, DWORD count) {
  PostThreadMessageW(GetCurrentThreadId(), URGENT_FIRST, 0, 0);
  for (;;) {
    DWORD result =
        MsgWaitForMultipleObjectsEx(count, handles, INFINITE, QS_ALLINPUT, MWMO_INPUTAVAILABLE);
    if (result == WAIT_OBJECT_0 + HANDLE_WORK) {
      PostThreadMessageW(GetCurrentThreadId(), URGENT_FIRST, 0, 0);
      continue;
    }
    if (result != WAIT_OBJECT_0 + count)
      return;
    MSG message;
    while (next(&message)) {
      if (message.message == WM_QUIT)
        return;
      if (!message.hwnd && message.message >= URGENT_FIRST && message.message <= URGENT_LAST) {
        client_work();
        continue;
      }
      TranslateMessage(&message);
      DispatchMessageW(&message);
    }
  }
}

void client_setup(struct client *client) {
  client->pump = pump;
}
