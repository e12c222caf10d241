/*
 * A keeper: a worker computes beside the pump. When the stop event is set, the pump thread waits
 * for the worker's end with a message-aware wait, serving messages all the while, and not with
 * WaitForSingleObject, where a sender to MAPI's windows would have to wait for the worker.
 */
#include "pumps/common/service.h"

#define ROUND_MS 50

static DWORD WINAPI work(void *stop) {
  while (WaitForSingleObject(stop, ROUND_MS) == WAIT_TIMEOUT)
    client_work();
  Sleep(ROUND_MS);
  return 0;
}

static void await(HANDLE worker) {
  while (MsgWaitForMultipleObjectsEx(1, &worker, INFINITE, QS_ALLINPUT, MWMO_INPUTAVAILABLE) ==
         WAIT_OBJECT_0 + 1) {
    MSG message;
    while (PeekMessageW(&message, NULL, 0, 0, PM_REMOVE)) {
      TranslateMessage(&message);
      DispatchMessageW(&message);
    }
  }
}

void pump(const HANDLE *handles, DWORD count) {
  HANDLE worker = CreateThread(NULL, 0, work, handles[HANDLE_STOP], 0, NULL);
  pump_reference(handles, count);
  SetEvent(handles[HANDLE_STOP]); /* the pump may have ended for WM_QUIT */
  await(worker);
  CloseHandle(worker);
}

void client_setup(struct client *client) {
  client->pump = pump;
}
