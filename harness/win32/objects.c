/*
 * Events, mutexes, semaphores, waitable timers: what signals them, and what a wait does to them.
 *
 * Source: wine server/event.c, mutex.c, semaphore.c, timer.c, thread.c (signaled, satisfied and the
 * requests); synchapi.
 */
#include "win32/world.h"

bool rig_object_signalled(const struct rig_world *world, uint32_t object, uint32_t thread) {
  const struct world_object *self = &world->objects[object];
  reads(world, touch_object(object));
  switch ((enum rig_win_object)self->kind) {
  case RIG_WIN_EVENT:
  case RIG_WIN_TIMER:
    return (self->flags & WORLD_SET) != 0;
  case RIG_WIN_MUTEX:
    return self->owner == RIG_NOBODY || self->owner == thread;
  case RIG_WIN_SEMAPHORE:
    return self->count > 0;
  case RIG_WIN_THREAD:
    reads(world, touch_thread(self->owner));
    return !alive(world, self->owner);
  case RIG_WIN_PROCESS:
  case RIG_WIN_FREE:
    return false;
  }
  return false;
}

/* A wait of `thread` takes it. True: a mutex whose owner ended without releasing it. */
bool rig_object_satisfied(struct rig_world *world, uint32_t object, uint32_t thread) {
  struct world_object *self = &world->objects[object];
  writes(world, touch_object(object));
  if (self->kind == RIG_WIN_SEMAPHORE) {
    self->count--;
  } else if (self->kind == RIG_WIN_MUTEX) {
    const bool abandoned = (self->flags & WORLD_ABANDONED) != 0;
    self->owner = (uint8_t)thread;
    self->count++;
    self->flags = 0;
    return abandoned;
  } else if ((self->kind == RIG_WIN_EVENT || self->kind == RIG_WIN_TIMER) &&
             !(self->flags & WORLD_MANUAL)) {
    self->flags &= (uint8_t)~WORLD_SET;
  }
  return false;
}

/* An auto-reset one wakes one thread at most. */
static void signal_flag(struct rig_world *world, uint32_t object) {
  struct world_object *self = &world->objects[object];
  self->flags |= WORLD_SET;
  rig_wait_object(world, object, self->flags & WORLD_MANUAL ? 0 : 1);
}

void rig_object_abandon(struct rig_world *world, uint32_t thread) {
  for (uint32_t i = 0; i < world->head.objects; i++) {
    struct world_object *self = &world->objects[i];
    if (self->kind == RIG_WIN_MUTEX && self->owner == thread) {
      self->owner = RIG_NOBODY;
      self->count = 0;
      self->flags = WORLD_ABANDONED;
      rig_wait_object(world, i, 0);
    }
  }
}

bool rig_win_event_set(struct rig_world *world, uint32_t handle, uint32_t *error) {
  const uint32_t object = rig_handle_wanted(world, handle, RIG_WIN_EVENT, error);
  if (object == RIG_NO_OBJECT) {
    return false;
  }
  signal_flag(world, object);
  return true;
}

bool rig_win_event_reset(struct rig_world *world, uint32_t handle, uint32_t *error) {
  const uint32_t object = rig_handle_wanted(world, handle, RIG_WIN_EVENT, error);
  if (object == RIG_NO_OBJECT) {
    return false;
  }
  writes(world, touch_object(object));
  world->objects[object].flags &= (uint8_t)~WORLD_SET;
  return true;
}

/* Those that wait now are woken, nobody else. */
bool rig_win_event_pulse(struct rig_world *world, uint32_t handle, uint32_t *error) {
  const uint32_t object = rig_handle_wanted(world, handle, RIG_WIN_EVENT, error);
  if (object == RIG_NO_OBJECT) {
    return false;
  }
  signal_flag(world, object);
  world->objects[object].flags &= (uint8_t)~WORLD_SET;
  return true;
}

bool rig_win_mutex_release(struct rig_world *world, uint32_t thread, uint32_t handle,
                           uint32_t *error) {
  const uint32_t object = rig_handle_wanted(world, handle, RIG_WIN_MUTEX, error);
  if (object == RIG_NO_OBJECT) {
    return false;
  }
  struct world_object *self = &world->objects[object];
  writes(world, touch_object(object));
  if (self->owner != thread) {
    *error = ERROR_NOT_OWNER;
    return false;
  }
  if (--self->count == 0) {
    self->owner = RIG_NOBODY;
    rig_wait_object(world, object, 0);
  }
  return true;
}

bool rig_win_semaphore_release(struct rig_world *world, uint32_t handle, uint32_t count,
                               uint32_t *previous, uint32_t *error) {
  const uint32_t object = rig_handle_wanted(world, handle, RIG_WIN_SEMAPHORE, error);
  if (object == RIG_NO_OBJECT) {
    return false;
  }
  struct world_object *self = &world->objects[object];
  writes(world, touch_object(object));
  if (count > self->limit - self->count) {
    *error = ERROR_TOO_MANY_POSTS;
    return false;
  }
  if (previous != NULL) {
    *previous = self->count;
  }
  const bool woken = self->count == 0; /* else nobody can be waiting for it alone */
  self->count += count;
  if (woken && count != 0) {
    rig_wait_object(world, object, count);
  }
  return true;
}

/* A manual-reset timer is reset and has no period; one that resets itself stays signalled (wine:
 * server/timer.c, set_timer). */
bool rig_win_waitable_timer_set(struct rig_world *world, uint32_t handle, uint32_t due_ms,
                                uint32_t period_ms, uint32_t *error) {
  const uint32_t object = rig_handle_wanted(world, handle, RIG_WIN_TIMER, error);
  if (object == RIG_NO_OBJECT) {
    return false;
  }
  struct world_object *self = &world->objects[object];
  writes(world, touch_object(object));
  reads(world, TOUCH_TIME);
  const bool manual = (self->flags & WORLD_MANUAL) != 0;
  if (manual) {
    self->flags &= (uint8_t)~WORLD_SET;
  }
  self->due = rig_world_later(world, due_ms);
  self->limit = manual ? 0 : period_ms;
  if (due_ms == 0) {
    rig_object_timers(world);
  }
  return true;
}

/* Whether it is signalled stays as it is. */
bool rig_win_waitable_timer_cancel(struct rig_world *world, uint32_t handle, uint32_t *error) {
  const uint32_t object = rig_handle_wanted(world, handle, RIG_WIN_TIMER, error);
  if (object == RIG_NO_OBJECT) {
    return false;
  }
  writes(world, touch_object(object));
  world->objects[object].due = RIG_WIN_FOREVER;
  world->objects[object].limit = 0;
  return true;
}

void rig_object_timers(struct rig_world *world) {
  for (uint32_t i = 0; i < world->head.objects; i++) {
    struct world_object *self = &world->objects[i];
    if (self->kind == RIG_WIN_TIMER && self->due <= world->head.now) {
      self->due = self->limit != 0 ? rig_world_later(world, self->limit) : RIG_WIN_FOREVER;
      writes(world, touch_object(i));
      self->flags |= WORLD_SET;
      rig_wait_object(world, i, 0);
    }
  }
}
