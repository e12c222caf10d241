/*
 * The calls that wait, step by step: MsgWaitForMultipleObjectsEx, WaitForMultipleObjectsEx,
 * SleepEx, WaitMessage; and which file the others' steps are in.
 *
 * Source: wine dlls/win32u/message.c (NtUserMsgWaitForMultipleObjectsEx, wait_objects,
 * wait_message), dlls/kernelbase/sync.c, dlls/ntdll/unix/signal_x86_64.c (NtContinue: the next APC
 * before the wait returns).
 */
#include "win32/world.h"

enum phase { PHASE_BEGIN, PHASE_WAITS, PHASE_APC };

static bool message_aware(const struct rig_win_call *call) {
  return call->api == RIG_WIN_MSG_WAIT || call->api == RIG_WIN_WAIT_MESSAGE;
}

static enum rig_win_state fail(struct rig_win_call *call, uint32_t error) {
  call->failed = 1;
  call->error = error;
  call->result = call->api == RIG_WIN_WAIT_MESSAGE ? 0 : WAIT_FAILED;
  return RIG_WIN_DONE;
}

/* Runs the next APC; when none is left the call returns. */
static enum rig_win_state run_apc(struct rig_world *world, struct rig_win_call *call) {
  struct world_thread *self = &world->threads[call->thread];
  writes(world, touch_thread(call->thread));
  if (self->apcs == 0) {
    call->result = WAIT_IO_COMPLETION;
    return RIG_WIN_DONE;
  }
  uint32_t at = 0;
  for (uint32_t i = 0; i < call->thread; i++) {
    at += world->threads[i].apcs;
  }
  const struct world_apc apc = world->apcs[at];
  memmove(world->apcs + at, world->apcs + at + 1, (world->head.apcs - at - 1u) * sizeof apc);
  world->head.apcs--;
  self->apcs--;
  call->run = (struct rig_win_run){
      .kind = RIG_WIN_RUN_APC, .code = apc.code, .message = {.wparam = apc.argument}};
  call->phase = PHASE_APC;
  return RIG_WIN_RUNS;
}

/* The wait is over: what the call makes of it. What masks a wait leaves behind when a handle ended
 * it is seen by a later wait with mask 0, as Wine believes it has none set (mask_cached). */
static enum rig_win_state finish(struct rig_world *world, struct rig_win_call *call) {
  struct world_thread *self = &world->threads[call->thread];
  const uint32_t count = self->wait_count;
  const bool all = (self->wait_flags & WORLD_WAIT_ALL) != 0;
  uint32_t error = 0;
  const uint32_t status = rig_wait_take(world, call->thread, &error);
  if (message_aware(call)) {
    if (status == WAIT_TIMEOUT || !world->dialect.mask_cached) {
      self->wake_mask = 0;
      self->changed_mask = 0;
    }
    if (world->dialect.wait_makes_old && (all ? status < RIG_WIN_WAIT_MAX : status == count)) {
      self->changed_bits &= (uint16_t)~call->mask;
    }
  }
  if (error != 0) {
    return fail(call, error);
  }
  if (status == WAIT_IO_COMPLETION) {
    return run_apc(world, call);
  }
  call->result = call->api == RIG_WIN_WAIT_MESSAGE                      ? 1
                 : call->api == RIG_WIN_SLEEP && status == WAIT_TIMEOUT ? 0
                                                                        : status;
  return RIG_WIN_DONE;
}

static bool twice(const struct rig_win_call *call) {
  for (uint32_t i = 0; i < call->count; i++) {
    for (uint32_t j = 0; j < i; j++) {
      if (call->handles[i] == call->handles[j]) {
        return true;
      }
    }
  }
  return false;
}

/* An error, 0 for none. RIG_WIN_ACCESS_VIOLATION is not always a last error: see begin. */
static uint32_t check(const struct rig_world *world, const struct rig_win_call *call) {
  const uint32_t known = MWMO_WAITALL | MWMO_ALERTABLE | MWMO_INPUTAVAILABLE;
  const uint32_t max = message_aware(call) ? RIG_WIN_WAIT_MAX - 1 : RIG_WIN_WAIT_MAX;
  if (call->api == RIG_WIN_MSG_WAIT && (call->flags & ~known) != 0 &&
      !world->dialect.unknown_mwmo_accepted) {
    return ERROR_INVALID_PARAMETER;
  }
  if (call->count > max || (call->count == 0 && call->api == RIG_WIN_WAIT)) {
    return ERROR_INVALID_PARAMETER;
  }
  if (call->count > 0 && call->handles == NULL) {
    return RIG_WIN_ACCESS_VIOLATION;
  }
  if (call->flags & MWMO_WAITALL && !world->dialect.wait_all_duplicates && twice(call)) {
    return ERROR_INVALID_PARAMETER;
  }
  return 0;
}

