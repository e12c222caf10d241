/*
 * Objects with handles. Making one that has no name is noticed by nobody: no step. What signals one
 * is a step; SetEvent and ResetEvent are recorded as stubs/hooks/hook_objects.c does it.
 */
#include "sim/shims/shims_private.h"

#define DUPLICATED_PROCESS 4u

uint64_t rig_shim_made(struct rig_engine *engine, uint32_t handle, bool existed) {
  if (handle == 0) {
    rig_engine_stop(engine, RIG_SIM_BOUND, "more objects or handles than are simulated");
  }
  rig_engine_set_error(engine, existed ? RIG_ERROR_ALREADY_EXISTS : 0);
  return handle;
}

/* A name is shared: others may open it at the same time. */
static void before(struct rig_engine *engine, uint32_t name) {
  if (name != 0) {
    rig_engine_yield(engine);
  }
}

static uint64_t create_event(uint32_t name, bool manual, bool set) {
  struct rig_engine *engine = rig_engine_current();
  bool existed = false;
  before(engine, name);
  const uint32_t handle = rig_win_event_new(engine->world, manual, set, name, &existed);
  return rig_shim_made(engine, handle, existed);
}

RIG_SHIM(uint64_t, CreateEventA, const void *security, uint32_t manual, uint32_t set,
         const char *name) {
  (void)security;
  return create_event(rig_shim_name_a(rig_engine_current(), name), manual != 0, set != 0);
}
RIG_SHIM(uint64_t, CreateEventW, const void *security, uint32_t manual, uint32_t set,
         const uint16_t *name) {
  (void)security;
  return create_event(rig_shim_name_w(rig_engine_current(), name), manual != 0, set != 0);
}
/* CREATE_EVENT_MANUAL_RESET 1, CREATE_EVENT_INITIAL_SET 2. */
RIG_SHIM(uint64_t, CreateEventExA, const void *security, const char *name, uint32_t flags,
         uint32_t access) {
  (void)security;
  (void)access;
  return create_event(rig_shim_name_a(rig_engine_current(), name), (flags & 1) != 0,
                      (flags & 2) != 0);
}
RIG_SHIM(uint64_t, CreateEventExW, const void *security, const uint16_t *name, uint32_t flags,
         uint32_t access) {
  (void)security;
  (void)access;
  return create_event(rig_shim_name_w(rig_engine_current(), name), (flags & 1) != 0,
                      (flags & 2) != 0);
}

static uint64_t open_event(uint32_t name) {
  struct rig_engine *engine = rig_engine_current();
  before(engine, name);
  const uint32_t handle = name == 0 ? 0 : rig_win_open(engine->world, RIG_WIN_EVENT, name);
  return handle != 0 ? handle : rig_shim_fail(engine, 2); /* ERROR_FILE_NOT_FOUND */
}
RIG_SHIM(uint64_t, OpenEventA, uint32_t access, uint32_t inherit, const char *name) {
  (void)access;
  (void)inherit;
  return open_event(rig_shim_name_a(rig_engine_current(), name));
}
RIG_SHIM(uint64_t, OpenEventW, uint32_t access, uint32_t inherit, const uint16_t *name) {
  (void)access;
  (void)inherit;
  return open_event(rig_shim_name_w(rig_engine_current(), name));
}

static uint32_t change(enum rig_call call, uint64_t caller, uint64_t handle) {
  struct rig_engine *engine = rig_engine_current();
  rig_engine_yield(engine);
  union rig_payload payload = {.object = {.handle = (uint32_t)handle}};
  rig_engine_about(engine, call, caller);
  uint32_t error = 0;
  const bool done = call == RIG_CALL_SetEvent
                        ? rig_win_event_set(engine->world, (uint32_t)handle, &error)
                        : rig_win_event_reset(engine->world, (uint32_t)handle, &error);
  if (!done) {
    rig_engine_set_error(engine, error);
  }
  payload.object.result = done;
  payload.object.error = done ? 0 : error;
  rig_engine_completed(engine, call, caller, &payload, NULL, 0);
  if (done && call == RIG_CALL_SetEvent) {
    rig_shim_lets_go_on(engine);
  }
  return done;
}

RIG_SHIM(uint32_t, SetEvent, uint64_t handle) {
  return change(RIG_CALL_SetEvent, RIG_RETURN_ADDRESS, handle);
}
RIG_SHIM(uint32_t, ResetEvent, uint64_t handle) {
  return change(RIG_CALL_ResetEvent, RIG_RETURN_ADDRESS, handle);
}
RIG_SHIM(uint32_t, PulseEvent, uint64_t handle) {
  struct rig_engine *engine = rig_engine_current();
  uint32_t error = 0;
  rig_engine_yield(engine);
  if (!rig_win_event_pulse(engine->world, (uint32_t)handle, &error)) {
    return rig_shim_fail(engine, error);
  }
  rig_shim_lets_go_on(engine);
  return 1;
}

