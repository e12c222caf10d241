/*
 * Breaks no-blocking-get: OnNotify waits in a message loop of its own for an answer that does not
 * come. Messages are served there; the stop event is in the array of the wait around it alone.
 */
#include "pumps/common/service.h"

static bool answered;

static void on_notify(ULONG count, const NOTIFICATION *notifications) {
  (void)count, (void)notifications;
  MSG message;
  while (!answered && GetMessageW(&message, NULL, 0, 0) > 0) {
    TranslateMessage(&message);
    DispatchMessageW(&message);
  }
}

void client_setup(struct client *client) {
  client->on_notify = on_notify;
}
