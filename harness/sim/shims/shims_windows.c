/*
 * Windows. There is no screen: a window is a procedure with a queue; places and parents mean
 * nothing, and of styles what shims_show.c needs of them: is it shown, is it one of the desktop's.
 */
#include <string.h>

#include "sim/shims/shims_private.h"

#define WS_POPUP 0x80000000u
#define WS_CHILD 0x40000000u
#define WS_VISIBLE 0x10000000u
#define WS_MINIMIZE 0x20000000u
#define WS_MAXIMIZE 0x1000000u
#define USE_DEFAULT INT32_MIN /* CW_USEDEFAULT */
#define MESSAGE_PARENT (-3)   /* HWND_MESSAGE */
#define SHOW_MINIMIZED 2u     /* SW_* */
#define SHOW 5u
#define GWLP_WNDPROC (-4)
#define GWLP_USERDATA (-21)

/* ---- windows ---- */

struct create { /* CREATESTRUCT */
  uint64_t parameter;
  uint64_t instance;
  uint64_t menu;
  uint64_t parent;
  int32_t height, width, y, x;
  uint32_t style;
  uint32_t unused;
  const void *name;
  const void *class;
  uint32_t extended_style;
  uint32_t unused_end;
};

/* What rig_win_window_make is told of it. A window that is no pop-up is never smaller than its
 * frame, and something of it is always there to be painted (wine: fix_cs_coordinates,
 * get_min_max_info). */
static uint32_t kind_of(struct rig_engine *engine, const struct create *how, bool wide) {
  const bool for_messages = (int32_t)how->parent == MESSAGE_PARENT;
  const bool child = (how->style & (WS_CHILD | WS_POPUP)) == WS_CHILD;
  const bool flat = how->width == 0 || how->height == 0 || how->width == USE_DEFAULT;
  uint32_t kind = for_messages || child ? RIG_WIN_WINDOW_INNER : 0;
  if (for_messages || ((how->style & (WS_CHILD | WS_POPUP)) != 0 && flat)) {
    kind |= RIG_WIN_WINDOW_EMPTY;
  }
  if (!for_messages && rig_shim_class_has_ime(engine, how->class, wide)) {
    kind |= RIG_WIN_WINDOW_IME;
  }
  return kind;
}

/* How a window that is created visible is shown: an overlapped one with a default place by `y`
 * (W:CreateWindowEx). */
static uint32_t shown_as(const struct create *how) {
  const bool overlapped = (how->style & (WS_CHILD | WS_POPUP)) == 0;
  if ((how->style & (WS_MAXIMIZE | WS_MINIMIZE)) != 0) {
    return (how->style & WS_MAXIMIZE) != 0 ? SHOW : SHOW_MINIMIZED;
  }
  return overlapped && how->x == USE_DEFAULT && how->y != USE_DEFAULT ? (uint32_t)how->y : SHOW;
}

static uint64_t create(struct create *how, bool wide) {
  struct rig_engine *engine = rig_engine_current();
  const uint64_t code = rig_shim_class_code(engine, how->class, wide);
  if (code == 0) {
    return rig_shim_fail(engine, RIG_ERROR_CLASS_NOT_FOUND);
  }
  const uint32_t window = rig_win_window_new(engine->world, engine->self, code);
  if (window == 0) {
    rig_engine_stop(engine, RIG_SIM_BOUND, "more windows than are simulated");
  }
  rig_win_window_make(engine->world, window, kind_of(engine, how, wide));
  const uint64_t data = (uint64_t)(uintptr_t)how;
  uint32_t error = 0;
  if (rig_window_tell(engine, window, WM_NCCREATE, 0, data) == 0) {
    rig_win_window_destroy(engine->world, engine->self, window, &error);
    return 0;
  }
  if (rig_win_is_window(engine->world, window) &&
      (int64_t)rig_window_tell(engine, window, WM_CREATE, 0, data) == -1) {
    rig_window_tell(engine, window, WM_DESTROY, 0, 0);
    rig_window_tell(engine, window, WM_NCDESTROY, 0, 0);
    rig_win_window_destroy(engine->world, engine->self, window, &error);
    return 0;
  }
  if ((how->style & WS_VISIBLE) != 0 && rig_win_is_window(engine->world, window)) {
    rig_engine_yield(engine); /* others notice that it is activated */
    (void)rig_window_show(engine, window, shown_as(how));
  }
  return rig_win_is_window(engine->world, window) ? rig_engine_hwnd(window) : 0;
}

