/*
 * A thread that is held at an address (stubs/director/boundary.c) serves no message, runs no APC
 * and consumes no object; all of it is there when it goes on.
 */
#include "claim.h"

#include <winternl.h>

#define HELD_MS 100

NTSTATUS NTAPI RtlWaitOnAddress(const void *address, const void *compare, SIZE_T bytes,
                                const LARGE_INTEGER *timeout);
void NTAPI RtlWakeAddressAll(const void *address);

static struct {
  HANDLE ready, done, object;
  HWND window;
  DWORD queue; /* GetQueueStatus after the hold */
  volatile LONG served, apcs;
  LONG served_held, apcs_held; /* while it was held */
  bool object_kept;
  LONG hold;
} held = {.hold = 1};

static LRESULT CALLBACK procedure(HWND window, UINT message, WPARAM wparam, LPARAM lparam) {
  if (message == WM_APP) {
    InterlockedIncrement(&held.served);
    return 1;
  }
  return DefWindowProcW(window, message, wparam, lparam);
}

static void CALLBACK apc(ULONG_PTR context) {
  (void)context;
  InterlockedIncrement(&held.apcs);
}

static DWORD WINAPI held_main(void *context) {
  (void)context;
  const WNDCLASSW class = {
      .lpfnWndProc = procedure, .hInstance = GetModuleHandleW(NULL), .lpszClassName = L"held"};
  LONG one = 1;
  MSG message;
  RegisterClassW(&class);
  held.window = needed(
      CreateWindowExW(0, L"held", L"", 0, 0, 0, 0, 0, HWND_MESSAGE, NULL, class.hInstance, NULL),
      "a window");
  while (PeekMessageW(&message, NULL, 0, 0, PM_REMOVE)) {
  }
  SetEvent(held.ready);
  while (held.hold == 1) {
    RtlWaitOnAddress(&held.hold, &one, sizeof one, NULL);
  }
  held.served_held = held.served;
  held.apcs_held = held.apcs;
  held.queue = HIWORD(GetQueueStatus(QS_ALLINPUT));
  held.object_kept = WaitForSingleObject(held.object, 0) == WAIT_OBJECT_0;
  while (PeekMessageW(&message, NULL, 0, 0, PM_REMOVE)) {
    DispatchMessageW(&message);
  }
  SleepEx(0, TRUE);
  SetEvent(held.done);
  return 0;
}

int main(void) {
  held.ready = event_new(false);
  held.done = event_new(false);
  held.object = event_new(false);
  HANDLE thread = needed(CreateThread(NULL, 0, held_main, NULL, 0, NULL), "a thread");
  claim(came(held.ready), "the thread comes to its hold");
  PostMessageW(held.window, WM_APP, 0, 0);
  SendNotifyMessageW(held.window, WM_APP, 0, 0);
  QueueUserAPC(apc, thread, 0);
  SetEvent(held.object);
  Sleep(HELD_MS);
  claim(held.served == 0 && held.apcs == 0, "while it is held nothing is served or run");
  InterlockedExchange(&held.hold, 0);
  RtlWakeAddressAll(&held.hold);
  claim(came(held.done), "the thread goes on");
  claim(held.served_held == 0 && held.apcs_held == 0, "nothing was served or run by the wake");
  claim((held.queue & QS_SENDMESSAGE) != 0 && (held.queue & QS_POSTMESSAGE) != 0,
        "the sent and the posted message are both still in its queue");
  claim(held.object_kept, "an auto-reset event that was set meanwhile is still signalled");
  claim(held.served == 2 && held.apcs == 1, "messages and APC are served once it looks for them");
  return claims_failed;
}
