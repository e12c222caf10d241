/*
 * A keeper: a plugin DLL initialises and uninitialises MAPI in functions of its own, which the
 * client calls after it was loaded and before it is freed; its DllMain leaves MAPI alone.
 */
#include "pumps/common/plugin.h"

void client_setup(struct client *client) {
  plugin_use(client, "plugin-calls.dll");
}
