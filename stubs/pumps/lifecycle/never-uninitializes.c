/*
 * Breaks init-balanced: the thread that called MAPIInitialize ends without MAPIUninitialize (G,
 * rule 2; D:mapiuninitialize).
 */
#include "pumps/common/service.h"

void client_setup(struct client *client) {
  client->keep_initialized = true;
}
