/*
 * Waits: satisfied at the moment of the signal, with the result kept until the thread takes it.
 *
 * Threads that wait for the same object are woken in the order in which they began to. That order
 * is kept as a small number: one more than that of the earlier waiters that wait for one of the
 * same objects. Threads that share none are not ordered: no program can tell.
 *
 * Source: wine server/thread.c (wait_on, check_wait, end_wait, wake_thread, wake_up,
 * thread_timeout), dlls/ntdll/unix/server.c (server_select: a wait that an APC ended looks at its
 * handles again, first); synchapi: WaitForMultipleObjectsEx.
 */
#include "win32/world.h"

#define STATUS_PENDING UINT32_MAX

bool rig_world_ready(const struct rig_world *world, uint32_t thread) {
  return alive(world, thread) && world->threads[thread].wait_state == WORLD_WAIT_OVER;
}

bool rig_wait_is_for(const struct rig_world *world, uint32_t thread, uint32_t object) {
  const struct world_thread *self = &world->threads[thread];
  bool found = (self->wait_mask & object_bit(object)) != 0;
  if (found && !objects_exact(world)) {
    const uint16_t *objects = world->waited[thread].object;
    found = false;
    for (uint32_t i = 0; i < self->wait_count && !found; i++) {
      found = objects[i] == object;
    }
  }
  return found;
}

/* Do both wait for one object? `mask` is that of the first one's objects. */
static bool share(const struct rig_world *world, uint32_t first, uint64_t mask, uint32_t second) {
  bool found = (world->threads[second].wait_mask & mask) != 0;
  if (found && !objects_exact(world)) {
    found = false;
    for (uint32_t i = 0; i < world->threads[first].wait_count && !found; i++) {
      found = rig_wait_is_for(world, second, world->waited[first].object[i]);
    }
  }
  return found;
}

/* `thread` waits for what its list of objects names; `mask` is theirs. */
static uint32_t order_after(const struct rig_world *world, uint32_t thread, uint64_t mask,
                            uint32_t below) {
  uint32_t order = 0;
  for (uint32_t i = 0; i < world->head.threads; i++) {
    const struct world_thread *other = &world->threads[i];
    if (i != thread && other->wait_order < below && other->wait_order > order &&
        share(world, thread, mask, i)) {
      order = other->wait_order;
    }
  }
  return order + 1;
}

/* One has left: the numbers of those behind it move up, as if it had never been there. Two that
 * share an object never have the same number, so that going up by number sees each after all that
 * are before it. */
static void close_ranks(struct rig_world *world) {
  for (uint32_t order = 1; order <= RIG_WORLD_THREADS; order++) {
    for (uint32_t i = 0; i < world->head.threads; i++) {
      struct world_thread *other = &world->threads[i];
      if (other->wait_mask != 0 && other->wait_order == order) {
        other->wait_order = (uint8_t)order_after(world, i, other->wait_mask, order);
      }
    }
  }
}

/* wine: check_wait. */
static uint32_t check(const struct rig_world *world, uint32_t thread) {
  const struct world_thread *self = &world->threads[thread];
  const uint16_t *objects = world->waited[thread].object;
  reads(world, touch_objects(self->wait_mask) | touch_queue(thread));
  const bool queue = self->wait_flags & WORLD_WAIT_QUEUE && rig_queue_signalled(self);
  if (self->wait_flags & WORLD_WAIT_ALL) {
    bool all = queue || !(self->wait_flags & WORLD_WAIT_QUEUE);
    for (uint32_t i = 0; i < self->wait_count && all; i++) {
      all = rig_object_signalled(world, objects[i], thread);
    }
    if (all) {
      return 0;
    }
  } else {
    if (queue && self->wait_flags & WORLD_WAIT_QUEUE_FIRST) {
      return self->wait_count;
    }
    for (uint32_t i = 0; i < self->wait_count; i++) {
      if (rig_object_signalled(world, objects[i], thread)) {
        return i;
      }
    }
    if (queue) {
      return self->wait_count;
    }
  }
  if (self->wait_flags & WORLD_WAIT_ALERTABLE && self->apcs > 0) {
    return WAIT_IO_COMPLETION;
  }
  if (self->wait_deadline != RIG_WIN_FOREVER) {
    reads(world, TOUCH_TIME);
    if (self->wait_deadline <= world->head.now) {
      return WAIT_TIMEOUT;
    }
  }
  return STATUS_PENDING;
}

