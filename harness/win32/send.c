/*
 * The sending side: SendMessage, SendMessageTimeout, SendNotifyMessage (tickets.c: messages that no
 * thread of the world sends).
 *
 * A thread's sends in progress are a stack of slots, so that a result has a place that does not
 * depend on who else sends. Results live as long as their sender looks for them.
 *
 * Source: wine server/queue.c (send_message, alloc_message_result, store_message_result,
 * result_timeout, get_message_reply, is_queue_hung) and dlls/win32u/message.c (process_message,
 * put_message_in_queue, wait_message_reply, retrieve_reply).
 */
#include "win32/world.h"

enum phase { PHASE_BEGIN, PHASE_WAITS, PHASE_RUNS, PHASE_DIRECT };

struct world_result *rig_send_result(struct rig_world *world, uint32_t ref) {
  if (ref >= WORLD_REF_NOBODY) {
    return NULL;
  }
  if (ref >= WORLD_REF_TICKET) {
    reads(world, TOUCH_TICKETS);
    return &world->tickets[ref - WORLD_REF_TICKET];
  }
  reads(world, touch_thread(ref / RIG_WORLD_NESTED));
  return &world->slots[ref / RIG_WORLD_NESTED][ref % RIG_WORLD_NESTED];
}

void rig_send_receive(struct rig_world *world, uint32_t ref) {
  struct world_result *result = rig_send_result(world, ref);
  if (result != NULL) {
    writes(world, ref < WORLD_REF_TICKET ? touch_thread(ref / RIG_WORLD_NESTED) : TOUCH_TICKETS);
    result->state = WORLD_RESULT_RECEIVED;
  }
}

/* The result is there: its sender is woken if this is the send it waits for, not one further out.
 */
void rig_send_store(struct rig_world *world, uint32_t ref, uint64_t value, uint32_t error) {
  struct world_result *result = rig_send_result(world, ref);
  if (result == NULL) {
    return;
  }
  result->result = value;
  result->error = error == ERROR_TIMEOUT ? WORLD_ERROR_TIMEOUT : (uint8_t)error;
  result->replied = 1;
  result->deadline = RIG_WIN_FOREVER;
  if (ref >= WORLD_REF_TICKET) {
    writes(world, TOUCH_TICKETS);
    return;
  }
  const uint32_t sender = ref / RIG_WORLD_NESTED;
  writes(world, touch_thread(sender));
  if (ref % RIG_WORLD_NESTED + 1u == world->threads[sender].nested) {
    rig_queue_set_bits(world, sender, QS_SMRESULT);
  }
}

/* Takes it out of the queue, or of the hands of the one that is handling it. The receiver stays
 * woken: it has been woken for nothing. */
void rig_send_withdraw(struct rig_world *world, uint32_t ref) {
  const struct world_result *result = rig_send_result(world, ref);
  const uint32_t receiver = result->receiver;
  if (receiver == RIG_NOBODY) {
    return;
  }
  struct world_thread *self = &world->threads[receiver];
  writes(world, touch_thread(receiver));
  const struct world_item *items = rig_sent_of(world, receiver);
  for (uint32_t i = 0; i < self->sent; i++) {
    if (items[i].ref == ref) {
      rig_sent_remove(world, receiver, i);
      if (self->sent == 0) {
        rig_queue_clear_bits(world, receiver, QS_SENDMESSAGE);
      }
      return;
    }
  }
  for (uint32_t i = 0; i < self->received; i++) {
    if (world->received[receiver][i].ref == ref) {
      world->received[receiver][i].ref = WORLD_REF_NOBODY;
    }
  }
}

void rig_send_expire(struct rig_world *world, uint32_t thread, uint32_t depth) {
  const uint32_t ref = thread * RIG_WORLD_NESTED + depth;
  struct world_result *result = &world->slots[thread][depth];
  writes(world, touch_thread(thread));
  if (result->state == WORLD_RESULT_QUEUED) {
    rig_send_withdraw(world, ref);
    result->receiver = RIG_NOBODY;
  }
  rig_send_store(world, ref, 0, ERROR_TIMEOUT);
}

