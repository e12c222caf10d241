/*
 * A keeper: TranslateAccelerator before TranslateMessage, as in every wizard-made main loop. A key
 * that it takes for a command is done with (W:TranslateAccelerator): it is sent to the window as
 * WM_COMMAND, and the message is not dispatched as well.
 */
#include "pumps/common/service.h"

#define COMMAND_REFRESH 100

static HWND window;
static HACCEL table;

static LRESULT CALLBACK procedure(HWND hwnd, UINT message, WPARAM wparam, LPARAM lparam) {
  if (message == WM_COMMAND && LOWORD(wparam) == COMMAND_REFRESH)
    client_work();
  return DefWindowProcW(hwnd, message, wparam, lparam);
}

static void before_logon(void) {
  ACCEL key = {.fVirt = FVIRTKEY, .key = VK_F5, .cmd = COMMAND_REFRESH};
  WNDCLASSW class = {.lpfnWndProc = procedure,
                     .hInstance = GetModuleHandleW(NULL),
                     .lpszClassName = L"mapirig-commands"};
  RegisterClassW(&class);
  window = CreateWindowW(class.lpszClassName, NULL, WS_POPUP, 0, 0, 0, 0, NULL, NULL,
                         class.hInstance, NULL);
  table = CreateAcceleratorTableW(&key, 1);
}

static void on_notify(ULONG count, const NOTIFICATION *notifications) {
  (void)count, (void)notifications;
  PostMessageW(window, WM_KEYDOWN, VK_F5, 1);
}

static bool drain(void) {
  MSG message;
  while (PeekMessageW(&message, NULL, 0, 0, PM_REMOVE)) {
    if (message.message == WM_QUIT)
      return false;
    if (TranslateAcceleratorW(window, table, &message))
      continue;
    TranslateMessage(&message);
    DispatchMessageW(&message);
  }
  return true;
}

void pump(const HANDLE *handles, DWORD count) {
  for (;;) {
    DWORD result = MsgWaitForMultipleObjects(count, handles, FALSE, INFINITE, QS_ALLINPUT);
    if (result == WAIT_OBJECT_0 + HANDLE_WORK)
      client_work();
    else if (result != WAIT_OBJECT_0 + count || !drain())
      break;
  }
  DestroyAcceleratorTable(table);
  DestroyWindow(window);
}

void client_setup(struct client *client) {
  client->before_logon = before_logon;
  client->on_notify = on_notify;
  client->pump = pump;
}
