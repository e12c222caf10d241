/*
 * What a program calls of ntdll itself to wait and to end a wait. No live run records these
 * (README, Limits), so there are no records here either.
 *
 * Times are in 100 ns: negative ones from now on, others since 1601, NULL and the least number for
 * ever (wine: dlls/ntdll/unix/sync.c). Virtual time has milliseconds: a part of one is a whole one.
 */
#include "sim/shims/shims_private.h"

#define STATUS_SUCCESS 0u
#define STATUS_TIMEOUT 0x102u
#define STATUS_ACCESS_VIOLATION 0xC0000005u
#define STATUS_INVALID_HANDLE 0xC0000008u
#define STATUS_INVALID_PARAMETER 0xC000000Du
#define STATUS_ACCESS_DENIED 0xC0000022u
#define STATUS_NO_YIELD_PERFORMED 0x40000024u
#define UNITS_PER_MS 10000u
#define WAIT_TYPE_ALL 0u /* WaitAllObject of WAIT_TYPE */
#define WAIT_ALL_FLAG 1u
#define ALERTABLE_FLAG 2u

static uint32_t status_of(uint32_t error) {
  switch (error) {
  case RIG_ERROR_INVALID_HANDLE:
    return STATUS_INVALID_HANDLE;
  case RIG_ERROR_ACCESS_DENIED:
    return STATUS_ACCESS_DENIED;
  default:
    return STATUS_INVALID_PARAMETER;
  }
}

static uint32_t milliseconds(const int64_t *time) {
  if (time == NULL || *time == INT64_MIN) {
    return RIG_WIN_FOREVER;
  }
  const uint64_t now = *time > 0 ? rig_shim_file_time() : 0;
  const uint64_t units = *time <= 0              ? (uint64_t) - *time
                         : (uint64_t)*time > now ? (uint64_t)*time - now
                                                 : 0;
  const uint64_t ms = (units + UNITS_PER_MS - 1) / UNITS_PER_MS;
  return ms < RIG_WIN_FOREVER ? (uint32_t)ms : RIG_WIN_FOREVER - 1;
}

/* The status of a call that waits. */
static uint32_t run(struct rig_win_call *call) {
  struct rig_engine *engine = rig_engine_current();
  const uint32_t error = rig_engine_error(engine);
  rig_engine_act(engine, call);
  rig_engine_set_error(engine, error); /* a status is no last error */
  return call->failed ? status_of(call->error) : (uint32_t)call->result;
}

RIG_SHIM(uint32_t, NtDelayExecution, uint32_t alertable, const int64_t *interval) {
  rig_engine_yield(rig_engine_current());
  if (interval == NULL) {
    return STATUS_ACCESS_VIOLATION;
  }
  struct rig_win_call call = {.api = RIG_WIN_SLEEP,
                              .timeout_ms = milliseconds(interval),
                              .flags = (uint8_t)alertable != 0 ? ALERTABLE_FLAG : 0};
  return run(&call);
}

RIG_SHIM(uint32_t, NtYieldExecution, void) {
  rig_engine_yield(rig_engine_current());
  return STATUS_NO_YIELD_PERFORMED;
}

static uint32_t wait_for(uint32_t count, const uint64_t *handles, uint32_t flags,
                         const int64_t *timeout) {
  struct rig_engine *engine = rig_engine_current();
  rig_engine_yield(engine);
  if (count == 0 || count > RIG_WIN_WAIT_MAX) {
    return STATUS_INVALID_PARAMETER;
  }
  for (uint32_t i = 0; i < count; i++) {
    engine->handles[i] = (uint32_t)handles[i];
  }
  struct rig_win_call call = {.api = RIG_WIN_WAIT,
                              .count = count,
                              .handles = engine->handles,
                              .timeout_ms = milliseconds(timeout),
                              .flags = flags};
  return run(&call);
}

RIG_SHIM(uint32_t, NtWaitForSingleObject, uint64_t handle, uint32_t alertable,
         const int64_t *timeout) {
  return wait_for(1, &handle, (uint8_t)alertable != 0 ? ALERTABLE_FLAG : 0, timeout);
}
RIG_SHIM(uint32_t, NtWaitForMultipleObjects, uint32_t count, const uint64_t *handles, uint32_t type,
         uint32_t alertable, const int64_t *timeout) {
  return wait_for(count, handles,
                  (type == WAIT_TYPE_ALL ? WAIT_ALL_FLAG : 0) |
                      ((uint8_t)alertable != 0 ? ALERTABLE_FLAG : 0),
                  timeout);
}

/* `previous`: whether it was set already; NULL: nobody asks. */
static uint32_t change_event(uint64_t handle, int32_t *previous,
                             bool (*change)(struct rig_world *world, uint32_t handle,
                                            uint32_t *error)) {
  struct rig_engine *engine = rig_engine_current();
  uint32_t error = 0;
  rig_engine_yield(engine);
  const int32_t before = rig_win_signalled(engine->world, engine->self, (uint32_t)handle);
  if (!change(engine->world, (uint32_t)handle, &error)) {
    return status_of(error);
  }
  if (previous != NULL) {
    *previous = before;
  }
  return STATUS_SUCCESS;
}

RIG_SHIM(uint32_t, NtSetEvent, uint64_t handle, int32_t *previous) {
  return change_event(handle, previous, rig_win_event_set);
}
RIG_SHIM(uint32_t, NtResetEvent, uint64_t handle, int32_t *previous) {
  return change_event(handle, previous, rig_win_event_reset);
}
RIG_SHIM(uint32_t, NtClose, uint64_t handle) {
  struct rig_engine *engine = rig_engine_current();
  uint32_t error = 0;
  rig_engine_yield(engine);
  return rig_win_close(engine->world, (uint32_t)handle, &error) ? STATUS_SUCCESS : status_of(error);
}