void rig_world_expire_send(struct rig_world *world, uint32_t thread) {
  struct world_thread *self = &world->threads[thread];
  if (self->nested > 0 && self->wait_state == WORLD_WAIT_PENDING &&
      self->wait_flags & WORLD_WAIT_QUEUE && self->wake_mask & QS_SMRESULT &&
      !world->slots[thread][self->nested - 1].replied) {
    rig_send_expire(world, thread, self->nested - 1u);
  }
}

/* wine: is_queue_hung. A thread that waits for its queue is not hung, however long. */
static bool hung(const struct rig_world *world, uint32_t thread) {
  const struct world_thread *self = &world->threads[thread];
  reads(world, touch_thread(thread) | TOUCH_TIME);
  if (self->looked != RIG_HUNG && world->head.now - self->looked <= RIG_HUNG_MS) {
    return false;
  }
  return !(self->wait_state == WORLD_WAIT_PENDING && self->wait_flags & WORLD_WAIT_QUEUE);
}

static enum rig_win_state fail(struct rig_win_call *call, uint32_t error) {
  call->failed = 1;
  call->error = error;
  call->result = 0;
  return RIG_WIN_DONE;
}

static bool put(struct rig_world *world, const struct rig_win_call *call, uint32_t receiver,
                uint32_t ref) {
  const struct rig_win_message message = {.message = call->first,
                                          .wparam = call->wparam,
                                          .lparam = call->lparam,
                                          .origin = call->origin};
  struct world_item item = rig_item_of(world, call->window, &message);
  item.ref = (uint8_t)ref;
  reads(world, touch_thread(receiver));
  writes(world, touch_sent(receiver));
  if (!rig_sent_add(world, receiver, &item)) {
    return false;
  }
  rig_queue_set_bits(world, receiver, QS_SENDMESSAGE);
  return true;
}

/* The result is there: takes it, and the send further out is the one waited for again. A receiver
 * that still handles the message (ReplyMessage, time-out) replies to nobody. */
static enum rig_win_state take_reply(struct rig_world *world, struct rig_win_call *call) {
  struct world_thread *self = &world->threads[call->thread];
  const struct world_result result = world->slots[call->thread][self->nested - 1];
  RIG_ASSERT(result.replied && call->cookie == self->nested);
  rig_send_withdraw(world, call->thread * RIG_WORLD_NESTED + self->nested - 1u);
  self->nested--;
  if (self->nested > 0 && world->slots[call->thread][self->nested - 1].replied) {
    rig_queue_set_bits(world, call->thread, QS_SMRESULT);
  } else {
    rig_queue_clear_bits(world, call->thread, QS_SMRESULT);
  }
  if (result.error != 0) {
    return fail(call, result.error == WORLD_ERROR_TIMEOUT ? ERROR_TIMEOUT : result.error);
  }
  call->result = result.result;
  return RIG_WIN_DONE;
}

/* Waits for the reply, and serves messages that are sent meanwhile, unless SMTO_BLOCK. */
static enum rig_win_state await(struct rig_world *world, struct rig_win_call *call) {
  struct world_thread *self = &world->threads[call->thread];
  const uint32_t mask = QS_SMRESULT | (call->flags & SMTO_BLOCK ? 0 : QS_SENDMESSAGE);
  writes(world, touch_thread(call->thread));
  for (;;) {
    self->wake_mask = 0;
    self->changed_mask = 0;
    if (self->wake_bits & QS_SMRESULT) {
      return take_reply(world, call);
    }
    if (self->wake_bits & mask & QS_SENDMESSAGE) {
      self->looked = world->head.now;
      reads(world, TOUCH_TIME);
      if (!rig_receive_begin(world, call)) {
        return RIG_WIN_WAITS; /* a limit was hit */
      }
      call->phase = PHASE_RUNS;
      return RIG_WIN_RUNS;
    }
    self->wake_mask = (uint16_t)mask;
    self->changed_mask = (uint16_t)mask;
    rig_wait_queue(world, call->thread);
    if (!rig_world_ready(world, call->thread)) {
      call->phase = PHASE_WAITS;
      return RIG_WIN_WAITS;
    }
    uint32_t error = 0;
    (void)rig_wait_take(world, call->thread, &error);
  }
}

