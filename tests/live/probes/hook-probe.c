/*
 * Makes every call that the stub hooks, in A and W form, with good and bad arguments, by every way
 * an import can take: by name, delay-loaded, through an API set, through another DLL's forwarder
 * (found by address, as ordinals are), by GetProcAddress, from a DLL that is loaded later.
 */
#include "hook-probe.h"

HANDLE events[2];

/* ---- console handlers ---- */

static BOOL WINAPI on_event(DWORD event) {
  (void)event;
  return FALSE;
}

static void console(PHANDLER_ROUTINE handler, BOOL add) {
  probe_before();
  const BOOL result = SetConsoleCtrlHandler(handler, add);
  const DWORD error = GetLastError();
  const union rig_payload payload = {.scm = {.control = result ? 0 : error,
                                             .state = add != 0,
                                             .result = (uint32_t)result,
                                             .value = (uintptr_t)handler}};
  probe_line("SetConsoleCtrlHandler", "scm", result, error, &payload);
}

static void says(void) {
  static char narrow[2000];
  static WCHAR wide[2000];
  for (size_t i = 0; i < sizeof narrow - 1; i++) {
    narrow[i] = (char)('a' + i % 26);
    wide[i] = (WCHAR)(0x3b1 + i % 24);
  }
  probe_before();
  OutputDebugStringA("narrow: ");
  OutputDebugStringA(narrow);
  OutputDebugStringW(L"\nwide: ");
  OutputDebugStringW(wide);
  OutputDebugStringA("");
  OutputDebugStringA(NULL);
  printf("said, error %lu\n", (unsigned long)GetLastError());
}

int main(void) {
  setvbuf(stdout, NULL, _IOFBF, 1 << 16);
  events[0] = CreateEventW(NULL, TRUE, FALSE, NULL);
  events[1] = CreateEventW(NULL, TRUE, FALSE, NULL);
  waits();
  queue();
  objects(events[0]);
  objects((HANDLE)0x7ffc);
  components();
  ways();
  plugins();
  console(on_event, TRUE);
  console(on_event, FALSE);
  console(on_event, FALSE);
  console(NULL, TRUE);
  says();
  fflush(stdout);
  ExitProcess(0xABCD0100u);
}
