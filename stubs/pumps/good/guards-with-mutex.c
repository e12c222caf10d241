/*
 * A keeper: one handle of its wait is a mutex, by which a worker passes on a table that both use.
 * The worker ends without ReleaseMutex, so the wait returns WAIT_ABANDONED_0 + i: ownership is
 * taken then, as with WAIT_OBJECT_0 + i (W:WaitForMultipleObjects), the table is put in order and
 * the mutex released and left out of the waits to come.
 */
#include "pumps/common/service.h"

static DWORD WINAPI owner(void *mutex) {
  WaitForSingleObject(mutex, INFINITE);
  return 0; /* abandoned */
}

static bool drain(void) {
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
  HANDLE waits[HANDLE_COUNT + 1];
  CopyMemory(waits, handles, count * sizeof *handles);
  waits[count] = CreateMutexW(NULL, FALSE, NULL);
  HANDLE worker = CreateThread(NULL, 0, owner, waits[count], 0, NULL);
  WaitForSingleObject(worker, INFINITE);
  CloseHandle(worker);
  DWORD n = count + 1;
  for (;;) {
    DWORD result =
        MsgWaitForMultipleObjectsEx(n, waits, INFINITE, QS_ALLINPUT, MWMO_INPUTAVAILABLE);
    if (n > count && (result == WAIT_ABANDONED_0 + count || result == WAIT_OBJECT_0 + count)) {
      client_work();
      ReleaseMutex(waits[count]);
      n = count;
    } else if (result == WAIT_OBJECT_0 + HANDLE_WORK) {
      client_work();
    } else if (result != WAIT_OBJECT_0 + n || !drain()) {
      break;
    }
  }
  CloseHandle(waits[count]);
}

void client_setup(struct client *client) {
  client->pump = pump;
}