static void set_masks(struct rig_world *world, const struct rig_win_call *call) {
  struct world_thread *self = &world->threads[call->thread];
  if (call->mask != 0 || !world->dialect.mask_cached) {
    self->wake_mask = (uint16_t)(call->flags & MWMO_INPUTAVAILABLE ? call->mask : 0);
    self->changed_mask = (uint16_t)call->mask;
  }
}

static enum rig_win_state begin(struct rig_world *world, struct rig_win_call *call) {
  struct world_thread *self = &world->threads[call->thread];
  struct wait_request request = {.thread = call->thread,
                                 .deadline = rig_world_later(world, call->timeout_ms)};
  writes(world, touch_thread(call->thread));
  if (call->api == RIG_WIN_WAIT_MESSAGE) {
    call->count = 0;
    call->flags = 0;
    call->mask = QS_ALLINPUT;
    request.deadline = RIG_WIN_FOREVER;
  } else if (call->api == RIG_WIN_SLEEP) {
    call->count = 0;
    call->flags &= MWMO_ALERTABLE;
  }
  uint32_t error = check(world, call);
  if (error == RIG_WIN_ACCESS_VIOLATION && message_aware(call) &&
      !world->dialect.null_handles_crash) {
    call->result = RIG_WIN_ACCESS_VIOLATION;
    return RIG_WIN_DONE;
  }
  if (error != 0) {
    return fail(call, error);
  }
  request.count = call->count;
  request.handles = call->handles;
  request.flags = (call->flags & MWMO_WAITALL ? WORLD_WAIT_ALL : 0) |
                  (call->flags & MWMO_ALERTABLE ? WORLD_WAIT_ALERTABLE : 0);
  if (message_aware(call)) {
    rig_queue_create(world, call->thread);
    set_masks(world, call);
    request.flags |= WORLD_WAIT_QUEUE;
    if (world->dialect.input_before_handle) {
      request.flags |= WORLD_WAIT_QUEUE_FIRST;
    }
  }
  const enum rig_win_state state = rig_wait_begin(world, &request, &error);
  if (error != 0) {
    if (message_aware(call) && !world->dialect.mask_cached) {
      self->wake_mask = 0;
      self->changed_mask = 0;
    }
    return fail(call, error);
  }
  if (state == RIG_WIN_DONE) {
    return finish(world, call);
  }
  call->phase = PHASE_WAITS;
  return RIG_WIN_WAITS;
}

enum rig_win_state rig_wait_step(struct rig_world *world, struct rig_win_call *call) {
  if (call->phase == PHASE_BEGIN) {
    return begin(world, call);
  }
  if (call->phase == PHASE_APC) {
    return run_apc(world, call);
  }
  return rig_world_ready(world, call->thread) ? finish(world, call) : RIG_WIN_WAITS;
}

enum rig_win_state rig_win_step(struct rig_world *world, struct rig_win_call *call) {
  RIG_ASSERT(alive(world, call->thread));
  if (call->phase == PHASE_BEGIN) {
    call->failed = 0;
    call->error = 0;
    call->result = 0;
    call->run = (struct rig_win_run){.kind = RIG_WIN_RUN_NOTHING};
  }
  switch ((enum rig_win_api)call->api) {
  case RIG_WIN_PEEK_MESSAGE:
  case RIG_WIN_GET_MESSAGE:
    return rig_retrieve_step(world, call);
  case RIG_WIN_SEND:
    return rig_send_step(world, call);
  case RIG_WIN_DISPATCH:
    return rig_dispatch_step(world, call);
  case RIG_WIN_WAIT_MESSAGE:
  case RIG_WIN_MSG_WAIT:
  case RIG_WIN_WAIT:
  case RIG_WIN_SLEEP:
    return rig_wait_step(world, call);
  }
  RIG_ASSERT(!"an api of the enum");
  return RIG_WIN_DONE;
}
