/*
 * Which windows are shown, their order from the top, and who is active, has the focus and the
 * foreground: what is remembered of them. Who is told of a change, and in which order, is the
 * shims' matter (sim/shims/shims_activation.c): each message runs a procedure of the program's.
 *
 * Each thread has an active window and a focus of its own, for threads' inputs are not attached
 * here; the foreground is one thread's at most (wine: server/queue.c, struct thread_input).
 */
#include "win32/world.h"

void rig_win_window_make(struct rig_world *world, uint32_t window, uint32_t kind) {
  struct world_window *self = window_at(world, window);
  if (self != NULL) {
    writes(world, TOUCH_WINDOWS);
    self->kind = (uint8_t)kind;
    if ((kind & RIG_WIN_WINDOW_INNER) != 0 && self->order != 0) { /* it lies over nobody */
      self->order = 0;
      rig_windows_order(world, 0);
    }
  }
}

uint32_t rig_win_window_kind(const struct rig_world *world, uint32_t window) {
  const struct world_window *self = window_at(world, window);
  return self != NULL ? self->kind : 0;
}

bool rig_win_window_any(const struct rig_world *world, uint32_t thread, uint32_t kind,
                        uint32_t but) {
  bool any = false;
  reads(world, touch_thread(thread));
  for (uint32_t i = 1; i <= world->head.windows; i++) {
    const struct world_window *self = &world->windows[i - 1];
    any = any || (self->alive && self->thread == thread && (self->kind & kind) != 0 && i != but);
  }
  return any;
}

bool rig_win_window_shown(const struct rig_world *world, uint32_t window) {
  const struct world_window *self = window_at(world, window);
  return self != NULL && self->shown;
}

void rig_win_window_show(struct rig_world *world, uint32_t window, bool shown) {
  struct world_window *self = window_at(world, window);
  if (self != NULL) {
    writes(world, TOUCH_WINDOWS);
    self->shown = shown;
    rig_win_window_paint(world, window, shown && (self->kind & RIG_WIN_WINDOW_EMPTY) == 0);
  }
}

/* ---- the order ---- */

/* A window lies over another of a lower `order`, and of the same over those of lower numbers: as
 * long as none is raised, the newest is on top and every order is 0. */
static bool lies_over(const struct rig_world *world, uint32_t one, uint32_t other) {
  const struct world_window *a = &world->windows[one - 1], *b = &world->windows[other - 1];
  return a->order != b->order ? a->order > b->order : one > other;
}

uint32_t rig_win_window_below(const struct rig_world *world, uint32_t window) {
  uint32_t next = 0;
  reads(world, TOUCH_WINDOWS);
  for (uint32_t i = 1; i <= world->head.windows; i++) {
    const struct world_window *self = &world->windows[i - 1];
    if (self->alive && (self->kind & RIG_WIN_WINDOW_INNER) == 0 &&
        (window == 0 || (i != window && lies_over(world, window, i))) &&
        (next == 0 || lies_over(world, i, next))) {
      next = i;
    }
  }
  return next;
}

/* The least numbers that make the same order, so that equal orders are equal states. */
static void settle(struct rig_world *world, const uint32_t *windows, uint32_t count) {
  uint8_t order = 0;
  for (uint32_t i = count; i > 0; i--) { /* from the bottom */
    if (i < count && windows[i - 1] < windows[i]) {
      order++;
    }
    world->windows[windows[i - 1] - 1].order = order;
  }
}

void rig_windows_order(struct rig_world *world, uint32_t top) {
  uint32_t windows[RIG_WORLD_WINDOWS];
  uint32_t count = 0;
  writes(world, TOUCH_WINDOWS);
  if (top != 0) {
    windows[count++] = top;
  }
  for (uint32_t at = rig_win_window_below(world, 0); at != 0;
       at = rig_win_window_below(world, at)) {
    if (at != top) {
      windows[count++] = at;
    }
  }
  settle(world, windows, count);
}

void rig_win_window_raise(struct rig_world *world, uint32_t window) {
  if (rig_win_window_below(world, 0) != window &&
      (rig_win_window_kind(world, window) & RIG_WIN_WINDOW_INNER) == 0) {
    rig_windows_order(world, window);
  }
}

/* ---- active, focus, foreground ---- */

uint32_t rig_win_active(const struct rig_world *world, uint32_t thread) {
  reads(world, touch_thread(thread));
  return world->threads[thread].active;
}

uint32_t rig_win_set_active(struct rig_world *world, uint32_t thread, uint32_t window) {
  const uint32_t previous = world->threads[thread].active;
  writes(world, touch_thread(thread));
  world->threads[thread].active = (uint8_t)window;
  return previous;
}

uint32_t rig_win_focus(const struct rig_world *world, uint32_t thread) {
  reads(world, touch_thread(thread));
  return world->threads[thread].focus;
}

uint32_t rig_win_set_focus(struct rig_world *world, uint32_t thread, uint32_t window) {
  const uint32_t previous = world->threads[thread].focus;
  writes(world, touch_thread(thread));
  world->threads[thread].focus = (uint8_t)window;
  return previous;
}

uint32_t rig_win_foreground(const struct rig_world *world) {
  reads(world, TOUCH_WINDOWS);
  return world->head.foreground == 0 ? RIG_WIN_NONE : world->head.foreground - 1u;
}

void rig_win_set_foreground(struct rig_world *world, uint32_t thread) {
  writes(world, TOUCH_WINDOWS);
  world->head.foreground = (uint8_t)(thread + 1);
}

/* A window goes (wine: server/queue.c, thread_input_cleanup_window). */
void rig_activation_forget(struct rig_world *world, uint32_t thread, uint32_t window) {
  struct world_thread *self = &world->threads[thread];
  self->active = self->active == window ? 0 : self->active;
  self->focus = self->focus == window ? 0 : self->focus;
}

/* A thread ends, and its input with it. */
void rig_activation_end(struct rig_world *world, uint32_t thread) {
  if (world->head.foreground == thread + 1) {
    writes(world, TOUCH_WINDOWS);
    world->head.foreground = 0;
  }
}
