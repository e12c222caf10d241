/* The documented pump over the real <windows.h>. */
#include <windows.h>

int RunPump(HANDLE stop);

int RunPump(HANDLE stop) {
  MSG message;
  for (;;) {
    const DWORD result =
        MsgWaitForMultipleObjectsEx(1, &stop, INFINITE, QS_ALLINPUT, MWMO_INPUTAVAILABLE);
    if (result == WAIT_OBJECT_0) {
      return 0;
    }
    while (PeekMessageW(&message, NULL, 0, 0, PM_REMOVE)) {
      TranslateMessage(&message);
      DispatchMessageW(&message);
    }
  }
}
