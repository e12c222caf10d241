/*
 * For the diagnosis: the thread hangs inside a window procedure of its own, on a lock that it has
 * already: between its frames lie those of Windows, which called the procedure.
 */
#include "pumps/common/service.h"

static SRWLOCK lock = SRWLOCK_INIT;

static LRESULT CALLBACK handle(HWND window, UINT message, WPARAM wparam, LPARAM lparam) {
  if (message == WM_APP)
    AcquireSRWLockExclusive(&lock);
  return DefWindowProcW(window, message, wparam, lparam);
}

void pump(const HANDLE *handles, DWORD count) {
  const WNDCLASSW class = {.lpfnWndProc = handle, .lpszClassName = L"mapirig-hang-in-handler"};
  (void)handles, (void)count;
  RegisterClassW(&class);
  HWND window =
      CreateWindowExW(0, class.lpszClassName, L"", 0, 0, 0, 0, 0, HWND_MESSAGE, NULL, NULL, NULL);
  AcquireSRWLockExclusive(&lock);
  SendMessageW(window, WM_APP, 0, 0);
}

void client_setup(struct client *client) {
  client->init_flags |= MAPI_MULTITHREAD_NOTIFICATIONS;
  client->pump = pump;
}
