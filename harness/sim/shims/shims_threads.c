/*
 * Threads, their local storage, and the end of threads and of the process.
 */
#include <string.h>

#include "sim/shims/shims_private.h"

#define CREATE_SUSPENDED_FLAG 4u

/* ---- making threads ---- */

/* The new thread's code runs when it is stepped for the first time: making it is a step. */
static uint64_t create(uint64_t code, uint64_t argument, uint32_t flags, uint32_t *id) {
  struct rig_engine *engine = rig_engine_current();
  rig_engine_yield(engine);
  if ((flags & CREATE_SUSPENDED_FLAG) != 0) {
    rig_engine_stop(engine, RIG_SIM_BOUND, "not simulated: a thread that is created suspended");
  }
  const uint32_t thread = rig_engine_thread(engine, code, (uint64_t[4]){argument});
  if (thread == RIG_WIN_NONE) {
    rig_engine_stop(engine, RIG_SIM_BOUND, "more than %u threads", RIG_ENGINE_THREADS);
  }
  engine->threads[thread].attaches = 1;
  engine->registry_changed = true;
  if (id != NULL) {
    *id = rig_engine_thread_id(thread);
  }
  const uint64_t handle = rig_win_thread_handle(engine->world, thread);
  rig_shim_lets_go_on(engine);
  return handle;
}

RIG_SHIM(uint64_t, CreateThread, const void *security, uint64_t stack, uint64_t code,
         uint64_t argument, uint32_t flags, uint32_t *id) {
  (void)security;
  (void)stack;
  return create(code, argument, flags & ~0x10000u, id); /* STACK_SIZE_PARAM_IS_A_RESERVATION */
}
RIG_SHIM(uint64_t, _beginthreadex, const void *security, uint32_t stack, uint64_t code,
         uint64_t argument, uint32_t flags, uint32_t *id) {
  (void)security;
  (void)stack;
  return create(code, argument, flags & ~0x10000u, id);
}
RIG_SHIM(uint64_t, _beginthread, uint64_t code, uint32_t stack, uint64_t argument) {
  (void)stack;
  return create(code, argument, 0, NULL);
}
RIG_SHIM(void, _endthreadex, uint32_t code) {
  rig_engine_exit_thread(rig_engine_current(), code);
}
RIG_SHIM(void, _endthread, void) {
  rig_engine_exit_thread(rig_engine_current(), 0);
}
RIG_SHIM(void, ExitThread, uint32_t code) {
  rig_engine_exit_thread(rig_engine_current(), code);
}

/* ---- handles and ids ---- */

/* The thread that a handle names; RIG_WIN_NONE: it names none. */
static uint32_t thread_of(struct rig_engine *engine, uint64_t handle) {
  return (uint32_t)handle == RIG_PSEUDO_THREAD
             ? engine->self
             : rig_win_handle_thread(engine->world, (uint32_t)handle);
}

RIG_SHIM(uint32_t, GetExitCodeThread, uint64_t handle, uint32_t *code) {
  struct rig_engine *engine = rig_engine_current();
  rig_engine_yield(engine);
  const uint32_t thread = thread_of(engine, handle);
  if (thread == RIG_WIN_NONE) {
    return rig_shim_fail(engine, RIG_ERROR_INVALID_HANDLE);
  }
  *code = rig_world_thread_code(engine->world, thread);
  return 1;
}
RIG_SHIM(uint64_t, GetCurrentThread, void) {
  return UINT64_MAX - 1;
}
RIG_SHIM(uint32_t, GetCurrentThreadId, void) {
  return rig_engine_thread_id(rig_engine_current()->self);
}
RIG_SHIM(uint32_t, GetThreadId, uint64_t handle) {
  struct rig_engine *engine = rig_engine_current();
  const uint32_t thread = thread_of(engine, handle);
  return thread == RIG_WIN_NONE ? rig_shim_fail(engine, RIG_ERROR_INVALID_HANDLE)
                                : rig_engine_thread_id(thread);
}
RIG_SHIM(uint64_t, GetCurrentProcess, void) {
  return UINT64_MAX;
}
RIG_SHIM(uint32_t, GetCurrentProcessId, void) {
  return RIG_TEB_PROCESS;
}
RIG_SHIM(uint32_t, GetProcessId, uint64_t handle) {
  return (uint32_t)handle == RIG_PSEUDO_PROCESS
             ? RIG_TEB_PROCESS
             : rig_shim_fail(rig_engine_current(), RIG_ERROR_INVALID_HANDLE);
}

