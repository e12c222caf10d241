/*
 * Programs for the engine's tests: one that waits by ntdll's own calls, and some that compute.
 */
#define WIN32_LEAN_AND_MEAN
#include <windows.h>

#include <stdlib.h>

DWORD WINAPI waits_natively(HANDLE stop);
DWORD WINAPI computes(HANDLE stop);
DWORD WINAPI computes_shortly(HANDLE stop);
DWORD WINAPI computes_for_ever(HANDLE stop);

LONG NTAPI NtDelayExecution(BOOLEAN alertable, const LARGE_INTEGER *interval);
LONG NTAPI NtYieldExecution(void);
LONG NTAPI NtWaitForSingleObject(HANDLE handle, BOOLEAN alertable, const LARGE_INTEGER *timeout);
LONG NTAPI NtWaitForMultipleObjects(ULONG count, const HANDLE *handles, int any, BOOLEAN alertable,
                                    const LARGE_INTEGER *timeout);
LONG NTAPI NtSetEvent(HANDLE event, LONG *previous);
LONG NTAPI NtResetEvent(HANDLE event, LONG *previous);
LONG NTAPI NtClose(HANDLE handle);
#define STATUS_HANDLE_BAD ((LONG)0xC0000008)

static int got;

static void CALLBACK apc(ULONG_PTR value) {
  got = (int)value;
}

static DWORD WINAPI sets_natively(void *event) {
  LONG previous = 5;
  NtYieldExecution();
  if (NtSetEvent(event, &previous) != 0 || previous != 0) {
    abort();
  }
  return 0;
}

DWORD WINAPI waits_natively(HANDLE stop) {
  const LARGE_INTEGER ten_ms = {.QuadPart = -100000};
  const LARGE_INTEGER little = {.QuadPart = -1};
  LARGE_INTEGER moment;
  FILETIME now;
  const HANDLE event = CreateEventW(NULL, FALSE, FALSE, NULL);
  const HANDLE handles[] = {stop, event};
  SetLastError(77);
  GetSystemTimeAsFileTime(&now);
  const ULONGLONG from = (ULONGLONG)now.dwHighDateTime << 32 | now.dwLowDateTime;
  if (NtDelayExecution(FALSE, &ten_ms) != 0 ||
      NtWaitForSingleObject(stop, FALSE, &little) != WAIT_TIMEOUT) {
    abort();
  }
  moment.QuadPart = (LONGLONG)from + 10000 * 30; /* 19 ms from now on */
  if (NtWaitForMultipleObjects(2, handles, 1, FALSE, &moment) != WAIT_TIMEOUT) {
    abort();
  }
  GetSystemTimeAsFileTime(&now);
  if (((ULONGLONG)now.dwHighDateTime << 32 | now.dwLowDateTime) / 10000 != from / 10000 + 30) {
    abort();
  }
  CreateThread(NULL, 0, sets_natively, event, 0, NULL);
  if (NtWaitForMultipleObjects(2, handles, 1, FALSE, NULL) != WAIT_OBJECT_0 + 1 ||
      NtWaitForMultipleObjects(2, handles, 0, FALSE, &little) != WAIT_TIMEOUT) {
    abort();
  }
  QueueUserAPC(apc, GetCurrentThread(), 78);
  if (NtDelayExecution(TRUE, &ten_ms) != WAIT_IO_COMPLETION || got != 78) {
    abort();
  }
  LONG previous = 5;
  if (NtResetEvent(event, &previous) != 0 || previous != 0 || NtClose(event) != 0 ||
      NtClose(event) != STATUS_HANDLE_BAD ||
      NtWaitForSingleObject(event, FALSE, NULL) != STATUS_HANDLE_BAD || GetLastError() != 77) {
    abort();
  }
  return 0;
}

/* ---- computing: until the clock shows some moment ---- */

static void compute(unsigned ms) {
  const ULONGLONG end = GetTickCount64() + ms;
  while (GetTickCount64() < end) {
  }
}

static volatile LONG reached;

static DWORD WINAPI comes_meanwhile(void *unused) {
  (void)unused;
  Sleep(100);
  InterlockedExchange(&reached, 1);
  Sleep(100);
  InterlockedExchange(&reached, 2);
  return 0;
}

/* Others go on while it computes, and it is done when the clock says so, within a share of it. */
DWORD WINAPI computes(HANDLE stop) {
  const ULONGLONG from = GetTickCount64();
  reached = 0;
  const HANDLE other = CreateThread(NULL, 0, comes_meanwhile, NULL, 0, NULL);
  compute(150);
  const ULONGLONG took = GetTickCount64() - from;
  if (took < 150 || took > 160 || reached != 1 || WaitForSingleObject(stop, 0) != WAIT_TIMEOUT ||
      WaitForSingleObject(other, INFINITE) != WAIT_OBJECT_0 || GetTickCount64() - from != 200) {
    abort();
  }
  return 0;
}

/* Less than a millisecond is no time: a loop comes back to where it was. */
DWORD WINAPI computes_shortly(HANDLE stop) {
  LARGE_INTEGER rate, now;
  QueryPerformanceFrequency(&rate);
  const ULONGLONG from = GetTickCount64();
  for (int i = 0; i < 30; i++) {
    QueryPerformanceCounter(&now);
    const LONGLONG end = now.QuadPart + rate.QuadPart / 5000;
    while (now.QuadPart < end) {
      QueryPerformanceCounter(&now);
    }
    if (WaitForSingleObject(stop, 0) != WAIT_TIMEOUT) {
      abort();
    }
  }
  if (GetTickCount64() != from) {
    abort();
  }
  return 0;
}

DWORD WINAPI computes_for_ever(HANDLE stop) {
  while (GetTickCount64() != 0) {
  }
  return WaitForSingleObject(stop, 0);
}
