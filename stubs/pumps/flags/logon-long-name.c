/*
 * Breaks logon-profile: a profile name of 65 characters, one more than there may be
 * (D:mapilogonex). The logon fails, and the service ends before it was running.
 */
#include "pumps/common/service.h"

static char long_name[] = "A profile for the reports of each night: nobody types such a name";
_Static_assert(sizeof long_name == 65 + 1, "one character too many");

void client_setup(struct client *client) {
  client->profile = long_name;
}
