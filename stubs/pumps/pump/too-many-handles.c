/*
 * Breaks wait-limit: 64 handles, which WaitForMultipleObjects takes and MsgWaitForMultipleObjects
 * does not (W:MsgWaitForMultipleObjects). The wait fails at once, and the loop, which goes on,
 * falls back on asking.
 */
#include "pumps/common/service.h"

static bool serve(void) {
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
  HANDLE many[MAXIMUM_WAIT_OBJECTS];
  for (DWORD i = 0; i < MAXIMUM_WAIT_OBJECTS; i++)
    many[i] = i < count ? handles[i] : CreateEventA(NULL, TRUE, FALSE, NULL);
  for (;;) {
    DWORD result = MsgWaitForMultipleObjectsEx(MAXIMUM_WAIT_OBJECTS, many, INFINITE, QS_ALLINPUT,
                                               MWMO_INPUTAVAILABLE);
    if (result == WAIT_FAILED)
      result = WaitForMultipleObjects(count, handles, FALSE, 20);
    if (result == WAIT_OBJECT_0 + HANDLE_WORK)
      client_work();
    else if (result == WAIT_OBJECT_0 + HANDLE_STOP || !serve())
      return;
  }
}

void client_setup(struct client *client) {
  client->pump = pump;
}
