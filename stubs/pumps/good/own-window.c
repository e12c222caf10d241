/*
 * A keeper: the pump thread has a window of its own beside MAPI's two. OnNotify only posts to it,
 * and the work is done in its window procedure, so that OnNotify is short and MAPI's own dispatch
 * is never nested. Each window's messages reach DispatchMessage, whoever owns it.
 */
#include "pumps/common/service.h"

#define WM_WORK (WM_APP + 1)

static HWND window;

static LRESULT CALLBACK procedure(HWND hwnd, UINT message, WPARAM wparam, LPARAM lparam) {
  if (message != WM_WORK)
    return DefWindowProcW(hwnd, message, wparam, lparam);
  client_work();
  return 0;
}

static void on_notify(ULONG count, const NOTIFICATION *notifications) {
  (void)notifications;
  PostMessageW(window, WM_WORK, count, 0);
}

static void before_logon(void) {
  WNDCLASSW class = {.lpfnWndProc = procedure,
                     .hInstance = GetModuleHandleW(NULL),
                     .lpszClassName = L"mapirig-work"};
  RegisterClassW(&class);
  window = CreateWindowW(class.lpszClassName, NULL, 0, 0, 0, 0, 0, HWND_MESSAGE, NULL,
                         class.hInstance, NULL);
}

void pump(const HANDLE *handles, DWORD count) {
  pump_reference(handles, count);
  DestroyWindow(window);
}

void client_setup(struct client *client) {
  client->before_logon = before_logon;
  client->on_notify = on_notify;
  client->pump = pump;
}
