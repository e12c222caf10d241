/*
 * A keeper: two threads more use MAPI. Each initialises it for itself, has a pump of its own and
 * uninitialises it, all before the thread that initialised MAPI first does (G, rules 1 to 4).
 */
#include "pumps/common/service.h"

#define WORKERS 2

static ULONG init_flags;

static DWORD WINAPI work(void *stop) {
  MAPIINIT_0 init = {MAPI_INIT_VERSION, init_flags};
  if (FAILED(MAPIInitialize(&init)))
    return 1;
  void *buffer = NULL;
  if (SUCCEEDED(MAPIAllocateBuffer(64, &buffer)))
    MAPIFreeBuffer(buffer);
  while (MsgWaitForMultipleObjects(1, &stop, FALSE, INFINITE, QS_ALLINPUT) == WAIT_OBJECT_0 + 1) {
    MSG message;
    while (PeekMessageW(&message, NULL, 0, 0, PM_REMOVE)) {
      TranslateMessage(&message);
      DispatchMessageW(&message);
    }
  }
  MAPIUninitialize();
  return 0;
}

void pump(const HANDLE *handles, DWORD count) {
  HANDLE workers[WORKERS];
  for (int i = 0; i < WORKERS; i++)
    workers[i] = CreateThread(NULL, 0, work, handles[HANDLE_STOP], 0, NULL);
  pump_reference(handles, count);
  SetEvent(handles[HANDLE_STOP]); /* the pump may have ended for WM_QUIT */
  WaitForMultipleObjects(WORKERS, workers, TRUE, INFINITE);
  for (int i = 0; i < WORKERS; i++)
    CloseHandle(workers[i]);
}

void client_setup(struct client *client) {
  init_flags = client->init_flags;
  client->pump = pump;
}
