/*
 * A keeper: no import of mapi32.dll. LoadLibrary by its bare name and GetProcAddress, as a program
 * does that must start on machines without a mail client. The functions have MAPI's names, so the
 * rest of the program is written as with an import library.
 */
#include "pumps/common/service.h"

/* The address of MAPI's `name`; NULL, which its callers answer with MAPI_E_NOT_FOUND. */
static void (*find(const char *name))(void) {
  static HMODULE mapi;
  if (!mapi)
    mapi = LoadLibraryA("mapi32.dll");
  return mapi ? (void (*)(void))GetProcAddress(mapi, name) : NULL;
}

HRESULT WINAPI MAPIInitialize(void *init) {
  LPMAPIINITIALIZE function = (LPMAPIINITIALIZE)find("MAPIInitialize");
  return function ? function(init) : MAPI_E_NOT_FOUND;
}

void WINAPI MAPIUninitialize(void) {
  LPMAPIUNINITIALIZE function = (LPMAPIUNINITIALIZE)find("MAPIUninitialize");
  if (function)
    function();
}

HRESULT WINAPI MAPILogonEx(ULONG_PTR window, LPTSTR profile, LPTSTR password, ULONG flags,
                           LPMAPISESSION *session) {
  LPMAPILOGONEX function = (LPMAPILOGONEX)find("MAPILogonEx");
  return function ? function(window, profile, password, flags, session) : MAPI_E_NOT_FOUND;
}

void client_setup(struct client *client) {
  (void)client;
}
