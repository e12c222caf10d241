/*
 * A thread's queue: its bits, and what puts messages into it without waiting.
 *
 * Source: wine server/queue.c (set_queue_bits, clear_queue_bits, is_signaled, send_message for
 * posts, post_quit_message, get_queue_status, queue_cleanup_window); winuser: GetQueueStatus,
 * PostMessage, PostThreadMessage, PostQuitMessage.
 */
#include "win32/world.h"

#define TIMER_ID_FIRST 0x7FFFu /* wine: create_msg_queue, next_timer_id */

/* A queue exists from the first call on that needs one; its thread counts as not hung then. */
void rig_queue_create(struct rig_world *world, uint32_t thread) {
  struct world_thread *self = &world->threads[thread];
  writes(world, touch_thread(thread));
  if (!self->queue) {
    reads(world, TOUCH_TIME);
    self->queue = 1;
    self->next_timer = TIMER_ID_FIRST;
    self->looked = world->head.now;
  }
}

void rig_win_queue_create(struct rig_world *world, uint32_t thread) {
  if (alive(world, thread)) {
    rig_queue_create(world, thread);
  }
}

bool rig_queue_signalled(const struct world_thread *thread) {
  return (thread->wake_bits & thread->wake_mask) != 0 ||
         (thread->changed_bits & thread->changed_mask) != 0;
}

/* A producer sets a bit in both sets; the thread wakes at this moment if it waits for it. What is
 * touched the producer says: the thread, or one list of its queue. */
void rig_queue_set_bits(struct rig_world *world, uint32_t thread, uint32_t bits) {
  struct world_thread *self = &world->threads[thread];
  self->wake_bits |= (uint16_t)bits;
  self->changed_bits |= (uint16_t)bits;
  if (rig_queue_signalled(self)) {
    rig_wait_wake(world, thread);
  }
}

void rig_queue_clear_bits(struct rig_world *world, uint32_t thread, uint32_t bits) {
  struct world_thread *self = &world->threads[thread];
  writes(world, touch_thread(thread));
  self->wake_bits &= (uint16_t)~bits;
  self->changed_bits &= (uint16_t)~bits;
}

/* One window more, or one less, needs painting. The bit is set again while one is left. */
void rig_queue_paint(struct rig_world *world, uint32_t thread) {
  if (rig_windows_painted(world, thread, 0) != 0) {
    rig_queue_set_bits(world, thread, QS_PAINT);
  } else {
    rig_queue_clear_bits(world, thread, QS_PAINT);
  }
}

static bool post(struct rig_world *world, uint32_t thread, const struct world_item *item,
                 uint32_t *error) {
  const struct world_thread *self = &world->threads[thread];
  const uint32_t quota = world->dialect.post_limit;
  reads(world, touch_thread(thread));
  writes(world, touch_posted(thread));
  if (quota != 0 && self->posted >= quota) {
    *error = ERROR_NOT_ENOUGH_QUOTA;
    return false;
  }
  if (!rig_posted_add(world, thread, item)) {
    *error = ERROR_NOT_ENOUGH_QUOTA;
    return false;
  }
  rig_queue_set_bits(world, thread, QS_POSTMESSAGE | QS_ALLPOSTMESSAGE);
  return true;
}

bool rig_win_post(struct rig_world *world, uint32_t window, const struct rig_win_message *message,
                  uint32_t *error) {
  const struct world_window *to = window_at(world, window);
  if (to == NULL) {
    *error = ERROR_INVALID_WINDOW_HANDLE;
    return false;
  }
  const struct world_item item = rig_item_of(world, window, message);
  return post(world, to->thread, &item, error);
}

/* A thread without a queue is not the same as no thread: a thread that ended is found as long as
 * somebody holds a handle of it (wine: server/thread.c, get_thread_from_id). */
