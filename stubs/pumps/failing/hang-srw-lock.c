/*
 * For the diagnosis: the thread takes an SRW lock that it has already (W:AcquireSRWLockExclusive:
 * they cannot be taken recursively).
 */
#include "pumps/common/service.h"

void pump(const HANDLE *handles, DWORD count) {
  SRWLOCK lock = SRWLOCK_INIT;
  (void)handles, (void)count;
  AcquireSRWLockExclusive(&lock);
  AcquireSRWLockExclusive(&lock);
}

void client_setup(struct client *client) {
  client->init_flags |= MAPI_MULTITHREAD_NOTIFICATIONS;
  client->pump = pump;
}
