/*
 * Pumps for the engine's tests, as a user compiles them: against the real <windows.h>. Each is
 * started with the stop event as its argument.
 */
#define WIN32_LEAN_AND_MEAN
#include <windows.h>

#include <stdio.h>
#include <stdlib.h>

DWORD WINAPI literal_pump(HANDLE stop);
DWORD WINAPI safe_pump(HANDLE stop);
DWORD WINAPI own_window(HANDLE stop);
DWORD WINAPI prints(HANDLE stop);
DWORD WINAPI guards(HANDLE stop);
DWORD WINAPI locks_both_ways(HANDLE stop);
DWORD WINAPI conditions(HANDLE stop);
DWORD WINAPI writes_into_another_stack(HANDLE stop);
DWORD WINAPI posts_and_reads(HANDLE stop);
DWORD WINAPI crashes(HANDLE stop);
DWORD WINAPI crashes_in_a_call(HANDLE stop);
DWORD WINAPI crashes_later(HANDLE stop);
DWORD WINAPI never_yields(HANDLE stop);
DWORD WINAPI recurses(HANDLE stop);
DWORD WINAPI calls_what_is_not_there(HANDLE stop);
DWORD WINAPI asks_for_what_is_not_there(HANDLE stop);
DWORD WINAPI frees_twice(HANDLE stop);
DWORD WINAPI waits_for_null(HANDLE stop);
DWORD WINAPI floods_itself(HANDLE stop);
DWORD WINAPI looks_each_second(HANDLE stop);
DWORD WINAPI spins(HANDLE stop);
DWORD WINAPI sleeps(HANDLE stop);
DWORD WINAPI calls_everything(HANDLE stop);

DWORD WINAPI literal_pump(HANDLE stop) {
  for (;;) {
    const DWORD woke = MsgWaitForMultipleObjects(1, &stop, FALSE, INFINITE, QS_ALLINPUT);
    if (woke == WAIT_OBJECT_0) {
      return 0;
    }
    MSG message;
    if (!GetMessageW(&message, NULL, 0, 0)) {
      return 0;
    }
    TranslateMessage(&message);
    DispatchMessageW(&message);
  }
}

static int serve(void) {
  MSG message;
  for (int i = 0; i < 8 && PeekMessageW(&message, NULL, 0, 0, PM_REMOVE); i++) {
    if (message.message == WM_QUIT) {
      return 0;
    }
    TranslateMessage(&message);
    DispatchMessageW(&message);
  }
  return 1;
}

DWORD WINAPI safe_pump(HANDLE stop) {
  for (;;) {
    const DWORD woke =
        MsgWaitForMultipleObjectsEx(1, &stop, INFINITE, QS_ALLINPUT, MWMO_INPUTAVAILABLE);
    if (woke == WAIT_OBJECT_0 || !serve() || WaitForSingleObject(stop, 0) == WAIT_OBJECT_0) {
      return 0;
    }
  }
}

/* ---- windows ---- */

static int got;

static LRESULT CALLBACK procedure(HWND window, UINT message, WPARAM wparam, LPARAM lparam) {
  if (message == WM_APP + 1) {
    got += (int)wparam;
    return GetWindowLongPtrW(window, GWLP_USERDATA) + lparam;
  }
  if (message == WM_APP + 2) {
    PostQuitMessage(7);
    return 0;
  }
  return DefWindowProcW(window, message, wparam, lparam);
}

static DWORD WINAPI sends_to(void *window) {
  DWORD_PTR answer = 0;
  if (SendMessageW(window, WM_APP + 1, 1, 5) != 15) {
    abort();
  }
  if (!SendMessageTimeoutW(window, WM_APP + 1, 10, 6, SMTO_NORMAL, INFINITE, &answer) ||
      answer != 16) {
    abort();
  }
  PostMessageW(window, WM_APP + 1, 100, 0);
  PostMessageW(window, WM_APP + 2, 0, 0);
  return 3;
}

