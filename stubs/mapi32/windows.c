/*
 * MAPI's own windows: the notification window, which every notification passes through
 * (D:initializing-mapi, D:forcing-a-notification), and the idle window "WMS Idle", which the first
 * initialising thread owns whatever its flags were (G, 2009-05-22). Both are hidden top-level
 * windows, so broadcasts reach them: that is what makes a thread that does not pump block others.
 *
 * Their life: made by the first MAPIInitialize of the process, destroyed by the last
 * MAPIUninitialize. The first thread's own MAPIUninitialize does not end them while other threads
 * are initialised, but its end does: the system destroys a thread's windows with it, and
 * notifications then reach nobody (G, 2004-09-24, rule 4; D:initializing-mapi). When another thread
 * uninitialises last, the windows' owner is asked by WM_CLOSE, since a window cannot be destroyed
 * from outside: it goes when that thread next dispatches, or ends.
 */
#include <mapix.h>

#include "director/director.h"
#include "mapi32/internal.h"

#define THREAD_START_MS 5000u /* of MAPI's own thread; a caller under the loader lock gets here */
#define THREAD_END_MS 100u    /* for it to end; a sink that does not return is no delay of ours */
#define DISPATCH_MAX 10000u   /* the quota of a message queue on Windows */

extern IMAGE_DOS_HEADER __ImageBase;

static const WCHAR notification_class[] = L"WMS Notif Engine";
static const WCHAR idle_class[] = L"WMS Idle";

static HWND windows[3]; /* by enum rig_window */
static HANDLE own_thread;
static uint32_t own_thread_id;
static uint32_t notification_message;
static bool session_ending; /* WM_QUERYENDSESSION or WM_ENDSESSION was seen */

/* szMAPINotificationMsg is the constant of MAPIDEFS.H: the registered name is its value. */
UINT mapi_notification_message(void) {
  UINT message = __atomic_load_n(&notification_message, __ATOMIC_RELAXED);
  if (!message) {
    message = RegisterWindowMessageA(szMAPINotificationMsg);
    __atomic_store_n(&notification_message, message, __ATOMIC_RELAXED);
  }
  return message;
}

HWND mapi_window(enum rig_window window) {
  if ((unsigned)window > RIG_WINDOW_IDLE)
    return NULL;
  HWND hwnd = __atomic_load_n(&windows[window], __ATOMIC_ACQUIRE);
  return hwnd && IsWindow(hwnd) ? hwnd : NULL;
}

static void receipt(const struct dir_message *told, UINT message, WPARAM wparam, LPARAM lparam,
                    uint32_t sinks) {
  union rig_payload payload = {.receipt = {.window = told->window,
                                           .message = message,
                                           .wparam = wparam,
                                           .lparam = (uint64_t)(int64_t)lparam,
                                           .sent = InSendMessage() != 0,
                                           .sinks = sinks}};
  if (!told->silent)
    rec_receipt(told->stimulus, &payload);
  dir_message_recorded(told);
}

/* Takes no lock: what it waited for would count as the client's delay. */
static LRESULT CALLBACK procedure(HWND hwnd, UINT message, WPARAM wparam, LPARAM lparam) {
  enum rig_window window = (enum rig_window)GetWindowLongPtrW(hwnd, GWLP_USERDATA);
  if (window == RIG_WINDOW_NONE) /* being made or destroyed: nothing that anybody sent */
    return DefWindowProcW(hwnd, message, wparam, lparam);
  if (message == WM_QUERYENDSESSION || message == WM_ENDSESSION)
    __atomic_store_n(&session_ending, true, __ATOMIC_RELAXED);
  LRESULT result = 0;
  const struct dir_message told = dir_message(window, wparam);
  if (window == RIG_WINDOW_NOTIFICATION && message == mapi_notification_message()) {
    struct mapi_delivery delivery;
    mapi_delivery_collect(&delivery);
    receipt(&told, message, wparam, lparam, delivery.count);
    mapi_delivery_send(&delivery, wparam);
  } else {
    receipt(&told, message, wparam, lparam, 0);
    result = DefWindowProcW(hwnd, message, wparam, lparam);
  }
  dir_message_handled(&told, hwnd);
  return result;
}

/* CS_IME: a thread's first window of any other class brings a window of the class IME with it, and
 * a second one for its user interface (wine: register_imm_window). WS_POPUP: creating an overlapped
 * window asks for the sizes of captions, which loads fonts. Broadcasts reach hidden pop-up windows
 * as they do overlapped ones (W:SendMessage, HWND_BROADCAST). */
