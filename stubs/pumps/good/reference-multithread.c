/*
 * A keeper: the reference service with MAPI_MULTITHREAD_NOTIFICATIONS, so that notifications are
 * delivered on a thread of MAPI's own. It still pumps: the first initialising thread owns MAPI's
 * idle window whatever the flags are (G, rule 5).
 */
#include "pumps/common/service.h"

void client_setup(struct client *client) {
  client->init_flags |= MAPI_MULTITHREAD_NOTIFICATIONS;
}