static enum rig_win_state begin(struct rig_world *world, struct rig_win_call *call) {
  struct world_thread *self = &world->threads[call->thread];
  const struct world_window *window = window_at(world, call->window);
  if (window == NULL) {
    return fail(call, ERROR_INVALID_WINDOW_HANDLE);
  }
  const uint32_t receiver = window->thread;
  reads(world, touch_thread(receiver));
  if (receiver == call->thread) {
    call->run = (struct rig_win_run){.kind = RIG_WIN_RUN_PROCEDURE,
                                     .sent = 1,
                                     .code = window->code,
                                     .message = {.window = call->window,
                                                 .message = call->first,
                                                 .wparam = call->wparam,
                                                 .lparam = call->lparam,
                                                 .time = world->head.now,
                                                 .origin = call->origin}};
    call->phase = PHASE_DIRECT;
    return RIG_WIN_RUNS;
  }
  rig_queue_create(world, call->thread);
  if (call->flags & SMTO_ABORTIFHUNG && hung(world, receiver)) {
    return fail(call, ERROR_TIMEOUT);
  }
  if (call->flags & RIG_WIN_SEND_NOTIFY) {
    call->result = put(world, call, receiver, WORLD_REF_NOTIFY);
    return RIG_WIN_DONE;
  }
  if (self->nested == RIG_WORLD_NESTED) {
    rig_world_hit_limit(world, "nested sends");
    return fail(call, ERROR_NOT_ENOUGH_QUOTA);
  }
  const bool timed = call->flags & RIG_WIN_SEND_TIMEOUT && call->timeout_ms != 0;
  /* 0 and INFINITE wait for ever; above INT32_MAX it is over at once (wine: put_message_in_queue,
   * "timeout is signed despite the prototype"). */
  const uint32_t ms = !timed ? RIG_WIN_FOREVER
                      : call->timeout_ms != RIG_WIN_FOREVER && call->timeout_ms > INT32_MAX
                          ? 0
                          : call->timeout_ms;
  world->slots[call->thread][self->nested] =
      (struct world_result){.deadline = rig_world_later(world, ms),
                            .state = WORLD_RESULT_QUEUED,
                            .receiver = (uint8_t)receiver};
  rig_queue_clear_bits(world, call->thread, QS_SMRESULT);
  call->cookie = ++self->nested;
  if (!put(world, call, receiver, call->thread * RIG_WORLD_NESTED + self->nested - 1u)) {
    self->nested--;
    return fail(call, ERROR_NOT_ENOUGH_QUOTA);
  }
  return await(world, call);
}

enum rig_win_state rig_send_step(struct rig_world *world, struct rig_win_call *call) {
  uint32_t error = 0;
  switch (call->phase) {
  case PHASE_BEGIN:
    return begin(world, call);
  case PHASE_DIRECT:
    call->result = call->flags & RIG_WIN_SEND_NOTIFY ? 1 : call->run.result;
    return RIG_WIN_DONE;
  case PHASE_RUNS: /* all that were sent, before the reply is looked for */
    rig_receive_end(world, call->thread, call->run.result);
    if (rig_receive_begin(world, call)) {
      return RIG_WIN_RUNS;
    }
    return await(world, call);
  default:
    if (!rig_world_ready(world, call->thread)) {
      return RIG_WIN_WAITS;
    }
    (void)rig_wait_take(world, call->thread, &error);
    return await(world, call);
  }
}