static uint32_t satisfy(struct rig_world *world, uint32_t thread, uint32_t status) {
  struct world_thread *self = &world->threads[thread];
  const uint16_t *objects = world->waited[thread].object;
  const bool all = (self->wait_flags & WORLD_WAIT_ALL) != 0;
  bool abandoned = false;
  for (uint32_t i = 0; i < self->wait_count; i++) {
    if (all || i == status) {
      abandoned |= rig_object_satisfied(world, objects[i], thread);
    }
  }
  if (self->wait_flags & WORLD_WAIT_QUEUE && (all || status == self->wait_count)) {
    self->wake_mask = 0;
    self->changed_mask = 0;
  }
  return abandoned ? status + WAIT_ABANDONED_0 : status;
}

static void end(struct rig_world *world, uint32_t thread, uint32_t status) {
  struct world_thread *self = &world->threads[thread];
  const uint64_t mask = self->wait_mask;
  writes(world, touch_thread(thread) | touch_objects(mask));
  if (status <= RIG_WIN_WAIT_MAX) {
    status = satisfy(world, thread, status);
  }
  self->wait_state = WORLD_WAIT_OVER;
  self->wait_status = status;
  self->wait_deadline = RIG_WIN_FOREVER;
  self->wait_mask = 0;
  self->wait_order = 0;
  if (mask != 0) {
    close_ranks(world);
    rig_handle_release(world, world->waited[thread].object, self->wait_count);
  }
}

static bool try_wake(struct rig_world *world, uint32_t thread) {
  if (world->threads[thread].wait_state != WORLD_WAIT_PENDING) {
    return false;
  }
  const uint32_t status = check(world, thread);
  if (status == STATUS_PENDING) {
    return false;
  }
  end(world, thread, status);
  return true;
}

void rig_wait_wake(struct rig_world *world, uint32_t thread) {
  (void)try_wake(world, thread);
}

bool rig_world_wake_for_nothing(struct rig_world *world, uint32_t thread) {
  const struct world_thread *self = &world->threads[thread];
  if (self->wait_state != WORLD_WAIT_PENDING || (self->wait_flags & WORLD_WAIT_QUEUE) == 0 ||
      (self->wait_flags & WORLD_WAIT_ALL) != 0) {
    return false;
  }
  end(world, thread, self->wait_count);
  return true;
}

void rig_wait_expire(struct rig_world *world, uint32_t thread) {
  end(world, thread, WAIT_TIMEOUT);
}

/* The thread ends: it waits no more, and nothing is consumed. */
void rig_wait_cancel(struct rig_world *world, uint32_t thread) {
  struct world_thread *self = &world->threads[thread];
  if (self->wait_state == WORLD_WAIT_PENDING) {
    end(world, thread, WAIT_FAILED);
  }
  self->wait_state = WORLD_WAIT_NONE;
}

/* The first waiter for `object` after `order`, RIG_WIN_NONE without. */
static uint32_t waiter_after(const struct rig_world *world, uint32_t object, uint32_t order) {
  uint32_t found = RIG_WIN_NONE;
  for (uint32_t i = 0; i < world->head.threads; i++) {
    const struct world_thread *other = &world->threads[i];
    if (rig_wait_is_for(world, i, object) && other->wait_order > order &&
        (found == RIG_WIN_NONE || other->wait_order < world->threads[found].wait_order)) {
      found = i;
    }
  }
  return found;
}

/* wine: wake_up. After each that woke, from the first again: it may have changed what others wait
 * for. `max`: how many at most, 0 = all. */
void rig_wait_object(struct rig_world *world, uint32_t object, uint32_t max) {
  writes(world, touch_object(object));
  uint32_t order = 0;
  for (;;) {
    const uint32_t thread = waiter_after(world, object, order);
    if (thread == RIG_WIN_NONE) {
      return;
    }
    order = world->threads[thread].wait_order;
    if (try_wake(world, thread)) {
      if (max != 0 && --max == 0) {
        return;
      }
      order = 0;
    }
  }
}

