/*
 * Waits: message-aware ones, those on handles alone, and sleeps; recorded as stubs/hooks/
 * hook_waits.c does it. Handles go to the world as they are; GetCurrentProcess() and
 * GetCurrentThread() are never signalled for their own thread.
 */
#include <string.h>

#include "sim/shims/shims_private.h"

struct wait {
  enum rig_call name;
  uint64_t caller;
  union rig_payload payload;
  struct rig_win_call call;
};

/* The handles as 32-bit words, as many as a wait may have; a pointer that cannot be read faults
 * here, as it does in Windows' own code. */
static uint32_t copy_handles(uint32_t words[RIG_WIN_WAIT_MAX], const uint64_t *handles,
                             uint32_t count) {
  if (handles == NULL) {
    return 0;
  }
  count = count < RIG_WIN_WAIT_MAX ? count : RIG_WIN_WAIT_MAX;
  for (uint32_t i = 0; i < count; i++) {
    words[i] = (uint32_t)handles[i];
  }
  return count;
}

static uint32_t run_wait(struct wait *wait, const uint64_t *handles) {
  struct rig_engine *engine = rig_engine_current();
  uint32_t *words = engine->handles;
  rig_engine_yield(engine);
  uint32_t copied = copy_handles(words, handles, wait->payload.wait.count);
  if (copied > 0) {
    wait->payload.wait.handle = words[0];
  }
  const uint32_t enter =
      rig_engine_enter(engine, wait->name, wait->caller, &wait->payload, copied > 0 ? words : NULL,
                       copied * (uint32_t)sizeof *words);
  wait->call.count = wait->payload.wait.count;
  copied = copy_handles(words, handles, copied); /* the boundary may have held the thread */
  wait->call.handles = handles != NULL ? words : NULL;
  wait->call.timeout_ms = wait->payload.wait.timeout_ms;
  rig_engine_act(engine, &wait->call);
  const uint32_t result = (uint32_t)wait->call.result;
  wait->payload.wait.result = result;
  if (wait->call.failed) {
    wait->payload.wait.error = wait->call.error;
  }
  rig_engine_leave(engine, enter, wait->name, wait->caller, &wait->payload);
  return result;
}

/* ---- message-aware ---- */

#define MWMO_WAITALL_FLAG 1u
#define MWMO_ALERTABLE_FLAG 2u

static uint32_t msg_wait(struct wait *wait, const uint64_t *handles) {
  wait->call.api = RIG_WIN_MSG_WAIT;
  wait->call.mask = wait->payload.wait.wake_mask;
  wait->call.flags = wait->payload.wait.flags;
  return run_wait(wait, handles);
}

RIG_SHIM(uint32_t, MsgWaitForMultipleObjects, uint32_t count, const uint64_t *handles, uint32_t all,
         uint32_t timeout_ms, uint32_t mask) {
  struct wait wait = {.name = RIG_CALL_MsgWaitForMultipleObjects,
                      .caller = RIG_RETURN_ADDRESS,
                      .payload.wait = {.count = count,
                                       .timeout_ms = timeout_ms,
                                       .wake_mask = mask,
                                       .flags = all ? MWMO_WAITALL_FLAG : 0}};
  return msg_wait(&wait, handles);
}

RIG_SHIM(uint32_t, MsgWaitForMultipleObjectsEx, uint32_t count, const uint64_t *handles,
         uint32_t timeout_ms, uint32_t mask, uint32_t flags) {
  struct wait wait = {.name = RIG_CALL_MsgWaitForMultipleObjectsEx,
                      .caller = RIG_RETURN_ADDRESS,
                      .payload.wait = {.count = count,
                                       .timeout_ms = timeout_ms,
                                       .wake_mask = mask,
                                       .flags = flags,
                                       .alertable = (flags & MWMO_ALERTABLE_FLAG) != 0}};
  return msg_wait(&wait, handles);
}

RIG_SHIM(uint32_t, WaitMessage, void) {
  struct wait wait = {.name = RIG_CALL_WaitMessage,
                      .caller = RIG_RETURN_ADDRESS,
                      .payload.wait = {.timeout_ms = RIG_WIN_FOREVER},
                      .call = {.api = RIG_WIN_WAIT_MESSAGE}};
  return run_wait(&wait, NULL);
}

/* ---- handles alone ---- */

#define WAIT_ALL 1u /* of RIG_WIN_WAIT: bWaitAll */

static uint32_t wait_handles(struct wait *wait, const uint64_t *handles) {
  wait->call.api = RIG_WIN_WAIT;
  wait->call.flags = (wait->payload.wait.flags != 0 ? MWMO_WAITALL_FLAG : 0) |
                     (wait->payload.wait.alertable != 0 ? MWMO_ALERTABLE_FLAG : 0);
  return run_wait(wait, handles);
}

