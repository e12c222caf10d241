/*
 * Looking at a thread that waits (stubs/director/stack.c: SuspendThread, GetThreadContext, a copy
 * of its stack, ResumeThread) leaves it, its queue and its handles as they are: the wait goes on,
 * what comes meanwhile is not lost, and its result is its own.
 */
#include "claim.h"

#define LOOKS 50

static struct {
  HANDLE ready, go, object;
  DWORD id;
  volatile DWORD result; /* of the wait that was looked at */
  volatile DWORD queue;  /* GetQueueStatus after it */
  volatile bool consumed;
} waiter;

static DWORD WINAPI waiter_main(void *context) {
  MSG message;
  (void)context;
  PeekMessageW(&message, NULL, WM_USER, WM_USER, PM_NOREMOVE); /* makes its queue */
  for (;;) {
    SetEvent(waiter.ready);
    waiter.result = MsgWaitForMultipleObjects(1, &waiter.object, FALSE, INFINITE, QS_ALLINPUT);
    waiter.queue = GetQueueStatus(QS_ALLINPUT);
    waiter.consumed = WaitForSingleObject(waiter.object, 0) == WAIT_TIMEOUT;
    while (PeekMessageW(&message, NULL, 0, 0, PM_REMOVE)) {
    }
    SetEvent(waiter.ready);
    WaitForSingleObject(waiter.go, INFINITE);
  }
  return 0;
}

/* Suspends the thread; the next three lines are one look. */
static bool look_begin(HANDLE thread) {
  static unsigned char copy[4096];
  CONTEXT context = {.ContextFlags = CONTEXT_CONTROL | CONTEXT_INTEGER};
  if (SuspendThread(thread) != 0 || !GetThreadContext(thread, &context)) {
    return false;
  }
#ifdef _WIN64
  memcpy(copy, (const void *)(uintptr_t)context.Rsp, 512); /* a waiting thread has used more */
#else
  memcpy(copy, (const void *)(uintptr_t)context.Esp, 512);
#endif
  return true;
}

static bool look_end(HANDLE thread) {
  return ResumeThread(thread) == 1;
}

static bool looks(HANDLE thread) {
  bool done = true;
  for (int i = 0; i < LOOKS; i++) {
    done = look_begin(thread) && look_end(thread) && done;
  }
  return done;
}

static bool again(void) {
  SetEvent(waiter.go);
  const bool ready = came(waiter.ready);
  Sleep(20); /* it comes to its wait; if it has not, less is claimed, not more */
  return ready;
}

int main(void) {
  waiter.ready = event_new(false);
  waiter.go = event_new(false);
  waiter.object = event_new(false);
  HANDLE thread = needed(CreateThread(NULL, 0, waiter_main, NULL, 0, &waiter.id), "a thread");
  claim(came(waiter.ready), "the thread comes to its wait");
  Sleep(20);
  claim(looks(thread), "it can be looked at again and again");
  claim(WaitForSingleObject(waiter.ready, 50) == WAIT_TIMEOUT, "and does not return for that");
  SetEvent(waiter.object);
  claim(came(waiter.ready) && waiter.result == WAIT_OBJECT_0 && waiter.consumed,
        "an event that is set afterwards ends the wait, which consumes it once");
  claim(again(), "the thread waits again");
  bool done = look_begin(thread);
  SetEvent(waiter.object);
  done = look_end(thread) && done;
  claim(done && came(waiter.ready) && waiter.result == WAIT_OBJECT_0 && waiter.consumed,
        "an event that is set during the look is not lost");
  claim(again() && looks(thread), "and again");
  PostThreadMessageW(waiter.id, WM_APP, 0, 0);
  claim(came(waiter.ready) && waiter.result == WAIT_OBJECT_0 + 1, "a post ends a wait for input");
  claim((HIWORD(waiter.queue) & QS_POSTMESSAGE) != 0 &&
            (LOWORD(waiter.queue) & QS_POSTMESSAGE) != 0,
        "and the message is new in its queue");
  claim(again() && look_begin(thread), "and again");
  PostThreadMessageW(waiter.id, WM_APP, 0, 0);
  claim(look_end(thread) && came(waiter.ready) && waiter.result == WAIT_OBJECT_0 + 1 &&
            (LOWORD(waiter.queue) & QS_POSTMESSAGE) != 0,
        "a post during the look is not lost and is new");
  SetEvent(waiter.object);
  claim(
      looks(thread) && WaitForSingleObject(waiter.object, 0) == WAIT_OBJECT_0 &&
          WaitForSingleObject(waiter.object, 0) == WAIT_TIMEOUT,
      "an auto-reset event stays signalled while a thread that does not wait for it is looked at");
  return claims_failed;
}