bool rig_win_post_thread(struct rig_world *world, uint32_t thread,
                         const struct rig_win_message *message, uint32_t *error) {
  reads(world, TOUCH_THREADS);
  if (!alive(world, thread)) {
    const bool known =
        thread < world->head.threads && rig_handle_thread(world, thread) != RIG_NO_OBJECT;
    *error = known ? ERROR_INVALID_THREAD_ID : world->dialect.bad_thread_error;
    return false;
  }
  reads(world, touch_thread(thread));
  if (!world->threads[thread].queue) {
    *error = ERROR_INVALID_THREAD_ID;
    return false;
  }
  const struct world_item item = rig_item_of(world, 0, message);
  return post(world, thread, &item, error);
}

/* A flag, not a message: calls coalesce, the last code wins. */
void rig_win_post_quit(struct rig_world *world, uint32_t thread, uint32_t code) {
  rig_queue_create(world, thread);
  world->threads[thread].quit = 1;
  world->threads[thread].quit_code = code;
  rig_queue_set_bits(world, thread, QS_POSTMESSAGE | QS_ALLPOSTMESSAGE);
}

/* High word: what is there; low word: what is new. Makes old what was asked for, nothing else, and
 * creates no queue. An unknown flag fails the call (wine: NtUserGetQueueStatus, error 1004). */
uint32_t rig_win_queue_status(struct rig_world *world, uint32_t thread, uint32_t flags) {
  struct world_thread *self = &world->threads[thread];
  if ((flags & ~(QS_ALLINPUT | QS_ALLPOSTMESSAGE | QS_SMRESULT)) != 0) {
    return 0;
  }
  writes(world, touch_thread(thread));
  const uint32_t status = (uint32_t)(self->wake_bits & flags) << 16 | (self->changed_bits & flags);
  self->changed_bits &= (uint16_t)~flags;
  return status;
}

/* A WM_QUIT for a window that goes stays as the quit flag, one that was sent too (wine:
 * server/queue.c, queue_cleanup_window). */
static void keep_quit(struct world_thread *self, const struct world_item *item) {
  if (item->message == WM_QUIT && !self->quit) {
    self->quit = 1;
    self->quit_code = (uint32_t)item->wparam;
  }
}

/* A window goes: its posted messages are dropped, senders to it get 0. */
void rig_queue_forget_window(struct rig_world *world, uint32_t thread, uint32_t window) {
  struct world_thread *self = &world->threads[thread];
  rig_timers_forget(world, thread, window);
  for (uint32_t i = 0; i < self->sent;) {
    const struct world_item item = rig_sent_of(world, thread)[i];
    if (item.window != window) {
      i++;
      continue;
    }
    keep_quit(self, &item);
    rig_sent_remove(world, thread, i);
    if (self->sent == 0) {
      rig_queue_clear_bits(world, thread, QS_SENDMESSAGE);
    }
    rig_send_store(world, item.ref, 0, ERROR_ACCESS_DENIED);
  }
  for (uint32_t i = 0; i < self->posted;) {
    const struct world_item item = rig_posted_of(world, thread)[i];
    if (item.window != window) {
      i++;
      continue;
    }
    keep_quit(self, &item);
    rig_posted_remove(world, thread, i);
    if (self->posted == 0 && !self->quit) {
      rig_queue_clear_bits(world, thread, QS_POSTMESSAGE | QS_ALLPOSTMESSAGE);
    }
  }
}

void rig_world_queue(const struct rig_world *world, uint32_t thread, struct rig_win_queue *out) {
  *out = (struct rig_win_queue){.exists = false};
  if (alive(world, thread)) {
    const struct world_thread *self = &world->threads[thread];
    *out = (struct rig_win_queue){.exists = self->queue,
                                  .wake_bits = self->wake_bits & ~QS_SMRESULT,
                                  .changed_bits = self->changed_bits & ~QS_SMRESULT,
                                  .posted = self->posted,
                                  .sent = self->sent,
                                  .quit = self->quit};
  }
}

bool rig_world_posted(const struct rig_world *world, uint32_t thread, uint32_t index,
                      struct rig_win_message *out) {
  if (!alive(world, thread) || index >= world->threads[thread].posted) {
    return false;
  }
  *out = rig_item_message(rig_posted_of((struct rig_world *)(uintptr_t)world, thread) + index);
  return true;
}
