/*
 * A keeper: it waits as COM does. In a single-threaded apartment CoWaitForMultipleHandles serves
 * sent messages and COM's own, but not other posted ones (W:CoWaitForMultipleHandles), and it does
 * not return for them: so the wait is cut into slices of 100 ms, with a drain before each. A look
 * at the queue therefore comes before the first wait, however soon that one is ended.
 */
#include <objbase.h>

#include "pumps/common/service.h"

#define SLICE_MS 100

static bool drain(void) {
  MSG message;
  while (PeekMessageW(&message, NULL, 0, 0, PM_REMOVE)) {
    if (message.message == WM_QUIT)
      return false;
    TranslateMessage(&message);
    DispatchMessageW(&message);
  }
  return true;
}

void pump(const HANDLE *handles, DWORD count) {
  HANDLE copy[HANDLE_COUNT];
  CopyMemory(copy, handles, count * sizeof *copy);
  while (drain()) {
    DWORD index = 0;
    HRESULT result = CoWaitForMultipleHandles(0, SLICE_MS, count, copy, &index);
    if (result == S_OK && index == HANDLE_WORK)
      client_work();
    else if (result != RPC_S_CALLPENDING)
      return;
  }
}

void client_setup(struct client *client) {
  client->pump = pump;
}
