/*
 * A DLL of the client's own, for the engine's tests. What it does when it is loaded depends on
 * which events there are.
 */
#define WIN32_LEAN_AND_MEAN
#include <windows.h>

int shared_name(void);
int plugin_count(unsigned reason);
BOOL WINAPI DllMain(HINSTANCE instance, DWORD reason, LPVOID reserved);

static int counts[4];

static DWORD WINAPI begins(void *unused) {
  (void)unused;
  return 0;
}

static BOOL is_there(const char *event) {
  const HANDLE handle = OpenEventA(EVENT_ALL_ACCESS, FALSE, event);
  return handle && CloseHandle(handle);
}

BOOL WINAPI DllMain(HINSTANCE instance, DWORD reason, LPVOID reserved) {
  counts[reason]++;
  if (reason == DLL_PROCESS_ATTACH && is_there("wait")) {
    WaitForSingleObject(CreateThread(NULL, 0, begins, NULL, 0, NULL), INFINITE);
  }
  if (reason == DLL_PROCESS_ATTACH && is_there("alone") && !DisableThreadLibraryCalls(instance)) {
    return FALSE;
  }
  if (reason == DLL_PROCESS_DETACH && reserved) {
    OutputDebugStringA("the process ends");
  }
  return reason != DLL_PROCESS_ATTACH || !is_there("refuse");
}

int shared_name(void) {
  return 2;
}

int plugin_count(unsigned reason) {
  return counts[reason] + 10 * shared_name();
}
