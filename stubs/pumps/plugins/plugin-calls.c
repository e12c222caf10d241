/*
 * A plugin that initialises and uninitialises MAPI when it is told to, outside of DllMain.
 */
#include <windows.h>

#include <mapix.h>

__declspec(dllexport) void plugin_begin(void);
__declspec(dllexport) void plugin_end(void);

static HRESULT result = E_FAIL;

void plugin_begin(void) {
  MAPIINIT_0 init = {MAPI_INIT_VERSION, MAPI_NT_SERVICE};
  result = MAPIInitialize(&init);
}

void plugin_end(void) {
  if (SUCCEEDED(result))
    MAPIUninitialize();
}