enum rig_win_state rig_wait_begin(struct rig_world *world, const struct wait_request *request,
                                  uint32_t *error) {
  struct world_thread *self = &world->threads[request->thread];
  struct world_waited *waited = &world->waited[request->thread];
  uint64_t mask = 0;
  RIG_ASSERT(self->wait_state == WORLD_WAIT_NONE && request->count <= RIG_WIN_WAIT_MAX);
  writes(world, touch_thread(request->thread));
  for (uint32_t i = 0; i < request->count; i++) {
    const uint32_t object = rig_handle_object(world, request->handles[i]);
    if (object == RIG_NO_OBJECT) {
      *error = ERROR_INVALID_HANDLE;
      return RIG_WIN_DONE;
    }
    waited->handle[i] = (uint16_t)(request->handles[i] / 4 - 1);
    waited->object[i] = (uint16_t)object;
    mask |= object_bit(object);
    if (!(world->handles[waited->handle[i]] & WORLD_SYNCHRONIZE)) {
      *error = ERROR_ACCESS_DENIED;
      return RIG_WIN_DONE;
    }
  }
  self->wait_state = WORLD_WAIT_PENDING;
  self->wait_flags = (uint8_t)request->flags;
  self->wait_count = (uint8_t)request->count;
  self->wait_deadline = request->deadline;
  self->wait_order = mask != 0 ? (uint8_t)order_after(world, request->thread, mask, UINT32_MAX) : 0;
  self->wait_mask = mask;
  writes(world, touch_objects(mask)); /* it stands in their queues from now on */
  return try_wake(world, request->thread) ? RIG_WIN_DONE : RIG_WIN_WAITS;
}

void rig_wait_queue(struct rig_world *world, uint32_t thread) {
  uint32_t error = 0;
  (void)rig_wait_begin(world,
                       &(struct wait_request){.thread = thread,
                                              .flags = WORLD_WAIT_QUEUE,
                                              .deadline = RIG_WIN_FOREVER},
                       &error);
}

uint32_t rig_wait_take(struct rig_world *world, uint32_t thread, uint32_t *error) {
  struct world_thread *self = &world->threads[thread];
  RIG_ASSERT(self->wait_state == WORLD_WAIT_OVER);
  writes(world, touch_thread(thread));
  uint32_t status = self->wait_status;
  self->wait_state = WORLD_WAIT_NONE;
  if (status == WAIT_IO_COMPLETION) {
    /* The APC is still queued, so that this is over at once, if only by it. */
    uint32_t handles[RIG_WIN_WAIT_MAX];
    for (uint32_t i = 0; i < self->wait_count; i++) {
      handles[i] = (world->waited[thread].handle[i] + 1u) * 4;
    }
    const struct wait_request again = {.thread = thread,
                                       .count = self->wait_count,
                                       .handles = handles,
                                       .flags = self->wait_flags,
                                       .deadline = RIG_WIN_FOREVER};
    const enum rig_win_state state = rig_wait_begin(world, &again, error);
    RIG_ASSERT(state == RIG_WIN_DONE);
    status = *error != 0 ? WAIT_FAILED : self->wait_status;
    self->wait_state = WORLD_WAIT_NONE;
  }
  self->wait_status = 0;
  self->wait_flags = 0;
  self->wait_count = 0;
  return status;
}

uint32_t rig_world_wait_handles(const struct rig_world *world, uint32_t thread,
                                uint32_t handles[RIG_WIN_WAIT_MAX]) {
  if (!alive(world, thread) || world->threads[thread].wait_state != WORLD_WAIT_PENDING) {
    return 0;
  }
  const struct world_waited *waited = &world->waited[thread];
  for (uint32_t i = 0; i < world->threads[thread].wait_count; i++) {
    const uint32_t handle = (waited->handle[i] + 1u) * 4;
    handles[i] = rig_handle_object(world, handle) == waited->object[i] ? handle : 0;
  }
  return world->threads[thread].wait_count;
}
