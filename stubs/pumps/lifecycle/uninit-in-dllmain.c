/*
 * Breaks not-in-dllmain: a plugin calls MAPIUninitialize when it is freed, in its DllMain
 * (D:mapiuninitialize). It had initialised MAPI in a function of its own, after it was loaded.
 */
#include "pumps/common/plugin.h"

void client_setup(struct client *client) {
  plugin_use(client, "plugin-uninit.dll");
}
