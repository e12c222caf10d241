/*
 * A keeper: OnNotify waits for a worker in a modal loop of its own that serves messages and looks
 * at the stop event: whatever comes in meanwhile, senders included, is served there, and the stop
 * ends both loops. The pump's last look at the queue has made old what lies there, so the inner
 * wait needs MWMO_INPUTAVAILABLE too.
 */
#include "pumps/common/service.h"

static HANDLE stop;
static bool modal;

static DWORD WINAPI answer(void *data) {
  (void)data;
  Sleep(20);
  return 0;
}

static bool serve(void) {
  MSG message;
  while (PeekMessageW(&message, NULL, 0, 0, PM_REMOVE)) {
    if (message.message == WM_QUIT) {
      PostQuitMessage((int)message.wParam);
      return false;
    }
    TranslateMessage(&message);
    DispatchMessageW(&message);
  }
  return true;
}

static void on_notify(ULONG count, const NOTIFICATION *notifications) {
  (void)count, (void)notifications;
  HANDLE worker = modal ? NULL : CreateThread(NULL, 0, answer, NULL, 0, NULL);
  if (!worker)
    return;
  modal = true;
  const HANDLE waits[] = {stop, worker};
  while (MsgWaitForMultipleObjectsEx(2, waits, INFINITE, QS_ALLINPUT, MWMO_INPUTAVAILABLE) ==
             WAIT_OBJECT_0 + 2 &&
         serve())
    ;
  CloseHandle(worker);
  modal = false;
}

void pump(const HANDLE *handles, DWORD count) {
  stop = handles[HANDLE_STOP];
  pump_reference(handles, count);
}

void client_setup(struct client *client) {
  client->on_notify = on_notify;
  client->pump = pump;
}
