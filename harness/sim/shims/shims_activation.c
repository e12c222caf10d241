/*
 * Which window is active, has the focus and the foreground: who is told of a change, and in which
 * order. A hidden window is not activated by what is done here to others; but it is told that its
 * thread's windows become active or are no longer (W:WM_ACTIVATEAPP).
 *
 * The order is Wine's, and is claimed of it in tests/win32/activation.c, which runs here too.
 * Source: wine dlls/win32u/input.c (set_active_window, set_focus_window, set_foreground_window) and
 * dlls/win32u/window.c (activate_other_window).
 */
#include "sim/shims/shims_private.h"

#define SHOW_ALL_UI 0xc000000fu /* ISC_SHOWUIALL */

uint64_t rig_window_tell(struct rig_engine *engine, uint32_t window, uint32_t message,
                         uint64_t wparam, uint64_t lparam) {
  const struct rig_engine_listener *listener = &engine->listener;
  if (!rig_win_is_window(engine->world, window)) {
    return 0;
  }
  const uint64_t code = rig_win_window_code(engine->world, window);
  if (code == RIG_CODE_MAPI) {
    const struct rig_win_message told = {
        .window = window, .message = message, .wparam = wparam, .lparam = lparam};
    return listener->receipt == NULL
               ? 0
               : listener->receipt(listener->self, engine, engine->self, window, &told,
                                   rig_win_in_send(engine->world, engine->self));
  }
  rig_fibre_sweep();
  return rig_engine_run_code(engine, code,
                             (uint64_t[4]){rig_engine_hwnd(window), message, wparam, lparam});
}

/* ---- the focus ---- */

/* The input method is told of it, and tells the window (wine: dlls/imm32/imm.c, ime_internal_msg).
 */
static void tell_input_method(struct rig_engine *engine, uint32_t window, bool active) {
  if (rig_win_window_any(engine->world, engine->self, RIG_WIN_WINDOW_IME, 0)) {
    rig_input_method_enters(engine);
    rig_window_tell(engine, window, WM_IME_SETCONTEXT, active, SHOW_ALL_UI);
  }
}

static uint32_t move_focus(struct rig_engine *engine, uint32_t window) {
  const uint32_t previous = rig_win_set_focus(engine->world, engine->self, window);
  if (previous == window) {
    return previous;
  }
  if (previous != 0) {
    rig_window_tell(engine, previous, WM_KILLFOCUS, rig_engine_hwnd(window), 0);
    tell_input_method(engine, previous, false);
    if (rig_win_focus(engine->world, engine->self) != window) {
      return previous; /* a message changed it */
    }
  }
  if (rig_win_is_window(engine->world, window)) {
    tell_input_method(engine, window, true);
    rig_window_tell(engine, window, WM_SETFOCUS, rig_engine_hwnd(previous), 0);
  }
  return previous;
}

/* ---- the active window of a thread ---- */

/* All of the thread's own on the desktop, shown or not, from the top down. Which they are is looked
 * up before the first is told. */
static void tell_all(struct rig_engine *engine, bool active) {
  uint8_t windows[RIG_WIN_WINDOWS] = {0};
  uint32_t count = 0;
  for (uint32_t at = rig_win_window_below(engine->world, 0); at != 0;
       at = rig_win_window_below(engine->world, at)) {
    windows[count++] = (uint8_t)at;
  }
  for (uint32_t i = 0; i < count; i++) {
    if (rig_win_window_thread(engine->world, windows[i]) == engine->self) {
      rig_window_tell(engine, windows[i], WM_ACTIVATEAPP, active, 0);
    }
  }
}

static uint32_t foreground_window(const struct rig_engine *engine) {
  const uint32_t thread = rig_win_foreground(engine->world);
  return thread == RIG_WIN_NONE ? 0 : rig_win_active(engine->world, thread);
}

static bool is_own(const struct rig_engine *engine, uint32_t window) {
  return window == 0 || rig_win_window_thread(engine->world, window) == engine->self;
}

/* Makes one of the thread's own windows its active one, or none. False: it is not. */
static bool set_active(struct rig_engine *engine, uint32_t window, bool focus) {
  uint32_t previous = rig_win_active(engine->world, engine->self);
  if (previous == window) {
    return true;
  }
  rig_window_tell(engine, previous, WM_NCACTIVATE, 0, rig_engine_hwnd(window));
  rig_window_tell(engine, previous, WM_ACTIVATE, 0, rig_engine_hwnd(window));
  if (!is_own(engine, window)) {
    return false;
  }
  previous = rig_win_set_active(engine->world, engine->self, window);
  if (previous == window) {
    return true;
  }
  if (window != 0) {
    rig_window_tell(engine, window, WM_QUERYNEWPALETTE, 0, 0);
    if (!rig_win_is_window(engine->world, window)) {
      return false;
    }
  }
  if ((previous == 0) != (window == 0)) {
    tell_all(engine, window != 0);
  }
  rig_window_tell(engine, window, WM_NCACTIVATE, window == foreground_window(engine),
                  rig_engine_hwnd(previous));
  rig_window_tell(engine, window, WM_ACTIVATE, 1, rig_engine_hwnd(previous));
  if (focus && rig_win_active(engine->world, engine->self) == window &&
      rig_win_focus(engine->world, engine->self) != window) {
    (void)move_focus(engine, window);
  }
  return true;
}

