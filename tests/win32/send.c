/*
 * When a send is in the receiver's queue, and what its time-out does (stubs/director/sender.c).
 *
 * SendMessageCallback: enqueued when it returns, never withdrawn. SendMessageTimeout: withdrawn
 * when it times out, and a message sent to the sender beforehand (the ping) is served only once the
 * send is enqueued, because nothing but the wait inside SendMessageTimeout serves it.
 */
#include "claim.h"

#define ROUNDS 200
#define PING (WM_APP + 1)
#define TIMEOUT_MS 100

/* The receiver does what it is asked, and looks at its queue only then. */
enum order { LOOK, SERVE, QUIT };
static struct {
  HWND window;
  HANDLE asked, answered;
  enum order order;
  DWORD queue; /* LOOK: what is there */
  LONG served;
} receiver;

static struct {
  HWND window;
  HANDLE go, pinged, returned;
  bool in_wait; /* SendMessageTimeout is under way */
  bool early;   /* a ping was served outside it */
  LRESULT result;
  DWORD error;
  DWORD timeout_ms;
} sender;

static LRESULT CALLBACK procedure(HWND window, UINT message, WPARAM wparam, LPARAM lparam) {
  if (message == WM_APP) {
    receiver.served++;
    return 1;
  }
  if (message == PING) {
    sender.early = sender.early || !sender.in_wait;
    SetEvent(sender.pinged);
    return 0;
  }
  return DefWindowProcW(window, message, wparam, lparam);
}

static HWND window_new(void) {
  return needed(CreateWindowExW(0, L"send", L"", 0, 0, 0, 0, 0, HWND_MESSAGE, NULL,
                                GetModuleHandleW(NULL), NULL),
                "a window");
}

static DWORD WINAPI receiver_main(void *context) {
  (void)context;
  MSG message;
  receiver.window = window_new();
  SetEvent(receiver.answered);
  for (;;) {
    WaitForSingleObject(receiver.asked, INFINITE);
    if (receiver.order == LOOK) {
      receiver.queue = HIWORD(GetQueueStatus(QS_SENDMESSAGE));
    } else if (receiver.order == SERVE) {
      while (PeekMessageW(&message, NULL, 0, 0, PM_REMOVE)) {
        DispatchMessageW(&message);
      }
    } else {
      return 0;
    }
    SetEvent(receiver.answered);
  }
}

static void ask(enum order order) {
  receiver.order = order;
  SetEvent(receiver.asked);
  if (order != QUIT && !came(receiver.answered)) {
    claim(false, "the receiver answers");
    exit(claims_failed);
  }
}

static DWORD WINAPI sender_main(void *context) {
  (void)context;
  DWORD_PTR reply;
  sender.window = window_new();
  SetEvent(sender.returned);
  for (;;) {
    WaitForSingleObject(sender.go, INFINITE);
    sender.in_wait = true;
    SetLastError(0);
    sender.result =
        SendMessageTimeoutW(receiver.window, WM_APP, 0, 0, SMTO_NORMAL, sender.timeout_ms, &reply);
    sender.error = GetLastError();
    sender.in_wait = false;
    SetEvent(sender.returned);
  }
  return 0;
}

/* One send as the director does it; true when the message was there as soon as the ping came. */
static bool send_pinged(DWORD timeout_ms) {
  sender.timeout_ms = timeout_ms;
  SendNotifyMessageW(sender.window, PING, 0, 0);
  SetEvent(sender.go);
  const bool pinged = came(sender.pinged);
  ask(LOOK);
  return pinged && (receiver.queue & QS_SENDMESSAGE) != 0;
}

static void with_timeout(void) {
  bool enqueued = true, replied = true;
  for (int i = 0; i < ROUNDS; i++) {
    enqueued = send_pinged(10000) && enqueued;
    ask(SERVE);
    replied = came(sender.returned) && sender.result != 0 && replied;
  }
  claim(enqueued, "SendMessageTimeout: the message is in the queue when the ping is served");
  claim(!sender.early, "and the ping is never served outside the send");
  claim(replied && receiver.served == ROUNDS, "every send is answered once the receiver looks");
  const LONG before = receiver.served;
  claim(send_pinged(TIMEOUT_MS), "a send that will time out is in the queue too");
  claim(came(sender.returned) && sender.result == 0, "it times out");
  claim(sender.error == ERROR_TIMEOUT || sender.error == 0, "with ERROR_TIMEOUT, or none");
  ask(LOOK);
  claim((receiver.queue & QS_SENDMESSAGE) == 0, "and is withdrawn: the queue holds it no more");
  ask(SERVE);
  claim(receiver.served == before, "the receiver never gets it");
}

static void CALLBACK replied_to(HWND window, UINT message, ULONG_PTR context, LRESULT result) {
  (void)window, (void)message, (void)result;
  ++*(LONG *)context;
}

static void with_callback(void) {
  bool enqueued = true;
  LONG replies = 0;
  const LONG before = receiver.served;
  MSG message;
  for (int i = 0; i < ROUNDS; i++) {
    enqueued =
        SendMessageCallbackW(receiver.window, WM_APP, 0, 0, replied_to, (ULONG_PTR)&replies) &&
        enqueued;
    ask(LOOK);
    enqueued = enqueued && (receiver.queue & QS_SENDMESSAGE) != 0;
    ask(SERVE);
  }
  claim(enqueued && receiver.served == before + ROUNDS,
        "SendMessageCallback: the message is in the queue when it returns");
  claim(replies == 0, "its callback does not run by itself");
  PeekMessageW(&message, NULL, 0, 0, PM_NOREMOVE);
  claim(replies == ROUNDS, "only when the sender looks for messages");
  SendMessageCallbackW(receiver.window, WM_APP, 0, 0, replied_to, (ULONG_PTR)&replies);
  Sleep(2 * TIMEOUT_MS);
  ask(LOOK);
  claim((receiver.queue & QS_SENDMESSAGE) != 0, "and it stays for ever: nothing withdraws it");
  ask(SERVE);
}

int main(void) {
  const WNDCLASSW class = {
      .lpfnWndProc = procedure, .hInstance = GetModuleHandleW(NULL), .lpszClassName = L"send"};
  RegisterClassW(&class);
  receiver.asked = event_new(false);
  receiver.answered = event_new(false);
  sender.go = event_new(false);
  sender.pinged = event_new(false);
  sender.returned = event_new(false);
  needed(CreateThread(NULL, 0, receiver_main, NULL, 0, NULL), "a thread");
  claim(came(receiver.answered), "the receiver starts");
  needed(CreateThread(NULL, 0, sender_main, NULL, 0, NULL), "a thread");
  claim(came(sender.returned), "the sender starts");
  with_timeout();
  with_callback();
  ask(QUIT);
  return claims_failed;
}
