/*
 * Windows: a number, a thread, a procedure. No parents, no places: what a pump can tell of them
 * (activation.c: which are shown and active).
 *
 * A number is not given again before all RIG_WORLD_WINDOWS were used, so that a stale one is no
 * window (wine: server/user.c, the generation in a user handle).
 */
#include "win32/world.h"

uint32_t rig_win_window_new(struct rig_world *world, uint32_t thread, uint64_t code) {
  uint32_t index = world->head.windows;
  writes(world, TOUCH_WINDOWS);
  if (index == RIG_WORLD_WINDOWS) {
    for (index = 0; index < RIG_WORLD_WINDOWS && world->windows[index].alive; index++) {
    }
    if (index == RIG_WORLD_WINDOWS) {
      (void)rig_world_hit_limit(world, "windows");
      return 0;
    }
  } else {
    world->head.windows++;
  }
  rig_queue_create(world, thread);
  const uint32_t top = rig_win_window_below(world, 0);
  world->windows[index] =
      (struct world_window){.code = code, .alive = 1, .thread = (uint8_t)thread};
  if (top > index + 1 || (top != 0 && world->windows[top - 1].order != 0)) {
    rig_windows_order(world, index + 1); /* the newest is on top */
  }
  return index + 1;
}

static void destroy(struct rig_world *world, uint32_t window) {
  struct world_window *self = &world->windows[window - 1];
  const uint32_t thread = self->thread;
  writes(world, TOUCH_WINDOWS | touch_thread(thread));
  rig_win_window_paint(world, window, false);
  rig_queue_forget_window(world, thread, window);
  rig_activation_forget(world, thread, window);
  *self = (struct world_window){.alive = 0};
  const uint32_t top = rig_win_window_below(world, 0);
  if (top != 0 && world->windows[top - 1].order != 0) {
    rig_windows_order(world, 0);
  }
}

bool rig_win_window_destroy(struct rig_world *world, uint32_t thread, uint32_t window,
                            uint32_t *error) {
  const struct world_window *self = window_at(world, window);
  if (self == NULL || self->thread != thread) {
    *error = self == NULL ? world->dialect.bad_destroy_error : ERROR_ACCESS_DENIED;
    return false;
  }
  destroy(world, window);
  return true;
}

void rig_windows_end(struct rig_world *world, uint32_t thread) {
  rig_activation_end(world, thread);
  for (uint32_t i = 0; i < world->head.windows; i++) {
    if (world->windows[i].alive && world->windows[i].thread == thread) {
      destroy(world, i + 1);
    }
  }
}

bool rig_win_is_window(const struct rig_world *world, uint32_t window) {
  return window_at(world, window) != NULL;
}

uint32_t rig_win_window_thread(const struct rig_world *world, uint32_t window) {
  const struct world_window *self = window_at(world, window);
  return self != NULL ? self->thread : RIG_WIN_NONE;
}

uint64_t rig_win_window_code(const struct rig_world *world, uint32_t window) {
  const struct world_window *self = window_at(world, window);
  if (self == NULL) {
    return 0;
  }
  reads(world, touch_thread(self->thread));
  return self->code;
}

void rig_win_window_set_code(struct rig_world *world, uint32_t window, uint64_t code) {
  struct world_window *self = window_at(world, window);
  if (self != NULL) {
    writes(world, touch_thread(self->thread));
    self->code = code;
  }
}

uint64_t rig_win_window_data(const struct rig_world *world, uint32_t window) {
  const struct world_window *self = window_at(world, window);
  if (self == NULL) {
    return 0;
  }
  reads(world, touch_thread(self->thread));
  return self->data;
}

void rig_win_window_set_data(struct rig_world *world, uint32_t window, uint64_t data) {
  struct world_window *self = window_at(world, window);
  if (self != NULL) {
    writes(world, touch_thread(self->thread));
    self->data = data;
  }
}

void rig_win_window_paint(struct rig_world *world, uint32_t window, bool due) {
  struct world_window *self = window_at(world, window);
  if (self == NULL) {
    return;
  }
  writes(world, touch_thread(self->thread));
  if (self->paint != due) {
    self->paint = due;
    rig_queue_paint(world, self->thread);
  }
}

bool rig_win_window_painted(const struct rig_world *world, uint32_t window) {
  const struct world_window *self = window_at(world, window);
  if (self == NULL) {
    return false;
  }
  reads(world, touch_thread(self->thread));
  return self->paint;
}

/* The window whose WM_PAINT is next, 0 without: the one on top. `filter` as PeekMessage's window.
 */
uint32_t rig_windows_painted(const struct rig_world *world, uint32_t thread, uint32_t filter) {
  uint32_t top = 0;
  for (uint32_t i = world->head.windows; i > 0; i--) {
    const struct world_window *self = &world->windows[i - 1];
    if (self->alive && self->thread == thread && self->paint && (filter == 0 || filter == i) &&
        (top == 0 || self->order > world->windows[top - 1].order)) {
      top = i;
    }
  }
  return top;
}
