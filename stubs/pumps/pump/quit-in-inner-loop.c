/*
 * Breaks quit-honoured in a nested loop: what OnNotify does takes its time, so it serves the queue
 * meanwhile, and dispatches WM_QUIT like anything else. The pump around it, which is sound, never
 * sees it.
 */
#include "pumps/common/service.h"

static void on_notify(ULONG count, const NOTIFICATION *notifications) {
  (void)count, (void)notifications;
  MSG message;
  while (PeekMessageW(&message, NULL, 0, 0, PM_REMOVE)) {
    TranslateMessage(&message);
    DispatchMessageW(&message);
  }
}

void client_setup(struct client *client) {
  client->on_notify = on_notify;
}
