/*
 * Locks that live in the program's own memory: critical sections, slim locks, condition variables,
 * one-time initialisation, WaitOnAddress. Each attempt to take one is a step, and so is giving it
 * up; whoever waits is let go on then and tries again, so that every order of the waiters is
 * explored. Recursion and ownership are W:EnterCriticalSection's.
 */
#include <string.h>

#include "sim/shims/shims_private.h"

/* ---- critical sections: RTL_CRITICAL_SECTION's own fields, as Windows fills them ---- */

struct section {
  uint64_t debug;
  int32_t lock_count; /* -1: free */
  int32_t recursion;
  uint64_t owner; /* thread id */
  uint64_t semaphore;
  uint64_t spin;
};
_Static_assert(sizeof(struct section) == 40, "CRITICAL_SECTION");

static uint64_t address(const volatile void *at) {
  return (uint64_t)(uintptr_t)at;
}

static void section_begin(struct section *section) {
  *section = (struct section){.lock_count = -1};
}

RIG_SHIM(void, InitializeCriticalSection, struct section *section) {
  section_begin(section);
}
RIG_SHIM(uint32_t, InitializeCriticalSectionAndSpinCount, struct section *section, uint32_t spin) {
  (void)spin;
  section_begin(section);
  return 1;
}
RIG_SHIM(uint32_t, InitializeCriticalSectionEx, struct section *section, uint32_t spin,
         uint32_t flags) {
  (void)spin;
  (void)flags;
  section_begin(section);
  return 1;
}

static bool section_try(const struct rig_engine *engine, struct section *section) {
  const uint32_t self = rig_engine_thread_id(engine->self);
  if (section->owner != 0 && section->owner != self) {
    return false;
  }
  section->owner = self;
  section->recursion++;
  section->lock_count = section->recursion - 1;
  return true;
}

static void section_enter(struct rig_engine *engine, struct section *section) {
  while (!section_try(engine, section)) {
    rig_engine_block(engine, RIG_BLOCK_SECTION, address(section), RIG_WIN_FOREVER);
  }
}

static void section_leave(struct rig_engine *engine, struct section *section) {
  if (section->owner != rig_engine_thread_id(engine->self)) {
    rig_engine_stop(engine, RIG_SIM_CRASH,
                    "LeaveCriticalSection of a section that the thread does not own");
  }
  if (--section->recursion == 0) {
    section->owner = 0;
    rig_engine_wake(engine, RIG_BLOCK_SECTION, address(section), UINT32_MAX);
  }
  section->lock_count = section->recursion - 1;
}

RIG_SHIM(void, EnterCriticalSection, struct section *section) {
  struct rig_engine *engine = rig_engine_current();
  rig_engine_yield(engine);
  section_enter(engine, section);
}
RIG_SHIM(uint32_t, TryEnterCriticalSection, struct section *section) {
  struct rig_engine *engine = rig_engine_current();
  rig_engine_yield(engine);
  return section_try(engine, section);
}
RIG_SHIM(void, LeaveCriticalSection, struct section *section) {
  struct rig_engine *engine = rig_engine_current();
  rig_engine_yield(engine);
  section_leave(engine, section);
  rig_shim_lets_go_on(engine);
}
RIG_SHIM(void, DeleteCriticalSection, struct section *section) {
  memset(section, 0, sizeof *section);
}

/* ---- slim reader/writer locks: 0 free, -1 exclusive, else how many share it ---- */

static bool lock_try(int64_t *lock, bool exclusive) {
  if (exclusive ? *lock != 0 : *lock < 0) {
    return false;
  }
  *lock = exclusive ? -1 : *lock + 1;
  return true;
}

static void lock_acquire(struct rig_engine *engine, int64_t *lock, bool exclusive) {
  while (!lock_try(lock, exclusive)) {
    rig_engine_block(engine, RIG_BLOCK_LOCK, address(lock), RIG_WIN_FOREVER);
  }
}

static void lock_release(struct rig_engine *engine, int64_t *lock, bool exclusive) {
  if (exclusive ? *lock != -1 : *lock <= 0) {
    rig_engine_stop(engine, RIG_SIM_CRASH, "a slim lock is released that is not held so");
  }
  *lock = exclusive ? 0 : *lock - 1;
  rig_engine_wake(engine, RIG_BLOCK_LOCK, address(lock), UINT32_MAX);
}

RIG_SHIM(void, InitializeSRWLock, int64_t *lock) {
  *lock = 0;
}
RIG_SHIM(void, AcquireSRWLockExclusive, int64_t *lock) {
  struct rig_engine *engine = rig_engine_current();
  rig_engine_yield(engine);
  lock_acquire(engine, lock, true);
}
RIG_SHIM(void, AcquireSRWLockShared, int64_t *lock) {
  struct rig_engine *engine = rig_engine_current();
  rig_engine_yield(engine);
  lock_acquire(engine, lock, false);
}
RIG_SHIM(uint32_t, TryAcquireSRWLockExclusive, int64_t *lock) {
  rig_engine_yield(rig_engine_current());
  return lock_try(lock, true);
}
RIG_SHIM(uint32_t, TryAcquireSRWLockShared, int64_t *lock) {
  rig_engine_yield(rig_engine_current());
  return lock_try(lock, false);
}
RIG_SHIM(void, ReleaseSRWLockExclusive, int64_t *lock) {
  struct rig_engine *engine = rig_engine_current();
  rig_engine_yield(engine);
  lock_release(engine, lock, true);
  rig_shim_lets_go_on(engine);
}
RIG_SHIM(void, ReleaseSRWLockShared, int64_t *lock) {
  struct rig_engine *engine = rig_engine_current();
  rig_engine_yield(engine);
  lock_release(engine, lock, false);
  rig_shim_lets_go_on(engine);
}

