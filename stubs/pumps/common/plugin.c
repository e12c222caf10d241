/*
 * Loading a plugin, and letting it go.
 */
#include "pumps/common/plugin.h"

#include <stdio.h>

static const char *name;
static HMODULE plugin;

static void call(const char *function) {
  FARPROC found = plugin ? GetProcAddress(plugin, function) : NULL;
  if (found)
    ((void (*)(void))(void *)found)();
}

static void load(void) {
  plugin = LoadLibraryA(name);
  if (!plugin)
    fprintf(stderr, "LoadLibrary of %s failed with %lu\n", name, GetLastError());
  call("plugin_begin");
}

static void end(const struct client *client, struct session *session) {
  call("plugin_end");
  if (plugin)
    FreeLibrary(plugin);
  session_end(client, session);
}

void plugin_use(struct client *client, const char *dll) {
  name = dll;
  client->before_logon = load;
  client->end = end;
}
