/*
 * Breaks init-before-use, as a warning: a worker that never initialised MAPI frees a buffer. The
 * allocator is the process's and answers, but the page knows no such exception.
 */
#include "pumps/common/service.h"

static DWORD WINAPI work(void *buffer) {
  MAPIFreeBuffer(buffer);
  return 0;
}

static void before_logon(void) {
  void *buffer = NULL;
  if (MAPIAllocateBuffer(64, &buffer) == S_OK)
    client_thread(work, buffer, true);
}

void client_setup(struct client *client) {
  client->before_logon = before_logon;
}
