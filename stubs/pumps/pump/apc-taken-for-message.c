/*
 * Breaks wait-failed: the wait is alertable, and its result WAIT_IO_COMPLETION, which says that an
 * APC has run, is taken for a message: GetMessage blocks, deaf to the stop event. Looking first
 * with PeekMessage keeps a message's own return from harm.
 */
#include "pumps/common/service.h"

static void CALLBACK run(ULONG_PTR context) {
  (void)context;
}

/* As an overlapped read that completes would. */
static void on_work(void) {
  QueueUserAPC(run, GetCurrentThread(), 0);
}

void pump(const HANDLE *handles, DWORD count) {
  for (;;) {
    DWORD result = MsgWaitForMultipleObjectsEx(count, handles, INFINITE, QS_ALLINPUT,
                                               MWMO_INPUTAVAILABLE | MWMO_ALERTABLE);
    MSG message;
    if (result == WAIT_OBJECT_0 + HANDLE_STOP)
      return;
    if (result == WAIT_OBJECT_0 + HANDLE_WORK) {
      client_work();
      continue;
    }
    if (result == WAIT_OBJECT_0 + count && !PeekMessageW(&message, NULL, 0, 0, PM_NOREMOVE))
      continue;
    if (GetMessageW(&message, NULL, 0, 0) <= 0)
      return;
    TranslateMessage(&message);
    DispatchMessageW(&message);
  }
}

void client_setup(struct client *client) {
  client->on_work = on_work;
  client->pump = pump;
}
