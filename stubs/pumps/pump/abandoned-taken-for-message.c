/*
 * Breaks wait-failed: a worker ends with a mutex in its hands that is in the array of the wait, and
 * WAIT_ABANDONED_0 + 2, a result beyond the handles, is taken for a message: GetMessage blocks,
 * deaf to the stop event.
 */
#include "pumps/common/service.h"

static HANDLE mutex;
static HANDLE owned;
static HANDLE may_end;

static DWORD WINAPI own(void *context) {
  (void)context;
  WaitForSingleObject(mutex, INFINITE);
  SetEvent(owned);
  WaitForSingleObject(may_end, INFINITE);
  return 0; /* without ReleaseMutex */
}

/* Before the client is ready: what the run does then meets the pump's wait. */
static bool begin_worker(IMAPISession *session) {
  (void)session;
  mutex = CreateMutexA(NULL, FALSE, NULL);
  owned = CreateEventA(NULL, TRUE, FALSE, NULL);
  may_end = CreateEventA(NULL, TRUE, FALSE, NULL);
  CloseHandle(CreateThread(NULL, 0, own, NULL, 0, NULL));
  return WaitForSingleObject(owned, INFINITE) == WAIT_OBJECT_0;
}

void pump(const HANDLE *handles, DWORD count) {
  HANDLE all[] = {handles[HANDLE_STOP], handles[HANDLE_WORK], mutex};
  (void)count;
  for (;;) {
    DWORD result = MsgWaitForMultipleObjectsEx(3, all, INFINITE, QS_ALLINPUT, MWMO_INPUTAVAILABLE);
    MSG message;
    if (result == WAIT_OBJECT_0 + HANDLE_STOP || result == WAIT_OBJECT_0 + 2)
      return;
    if (result == WAIT_OBJECT_0 + HANDLE_WORK) {
      SetEvent(may_end);
      continue;
    }
    if (GetMessageW(&message, NULL, 0, 0) <= 0)
      return;
    TranslateMessage(&message);
    DispatchMessageW(&message);
  }
}

void client_setup(struct client *client) {
  client->after_logon = begin_worker;
  client->pump = pump;
}
