/*
 * The safe pump. Why each part is there:
 *
 * - MWMO_INPUTAVAILABLE: the wait returns for input that is in the queue but no longer new, so
 *   nothing that a look at the queue made old is forgotten (W:MsgWaitForMultipleObjectsEx).
 * - QS_ALLINPUT: the mask holds QS_SENDMESSAGE and QS_POSTMESSAGE, so senders and posts both wake
 *   it.
 * - PeekMessage, never GetMessage: a sent message wakes the wait, is dispatched inside the
 *   retrieval and leaves nothing to get; GetMessage would block there, deaf to the stop event.
 * - A bounded batch, then a zero-wait on the handles: a flood of messages cannot starve the stop.
 * - Every result is told apart: a handle, input, an APC, an abandoned mutex, a failure.
 */
#include "pumps/common/service.h"

#define BATCH_MAX 32

/* False when WM_QUIT was retrieved. */
static bool serve_batch(void) {
  MSG message;
  for (int i = 0; i < BATCH_MAX && PeekMessageW(&message, NULL, 0, 0, PM_REMOVE); i++) {
    if (message.message == WM_QUIT)
      return false;
    if (!message.hwnd) { /* DispatchMessage would lose it: it has no window */
      client_thread_message(&message);
      continue;
    }
    TranslateMessage(&message);
    DispatchMessageW(&message);
  }
  return true;
}

void pump_reference(const HANDLE *handles, DWORD count) {
  for (;;) {
    DWORD result =
        MsgWaitForMultipleObjectsEx(count, handles, INFINITE, QS_ALLINPUT, MWMO_INPUTAVAILABLE);
    if (result == WAIT_OBJECT_0 + count) {
      if (!serve_batch())
        return;
      result = WaitForMultipleObjects(count, handles, FALSE, 0);
      if (result == WAIT_TIMEOUT)
        continue;
    }
    if (result == WAIT_OBJECT_0 + HANDLE_STOP)
      return;
    if (result == WAIT_OBJECT_0 + HANDLE_WORK)
      client_work();
    else if (result != WAIT_IO_COMPLETION)
      return; /* WAIT_FAILED or WAIT_ABANDONED_0 + i: nothing to go on with */
  }
}
