/*
 * A plugin that uninitialises MAPI in its DllMain, which D:mapiuninitialize forbids.
 */
#include <stdbool.h>
#include <windows.h>

#include <mapix.h>

__declspec(dllexport) void plugin_begin(void);

static bool initialized;

BOOL WINAPI DllMain(HINSTANCE instance, DWORD reason, LPVOID reserved);

BOOL WINAPI DllMain(HINSTANCE instance, DWORD reason, LPVOID reserved) {
  (void)instance, (void)reserved;
  if (reason == DLL_PROCESS_DETACH && initialized)
    MAPIUninitialize();
  return TRUE;
}

void plugin_begin(void) {
  MAPIINIT_0 init = {MAPI_INIT_VERSION, MAPI_NT_SERVICE};
  initialized = SUCCEEDED(MAPIInitialize(&init));
}
