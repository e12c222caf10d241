/*
 * Clients that load a plugin: a DLL of their own beside the exe (stubs/pumps/plugins).
 */
#ifndef STUBS_PUMPS_COMMON_PLUGIN_H
#define STUBS_PUMPS_COMMON_PLUGIN_H

#include "pumps/common/service.h"

/* The client loads the DLL before it logs on, calls its plugin_begin, and calls its plugin_end and
 * frees it before its own MAPIUninitialize. All of it on the thread that initialised MAPI. */
void plugin_use(struct client *client, const char *dll);

#endif
