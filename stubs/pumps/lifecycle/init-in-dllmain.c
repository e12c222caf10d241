/*
 * Breaks not-in-dllmain: a plugin calls MAPIInitialize when it is loaded, in its DllMain
 * (D:mapiinitialize). It undoes it in a function of its own, before it is freed.
 */
#include "pumps/common/plugin.h"

void client_setup(struct client *client) {
  plugin_use(client, "plugin-init.dll");
}