DWORD WINAPI own_window(HANDLE stop) {
  WNDCLASSW class = {.lpfnWndProc = procedure,
                     .hInstance = GetModuleHandleW(NULL),
                     .lpszClassName = L"TestWindow"};
  MSG message;
  (void)stop;
  got = 0;
  if (!RegisterClassW(&class) || RegisterClassW(&class) ||
      GetLastError() != ERROR_CLASS_ALREADY_EXISTS) {
    abort();
  }
  HWND window =
      CreateWindowExW(0, L"testwindow", NULL, 0, 0, 0, 0, 0, HWND_MESSAGE, NULL, NULL, NULL);
  if (!window || !IsWindow(window) ||
      GetWindowThreadProcessId(window, NULL) != GetCurrentThreadId()) {
    abort();
  }
  SetWindowLongPtrW(window, GWLP_USERDATA, 10);
  HANDLE sender = CreateThread(NULL, 0, sends_to, window, 0, NULL);
  BOOL result;
  while ((result = GetMessageW(&message, NULL, 0, 0)) > 0) {
    DispatchMessageW(&message);
  }
  DWORD code = 0;
  WaitForSingleObject(sender, INFINITE);
  if (result != 0 || message.wParam != 7 || got != 111 || !GetExitCodeThread(sender, &code) ||
      code != 3 || !DestroyWindow(window) || IsWindow(window)) {
    abort();
  }
  CloseHandle(sender);
  if (CreateWindowExW(0, L"NoSuchClass", NULL, 0, 0, 0, 0, 0, NULL, NULL, NULL, NULL) ||
      GetLastError() != ERROR_CANNOT_FIND_WND_CLASS) {
    abort();
  }
  return 0;
}

/* ---- text and memory ---- */

DWORD WINAPI prints(HANDLE stop) {
  char text[64];
  wchar_t wide[32];
  (void)stop;
  const int length = snprintf(text, sizeof text, "%5d|%-5s|%05u|%x|%c|%.3f|%I64d|%ls|%%", -42, "ab",
                              7u, 0xbeefu, 'z', 1.5, -5000000000LL, L"wide");
  if (length != 49 || strcmp(text, "  -42|ab   |00007|beef|z|1.500|-5000000000|wide|%") != 0) {
    abort();
  }
  if (_snwprintf(wide, 32, L"%s-%d", L"name", 3) != 6 || wcscmp(wide, L"name-3") != 0) {
    abort();
  }
  char *block = malloc(100);
  if (!block) {
    abort();
  }
  memset(block, 'x', 100);
  block = realloc(block, 1000);
  if (!block || block[99] != 'x') {
    abort();
  }
  free(block);
  void *heap = HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, 64);
  if (!heap || *(int *)heap != 0 || !HeapFree(GetProcessHeap(), 0, heap)) {
    abort();
  }
  printf("hello %s %d\n", "report", 5);
  OutputDebugStringW(L"w\x00fc");
  fputs("to stderr", stderr);
  const DWORD slot = TlsAlloc();
  if (slot == TLS_OUT_OF_INDEXES || !TlsSetValue(slot, text) || TlsGetValue(slot) != text) {
    abort();
  }
  return 0;
}

/* ---- locks ---- */

static CRITICAL_SECTION section;
static CRITICAL_SECTION other;
static int inside;

static DWORD WINAPI in_section(void *unused) {
  (void)unused;
  EnterCriticalSection(&section);
  if (++inside != 1) {
    abort();
  }
  Sleep(0);
  inside--;
  LeaveCriticalSection(&section);
  return 0;
}

DWORD WINAPI guards(HANDLE stop) {
  HANDLE threads[2];
  (void)stop;
  InitializeCriticalSection(&section);
  EnterCriticalSection(&section);
  EnterCriticalSection(&section);
  threads[0] = CreateThread(NULL, 0, in_section, NULL, 0, NULL);
  threads[1] = CreateThread(NULL, 0, in_section, NULL, 0, NULL);
  LeaveCriticalSection(&section);
  LeaveCriticalSection(&section);
  return WaitForMultipleObjects(2, threads, TRUE, INFINITE) == WAIT_OBJECT_0 ? 0 : 1;
}

static DWORD WINAPI the_other_way(void *unused) {
  (void)unused;
  EnterCriticalSection(&other);
  EnterCriticalSection(&section);
  LeaveCriticalSection(&section);
  LeaveCriticalSection(&other);
  return 0;
}

DWORD WINAPI locks_both_ways(HANDLE stop) {
  (void)stop;
  InitializeCriticalSection(&section);
  InitializeCriticalSection(&other);
  HANDLE thread = CreateThread(NULL, 0, the_other_way, NULL, 0, NULL);
  EnterCriticalSection(&section);
  EnterCriticalSection(&other);
  LeaveCriticalSection(&other);
  LeaveCriticalSection(&section);
  return WaitForSingleObject(thread, INFINITE);
}

