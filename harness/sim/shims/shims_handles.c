/*
 * Handles, whatever they are of, and pipes, to which nobody writes.
 */
#include "sim/shims/shims_private.h"

#define SYNCHRONIZE_RIGHT 0x100000u
#define SAME_ACCESS 2u /* DUPLICATE_SAME_ACCESS */
#define CLOSE_SOURCE 1u

/* ---- handles ---- */

static bool is_pseudo(uint64_t handle) {
  return (uint32_t)handle == RIG_PSEUDO_PROCESS || (uint32_t)handle == RIG_PSEUDO_THREAD;
}

/* A thread that waits for the handle, or is about to, notices. */
RIG_SHIM(uint32_t, CloseHandle, uint64_t handle) {
  struct rig_engine *engine = rig_engine_current();
  uint32_t error = 0;
  if (is_pseudo(handle)) {
    return 1; /* W:GetCurrentThread: no effect */
  }
  rig_engine_yield(engine);
  return rig_win_close(engine->world, (uint32_t)handle, &error) ? 1 : rig_shim_fail(engine, error);
}

RIG_SHIM(uint32_t, DuplicateHandle, uint64_t from, uint64_t source, uint64_t to, uint64_t *out,
         uint32_t access, uint32_t inherit, uint32_t options) {
  (void)from;
  (void)to;
  (void)inherit;
  struct rig_engine *engine = rig_engine_current();
  const bool synchronize = (options & SAME_ACCESS) != 0 || (access & SYNCHRONIZE_RIGHT) != 0;
  uint32_t handle;
  if ((uint32_t)source == RIG_PSEUDO_THREAD) {
    handle = rig_win_thread_handle(engine->world, engine->self);
  } else if ((uint32_t)source == RIG_PSEUDO_PROCESS) {
    rig_engine_stop(engine, RIG_SIM_BOUND, "not simulated: a handle of the process itself");
  } else {
    handle = rig_win_duplicate(engine->world, (uint32_t)source, synchronize);
  }
  if (handle == 0) {
    return rig_shim_fail(engine, RIG_ERROR_INVALID_HANDLE);
  }
  if ((options & CLOSE_SOURCE) != 0 && !is_pseudo(source)) {
    uint32_t error = 0;
    rig_win_close(engine->world, (uint32_t)source, &error);
  }
  if (out != NULL) {
    *out = handle;
  }
  return 1;
}

RIG_SHIM(uint32_t, GetHandleInformation, uint64_t handle, uint32_t *flags) {
  struct rig_engine *engine = rig_engine_current();
  if (rig_win_handle_kind(engine->world, (uint32_t)handle) == RIG_WIN_FREE) {
    return rig_shim_fail(engine, RIG_ERROR_INVALID_HANDLE);
  }
  *flags = 0;
  return 1;
}
RIG_SHIM(uint32_t, SetHandleInformation, uint64_t handle, uint32_t mask, uint32_t flags) {
  (void)mask;
  (void)flags;
  struct rig_engine *engine = rig_engine_current();
  return rig_win_handle_kind(engine->world, (uint32_t)handle) == RIG_WIN_FREE
             ? rig_shim_fail(engine, RIG_ERROR_INVALID_HANDLE)
             : 1;
}

/* ---- pipes: nobody writes to one ---- */

RIG_SHIM(uint32_t, CreatePipe, uint64_t *read, uint64_t *write, const void *security,
         uint32_t bytes) {
  (void)security;
  (void)bytes;
  struct rig_engine *engine = rig_engine_current();
  *read = rig_shim_made(engine, rig_win_event_new(engine->world, true, false, 0, NULL), false);
  *write = rig_shim_made(engine, rig_win_event_new(engine->world, true, false, 0, NULL), false);
  return 1;
}

/* Waits for what is never written. */
RIG_SHIM(uint32_t, ReadFile, uint64_t file, void *to, uint32_t bytes, uint32_t *got,
         void *overlapped) {
  (void)to;
  (void)bytes;
  struct rig_engine *engine = rig_engine_current();
  const uint32_t handle = (uint32_t)file;
  if (overlapped != NULL) {
    rig_engine_stop(engine, RIG_SIM_BOUND, "not simulated: ReadFile with OVERLAPPED");
  }
  struct rig_win_call call = {
      .api = RIG_WIN_WAIT, .count = 1, .handles = &handle, .timeout_ms = RIG_WIN_FOREVER};
  rig_engine_call(engine, &call);
  if (got != NULL) {
    *got = 0;
  }
  return 0;
}
