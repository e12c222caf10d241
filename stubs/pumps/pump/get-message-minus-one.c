/*
 * Breaks wait-failed: GetMessage for a window that was destroyed returns -1, which is not FALSE,
 * and the documented loop dispatches what was never retrieved, for ever (W:GetMessage). The pause
 * keeps it from filling the log.
 */
#include "pumps/common/service.h"

void pump(const HANDLE *handles, DWORD count) {
  (void)handles, (void)count;
  HWND window = CreateWindowExW(0, L"STATIC", L"", 0, 0, 0, 0, 0, HWND_MESSAGE, NULL, NULL, NULL);
  DestroyWindow(window);
  MSG message = {0};
  while (GetMessageW(&message, window, 0, 0)) {
    TranslateMessage(&message);
    DispatchMessageW(&message);
    Sleep(20);
  }
}

void client_setup(struct client *client) {
  client->pump = pump;
}