#define CREATE_WINDOW(shim, type, wide)                                                            \
  RIG_SHIM(uint64_t, shim, uint32_t extended_style, const type *class, const type *name,           \
           uint32_t style, int32_t x, int32_t y, int32_t width, int32_t height, uint64_t parent,   \
           uint64_t menu, uint64_t instance, uint64_t parameter) {                                 \
    struct create how = {.parameter = parameter,                                                   \
                         .instance = instance,                                                     \
                         .menu = menu,                                                             \
                         .parent = parent,                                                         \
                         .height = height,                                                         \
                         .width = width,                                                           \
                         .y = y,                                                                   \
                         .x = x,                                                                   \
                         .style = style,                                                           \
                         .name = name,                                                             \
                         .class = class,                                                           \
                         .extended_style = extended_style};                                        \
    return create(&how, wide);                                                                     \
  }
CREATE_WINDOW(CreateWindowExA, char, false)
CREATE_WINDOW(CreateWindowExW, uint16_t, true)

/* Others may post to it until it is gone: a step. */
RIG_SHIM(uint32_t, DestroyWindow, uint64_t hwnd) {
  struct rig_engine *engine = rig_engine_current();
  const uint32_t window = rig_shim_window(hwnd);
  rig_engine_yield(engine);
  if (window == 0 || !rig_win_is_window(engine->world, window)) {
    return rig_shim_fail(engine, RIG_ERROR_INVALID_WINDOW);
  }
  if (rig_win_window_thread(engine->world, window) != engine->self) {
    return rig_shim_fail(engine, RIG_ERROR_ACCESS_DENIED);
  }
  rig_window_destroy(engine, window);
  return 1;
}

static uint64_t default_procedure(uint64_t hwnd, uint32_t message, uint64_t wparam) {
  struct rig_engine *engine = rig_engine_current();
  const uint32_t window = rig_shim_window(hwnd);
  const bool own = window != 0 && rig_win_is_window(engine->world, window) &&
                   rig_win_window_thread(engine->world, window) == engine->self;
  switch (message) {
  case WM_NCCREATE:
  case WM_NCACTIVATE:
    return 1;
  case WM_ACTIVATE: /* whoever is activated gets the focus (W:WM_ACTIVATE) */
    if (own && (wparam & 0xffff) != 0) {
      (void)rig_window_focus(engine, window);
    }
    return 0;
  case WM_CLOSE:
    if (own) {
      rig_window_destroy(engine, window);
    }
    return 0;
  case WM_PAINT: /* DefWindowProc validates */
    if (window != 0) {
      rig_win_window_paint(engine->world, window, false);
    }
    return 0;
  default:
    return 0;
  }
}

RIG_SHIM(uint64_t, DefWindowProcA, uint64_t hwnd, uint32_t message, uint64_t wparam,
         uint64_t lparam) {
  (void)lparam;
  return default_procedure(hwnd, message, wparam);
}
RIG_SHIM(uint64_t, DefWindowProcW, uint64_t hwnd, uint32_t message, uint64_t wparam,
         uint64_t lparam) {
  (void)lparam;
  return default_procedure(hwnd, message, wparam);
}

static uint64_t long_ptr(uint64_t hwnd, int32_t index, const uint64_t *change) {
  struct rig_engine *engine = rig_engine_current();
  const uint32_t window = rig_shim_window(hwnd);
  if (window == 0 || !rig_win_is_window(engine->world, window)) {
    return rig_shim_fail(engine, RIG_ERROR_INVALID_WINDOW);
  }
  uint64_t old;
  if (index == GWLP_USERDATA) {
    old = rig_win_window_data(engine->world, window);
    if (change != NULL) {
      rig_win_window_set_data(engine->world, window, *change);
    }
  } else if (index == GWLP_WNDPROC) {
    old = rig_win_window_code(engine->world, window);
    if (change != NULL) {
      rig_win_window_set_code(engine->world, window, *change);
    }
  } else {
    rig_engine_stop(engine, RIG_SIM_BOUND,
                    "not simulated: Get/SetWindowLongPtr of index %d (GWLP_USERDATA and "
                    "GWLP_WNDPROC are)",
                    index);
  }
  return old;
}

