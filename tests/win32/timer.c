/*
 * Timers, destroyed windows and quit flags of another thread's window, as the director uses them
 * (stubs/director/messages.c, steps_threads.c).
 *
 * W:SetTimer says that the window must be the calling thread's; Wine sets the timer of any thread's
 * window in this process, and kills it too. Windows does not: the director would need the window's
 * own thread there.
 */
#include "claim.h"

#define TOKEN 0x52490007u

static struct {
  HWND window;
  HANDLE ready, go, done;
  volatile LONG timers, posted, quits;
  WPARAM timer, quit;
  LPARAM quit_lparam;
  bool starved; /* a WM_TIMER came while a posted message lay in the queue */
  enum { PUMP, DESTROY, FLAG, END } order;
} owner;

static LRESULT CALLBACK procedure(HWND window, UINT message, WPARAM wparam, LPARAM lparam) {
  if (message == WM_TIMER) {
    owner.timer = wparam;
    InterlockedIncrement(&owner.timers);
    return 0;
  }
  if (message == WM_APP) {
    InterlockedIncrement(&owner.posted);
    return 0;
  }
  return DefWindowProcW(window, message, wparam, lparam);
}

static void pump(void) {
  MSG message;
  while (PeekMessageW(&message, NULL, 0, 0, PM_REMOVE)) {
    if (message.message == WM_QUIT) {
      owner.quit = message.wParam;
      owner.quit_lparam = message.lParam;
      InterlockedIncrement(&owner.quits);
    }
    DispatchMessageW(&message);
  }
}

static DWORD WINAPI owner_main(void *context) {
  (void)context;
  owner.window = needed(CreateWindowExW(0, L"timer", L"", WS_OVERLAPPED, 0, 0, 0, 0, NULL, NULL,
                                        GetModuleHandleW(NULL), NULL),
                        "a window");
  pump();
  SetEvent(owner.ready);
  for (;;) {
    WaitForSingleObject(owner.go, INFINITE);
    if (owner.order == DESTROY) {
      DestroyWindow(owner.window);
    } else if (owner.order == FLAG) {
      PostQuitMessage(3);
      PostQuitMessage(4);
    } else if (owner.order == END) {
      return 0;
    }
    pump();
    SetEvent(owner.done);
  }
}

static void ask(int order) {
  owner.order = order;
  SetEvent(owner.go);
  if (!came(owner.done)) {
    claim(false, "the owner answers");
    exit(claims_failed);
  }
}

static void timers(void) {
  claim(SetTimer(owner.window, TOKEN, 10, NULL) != 0, "SetTimer on another thread's window");
  Sleep(100);
  ask(PUMP);
  claim(owner.timers == 1, "WM_TIMER does not accumulate");
  claim(owner.timer == TOKEN, "it carries the timer's id in wParam");
  const LONG before = owner.timers;
  Sleep(30);
  ask(PUMP);
  claim(owner.timers == before + 1, "and comes again");
  claim(KillTimer(owner.window, TOKEN), "KillTimer on another thread's window");
  Sleep(30);
  const LONG after = owner.timers;
  ask(PUMP);
  claim(owner.timers <= after + 1, "after it at most the one that was due comes");
}

static void quit_flag(void) {
  PostMessageW(owner.window, WM_APP, 0, 0);
  ask(FLAG);
  claim(owner.quits == 1, "two calls of PostQuitMessage are one WM_QUIT");
  claim(owner.quit == 4 && owner.quit_lparam == 0, "with the last exit code and lParam 0");
  claim(owner.posted == 1, "after every posted message");
}

static DWORD WINAPI sender_main(void *context) {
  DWORD_PTR reply = 0;
  SetLastError(0);
  const LRESULT sent = SendMessageTimeoutW(owner.window, WM_APP, 0, 0, SMTO_NORMAL, 10000, &reply);
  *(bool *)context = sent == 0 || reply == 0;
  return 0;
}

static void destroyed(void) {
  bool released = false;
  const LONG before = owner.posted;
  HANDLE sender = needed(CreateThread(NULL, 0, sender_main, &released, 0, NULL), "a thread");
  Sleep(100);
  PostMessageW(owner.window, WM_APP, 0, 0);
  ask(DESTROY);
  claim(owner.posted == before, "DestroyWindow drops what lies in the queue for the window");
  claim(came(sender) && released, "and lets its senders go without an answer");
  claim(!PostMessageW(owner.window, WM_APP, 0, 0) && GetLastError() == ERROR_INVALID_WINDOW_HANDLE,
        "afterwards a post is refused");
}

int main(void) {
  const WNDCLASSW class = {
      .lpfnWndProc = procedure, .hInstance = GetModuleHandleW(NULL), .lpszClassName = L"timer"};
  RegisterClassW(&class);
  owner.ready = event_new(false);
  owner.go = event_new(false);
  owner.done = event_new(false);
  needed(CreateThread(NULL, 0, owner_main, NULL, 0, NULL), "a thread");
  claim(came(owner.ready), "the owner starts");
  timers();
  quit_flag();
  destroyed();
  owner.order = END;
  SetEvent(owner.go);
  return claims_failed;
}
