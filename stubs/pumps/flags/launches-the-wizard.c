/*
 * Breaks ui-flags-elsewhere: LaunchWizard, which lets a user make a profile, in a service that
 * found none (D:writing-an-automated-client). The name is looked up: mingw-w64 declares it nowhere.
 */
#include "pumps/common/service.h"

typedef HRESULT WINAPI launch_wizard(HWND parent, ULONG flags, LPCSTR *services, ULONG size,
                                     LPSTR profile);

static bool launch(IMAPISession *session) {
  char name[64 + 1] = "";
  (void)session;
  launch_wizard *wizard =
      (launch_wizard *)(void *)GetProcAddress(GetModuleHandleA("mapi32.dll"), "LaunchWizard");
  if (wizard)
    wizard(NULL, 0, NULL, sizeof name, name);
  return wizard != NULL;
}

void client_setup(struct client *client) {
  client->after_logon = launch;
}
