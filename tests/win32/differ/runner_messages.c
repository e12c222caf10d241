/*
 * What an actor does: obeying orders, and the operations on queues and windows.
 */
#include <string.h>

#include "linux_calls.h"
#include "runner.h"

#define TIMER_BASE 0x100u /* a thread timer's id in a report: this and its slot */
#define NO_WINDOW ((HWND)(ULONG_PTR)0x7ffe0124)

#define PERFORM(name)                                                                              \
  void perform_##name(struct actor *actor, const struct differ_operation *operation,               \
                      struct differ_report *report)
#define ARGUMENT(n) (operation->arguments[n])
#define WINDOW(n) slot_window(actor->group, ARGUMENT(n))

static void (*const performers[DIFFER_KINDS])(struct actor *, const struct differ_operation *,
                                              struct differ_report *) = {
#define DIFFER_X(name, text, arguments) perform_##name,
    DIFFER_OPERATIONS(DIFFER_X)
#undef DIFFER_X
};

uint64_t actor_obey(struct actor *actor) {
  for (;;) {
    __atomic_store_n(&actor->state, ACTOR_ASKS, __ATOMIC_RELEASE);
    linux_futex_wake(&actor->state);
    while (__atomic_load_n(&actor->state, __ATOMIC_ACQUIRE) != ACTOR_GIVEN) {
      linux_futex_wait(&actor->state, ACTOR_ASKS, 0);
    }
    const struct differ_operation operation = actor->operation;
    if (operation.kind == DIFFER_RETURN) {
      SetLastError(0); /* what calls in the procedure left is not the outer call's */
      return operation.arguments[0];
    }
    struct differ_report report = {0};
    SetLastError(0);
    performers[operation.kind](actor, &operation, &report);
    report.event = DIFFER_RETURNED;
    actor->report = report;
  }
}

HWND slot_window(const struct group *group, uint32_t slot) {
  switch (slot) {
  case DIFFER_WINDOW_NULL:
    return NULL;
  case DIFFER_WINDOW_MINUS_1:
    return (HWND)(LONG_PTR)-1;
  default:
    return slot < DIFFER_WINDOWS && group->windows[slot] != NULL ? group->windows[slot] : NO_WINDOW;
  }
}

static uint8_t window_slot(const struct group *group, HWND window) {
  uint8_t slot = 0;
  if (window == NULL) {
    return DIFFER_WINDOW_NULL;
  }
  while (slot < DIFFER_WINDOWS && group->windows[slot] != window) {
    slot++;
  }
  return slot < DIFFER_WINDOWS ? slot : DIFFER_WINDOW_UNKNOWN;
}

static uint64_t timer_slot(const struct actor *actor, UINT_PTR id) {
  uint32_t slot = 0;
  while (slot < DIFFER_TIMERS && actor->timers[slot] != id) {
    slot++;
  }
  return TIMER_BASE + slot;
}

void report_message(struct actor *actor, HWND window, UINT message, WPARAM wparam, LPARAM lparam,
                    struct differ_report *report) {
  const bool thread_timer = message == WM_TIMER && window == NULL;
  report->window = window_slot(actor->group, window);
  report->message = message;
  report->wparam = thread_timer ? timer_slot(actor, wparam) : wparam;
  /* Wine makes a handle of a TIMERPROC (dlls/win32u/class.c, alloc_winproc): 0xffff in its upper
   * half, which no other lParam here has. */
  report->lparam = message == WM_TIMER && lparam != 0 ? 1 : (uint64_t)lparam;
}

void report_result(struct differ_report *report, uint64_t result, bool failed) {
  report->error = failed ? GetLastError() : 0;
  report->result = result;
}

LRESULT CALLBACK window_procedure(HWND window, UINT message, WPARAM wparam, LPARAM lparam) {
  struct actor *actor = actor_self();
  if (actor == NULL ||
      (message < WM_USER && message != WM_TIMER && message != WM_NULL && message != WM_QUIT)) {
    return DefWindowProcW(window, message, wparam, lparam);
  }
  struct differ_report report = {.event = DIFFER_PROCEDURE, .sent = InSendMessage() != FALSE};
  report_message(actor, window, message, wparam, lparam, &report);
  actor->report = report;
  return (LRESULT)actor_obey(actor);
}

void CALLBACK timer_procedure(HWND window, UINT message, UINT_PTR id, DWORD tick) {
  struct actor *actor = actor_self();
  struct differ_report report = {.event = DIFFER_TIMERPROC};
  (void)tick;
  report_message(actor, window, message, id, 0, &report);
  actor->report = report;
  (void)actor_obey(actor);
}

PERFORM(WINDOW_NEW) {
  HWND window = CreateWindowExW(0, L"differ", L"", 0, 0, 0, 0, 0, HWND_MESSAGE, NULL,
                                GetModuleHandleW(NULL), NULL);
  actor->group->windows[ARGUMENT(0)] = window;
  report_result(report, window != NULL, window == NULL);
}

