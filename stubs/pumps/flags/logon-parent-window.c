/*
 * Breaks logon-no-ui, as a warning: a parent window for a dialog that no flag asks for
 * (D:mapilogonex: ignored when no dialog appears).
 */
#include "pumps/common/service.h"

void client_setup(struct client *client) {
  client->logon_window = (ULONG_PTR)GetDesktopWindow();
}
