/*
 * For the harness: it imports from a DLL that does not exist (absent.def), as a client does whose
 * C++ runtime is not there. It never starts.
 */
#include "pumps/common/service.h"

__declspec(dllimport) void absent(void);

void client_setup(struct client *client) {
  client->before_logon = absent;
}
