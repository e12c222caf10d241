/*
 * A keeper: a modeless window with controls on the pump thread, so each message goes to
 * IsDialogMessage first, which dispatches those for the window itself (W:IsDialogMessage). What it
 * leaves is translated and dispatched, MAPI's messages among it.
 */
#include "pumps/common/service.h"

static HWND dialog;

static void before_logon(void) {
  dialog = CreateWindowExW(WS_EX_CONTROLPARENT, L"STATIC", NULL, WS_POPUP, 0, 0, 0, 0, NULL, NULL,
                           GetModuleHandleW(NULL), NULL);
}

static void on_notify(ULONG count, const NOTIFICATION *notifications) {
  (void)count, (void)notifications;
  PostMessageW(dialog, WM_SETTEXT, 0, 0);
}

static bool drain(void) {
  MSG message;
  while (PeekMessageW(&message, NULL, 0, 0, PM_REMOVE)) {
    if (message.message == WM_QUIT)
      return false;
    if (IsDialogMessageW(dialog, &message))
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
  DestroyWindow(dialog);
}

void client_setup(struct client *client) {
  client->before_logon = before_logon;
  client->on_notify = on_notify;
  client->pump = pump;
}
