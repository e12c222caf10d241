/*
 * Asking an object for its state consumes nothing (stubs/director/handles.c), and a right that a
 * handle lacks can be had by duplicating it.
 */
#include "claim.h"

#include <winternl.h>

#define QUERIES 1000
#define QUERY_STATE 0x0001 /* EVENT_QUERY_STATE, SEMAPHORE_QUERY_STATE, MUTANT_QUERY_STATE */
#define ACCESS_DENIED ((NTSTATUS)0xC0000022)

NTSTATUS NTAPI NtQueryEvent(HANDLE event, ULONG class, void *out, ULONG bytes, ULONG *used);
NTSTATUS NTAPI NtQuerySemaphore(HANDLE semaphore, ULONG class, void *out, ULONG bytes, ULONG *used);
NTSTATUS NTAPI NtQueryMutant(HANDLE mutant, ULONG class, void *out, ULONG bytes, ULONG *used);

static HANDLE duplicate(HANDLE handle, DWORD rights) {
  HANDLE copy = NULL;
  DuplicateHandle(GetCurrentProcess(), handle, GetCurrentProcess(), &copy, rights, FALSE, 0);
  return copy;
}

static bool consumes_once(HANDLE handle) {
  return WaitForSingleObject(handle, 0) == WAIT_OBJECT_0 &&
         WaitForSingleObject(handle, 0) == WAIT_TIMEOUT;
}

static void events(void) {
  HANDLE event = event_new(false);
  struct {
    LONG type, state;
  } basic;
  bool signalled = true;
  SetEvent(event);
  for (int i = 0; i < QUERIES; i++) {
    signalled = signalled && NtQueryEvent(event, 0, &basic, sizeof basic, NULL) == 0 && basic.state;
  }
  claim(signalled, "a signalled auto-reset event stays signalled through NtQueryEvent");
  claim(consumes_once(event), "and one wait is satisfied by it afterwards, not two");
  HANDLE narrow = duplicate(event, SYNCHRONIZE);
  claim(NtQueryEvent(narrow, 0, &basic, sizeof basic, NULL) == ACCESS_DENIED,
        "a handle with SYNCHRONIZE alone cannot be asked");
  HANDLE wide = duplicate(narrow, QUERY_STATE);
  claim(wide != NULL && NtQueryEvent(wide, 0, &basic, sizeof basic, NULL) == 0 && !basic.state,
        "its duplicate with the query right can");
}

static void semaphores(void) {
  HANDLE semaphore = needed(CreateSemaphoreW(NULL, 1, 5, NULL), "a semaphore");
  struct {
    ULONG count, limit;
  } basic = {0, 0};
  bool kept = true;
  for (int i = 0; i < QUERIES; i++) {
    kept =
        kept && NtQuerySemaphore(semaphore, 0, &basic, sizeof basic, NULL) == 0 && basic.count == 1;
  }
  claim(kept && consumes_once(semaphore), "NtQuerySemaphore leaves the count as it is");
}

static DWORD WINAPI own_and_report(void *context) {
  HANDLE *handles = context; /* the mutex, "owned", "let go" */
  WaitForSingleObject(handles[0], INFINITE);
  SetEvent(handles[1]);
  WaitForSingleObject(handles[2], INFINITE);
  ReleaseMutex(handles[0]);
  return 0;
}

static void mutexes(void) {
  HANDLE handles[] = {needed(CreateMutexW(NULL, FALSE, NULL), "a mutex"), event_new(true),
                      event_new(true)};
  struct {
    LONG count;
    BOOLEAN mine, abandoned;
  } basic = {0, FALSE, FALSE};
  claim(NtQueryMutant(handles[0], 0, &basic, sizeof basic, NULL) == 0 && basic.count > 0,
        "NtQueryMutant tells a free mutex");
  HANDLE thread = needed(CreateThread(NULL, 0, own_and_report, handles, 0, NULL), "a thread");
  claim(came(handles[1]), "and does not keep another thread from taking it");
  claim(NtQueryMutant(handles[0], 0, &basic, sizeof basic, NULL) == 0 && basic.count <= 0,
        "NtQueryMutant tells one that is owned");
  HANDLE ended = duplicate(thread, SYNCHRONIZE);
  claim(WaitForSingleObject(ended, 0) == WAIT_TIMEOUT, "a zero wait tells a thread that runs");
  SetEvent(handles[2]);
  claim(came(thread), "the thread ends");
  claim(WaitForSingleObject(ended, 0) == WAIT_OBJECT_0 &&
            WaitForSingleObject(thread, 0) == WAIT_OBJECT_0,
        "a zero wait on an ended thread consumes nothing");
}

int main(void) {
  events();
  semaphores();
  mutexes();
  return claims_failed;
}