/* ---- condition variables: the memory itself is not used, who waits is the engine's ---- */

RIG_SHIM(void, InitializeConditionVariable, uint64_t *condition) {
  *condition = 0;
}

/* Gives the lock up and waits in one step, as W:SleepConditionVariableCS promises. */
static uint32_t sleep_end(struct rig_engine *engine, const uint64_t *condition,
                          uint32_t timeout_ms) {
  return rig_engine_block(engine, RIG_BLOCK_CONDITION, address(condition), timeout_ms)
             ? 1
             : rig_shim_fail(engine, RIG_ERROR_TIMEOUT);
}

RIG_SHIM(uint32_t, SleepConditionVariableCS, uint64_t *condition, struct section *section,
         uint32_t timeout_ms) {
  struct rig_engine *engine = rig_engine_current();
  rig_engine_yield(engine);
  section_leave(engine, section);
  const uint32_t result = sleep_end(engine, condition, timeout_ms);
  section_enter(engine, section);
  return result;
}
RIG_SHIM(uint32_t, SleepConditionVariableSRW, uint64_t *condition, int64_t *lock,
         uint32_t timeout_ms, uint32_t flags) {
  struct rig_engine *engine = rig_engine_current();
  const bool exclusive = (flags & 1) == 0; /* CONDITION_VARIABLE_LOCKMODE_SHARED */
  rig_engine_yield(engine);
  lock_release(engine, lock, exclusive);
  const uint32_t result = sleep_end(engine, condition, timeout_ms);
  lock_acquire(engine, lock, exclusive);
  return result;
}
RIG_SHIM(void, WakeConditionVariable, uint64_t *condition) {
  struct rig_engine *engine = rig_engine_current();
  rig_engine_yield(engine);
  rig_engine_wake(engine, RIG_BLOCK_CONDITION, address(condition), 1);
  rig_shim_lets_go_on(engine);
}
RIG_SHIM(void, WakeAllConditionVariable, uint64_t *condition) {
  struct rig_engine *engine = rig_engine_current();
  rig_engine_yield(engine);
  rig_engine_wake(engine, RIG_BLOCK_CONDITION, address(condition), UINT32_MAX);
  rig_shim_lets_go_on(engine);
}

/* ---- one-time initialisation: 0 not begun, 1 under way, else 2 and the context's address ---- */

RIG_SHIM(uint32_t, InitOnceExecuteOnce, uint64_t *once, uint64_t code, uint64_t parameter,
         uint64_t *context) {
  struct rig_engine *engine = rig_engine_current();
  rig_engine_yield(engine);
  while (*once == 1) {
    rig_engine_block(engine, RIG_BLOCK_ONCE, address(once), RIG_WIN_FOREVER);
  }
  if (*once == 0) {
    uint64_t made = 0;
    *once = 1;
    const uint64_t done =
        rig_engine_run_code(engine, code, (uint64_t[4]){address(once), parameter, address(&made)});
    *once = (uint32_t)done != 0 ? 2 | (made & ~(uint64_t)3) : 0;
    rig_engine_wake(engine, RIG_BLOCK_ONCE, address(once), UINT32_MAX);
    if ((uint32_t)done == 0) {
      return 0;
    }
  }
  if (context != NULL) {
    *context = *once & ~(uint64_t)3;
  }
  return 1;
}

/* ---- waiting for a change of memory ---- */

RIG_SHIM(uint32_t, WaitOnAddress, const volatile void *at, const void *compare, uint64_t bytes,
         uint32_t timeout_ms) {
  struct rig_engine *engine = rig_engine_current();
  rig_engine_yield(engine);
  if (bytes != 1 && bytes != 2 && bytes != 4 && bytes != 8) {
    return rig_shim_fail(engine, RIG_ERROR_INVALID_PARAMETER);
  }
  if (memcmp((const void *)(uintptr_t)address(at), compare, bytes) != 0) {
    return 1;
  }
  return rig_engine_block(engine, RIG_BLOCK_ADDRESS, address(at), timeout_ms)
             ? 1
             : rig_shim_fail(engine, RIG_ERROR_TIMEOUT);
}
RIG_SHIM(void, WakeByAddressSingle, const void *at) {
  struct rig_engine *engine = rig_engine_current();
  rig_engine_yield(engine);
  rig_engine_wake(engine, RIG_BLOCK_ADDRESS, address(at), 1);
  rig_shim_lets_go_on(engine);
}
RIG_SHIM(void, WakeByAddressAll, const void *at) {
  struct rig_engine *engine = rig_engine_current();
  rig_engine_yield(engine);
  rig_engine_wake(engine, RIG_BLOCK_ADDRESS, address(at), UINT32_MAX);
  rig_shim_lets_go_on(engine);
}