PERFORM(WINDOW_DESTROY) {
  const BOOL done = DestroyWindow(WINDOW(0));
  report_result(report, (uint64_t)done, !done);
}

PERFORM(WINDOW_ALIVE) {
  report_result(report, IsWindow(WINDOW(0)) != FALSE, false);
}

PERFORM(POST) {
  const BOOL done = PostMessageW(WINDOW(0), ARGUMENT(1), ARGUMENT(2), (LPARAM)ARGUMENT(3));
  report_result(report, (uint64_t)done, !done);
}

PERFORM(POST_THREAD) {
  const uint32_t thread = ARGUMENT(0);
  const DWORD id = thread < DIFFER_THREADS ? actor->group->actors[thread].id : 0xFFF3;
  const BOOL done = PostThreadMessageW(id, ARGUMENT(1), ARGUMENT(2), (LPARAM)ARGUMENT(3));
  report_result(report, (uint64_t)done, !done);
}

PERFORM(POST_QUIT) {
  (void)actor;
  PostQuitMessage((int)ARGUMENT(0));
  report_result(report, 0, false);
}

PERFORM(PEEK) {
  MSG message;
  const BOOL found = PeekMessageW(&message, WINDOW(0), ARGUMENT(1), ARGUMENT(2), ARGUMENT(3));
  report_result(report, (uint64_t)found, !found);
  if (found) {
    actor->retrieved = message;
    report_message(actor, message.hwnd, message.message, message.wParam, message.lParam, report);
  }
}

PERFORM(GET) {
  MSG message;
  const BOOL got = GetMessageW(&message, WINDOW(0), ARGUMENT(1), ARGUMENT(2));
  report_result(report, (uint32_t)got, got == -1);
  if (got != -1) {
    actor->retrieved = message;
    report_message(actor, message.hwnd, message.message, message.wParam, message.lParam, report);
  }
}

PERFORM(DISPATCH) {
  (void)operation;
  const MSG message = actor->retrieved;
  report_result(report, (uint64_t)DispatchMessageW(&message), false);
}

PERFORM(WAIT_MESSAGE) {
  (void)actor, (void)operation;
  const BOOL done = WaitMessage();
  report_result(report, (uint64_t)done, !done);
}

PERFORM(STATUS) {
  (void)actor;
  report_result(report, GetQueueStatus(ARGUMENT(0)), false);
}

PERFORM(SEND) {
  const LRESULT result = SendMessageW(WINDOW(0), ARGUMENT(1), ARGUMENT(2), (LPARAM)ARGUMENT(3));
  report_result(report, (uint64_t)result, false);
}

PERFORM(SEND_TIMEOUT) {
  DWORD_PTR answer = 0;
  const LRESULT done = SendMessageTimeoutW(WINDOW(0), ARGUMENT(1), ARGUMENT(2), (LPARAM)ARGUMENT(3),
                                           ARGUMENT(4), ARGUMENT(5), &answer);
  report_result(report, (uint64_t)done, done == 0);
  report->wparam = done != 0 ? answer : 0;
}

PERFORM(SEND_NOTIFY) {
  const BOOL done = SendNotifyMessageW(WINDOW(0), ARGUMENT(1), ARGUMENT(2), (LPARAM)ARGUMENT(3));
  report_result(report, (uint64_t)done, !done);
}

PERFORM(REPLY) {
  (void)actor;
  report_result(report, (uint64_t)ReplyMessage((LRESULT)ARGUMENT(0)), false);
}

PERFORM(IN_SEND) {
  (void)actor, (void)operation;
  report_result(report, InSendMessage() != FALSE, false);
}

PERFORM(RETURN) { /* actor_obey does it */
  (void)actor, (void)operation, (void)report;
}

PERFORM(ADVANCE) { /* no thread's */
  (void)actor, (void)operation, (void)report;
}

PERFORM(TIMER_SET) {
  const HWND window = WINDOW(0);
  const TIMERPROC procedure = ARGUMENT(3) != 0 ? timer_procedure : NULL;
  UINT_PTR *slot = &actor->timers[ARGUMENT(1)];
  const UINT_PTR id =
      SetTimer(window, window == NULL ? *slot : ARGUMENT(1) + 1, ARGUMENT(2), procedure);
  if (window == NULL) {
    *slot = id;
  }
  report_result(report, window == NULL ? id != 0 : id, id == 0);
}

PERFORM(TIMER_KILL) {
  const HWND window = WINDOW(0);
  const BOOL done =
      KillTimer(window, window == NULL ? actor->timers[ARGUMENT(1)] : ARGUMENT(1) + 1);
  report_result(report, done != FALSE, false);
}
