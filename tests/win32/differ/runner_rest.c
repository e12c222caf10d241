/*
 * Has a thread come to rest? A thread that waits in the wineserver reads a struct wake_up_reply of
 * 16 bytes (wine: dlls/ntdll/unix/server.c, wait_select_reply), which nothing else does: the reply
 * to a request is longer. The wineserver writes it before it answers the request that wakes the
 * waiter, and the waiter is runnable from then on. So a thread seen in that read, after whatever
 * could wake it was answered, is blocked: a state, not a time.
 */
#include <stdio.h>
#include <string.h>

#include "linux_calls.h"
#include "runner.h"

#define WAKE_UP_REPLY_BYTES 0x10
#define LOOK_NS 20000u /* between two looks at a thread that does not come to ask */
#define BOUND_NS 15000000000u

uint32_t runner_scale = 1;

/* A thread that ended without an order to: Wine ended it. */
static bool is_gone(const struct actor *actor) {
  char text[8];
  return linux_call(LINUX_PREAD, actor->syscall_file, (int64_t)text, sizeof text, 0) ==
         LINUX_NO_SUCH_THREAD;
}

bool actor_is_blocked(const struct actor *actor) {
  char text[256];
  const int64_t bytes =
      linux_call(LINUX_PREAD, actor->syscall_file, (int64_t)text, sizeof text - 1, 0);
  if (bytes <= 0) {
    return false;
  }
  text[bytes] = '\0';
  unsigned number;
  unsigned long long file, buffer, count;
  if (sscanf(text, "%u %llx %llx %llx", &number, &file, &buffer, &count) != 4) {
    return false; /* "running" */
  }
  /* Sleep without APCs is Wine's own, by select (dlls/ntdll/unix/sync.c, NtDelayExecution). */
  return (number == LINUX_READ && count == WAKE_UP_REPLY_BYTES) || number == LINUX_SELECT ||
         number == LINUX_PSELECT;
}

bool actor_comes_to_rest(struct actor *actor) {
  const uint64_t bound = linux_now_ns() + BOUND_NS * runner_scale;
  if (actor->operation.kind == DIFFER_EXIT && actor->state != ACTOR_ASKS) {
    /* ExitThread: the wineserver lets go of all it had in one go with signalling its handle. */
    const DWORD limit_ms = (DWORD)(BOUND_NS / 1000000u) * runner_scale;
    actor->rest =
        WaitForSingleObject(actor->thread, limit_ms) == WAIT_OBJECT_0 ? DIFFER_GONE : DIFFER_STUCK;
    SetEvent(actor->group->touch); /* which it is before: the answer to this comes after */
    return actor->rest == DIFFER_GONE;
  }
  for (unsigned looks = 0; __atomic_load_n(&actor->state, __ATOMIC_ACQUIRE) != ACTOR_ASKS;
       looks++) {
    if (actor_is_blocked(actor)) {
      /* It may have come to ask between the two looks. */
      actor->rest = __atomic_load_n(&actor->state, __ATOMIC_ACQUIRE) == ACTOR_ASKS ? DIFFER_READY
                                                                                   : DIFFER_BLOCKED;
      return true;
    }
    const int32_t state = __atomic_load_n(&actor->state, __ATOMIC_ACQUIRE);
    if (state != ACTOR_ASKS) {
      linux_futex_wait(&actor->state, state, LOOK_NS);
    }
    if (is_gone(actor)) {
      actor->rest = DIFFER_GONE;
      return true;
    }
    if (looks % 64 == 63 && linux_now_ns() > bound) {
      actor->rest = DIFFER_STUCK;
      return false;
    }
  }
  actor->rest = DIFFER_READY;
  return true;
}
