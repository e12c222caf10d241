/*
 * The receiving side of sent messages: one at a time, the oldest first, nested as deep as window
 * procedures look for messages; ReplyMessage.
 *
 * Source: wine server/queue.c (receive_message, reply_message) and dlls/win32u/message.c
 * (peek_message's end, reply_message_result); winuser: ReplyMessage, InSendMessageEx.
 */
#include "win32/world.h"

bool rig_receive_begin(struct rig_world *world, struct rig_win_call *call) {
  const uint32_t thread = call->thread;
  struct world_thread *self = &world->threads[thread];
  writes(world, touch_thread(thread));
  if (self->sent == 0) {
    return false;
  }
  if (self->received == RIG_WORLD_RECEIVED) {
    return rig_world_hit_limit(world, "nested received messages");
  }
  const struct world_item item = *rig_sent_of(world, thread);
  rig_sent_remove(world, thread, 0);
  if (self->sent == 0) {
    rig_queue_clear_bits(world, thread, QS_SENDMESSAGE);
  }
  rig_send_receive(world, item.ref);
  world->received[thread][self->received++] = (struct world_received){.ref = item.ref};
  const struct world_window *window = window_at(world, item.window);
  RIG_ASSERT(window != NULL); /* messages of a window that goes are taken out */
  call->run = (struct rig_win_run){.kind = RIG_WIN_RUN_PROCEDURE,
                                   .sent = 1,
                                   .code = window->code,
                                   .message = rig_item_message(&item)};
  return true;
}

/* The window procedure has returned. Whoever waits gets its result, if ReplyMessage has not given
 * one already. */
void rig_receive_end(struct rig_world *world, uint32_t thread, uint64_t result) {
  struct world_thread *self = &world->threads[thread];
  writes(world, touch_thread(thread));
  RIG_ASSERT(self->received > 0);
  const struct world_received top = world->received[thread][--self->received];
  const struct world_result *stored = rig_send_result(world, top.ref);
  if (stored != NULL && !stored->replied) {
    rig_send_store(world, top.ref, result, 0);
  }
}

bool rig_win_reply(struct rig_world *world, uint32_t thread, uint64_t result) {
  struct world_thread *self = &world->threads[thread];
  writes(world, touch_thread(thread));
  if (self->received == 0) {
    return false;
  }
  struct world_received *top = &world->received[thread][self->received - 1];
  if (top->ref != WORLD_REF_NOTIFY && !top->replied) {
    top->replied = 1;
    const struct world_result *stored = rig_send_result(world, top->ref);
    if (stored != NULL && !stored->replied) {
      rig_send_store(world, top->ref, result, 0);
    }
  }
  return true;
}

/* wine: user32 InSendMessage: notifications count too, and a message that was replied to. */
bool rig_win_in_send(const struct rig_world *world, uint32_t thread) {
  reads(world, touch_thread(thread));
  return world->threads[thread].received > 0;
}