static SRWLOCK slim = SRWLOCK_INIT;
static CONDITION_VARIABLE condition = CONDITION_VARIABLE_INIT;
static int produced;

static DWORD WINAPI produces(void *unused) {
  (void)unused;
  AcquireSRWLockExclusive(&slim);
  produced++;
  ReleaseSRWLockExclusive(&slim);
  WakeConditionVariable(&condition);
  return 0;
}

DWORD WINAPI conditions(HANDLE stop) {
  (void)stop;
  HANDLE thread = CreateThread(NULL, 0, produces, NULL, 0, NULL);
  AcquireSRWLockExclusive(&slim);
  while (produced == 0) {
    SleepConditionVariableSRW(&condition, &slim, INFINITE, 0);
  }
  ReleaseSRWLockExclusive(&slim);
  WaitForSingleObject(thread, INFINITE);
  AcquireSRWLockShared(&slim);
  if (SleepConditionVariableSRW(&condition, &slim, 50, CONDITION_VARIABLE_LOCKMODE_SHARED) ||
      GetLastError() != ERROR_TIMEOUT) {
    abort();
  }
  ReleaseSRWLockShared(&slim);
  return 0;
}

static DWORD WINAPI writes_to(void *where) {
  *(volatile int *)where = 5;
  return 0;
}

/* Hangs when the other thread is late: what it writes is part of the state. */
DWORD WINAPI writes_into_another_stack(HANDLE stop) {
  volatile int local = 0;
  HANDLE thread = CreateThread(NULL, 0, writes_to, (void *)&local, 0, NULL);
  Sleep(0);
  if (local == 0) {
    WaitForSingleObject(stop, INFINITE);
  }
  CloseHandle(thread);
  return 0;
}

/* One of each kind of record. */
DWORD WINAPI posts_and_reads(HANDLE stop) {
  MSG message;
  PostThreadMessageW(GetCurrentThreadId(), WM_APP, 1, 2);
  PostThreadMessageW(12345, WM_APP, 1, 2);
  GetQueueStatus(QS_ALLINPUT);
  PeekMessageW(&message, NULL, 0, 0, PM_REMOVE);
  TranslateMessage(&message);
  DispatchMessageW(&message);
  SetEvent(stop);
  MsgWaitForMultipleObjectsEx(1, &stop, 500, QS_ALLINPUT, MWMO_ALERTABLE);
  ResetEvent(stop);
  WaitForSingleObject(stop, 30);
  WaitForSingleObject(NULL, 30);
  SendMessageW((HWND)0x4444, WM_APP, 0, 0);
  PostQuitMessage(4);
  GetMessageW(&message, NULL, 0, 0);
  OutputDebugStringA("said");
  return 0;
}

/* ---- bad ones ---- */

DWORD WINAPI crashes(HANDLE stop) {
  (void)stop;
  *(volatile int *)16 = 1;
  return 0;
}

DWORD WINAPI crashes_in_a_call(HANDLE stop) {
  (void)stop;
  const char *volatile text = (const char *)24;
  return (DWORD)strlen(text);
}

DWORD WINAPI crashes_later(HANDLE stop) {
  MSG message;
  WaitForSingleObject(stop, INFINITE);
  if (!PeekMessageW(&message, NULL, WM_APP, WM_APP, PM_NOREMOVE)) {
    return 0;
  }
  *(volatile int *)32 = 1;
  return 0;
}

DWORD WINAPI never_yields(HANDLE stop) {
  for (volatile int i = 0; stop; i++) {
  }
  return 0;
}

static int __attribute__((noinline)) deeper(volatile char *above) {
  volatile char here[300];
  here[0] = above[0];
  return deeper(here) + here[0];
}

DWORD WINAPI recurses(HANDLE stop) {
  volatile char first = (char)(DWORD_PTR)stop;
  return (DWORD)deeper(&first);
}

DWORD WINAPI calls_what_is_not_there(HANDLE stop) {
  return GetTapeStatus(stop) + 1;
}

DWORD WINAPI asks_for_what_is_not_there(HANDLE stop) {
  return WaitForSingleObject(stop, 0) +
         (GetProcAddress(GetModuleHandleA("kernel32"), "NoSuchFunction") != NULL);
}

DWORD WINAPI frees_twice(HANDLE stop) {
  void *volatile block = malloc(10);
  (void)stop;
  free(block);
  free(block);
  return 0;
}

