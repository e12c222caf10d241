/*
 * A keeper: its waits are alertable, because asynchronous procedure calls bring it its work. A wait
 * that an APC ended returns WAIT_IO_COMPLETION, which is neither a handle nor input: it waits
 * again. Two APCs are queued before the pump, and each notification queues one more.
 */
#include "pumps/common/service.h"

static void CALLBACK completed(ULONG_PTR data) {
  (void)data;
  client_work();
}

static void on_notify(ULONG count, const NOTIFICATION *notifications) {
  (void)count, (void)notifications;
  QueueUserAPC(completed, GetCurrentThread(), 0);
}

void pump(const HANDLE *handles, DWORD count) {
  QueueUserAPC(completed, GetCurrentThread(), 0);
  SleepEx(0, TRUE);
  QueueUserAPC(completed, GetCurrentThread(), 0);
  for (;;) {
    DWORD result = MsgWaitForMultipleObjectsEx(count, handles, INFINITE, QS_ALLINPUT,
                                               MWMO_INPUTAVAILABLE | MWMO_ALERTABLE);
    if (result == WAIT_IO_COMPLETION)
      continue;
    if (result == WAIT_OBJECT_0 + HANDLE_WORK) {
      client_work();
      continue;
    }
    if (result != WAIT_OBJECT_0 + count)
      return;
    MSG message;
    while (PeekMessageW(&message, NULL, 0, 0, PM_REMOVE)) {
      if (message.message == WM_QUIT)
        return;
      TranslateMessage(&message);
      DispatchMessageW(&message);
    }
  }
}

void client_setup(struct client *client) {
  client->pump = pump;
  client->on_notify = on_notify;
}