static uint64_t create_mutex(uint32_t owned, uint32_t name) {
  struct rig_engine *engine = rig_engine_current();
  bool existed = false;
  before(engine, name);
  const uint32_t handle =
      rig_win_mutex_new(engine->world, owned ? engine->self : RIG_WIN_NONE, name, &existed);
  return rig_shim_made(engine, handle, existed);
}
RIG_SHIM(uint64_t, CreateMutexA, const void *security, uint32_t owned, const char *name) {
  (void)security;
  return create_mutex(owned, rig_shim_name_a(rig_engine_current(), name));
}
RIG_SHIM(uint64_t, CreateMutexW, const void *security, uint32_t owned, const uint16_t *name) {
  (void)security;
  return create_mutex(owned, rig_shim_name_w(rig_engine_current(), name));
}
RIG_SHIM(uint32_t, ReleaseMutex, uint64_t handle) {
  struct rig_engine *engine = rig_engine_current();
  uint32_t error = 0;
  rig_engine_yield(engine);
  if (!rig_win_mutex_release(engine->world, engine->self, (uint32_t)handle, &error)) {
    return rig_shim_fail(engine, error);
  }
  rig_shim_lets_go_on(engine);
  return 1;
}

static uint64_t create_semaphore(int32_t count, int32_t limit, uint32_t name) {
  struct rig_engine *engine = rig_engine_current();
  bool existed = false;
  if (count < 0 || limit <= 0 || count > limit) {
    return rig_shim_fail(engine, RIG_ERROR_INVALID_PARAMETER);
  }
  before(engine, name);
  const uint32_t handle =
      rig_win_semaphore_new(engine->world, (uint32_t)count, (uint32_t)limit, name, &existed);
  return rig_shim_made(engine, handle, existed);
}
RIG_SHIM(uint64_t, CreateSemaphoreA, const void *security, int32_t count, int32_t limit,
         const char *name) {
  (void)security;
  return create_semaphore(count, limit, rig_shim_name_a(rig_engine_current(), name));
}
RIG_SHIM(uint64_t, CreateSemaphoreW, const void *security, int32_t count, int32_t limit,
         const uint16_t *name) {
  (void)security;
  return create_semaphore(count, limit, rig_shim_name_w(rig_engine_current(), name));
}
RIG_SHIM(uint32_t, ReleaseSemaphore, uint64_t handle, int32_t count, int32_t *previous) {
  struct rig_engine *engine = rig_engine_current();
  uint32_t before_it = 0;
  uint32_t error = RIG_ERROR_INVALID_PARAMETER;
  rig_engine_yield(engine);
  if (count <= 0 || !rig_win_semaphore_release(engine->world, (uint32_t)handle, (uint32_t)count,
                                               &before_it, &error)) {
    return rig_shim_fail(engine, error);
  }
  if (previous != NULL) {
    *previous = (int32_t)before_it;
  }
  rig_shim_lets_go_on(engine);
  return 1;
}

static uint64_t create_timer(const struct rig_engine *engine, uint32_t manual, uint32_t name) {
  if (name != 0) {
    rig_engine_stop(rig_engine_current(), RIG_SIM_BOUND,
                    "not simulated: a waitable timer with a name");
  }
  return rig_win_waitable_timer_new(engine->world, manual != 0);
}
RIG_SHIM(uint64_t, CreateWaitableTimerA, const void *security, uint32_t manual, const char *name) {
  (void)security;
  struct rig_engine *engine = rig_engine_current();
  return rig_shim_made(
      engine, (uint32_t)create_timer(engine, manual, rig_shim_name_a(engine, name)), false);
}
RIG_SHIM(uint64_t, CreateWaitableTimerW, const void *security, uint32_t manual,
         const uint16_t *name) {
  (void)security;
  struct rig_engine *engine = rig_engine_current();
  return rig_shim_made(
      engine, (uint32_t)create_timer(engine, manual, rig_shim_name_w(engine, name)), false);
}
/* A relative time is negative, in 100 ns. An absolute one counts from the start of virtual time. */
RIG_SHIM(uint32_t, SetWaitableTimer, uint64_t handle, const int64_t *due, int32_t period_ms,
         uint64_t procedure, uint64_t argument, uint32_t resume) {
  (void)argument;
  (void)resume;
  struct rig_engine *engine = rig_engine_current();
  uint32_t error = 0;
  rig_engine_yield(engine);
  if (procedure != 0) {
    rig_engine_stop(engine, RIG_SIM_BOUND, "not simulated: a waitable timer's completion routine");
  }
  const uint32_t now = rig_world_now(engine->world);
  const uint64_t ticks = *due < 0 ? 0 - (uint64_t)*due : (uint64_t)*due;
  uint64_t ms = (ticks + RIG_RAW_PER_MS - 1) / RIG_RAW_PER_MS;
  if (*due >= 0) {
    ms = ms > now ? ms - now : 0;
  }
  const uint32_t in = ms >= RIG_WIN_FOREVER ? RIG_WIN_FOREVER - 1 : (uint32_t)ms;
  return rig_win_waitable_timer_set(engine->world, (uint32_t)handle, in,
                                    period_ms > 0 ? (uint32_t)period_ms : 0, &error)
             ? 1
             : rig_shim_fail(engine, error);
}
RIG_SHIM(uint32_t, CancelWaitableTimer, uint64_t handle) {
  struct rig_engine *engine = rig_engine_current();
  uint32_t error = 0;
  rig_engine_yield(engine);
  return rig_win_waitable_timer_cancel(engine->world, (uint32_t)handle, &error)
             ? 1
             : rig_shim_fail(engine, error);
}