RIG_SHIM(uint32_t, WaitForSingleObject, uint64_t handle, uint32_t timeout_ms) {
  struct wait wait = {.name = RIG_CALL_WaitForSingleObject,
                      .caller = RIG_RETURN_ADDRESS,
                      .payload.wait = {.count = 1, .timeout_ms = timeout_ms}};
  return wait_handles(&wait, &handle);
}
RIG_SHIM(uint32_t, WaitForSingleObjectEx, uint64_t handle, uint32_t timeout_ms,
         uint32_t alertable) {
  struct wait wait = {
      .name = RIG_CALL_WaitForSingleObjectEx,
      .caller = RIG_RETURN_ADDRESS,
      .payload.wait = {.count = 1, .timeout_ms = timeout_ms, .alertable = alertable != 0}};
  return wait_handles(&wait, &handle);
}
RIG_SHIM(uint32_t, WaitForMultipleObjects, uint32_t count, const uint64_t *handles, uint32_t all,
         uint32_t timeout_ms) {
  struct wait wait = {
      .name = RIG_CALL_WaitForMultipleObjects,
      .caller = RIG_RETURN_ADDRESS,
      .payload.wait = {.count = count, .timeout_ms = timeout_ms, .flags = all ? WAIT_ALL : 0}};
  return wait_handles(&wait, handles);
}
RIG_SHIM(uint32_t, WaitForMultipleObjectsEx, uint32_t count, const uint64_t *handles, uint32_t all,
         uint32_t timeout_ms, uint32_t alertable) {
  struct wait wait = {.name = RIG_CALL_WaitForMultipleObjectsEx,
                      .caller = RIG_RETURN_ADDRESS,
                      .payload.wait = {.count = count,
                                       .timeout_ms = timeout_ms,
                                       .flags = all ? WAIT_ALL : 0,
                                       .alertable = alertable != 0}};
  return wait_handles(&wait, handles);
}

/* Not recorded: SetEvent, ReleaseMutex or ReleaseSemaphore, and the wait, in one step. */
RIG_SHIM(uint32_t, SignalObjectAndWait, uint64_t signalled, uint64_t handle, uint32_t timeout_ms,
         uint32_t alertable) {
  struct rig_engine *engine = rig_engine_current();
  rig_engine_yield(engine);
  uint32_t error = 0;
  bool done = false;
  switch (rig_win_handle_kind(engine->world, (uint32_t)signalled)) {
  case RIG_WIN_EVENT:
    done = rig_win_event_set(engine->world, (uint32_t)signalled, &error);
    break;
  case RIG_WIN_MUTEX:
    done = rig_win_mutex_release(engine->world, engine->self, (uint32_t)signalled, &error);
    break;
  case RIG_WIN_SEMAPHORE: {
    uint32_t previous;
    done = rig_win_semaphore_release(engine->world, (uint32_t)signalled, 1, &previous, &error);
    break;
  }
  default:
    error = RIG_ERROR_INVALID_HANDLE;
    break;
  }
  if (!done) {
    rig_engine_set_error(engine, error);
    return RIG_WAIT_FAILED;
  }
  const uint32_t word = (uint32_t)handle;
  struct rig_win_call call = {.api = RIG_WIN_WAIT,
                              .count = 1,
                              .handles = &word,
                              .timeout_ms = timeout_ms,
                              .flags = alertable ? MWMO_ALERTABLE_FLAG : 0};
  rig_engine_act(engine, &call);
  return (uint32_t)call.result;
}

/* ---- sleeps ---- */

static uint32_t run_sleep(struct wait *wait) {
  wait->call.api = RIG_WIN_SLEEP;
  wait->call.flags = wait->payload.wait.alertable != 0 ? MWMO_ALERTABLE_FLAG : 0;
  return run_wait(wait, NULL);
}

RIG_SHIM(void, Sleep, uint32_t timeout_ms) {
  struct wait wait = {.name = RIG_CALL_Sleep,
                      .caller = RIG_RETURN_ADDRESS,
                      .payload.wait = {.timeout_ms = timeout_ms}};
  run_sleep(&wait);
}
RIG_SHIM(uint32_t, SleepEx, uint32_t timeout_ms, uint32_t alertable) {
  struct wait wait = {.name = RIG_CALL_SleepEx,
                      .caller = RIG_RETURN_ADDRESS,
                      .payload.wait = {.timeout_ms = timeout_ms, .alertable = alertable != 0}};
  return run_sleep(&wait);
}

RIG_SHIM(uint32_t, SwitchToThread, void) {
  rig_engine_yield(rig_engine_current());
  return 1;
}
