/*
 * A keeper: its sink hands each notification to a thread of its own and waits for the answer by
 * CoWaitForMultipleHandles, which serves sent messages meanwhile, so that nobody who sends to
 * MAPI's windows has to wait for the sink. The pump around it is the reference's.
 */
#include <objbase.h>

#include "pumps/common/service.h"

#define ANSWER_MS 1
#define LIMIT_MS 5000

static DWORD WINAPI answer(void *data) {
  (void)data;
  Sleep(ANSWER_MS);
  return 0;
}

static void on_notify(ULONG count, const NOTIFICATION *notifications) {
  (void)count, (void)notifications;
  HANDLE worker = CreateThread(NULL, 0, answer, NULL, 0, NULL);
  DWORD index = 0;
  if (!worker)
    return;
  CoWaitForMultipleHandles(0, LIMIT_MS, 1, &worker, &index);
  CloseHandle(worker);
}

void client_setup(struct client *client) {
  client->on_notify = on_notify;
}
