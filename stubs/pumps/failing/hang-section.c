/*
 * For the diagnosis: two threads take two critical sections in opposite order, and each waits for
 * the other for ever.
 */
#include "pumps/common/service.h"

static CRITICAL_SECTION first, second;
static HANDLE taken; /* the other thread has its section */

static void take_second(void) {
  EnterCriticalSection(&second);
}

static void take_first(void) {
  EnterCriticalSection(&first);
}

static DWORD WINAPI other(void *context) {
  (void)context;
  take_second();
  SetEvent(taken);
  take_first();
  return 0;
}

void pump(const HANDLE *handles, DWORD count) {
  (void)handles, (void)count;
  InitializeCriticalSection(&first);
  InitializeCriticalSection(&second);
  taken = CreateEventW(NULL, TRUE, FALSE, NULL);
  take_first();
  CreateThread(NULL, 0, other, NULL, 0, NULL);
  WaitForSingleObject(taken, INFINITE);
  take_second();
}

void client_setup(struct client *client) {
  client->init_flags |= MAPI_MULTITHREAD_NOTIFICATIONS;
  client->pump = pump;
}
