/*
 * A service with two locks, which its sink and its worker take in opposite order. The worker is
 * woken by the sink, a moment before the sink takes both: live the sink has them, and gives them
 * back, before the worker has even begun. Only a schedule in which the worker comes in between
 * hangs.
 */
#include "pumps/common/service.h"

/* Calls of the worker's before it takes the first lock: more than the sink makes in all. */
enum { BEFORE = 40 };

static HANDLE go, begun, one, other;

static void take_both(HANDLE before, HANDLE then) {
  WaitForSingleObject(before, INFINITE);
  WaitForSingleObject(then, INFINITE);
  ReleaseMutex(then);
  ReleaseMutex(before);
}

static DWORD WINAPI work(void *context) {
  (void)context;
  WaitForSingleObject(go, INFINITE);
  for (int i = 0; i < BEFORE; i++) {
    SetEvent(begun);
  }
  take_both(other, one);
  return 0;
}

static void notified(ULONG count, const NOTIFICATION *notifications) {
  (void)count, (void)notifications;
  SetEvent(go);
  take_both(one, other);
}

static bool ready(IMAPISession *session) {
  (void)session;
  go = CreateEventW(NULL, FALSE, FALSE, NULL);
  begun = CreateEventW(NULL, FALSE, FALSE, NULL);
  one = CreateMutexW(NULL, FALSE, NULL);
  other = CreateMutexW(NULL, FALSE, NULL);
  CloseHandle(CreateThread(NULL, 0, work, NULL, 0, NULL));
  return true;
}

void client_setup(struct client *client) {
  client->after_logon = ready;
  client->on_notify = notified;
}