static HWND create(enum rig_window window, const WCHAR *name) {
  WNDCLASSEXW class = {.cbSize = sizeof class,
                       .style = CS_IME,
                       .lpfnWndProc = procedure,
                       .hInstance = (HINSTANCE)&__ImageBase,
                       .lpszClassName = name};
  if (!RegisterClassExW(&class) && GetLastError() != ERROR_CLASS_ALREADY_EXISTS)
    return NULL;
  HWND hwnd =
      CreateWindowExW(0, name, name, WS_POPUP, 0, 0, 0, 0, NULL, NULL, class.hInstance, NULL);
  if (!hwnd)
    return NULL;
  SetWindowLongPtrW(hwnd, GWLP_USERDATA, window);
  __atomic_store_n(&windows[window], hwnd, __ATOMIC_RELEASE);
  uint32_t message = window == RIG_WINDOW_NOTIFICATION ? mapi_notification_message() : 0;
  union rig_payload payload = {
      .state = {.a = window, .b = (uint32_t)(uintptr_t)hwnd, .c = message}};
  rec_state(RIG_STATE_WINDOW, 0, &payload, NULL, 0);
  dir_mapi_window(window, hwnd, GetCurrentThreadId(), message);
  return hwnd;
}

/* The thread dedicated to notification handling: serves its queue until MAPI ends. */
static DWORD WINAPI notification_thread(void *ready) {
  rec_thread_own(REC_OWNER_MAPI);
  HWND hwnd = create(RIG_WINDOW_NOTIFICATION, notification_class);
  SetEvent(ready);
  if (!hwnd)
    return 1;
  MSG message;
  while (GetMessageW(&message, NULL, 0, 0) > 0) {
    TranslateMessage(&message);
    DispatchMessageW(&message);
  }
  SetWindowLongPtrW(hwnd, GWLP_USERDATA, RIG_WINDOW_NONE);
  DestroyWindow(hwnd);
  return 0;
}

static bool start_thread(void) {
  HANDLE ready = CreateEventW(NULL, TRUE, FALSE, NULL);
  if (!ready)
    return false;
  DWORD id = 0;
  HANDLE thread = CreateThread(NULL, 0, notification_thread, ready, 0, &id);
  bool made = thread && WaitForSingleObject(ready, THREAD_START_MS) == WAIT_OBJECT_0 &&
              mapi_window(RIG_WINDOW_NOTIFICATION);
  if (!thread || made) /* a thread that is late still owns the event */
    CloseHandle(ready);
  if (made) {
    own_thread = thread;
    own_thread_id = id;
  } else if (thread) {
    CloseHandle(thread);
  }
  return made;
}

bool mapi_windows_create(bool separate) {
  if (!create(RIG_WINDOW_IDLE, idle_class))
    return false;
  if (separate ? start_thread() : create(RIG_WINDOW_NOTIFICATION, notification_class) != NULL)
    return true;
  mapi_windows_destroy();
  return false;
}

static void destroy(enum rig_window window) {
  HWND hwnd = mapi_window(window);
  __atomic_store_n(&windows[window], NULL, __ATOMIC_RELEASE);
  if (!hwnd)
    return;
  SetWindowLongPtrW(hwnd, GWLP_USERDATA, RIG_WINDOW_NONE);
  if (GetWindowThreadProcessId(hwnd, NULL) == GetCurrentThreadId())
    DestroyWindow(hwnd);
  else
    PostMessageW(hwnd, WM_CLOSE, 0, 0);
}

bool mapi_window_destroy(enum rig_window window) {
  HWND hwnd = mapi_window(window);
  if (!hwnd || GetWindowThreadProcessId(hwnd, NULL) != GetCurrentThreadId())
    return false;
  destroy(window);
  return true;
}

HANDLE mapi_windows_destroy(void) {
  destroy(RIG_WINDOW_IDLE);
  HANDLE thread = own_thread;
  if (!thread) {
    destroy(RIG_WINDOW_NOTIFICATION);
    return NULL;
  }
  __atomic_store_n(&windows[RIG_WINDOW_NOTIFICATION], NULL, __ATOMIC_RELEASE);
  PostThreadMessageW(own_thread_id, WM_QUIT, 0, 0);
  own_thread = NULL;
  return thread;
}

void mapi_windows_join(HANDLE thread) {
  if (!thread)
    return;
  if (GetThreadId(thread) != GetCurrentThreadId()) /* not from within an OnNotify of that thread */
    WaitForSingleObject(thread, THREAD_END_MS);
  CloseHandle(thread);
}

bool mapi_windows_dispatch(void) {
  HWND hwnd = mapi_window(RIG_WINDOW_NOTIFICATION);
  if (!hwnd || GetWindowThreadProcessId(hwnd, NULL) != GetCurrentThreadId())
    return true; /* another thread's queue: it dispatches its notifications itself */
  UINT only = mapi_notification_message();
  __atomic_store_n(&session_ending, false, __ATOMIC_RELAXED);
  MSG message;
  for (uint32_t i = 0; i < DISPATCH_MAX && PeekMessageW(&message, hwnd, only, only, PM_REMOVE);
       i++) {
    if (message.message == WM_QUIT) {
      PostQuitMessage((int)message.wParam); /* a nested retrieval hands the outer loop its quit */
      return false;
    }
    DispatchMessageW(&message);
  }
  return !__atomic_load_n(&session_ending, __ATOMIC_RELAXED);
}
