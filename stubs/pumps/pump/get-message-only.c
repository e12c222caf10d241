/*
 * Breaks stop-latency: the documented message loop and nothing else. Messages are served; the stop
 * event is in no wait of the thread, and nothing posts WM_QUIT.
 */
#include "pumps/common/service.h"

void pump(const HANDLE *handles, DWORD count) {
  (void)handles, (void)count;
  MSG message;
  while (GetMessageW(&message, NULL, 0, 0) > 0) {
    TranslateMessage(&message);
    DispatchMessageW(&message);
  }
}

void client_setup(struct client *client) {
  client->pump = pump;
}