uint32_t rig_window_focus(struct rig_engine *engine, uint32_t window) {
  const uint32_t previous = rig_win_focus(engine->world, engine->self);
  if (window == previous ||
      (window != 0 && (rig_win_window_kind(engine->world, window) & RIG_WIN_WINDOW_INNER) != 0)) {
    return window == previous ? previous : 0; /* a child's parent is not known here */
  }
  if (window != 0 && window != rig_win_active(engine->world, engine->self) &&
      (!set_active(engine, window, false) || !rig_win_is_window(engine->world, window) ||
       window != rig_win_active(engine->world, engine->self))) {
    return 0;
  }
  return move_focus(engine, window);
}

/* ---- the foreground ---- */

/* Another thread's window is activated by that thread, when it next looks for sent messages. */
static void notify(struct rig_engine *engine, uint32_t window, uint32_t active) {
  struct rig_win_call call = {.api = RIG_WIN_SEND,
                              .window = window,
                              .first = RIG_MESSAGE_ACTIVATE,
                              .wparam = rig_engine_hwnd(active),
                              .flags = RIG_WIN_SEND_NOTIFY};
  rig_engine_act(engine, &call);
}

bool rig_window_foreground(struct rig_engine *engine, uint32_t window) {
  const uint32_t before = rig_win_foreground(engine->world);
  const uint32_t previous = foreground_window(engine);
  if (!rig_win_is_window(engine->world, window) ||
      (rig_win_window_kind(engine->world, window) & RIG_WIN_WINDOW_INNER) != 0) {
    return false;
  }
  const uint32_t thread = rig_win_window_thread(engine->world, window);
  rig_win_set_foreground(engine->world, thread);
  if (previous == window) {
    return true;
  }
  if (previous != 0 && before != engine->self) {
    notify(engine, previous, 0);
  } else if (thread != engine->self) {
    (void)set_active(engine, 0, true);
  }
  if (thread != engine->self) {
    notify(engine, window, window);
    return true;
  }
  return set_active(engine, window, true);
}

static bool can_activate(const struct rig_engine *engine, uint32_t window) {
  return rig_win_window_shown(engine->world, window);
}

/* The next one below it that is shown; if there is none, the first from the top. */
void rig_window_activate_other(struct rig_engine *engine, uint32_t window) {
  uint32_t to = rig_win_window_below(engine->world, window);
  while (to != 0 && !can_activate(engine, to)) {
    to = rig_win_window_below(engine->world, to);
  }
  if (to == 0) {
    to = rig_win_window_below(engine->world, 0);
    while (to != 0 && to != window && !can_activate(engine, to)) {
      to = rig_win_window_below(engine->world, to);
    }
    to = to == window ? 0 : to;
  }
  const uint32_t foreground = foreground_window(engine);
  if ((foreground == 0 || foreground == window) && rig_window_foreground(engine, to)) {
    return;
  }
  const uint32_t previous = rig_win_active(engine->world, engine->self);
  if (set_active(engine, to, true) && previous != 0) {
    (void)set_active(engine, 0, true);
  }
}

uint64_t rig_activation_receive(struct rig_engine *engine, const struct rig_win_message *message) {
  switch (message->message) {
  case RIG_MESSAGE_SHOW:
    return rig_window_show(engine, message->window, (uint32_t)message->wparam);
  case RIG_MESSAGE_ACTIVATE:
    return set_active(engine, rig_shim_window(message->wparam), true);
  default:
    return 0;
  }
}

/* ---- the program's own calls ---- */

/* Others notice who has the foreground: steps. */
RIG_SHIM(uint64_t, GetActiveWindow, void) {
  struct rig_engine *engine = rig_engine_current();
  return rig_engine_hwnd(rig_win_active(engine->world, engine->self));
}
RIG_SHIM(uint64_t, GetFocus, void) {
  struct rig_engine *engine = rig_engine_current();
  return rig_engine_hwnd(rig_win_focus(engine->world, engine->self));
}
RIG_SHIM(uint64_t, GetForegroundWindow, void) {
  struct rig_engine *engine = rig_engine_current();
  rig_engine_yield(engine);
  return rig_engine_hwnd(foreground_window(engine));
}
RIG_SHIM(uint32_t, SetForegroundWindow, uint64_t hwnd) {
  struct rig_engine *engine = rig_engine_current();
  rig_engine_yield(engine);
  const uint32_t window = rig_shim_window(hwnd);
  if (!rig_win_is_window(engine->world, window)) {
    return rig_shim_fail(engine, RIG_ERROR_INVALID_WINDOW);
  }
  return rig_window_foreground(engine, window);
}
RIG_SHIM(uint64_t, SetFocus, uint64_t hwnd) {
  struct rig_engine *engine = rig_engine_current();
  const uint32_t window = rig_shim_window(hwnd);
  if (window != 0 && !rig_win_is_window(engine->world, window)) {
    return rig_shim_fail(engine, RIG_ERROR_INVALID_WINDOW);
  }
  return rig_engine_hwnd(rig_window_focus(engine, window));
}
