/*
 * Finding the other thread: by asking the handle or the window, and for a critical section by
 * finding the section itself, which names its owner.
 */
#include "waits.h"

#include <winternl.h>

/* Between the thread's innermost frame and its call of EnterCriticalSection lie a few frames. */
#define SEARCH_BYTES 2048u
/* Nobody enters a section so often, and not so many wait for one. */
#define COUNT_MAX 100000

static void record(const struct rec_thread *thread, uint32_t other, uint32_t by,
                   enum rig_awaited what, uint64_t value) {
  const union rig_payload payload = {
      .state = {.a = thread->id, .b = other, .c = by, .d = (uint32_t)what, .value = value}};
  (void)rec_state(RIG_STATE_WAITS, 0, &payload, NULL, 0);
}

/* The id of the thread behind a handle of the client's; 0 when it is none, or another process's. */
static uint32_t thread_of(HANDLE handle) {
  HANDLE copy = NULL;
  uint32_t id = 0;
  if (DuplicateHandle(GetCurrentProcess(), handle, GetCurrentProcess(), &copy,
                      THREAD_QUERY_LIMITED_INFORMATION, FALSE, 0)) {
    id = GetProcessIdOfThread(copy) == GetCurrentProcessId() ? GetThreadId(copy) : 0;
    CloseHandle(copy);
  }
  return id;
}

/* A section that some other live thread owns and that is waited for, by its own word and by that of
 * its debug information, which points back at it. */
static uint32_t section_owner(uint64_t address, uint32_t waiter) {
  CRITICAL_SECTION section;
  CRITICAL_SECTION_DEBUG debug;
  struct rec_thread owner;
  if (address % sizeof(void *) != 0 || address < 0x10000 ||
      !rec_copy(&section, (const void *)(uintptr_t)address, sizeof section) ||
      section.RecursionCount < 1 || section.RecursionCount > COUNT_MAX || section.LockCount < 1 ||
      section.LockCount > COUNT_MAX) {
    return 0;
  }
  const uint32_t id = (uint32_t)(uintptr_t)section.OwningThread;
  const bool without = section.DebugInfo == NULL || (LONG_PTR)section.DebugInfo == -1;
  if (id == waiter || !rec_thread_get(id, &owner) || owner.ended ||
      (!without && (!rec_copy(&debug, section.DebugInfo, sizeof debug) ||
                    (uintptr_t)debug.CriticalSection != address))) {
    return 0;
  }
  return id;
}

static void record_section(const struct rec_thread *thread, const struct dir_look *look) {
  uint64_t word;
  for (unsigned i = 0; i < DIR_REGISTERS; i++) {
    const uint32_t owner = section_owner(look->registers.at[i], thread->id);
    if (owner != 0) {
      record(thread, owner, 0, RIG_AWAITED_SECTION, look->registers.at[i]);
      return;
    }
  }
  for (uint64_t at = look->stack.low;
       at < look->stack.low + SEARCH_BYTES && dir_stack_word(&look->stack, at, &word);
       at += sizeof(uintptr_t)) {
    const uint32_t owner = section_owner(word, thread->id);
    if (owner != 0) {
      record(thread, owner, 0, RIG_AWAITED_SECTION, word);
      return;
    }
  }
}

static void record_handles(const struct rec_thread *thread) {
  for (uint32_t i = 0; i < thread->wait_count && i < REC_WAIT_HANDLES; i++) {
    HANDLE handle = thread->wait_handles[i];
    const uint32_t other = thread_of(handle);
    if (other != 0) {
      record(thread, other, (uint32_t)(uintptr_t)handle, RIG_AWAITED_END, 0);
    }
  }
}

void dir_waits_record(const struct rec_thread *thread, const struct dir_look *look,
                      bool in_section) {
  const struct rig_log *log = rec_log();
  const uint32_t depth = thread->depth < REC_DEPTH ? thread->depth : REC_DEPTH;
  if (in_section) {
    record_section(thread, look);
  } else if (depth > 0 && thread->open[depth - 1].record < log->capacity) {
    const uint32_t open = thread->open[depth - 1].record;
    const enum rig_family family = rig_call_family(thread->open[depth - 1].call);
    if (open == thread->wait_record) {
      record_handles(thread);
    } else if (family == RIG_FAMILY_SEND) {
      const uint32_t window = log->records[open].u.message.hwnd;
      const uint32_t other = GetWindowThreadProcessId((HWND)(LONG_PTR)(LONG)window, NULL);
      if (other != 0 && other != thread->id) {
        record(thread, other, window, RIG_AWAITED_ANSWER, 0);
      }
    }
  }
}