DWORD WINAPI waits_for_null(HANDLE stop) {
  (void)stop;
  return WaitForMultipleObjects(2, NULL, FALSE, 0);
}

/* Retrieves on and on, and never looks at the stop. */
DWORD WINAPI floods_itself(HANDLE stop) {
  MSG message;
  (void)stop;
  for (;;) {
    PostThreadMessageW(GetCurrentThreadId(), WM_APP, 0, 0);
    GetMessageW(&message, NULL, 0, 0);
  }
}

/* Wakes up each second and looks for something that never comes. */
DWORD WINAPI looks_each_second(HANDLE stop) {
  MSG message;
  SetTimer(NULL, 0, 300, NULL);
  for (;;) {
    const DWORD woke = MsgWaitForMultipleObjects(0, NULL, FALSE, 1000, QS_ALLINPUT);
    if (woke == WAIT_OBJECT_0 && PeekMessageW(&message, NULL, WM_APP, WM_APP, PM_REMOVE)) {
      return 0;
    }
    if (WaitForSingleObject(stop, 10) == WAIT_FAILED) {
      return 1;
    }
  }
}

DWORD WINAPI spins(HANDLE stop) {
  while (WaitForSingleObject(stop, 0) != WAIT_OBJECT_0 || stop) {
  }
  return 0;
}

DWORD WINAPI sleeps(HANDLE stop) {
  const ULONGLONG from = GetTickCount64();
  Sleep(100);
  if (WaitForSingleObject(stop, 250) != WAIT_TIMEOUT || GetTickCount64() - from != 350) {
    abort();
  }
  return 0;
}

/* Every kind of object, in one run. */
static void CALLBACK apc(ULONG_PTR value) {
  got = (int)value;
}

DWORD WINAPI calls_everything(HANDLE stop) {
  HANDLE mutex = CreateMutexW(NULL, TRUE, L"m");
  HANDLE again = CreateMutexW(NULL, FALSE, L"m");
  LONG previous = 0;
  (void)stop;
  if (!mutex || !again || GetLastError() != ERROR_ALREADY_EXISTS || !ReleaseMutex(again) ||
      ReleaseMutex(mutex) || GetLastError() != ERROR_NOT_OWNER) {
    abort();
  }
  HANDLE semaphore = CreateSemaphoreW(NULL, 0, 3, NULL);
  if (!ReleaseSemaphore(semaphore, 2, &previous) || previous != 0 ||
      WaitForSingleObject(semaphore, 0) != WAIT_OBJECT_0 || ReleaseSemaphore(semaphore, 5, NULL)) {
    abort();
  }
  HANDLE timer = CreateWaitableTimerW(NULL, TRUE, NULL);
  LARGE_INTEGER due = {.QuadPart = -500000};
  if (!SetWaitableTimer(timer, &due, 0, NULL, NULL, FALSE) ||
      WaitForSingleObject(timer, 40) != WAIT_TIMEOUT ||
      WaitForSingleObject(timer, 100) != WAIT_OBJECT_0) {
    abort();
  }
  HANDLE self = NULL;
  if (!DuplicateHandle(GetCurrentProcess(), GetCurrentThread(), GetCurrentProcess(), &self, 0,
                       FALSE, DUPLICATE_SAME_ACCESS) ||
      GetThreadId(self) != GetCurrentThreadId() || !QueueUserAPC(apc, self, 77) ||
      SleepEx(INFINITE, TRUE) != WAIT_IO_COMPLETION || got != 77) {
    abort();
  }
  HANDLE event = CreateEventW(NULL, FALSE, FALSE, L"named");
  HANDLE opened = OpenEventW(EVENT_ALL_ACCESS, FALSE, L"named");
  if (!SetEvent(opened) || WaitForSingleObject(event, INFINITE) != WAIT_OBJECT_0 ||
      WaitForSingleObject(event, 0) != WAIT_TIMEOUT || !CloseHandle(event) || CloseHandle(event) ||
      GetLastError() != ERROR_INVALID_HANDLE) {
    abort();
  }
  SetTimer(NULL, 0, 20, NULL);
  MSG message;
  if (!GetMessageW(&message, NULL, 0, 0) || message.message != WM_TIMER ||
      GetQueueStatus(QS_ALLINPUT) != 0) {
    abort();
  }
  if (GetProcAddress(GetModuleHandleW(L"user32.dll"), "PostMessageW") == NULL ||
      LoadLibraryW(L"nosuch.dll") != NULL) {
    abort();
  }
  return 0;
}
