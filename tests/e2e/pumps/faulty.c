/* Pumps that go wrong in ways that must not harm the one who simulates them. */
#include <windows.h>

#define WAIT(n, h) MsgWaitForMultipleObjects(n, h, FALSE, INFINITE, QS_ALLINPUT)
#define APART __attribute__((noinline))

void pump_crashes(const HANDLE *handles, DWORD count) {
  WAIT(count, handles);
  *(volatile int *)8 = 1;
}

void pump_never_yields(const HANDLE *handles, DWORD count) {
  WAIT(count, handles);
  for (volatile int i = 0;; i = i + 1)
    ;
}

static APART int deeper(volatile int *from) {
  volatile int big[256];
  big[0] = *from + 1;
  return deeper(big) + big[0];
}

void pump_recurses(const HANDLE *handles, DWORD count) {
  volatile int depth = (int)count;
  (void)handles;
  deeper(&depth);
}

void pump_divides(const HANDLE *handles, DWORD count) {
  volatile int zero = 0;
  WAIT(count, handles);
  zero = (int)count / zero;
}

void pump_jumps(const HANDLE *handles, DWORD count) {
  WAIT(count, handles);
  ((void (*)(void))(ULONG_PTR)0x1234)();
}

/* Writes over everything that can be written above its own stack. */
void pump_writes_on(const HANDLE *handles, DWORD count) {
  WAIT(count, handles);
  for (volatile char *at = (volatile char *)&handles;; at += 4096)
    *at = 7;
}

void pump_asks_for_a_file(const HANDLE *handles, DWORD count) {
  if (WAIT(count, handles) == WAIT_OBJECT_0)
    return;
  CreateFileA("log.txt", GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, 0, NULL);
}

void pump_ends_the_process(const HANDLE *handles, DWORD count) {
  WAIT(count, handles);
  ExitProcess(7);
}