RIG_SHIM(uint64_t, GetWindowLongPtrA, uint64_t hwnd, int32_t index) {
  return long_ptr(hwnd, index, NULL);
}
RIG_SHIM(uint64_t, GetWindowLongPtrW, uint64_t hwnd, int32_t index) {
  return long_ptr(hwnd, index, NULL);
}
RIG_SHIM(uint64_t, SetWindowLongPtrA, uint64_t hwnd, int32_t index, uint64_t value) {
  return long_ptr(hwnd, index, &value);
}
RIG_SHIM(uint64_t, SetWindowLongPtrW, uint64_t hwnd, int32_t index, uint64_t value) {
  return long_ptr(hwnd, index, &value);
}

RIG_SHIM(uint32_t, IsWindow, uint64_t hwnd) {
  const uint32_t window = rig_shim_window(hwnd);
  return window != 0 && rig_win_is_window(rig_engine_current()->world, window);
}
/* A window that is nobody's: a message to it fails. */
RIG_SHIM(uint64_t, GetDesktopWindow, void) {
  return 0x10000u;
}
RIG_SHIM(uint32_t, IsGUIThread, uint32_t convert) {
  (void)convert;
  return 1;
}

RIG_SHIM(uint32_t, GetWindowThreadProcessId, uint64_t hwnd, uint32_t *process) {
  struct rig_engine *engine = rig_engine_current();
  const uint32_t window = rig_shim_window(hwnd);
  if (window == 0 || !rig_win_is_window(engine->world, window)) {
    return rig_shim_fail(engine, RIG_ERROR_INVALID_WINDOW);
  }
  if (process != NULL) {
    *process = RIG_TEB_PROCESS;
  }
  return rig_engine_thread_id(rig_win_window_thread(engine->world, window));
}

/* ---- registered messages: 0xC000 and up, the number of the name ---- */

static uint32_t registered(struct rig_engine *engine, uint32_t name) {
  return name == 0 ? rig_shim_fail(engine, RIG_ERROR_INVALID_PARAMETER) : RIG_ATOM + name;
}
RIG_SHIM(uint32_t, RegisterWindowMessageA, const char *name) {
  struct rig_engine *engine = rig_engine_current();
  return registered(engine, rig_shim_name_a(engine, name));
}
RIG_SHIM(uint32_t, RegisterWindowMessageW, const uint16_t *name) {
  struct rig_engine *engine = rig_engine_current();
  return registered(engine, rig_shim_name_w(engine, name));
}

/* ---- timers and painting ---- */

RIG_SHIM(uint64_t, SetTimer, uint64_t hwnd, uint64_t id, uint32_t period_ms, uint64_t procedure) {
  struct rig_engine *engine = rig_engine_current();
  const uint32_t window = rig_shim_window(hwnd);
  if (window != 0 && !rig_win_is_window(engine->world, window)) {
    return rig_shim_fail(engine, RIG_ERROR_INVALID_WINDOW);
  }
  uint32_t error = 0;
  const uint64_t made =
      rig_win_timer_set(engine->world, engine->self, window, id, period_ms, procedure, &error);
  if (made == 0) {
    rig_engine_set_error(engine, error);
  }
  return made;
}
RIG_SHIM(uint32_t, KillTimer, uint64_t hwnd, uint64_t id) {
  struct rig_engine *engine = rig_engine_current();
  return rig_win_timer_kill(engine->world, engine->self, rig_shim_window(hwnd), id);
}
RIG_SHIM(uint32_t, InvalidateRect, uint64_t hwnd, const void *rectangle, uint32_t erase) {
  (void)rectangle;
  (void)erase;
  struct rig_engine *engine = rig_engine_current();
  const uint32_t window = rig_shim_window(hwnd);
  if (window == 0 || !rig_win_is_window(engine->world, window)) {
    return rig_shim_fail(engine, RIG_ERROR_INVALID_WINDOW);
  }
  if (rig_win_window_shown(engine->world, window)) { /* nothing of a hidden one is painted */
    rig_win_window_paint(engine->world, window, true);
  }
  return 1;
}
RIG_SHIM(uint32_t, ValidateRect, uint64_t hwnd, const void *rectangle) {
  (void)rectangle;
  struct rig_engine *engine = rig_engine_current();
  const uint32_t window = rig_shim_window(hwnd);
  if (window == 0 || !rig_win_is_window(engine->world, window)) {
    return rig_shim_fail(engine, RIG_ERROR_INVALID_WINDOW);
  }
  rig_win_window_paint(engine->world, window, false);
  return 1;
}
