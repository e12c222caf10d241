/*
 * A desktop program: MAPIInitialize(NULL), which is documented for those that need no flag
 * (D:mapiinitialize), and a logon that may ask its user (MAPI_LOGON_UI alone, with a window). Its
 * one thread has the message loop.
 */
#include "pumps/common/service.h"

void client_setup(struct client *client) {
  client->null_init = true;
  client->profile = NULL;
  client->logon_window = (ULONG_PTR)GetDesktopWindow();
  client->logon_flags = MAPI_EXTENDED | MAPI_NEW_SESSION | MAPI_LOGON_UI;
  client->logoff_flags = MAPI_LOGOFF_UI;
}
