/*
 * A plugin that initialises MAPI in its DllMain, which D:mapiinitialize forbids.
 */
#include <windows.h>

#include <mapix.h>

__declspec(dllexport) void plugin_end(void);

BOOL WINAPI DllMain(HINSTANCE instance, DWORD reason, LPVOID reserved);

BOOL WINAPI DllMain(HINSTANCE instance, DWORD reason, LPVOID reserved) {
  MAPIINIT_0 init = {MAPI_INIT_VERSION, MAPI_NT_SERVICE};
  (void)instance, (void)reserved;
  return reason != DLL_PROCESS_ATTACH || SUCCEEDED(MAPIInitialize(&init));
}

void plugin_end(void) {
  MAPIUninitialize();
}
