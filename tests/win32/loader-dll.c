/*
 * The DLL of loader.c: it tells the program of each call of its DllMain.
 */
#include <windows.h>

typedef void told_function(DWORD reason);

BOOL WINAPI DllMain(HINSTANCE instance, DWORD reason, LPVOID reserved);

BOOL WINAPI DllMain(HINSTANCE instance, DWORD reason, LPVOID reserved) {
  (void)instance, (void)reserved;
  const FARPROC told = GetProcAddress(GetModuleHandleW(NULL), "loader_told");
  if (told != NULL) {
    ((told_function *)(void (*)(void))told)(reason);
  }
  return TRUE;
}