RIG_SHIM(uint32_t, QueueUserAPC, uint64_t code, uint64_t handle, uint64_t argument) {
  struct rig_engine *engine = rig_engine_current();
  rig_engine_yield(engine);
  const uint32_t thread = thread_of(engine, handle);
  if (thread == RIG_WIN_NONE) {
    return rig_shim_fail(engine, RIG_ERROR_INVALID_HANDLE);
  }
  if (!rig_win_apc_queue(engine->world, thread, code, argument)) {
    return rig_shim_fail(engine, 31); /* ERROR_GEN_FAILURE */
  }
  rig_shim_lets_go_on(engine);
  return 1;
}

/* Every order of the threads is explored: priorities mean nothing. */
RIG_SHIM(uint32_t, SetThreadPriority, uint64_t handle, int32_t priority) {
  (void)handle;
  (void)priority;
  return 1;
}
RIG_SHIM(int32_t, GetThreadPriority, uint64_t handle) {
  (void)handle;
  return 0;
}
RIG_SHIM(int32_t, SetThreadDescription, uint64_t handle, const uint16_t *name) {
  (void)handle;
  (void)name;
  return 0;
}

/* ---- local storage: Tls and Fls alike, for a thread is its only fibre ---- */

static uint32_t slot_new(void) {
  struct rig_engine *engine = rig_engine_current();
  struct rig_engine_registry *registry = &engine->registry;
  for (uint32_t i = 0; i < RIG_TLS_SLOTS; i++) {
    if ((registry->tls_taken >> i & 1) == 0) {
      registry->tls_taken |= 1ull << i;
      registry->tls_used = i + 1 > registry->tls_used ? i + 1 : registry->tls_used;
      for (uint32_t k = 0; k < RIG_ENGINE_THREADS; k++) {
        registry->tls[k][i] = 0;
      }
      engine->registry_changed = true;
      return i;
    }
  }
  return UINT32_MAX; /* TLS_OUT_OF_INDEXES */
}

static bool slot_taken(const struct rig_engine *engine, uint32_t slot) {
  return slot < RIG_TLS_SLOTS && (engine->registry.tls_taken >> slot & 1) != 0;
}

static uint32_t slot_free(uint32_t slot) {
  struct rig_engine *engine = rig_engine_current();
  if (!slot_taken(engine, slot)) {
    return rig_shim_fail(engine, RIG_ERROR_INVALID_PARAMETER);
  }
  engine->registry.tls_taken &= ~(1ull << slot);
  engine->registry_changed = true;
  return 1;
}

static uint64_t slot_get(uint32_t slot) {
  struct rig_engine *engine = rig_engine_current();
  if (slot >= RIG_TLS_SLOTS) {
    return rig_shim_fail(engine, RIG_ERROR_INVALID_PARAMETER);
  }
  rig_engine_set_error(engine, 0); /* W:TlsGetValue */
  return engine->registry.tls[engine->self][slot];
}

static uint32_t slot_set(uint32_t slot, uint64_t value) {
  struct rig_engine *engine = rig_engine_current();
  if (slot >= RIG_TLS_SLOTS) {
    return rig_shim_fail(engine, RIG_ERROR_INVALID_PARAMETER);
  }
  if (slot >= engine->registry.tls_used) {
    engine->registry.tls_used = slot + 1;
  }
  engine->registry.tls[engine->self][slot] = value;
  engine->registry_changed = true;
  return 1;
}

RIG_SHIM(uint32_t, TlsAlloc, void) {
  return slot_new();
}
RIG_SHIM(uint32_t, TlsFree, uint32_t slot) {
  return slot_free(slot);
}
RIG_SHIM(uint64_t, TlsGetValue, uint32_t slot) {
  return slot_get(slot);
}
RIG_SHIM(uint32_t, TlsSetValue, uint32_t slot, uint64_t value) {
  return slot_set(slot, value);
}
/* A callback at a thread's end is not run. */
RIG_SHIM(uint32_t, FlsAlloc, uint64_t callback) {
  if (callback != 0) {
    rig_engine_stop(rig_engine_current(), RIG_SIM_BOUND, "not simulated: FlsAlloc with a callback");
  }
  return slot_new();
}
RIG_SHIM(uint32_t, FlsFree, uint32_t slot) {
  return slot_free(slot);
}
RIG_SHIM(uint64_t, FlsGetValue, uint32_t slot) {
  return slot_get(slot);
}
RIG_SHIM(uint32_t, FlsSetValue, uint32_t slot, uint64_t value) {
  return slot_set(slot, value);
}

/* ---- the process's end ---- */

RIG_SHIM(void, ExitProcess, uint32_t code) {
  rig_engine_exit_process(rig_engine_current(), code, true);
}
RIG_SHIM(uint32_t, TerminateProcess, uint64_t handle, uint32_t code) {
  struct rig_engine *engine = rig_engine_current();
  if ((uint32_t)handle != RIG_PSEUDO_PROCESS) {
    return rig_shim_fail(engine, RIG_ERROR_INVALID_HANDLE);
  }
  rig_engine_exit_process(engine, code, false);
}
