/*
 * Breaks wait-failed: the wait is alertable, and its result WAIT_IO_COMPLETION, which says that an
 * APC has run, ends the pump like anything that is neither a known handle nor input.
 */
#include "pumps/common/service.h"

static void CALLBACK run(ULONG_PTR context) {
  (void)context;
}

/* As an overlapped read that completes would. */
static void on_work(void) {
  QueueUserAPC(run, GetCurrentThread(), 0);
}

static bool serve(void) {
  MSG message;
  while (PeekMessageW(&message, NULL, 0, 0, PM_REMOVE)) {
    if (message.message == WM_QUIT)
      return false;
    TranslateMessage(&message);
    DispatchMessageW(&message);
  }
  return true;
}

void pump(const HANDLE *handles, DWORD count) {
  for (;;) {
    DWORD result = MsgWaitForMultipleObjectsEx(count, handles, INFINITE, QS_ALLINPUT,
                                               MWMO_INPUTAVAILABLE | MWMO_ALERTABLE);
    if (result == WAIT_OBJECT_0 + HANDLE_WORK)
      client_work();
    else if (result != WAIT_OBJECT_0 + count || !serve())
      return;
  }
}

void client_setup(struct client *client) {
  client->on_work = on_work;
  client->pump = pump;
}
