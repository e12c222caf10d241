/*
 * hook-probe's message queue: retrieval, dispatch, posts and sends.
 */
#include "hook-probe.h"

static HWND window;
static uint32_t handled; /* messages the window procedure got */

/* ---- the queue ---- */

static LRESULT CALLBACK procedure(HWND target, UINT message, WPARAM wparam, LPARAM lparam) {
  if (message >= WM_APP) {
    handled++;
    return (LRESULT)wparam + 1;
  }
  return DefWindowProcW(target, message, wparam, lparam);
}

static union rig_payload message_of(const MSG *message) {
  union rig_payload payload = {.message = {.hwnd = probe_word(message->hwnd)}};
  payload.message.message = message->message;
  payload.message.wparam = message->wParam;
  payload.message.lparam = (uint64_t)message->lParam;
  return payload;
}

static void retrieved(const char *call, int result, DWORD error, bool filled, const MSG *message) {
  union rig_payload payload = {.bytes = {0}};
  if (filled) {
    payload = message_of(message);
  }
  payload.message.result = (uint32_t)result;
  payload.message.error = result == -1 ? error : 0;
  probe_line(call, "message", result, error, &payload);
}

static MSG peek(bool wide, UINT remove) {
  MSG message = {0};
  probe_before();
  const BOOL result = wide ? PeekMessageW(&message, NULL, 0, 0, remove)
                           : PeekMessageA(&message, NULL, 0, 0, remove);
  retrieved(wide ? "PeekMessageW" : "PeekMessageA", result, GetLastError(), result != 0, &message);
  return message;
}

static MSG get(bool wide, HWND filter) {
  MSG message = {0};
  probe_before();
  const BOOL result =
      wide ? GetMessageW(&message, filter, 0, 0) : GetMessageA(&message, filter, 0, 0);
  retrieved(wide ? "GetMessageW" : "GetMessageA", result, GetLastError(), result != -1, &message);
  return message;
}

static void posted(const char *call, uint32_t target, UINT message, WPARAM wparam, LPARAM lparam,
                   BOOL result, DWORD error) {
  const union rig_payload payload = {
      .message = {target, message, wparam, (uint64_t)lparam, (uint32_t)result, result ? 0 : error}};
  probe_line(call, "message", result, error, &payload);
}

static void post(HWND target, WPARAM wparam) {
  probe_before();
  BOOL result = PostMessageA(target, WM_APP + 1, wparam, -5);
  posted("PostMessageA", probe_word(target), WM_APP + 1, wparam, -5, result, GetLastError());
  probe_before();
  result = PostMessageW(target, WM_APP + 2, wparam, 5);
  posted("PostMessageW", probe_word(target), WM_APP + 2, wparam, 5, result, GetLastError());
}

static void post_thread(DWORD thread) {
  probe_before();
  BOOL result = PostThreadMessageA(thread, WM_APP + 3, 7, 8);
  posted("PostThreadMessageA", thread, WM_APP + 3, 7, 8, result, GetLastError());
  probe_before();
  result = PostThreadMessageW(thread, WM_APP + 4, 9, 10);
  posted("PostThreadMessageW", thread, WM_APP + 4, 9, 10, result, GetLastError());
}

static void queue_status(UINT flags) {
  probe_before();
  const DWORD result = GetQueueStatus(flags);
  const DWORD error = GetLastError();
  const union rig_payload payload = {.queue = {.flags = flags, .result = result}};
  probe_line("GetQueueStatus", "queue", result, error, &payload);
}

static void wait_message(void) {
  union rig_payload payload = {.wait = {0, INFINITE, 0, 0, 0, 0, 0, 0}};
  probe_before();
  const BOOL result = WaitMessage();
  payload.wait.result = (uint32_t)result;
  probe_line("WaitMessage", "wait", result, GetLastError(), &payload);
}

/* ---- dispatch ---- */

static void dispatched(const char *call, const MSG *message, LRESULT result, DWORD error) {
  union rig_payload payload = message_of(message);
  payload.message.result = (uint32_t)result;
  probe_line(call, "message", result, error, &payload);
}

