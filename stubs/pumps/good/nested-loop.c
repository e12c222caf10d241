/*
 * A keeper: OnNotify runs a loop of its own, as a modal dialog does, until the answer that it posts
 * to its thread has come round. A WM_QUIT that this inner loop meets is posted again with its exit
 * code, for the loop around it (W:PostQuitMessage). GetMessage is right here: the answer is in the
 * queue before it is called. A notification that is dispatched in the inner loop starts none.
 */
#include "pumps/common/service.h"

#define WM_ANSWER (WM_APP + 0x200)

static bool nested;

static void on_notify(ULONG count, const NOTIFICATION *notifications) {
  (void)count, (void)notifications;
  MSG message;
  if (nested)
    return;
  nested = true;
  PostThreadMessageW(GetCurrentThreadId(), WM_ANSWER, 0, 0);
  while (GetMessageW(&message, NULL, 0, 0) > 0 && message.message != WM_ANSWER) {
    TranslateMessage(&message);
    DispatchMessageW(&message);
  }
  if (message.message == WM_QUIT)
    PostQuitMessage((int)message.wParam);
  nested = false;
}

void client_setup(struct client *client) {
  client->on_notify = on_notify;
}
