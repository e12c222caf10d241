/*
 * A keeper: in the manner of Microsoft's MAPIStubLibrary, mapi32.dll is loaded from the system
 * folder by its full path, and its functions are looked up by their decorated names where the
 * program has 32 bits.
 */
#include <wchar.h>

#include "pumps/common/service.h"

#ifdef _WIN64
#define DECORATED(name, bytes) name
#else
#define DECORATED(name, bytes) name "@" #bytes
#endif

static HMODULE load(void) {
  static const wchar_t file[] = L"\\mapi32.dll";
  wchar_t path[MAX_PATH + sizeof file / sizeof *file];
  UINT length = GetSystemDirectoryW(path, MAX_PATH);
  if (length == 0 || length >= MAX_PATH)
    return NULL;
  wcscpy(path + length, file);
  return LoadLibraryW(path);
}

static void (*find(const char *name))(void) {
  static HMODULE mapi;
  if (!mapi)
    mapi = load();
  return mapi ? (void (*)(void))GetProcAddress(mapi, name) : NULL;
}

HRESULT WINAPI MAPIInitialize(void *init) {
  LPMAPIINITIALIZE function = (LPMAPIINITIALIZE)find(DECORATED("MAPIInitialize", 4));
  return function ? function(init) : MAPI_E_NOT_FOUND;
}

void WINAPI MAPIUninitialize(void) {
  LPMAPIUNINITIALIZE function = (LPMAPIUNINITIALIZE)find(DECORATED("MAPIUninitialize", 0));
  if (function)
    function();
}

HRESULT WINAPI MAPILogonEx(ULONG_PTR window, LPTSTR profile, LPTSTR password, ULONG flags,
                           LPMAPISESSION *session) {
  LPMAPILOGONEX function = (LPMAPILOGONEX)find(DECORATED("MAPILogonEx", 20));
  return function ? function(window, profile, password, flags, session) : MAPI_E_NOT_FOUND;
}

void client_setup(struct client *client) {
  (void)client;
}