static void dispatch(MSG message) {
  probe_before();
  LRESULT result = TranslateMessage(&message);
  dispatched("TranslateMessage", &message, result, GetLastError());
  probe_before();
  result = DispatchMessageA(&message);
  dispatched("DispatchMessageA", &message, result, GetLastError());
  probe_before();
  result = DispatchMessageW(&message);
  dispatched("DispatchMessageW", &message, result, GetLastError());
  probe_before();
  result = IsDialogMessageA(NULL, &message);
  dispatched("IsDialogMessageA", &message, result, GetLastError());
  probe_before();
  result = IsDialogMessageW(window, &message);
  dispatched("IsDialogMessageW", &message, result, GetLastError());
  probe_before();
  result = TranslateAcceleratorA(window, NULL, &message);
  dispatched("TranslateAcceleratorA", &message, result, GetLastError());
  probe_before();
  result = TranslateAcceleratorW(window, NULL, &message);
  dispatched("TranslateAcceleratorW", &message, result, GetLastError());
}

static void queued(void) {
  MSG key = {.hwnd = window, .message = WM_KEYDOWN, .wParam = 'A', .lParam = 0x1e0001};
  post(window, 17);
  msg_wait(2, events, probe_word(events[0]), FALSE, 20000, QS_ALLINPUT);
  queue_status(QS_ALLINPUT);
  peek(true, PM_NOREMOVE);
  dispatch(peek(false, PM_REMOVE));
  post(window, 18);
  wait_message(); /* the last post is new, else this would block */
  dispatch(get(true, NULL));
  get(false, NULL);
  get(true, NULL);
  post_thread(GetCurrentThreadId());
  post_thread(0x7ffc);   /* no such thread */
  post((HWND)0x7ffc, 1); /* no such window */
  get(false, NULL);
  get(true, NULL);
  get(false, (HWND)0x7ffc);
  dispatch(key);
  peek(true, PM_REMOVE); /* the WM_CHAR of it, and of DispatchMessage's default */
  probe_before();
  PostQuitMessage(3);
  posted("PostQuitMessage", 0, WM_QUIT, 3, 0, 0, 0);
  peek(false, PM_NOREMOVE);
  get(false, NULL);
  get(true, NULL); /* 0: the quit flag comes last */
  peek(true, PM_REMOVE);
}

/* ---- sends ---- */

static void sent(const char *call, HWND target, LRESULT result, DWORD error, bool failed) {
  const union rig_payload payload = {
      .message = {probe_word(target), WM_APP + 5, 20, 21, (uint32_t)result, failed ? error : 0}};
  probe_line(call, "message", result, error, &payload);
}

static void CALLBACK answered(HWND target, UINT message, ULONG_PTR data, LRESULT result) {
  (void)target;
  printf("answered: message %x data %lx result %lx\n", message, (unsigned long)data,
         (unsigned long)result);
}

static void send_all(HWND target) {
  const UINT m = WM_APP + 5;
  DWORD_PTR answer = 0;
  probe_before();
  LRESULT result = SendMessageA(target, m, 20, 21);
  sent("SendMessageA", target, result, GetLastError(), false);
  probe_before();
  result = SendMessageW(target, m, 20, 21);
  sent("SendMessageW", target, result, GetLastError(), false);
  probe_before();
  result = SendMessageTimeoutA(target, m, 20, 21, SMTO_NORMAL, 1000, &answer);
  sent("SendMessageTimeoutA", target, result, GetLastError(), result == 0);
  probe_before();
  result = SendMessageTimeoutW(target, m, 20, 21, SMTO_NORMAL, 1000, &answer);
  sent("SendMessageTimeoutW", target, result, GetLastError(), result == 0);
  probe_before();
  result = SendNotifyMessageA(target, m, 20, 21);
  sent("SendNotifyMessageA", target, result, GetLastError(), result == 0);
  probe_before();
  result = SendNotifyMessageW(target, m, 20, 21);
  sent("SendNotifyMessageW", target, result, GetLastError(), result == 0);
  probe_before();
  result = SendMessageCallbackA(target, m, 20, 21, answered, 30);
  sent("SendMessageCallbackA", target, result, GetLastError(), result == 0);
  probe_before();
  result = SendMessageCallbackW(target, m, 20, 21, answered, 31);
  sent("SendMessageCallbackW", target, result, GetLastError(), result == 0);
  printf("answer %lx, handled %lu\n", (unsigned long)answer, (unsigned long)handled);
}

void queue(void) {
  const WNDCLASSW class = {.lpfnWndProc = procedure, .lpszClassName = L"hook-probe"};
  RegisterClassW(&class);
  window = CreateWindowExW(0, L"hook-probe", L"", 0, 0, 0, 0, 0, HWND_MESSAGE, NULL, NULL, NULL);
  printf("window %d\n", window != NULL);
  queued();
  send_all(window);
  send_all((HWND)0x7ffc); /* no such window */
}
