/*
 * Windows shown, hidden and destroyed, and what they are told of it. A shown window of the
 * desktop's is activated (W:ShowWindow), unless the caller says otherwise.
 *
 * What has to do with places is left out (WM_NCCALCSIZE, WM_GETMINMAXINFO, WM_SIZE, WM_MOVE), and
 * the text of a caption (WM_GETTEXT): a WINDOWPOS has its flags and no place, and painting has no
 * device. The rest is claimed of Wine in tests/win32/activation.c, which runs here too.
 *
 * Source: wine dlls/win32u/window.c (show_window, set_window_pos, NtUserDestroyWindow).
 */
#include "sim/shims/shims_private.h"

#define HIDE 0u               /* SW_HIDE */
#define SHOW_NO_ACTIVATE 4u   /* SW_SHOWNOACTIVATE */
#define SHOW 5u               /* SW_SHOW */
#define MINIMIZE 6u           /* SW_MINIMIZE */
#define SHOW_MIN_NO_ACTIVE 7u /* SW_SHOWMINNOACTIVE */
#define SHOW_NA 8u            /* SW_SHOWNA */
#define FORCE_MINIMIZE 11u    /* SW_FORCEMINIMIZE, the last one */

#define SWP_NOSIZE 0x1u
#define SWP_NOMOVE 0x2u
#define SWP_NOZORDER 0x4u
#define SWP_NOACTIVATE 0x10u
#define SWP_SHOWWINDOW 0x40u
#define SWP_HIDEWINDOW 0x80u

struct position { /* WINDOWPOS */
  uint64_t hwnd;
  uint64_t after;
  int32_t x, y, width, height;
  uint32_t flags;
  uint32_t unused;
};

/* ---- showing and hiding ---- */

static void change(struct rig_engine *engine, uint32_t window, uint32_t flags, bool shown) {
  struct position position = {.hwnd = rig_engine_hwnd(window),
                              .flags = flags | SWP_NOSIZE | SWP_NOMOVE};
  const bool was_shown = rig_win_window_shown(engine->world, window);
  rig_window_tell(engine, window, WM_WINDOWPOSCHANGING, 0, (uint64_t)(uintptr_t)&position);
  if (!rig_win_is_window(engine->world, window)) {
    return;
  }
  if (shown != was_shown) {
    rig_win_window_show(engine->world, window, shown);
  }
  const bool rises =
      (flags & SWP_NOZORDER) == 0 && rig_win_window_below(engine->world, 0) != window;
  if (rises) {
    rig_win_window_raise(engine->world, window);
  }
  if ((flags & SWP_NOACTIVATE) == 0 && shown) {
    (void)rig_window_foreground(engine, window);
  }
  if (shown && !was_shown &&
      (rig_win_window_kind(engine->world, window) & RIG_WIN_WINDOW_EMPTY) == 0) {
    rig_window_tell(engine, window, WM_NCPAINT, 1, 0);
    rig_window_tell(engine, window, WM_ERASEBKGND, 0, 0);
  }
  if (rises || shown != was_shown) {
    rig_window_tell(engine, window, WM_WINDOWPOSCHANGED, 0, (uint64_t)(uintptr_t)&position);
  }
}

static uint32_t flags_of(uint32_t how) {
  switch (how) {
  case SHOW_NA:
    return SWP_SHOWWINDOW | SWP_NOACTIVATE;
  case SHOW_NO_ACTIVATE:
  case MINIMIZE:
  case SHOW_MIN_NO_ACTIVE:
  case FORCE_MINIMIZE:
    return SWP_SHOWWINDOW | SWP_NOACTIVATE | SWP_NOZORDER;
  default:
    return how == HIDE ? SWP_HIDEWINDOW : SWP_SHOWWINDOW;
  }
}

/* Sizes mean nothing: a minimised window is shown like any other. A child is shown without more,
 * for whether its parent is to be seen is not known here. */
bool rig_window_show(struct rig_engine *engine, uint32_t window, uint32_t how) {
  const bool before = rig_win_window_shown(engine->world, window);
  const bool shown = how != HIDE;
  if (how > FORCE_MINIMIZE || (before == shown && how != SHOW_NA)) {
    return before;
  }
  rig_window_tell(engine, window, WM_SHOWWINDOW, shown, 0);
  if (!rig_win_is_window(engine->world, window)) {
    return before;
  }
  if ((rig_win_window_kind(engine->world, window) & RIG_WIN_WINDOW_INNER) != 0) {
    rig_win_window_show(engine->world, window, shown);
    return before;
  }
  change(engine, window, flags_of(how), shown);
  if (!shown && window == rig_win_active(engine->world, engine->self)) {
    rig_window_activate_other(engine, window);
  }
  if (!shown && window == rig_win_focus(engine->world, engine->self)) {
    (void)rig_window_focus(engine, 0);
  }
  return before;
}

/* ---- destruction ---- */

/* The last window of a thread's that needs one takes the input method's window with it. */
static void unregister(struct rig_engine *engine, uint32_t window) {
  if ((rig_win_window_kind(engine->world, window) & RIG_WIN_WINDOW_IME) != 0 &&
      !rig_win_window_any(engine->world, engine->self, RIG_WIN_WINDOW_IME, window)) {
    rig_input_method_leaves(engine);
  }
}

void rig_window_destroy(struct rig_engine *engine, uint32_t window) {
  uint32_t error = 0;
  if (rig_win_window_shown(engine->world, window) &&
      (rig_win_window_kind(engine->world, window) & RIG_WIN_WINDOW_INNER) == 0) {
    change(engine, window, SWP_HIDEWINDOW | SWP_NOACTIVATE | SWP_NOZORDER, false);
  }
  if (rig_win_is_window(engine->world, window) &&
      window == rig_win_active(engine->world, engine->self)) {
    rig_window_activate_other(engine, window);
  }
  rig_window_tell(engine, window, WM_DESTROY, 0, 0);
  if (rig_win_is_window(engine->world, window)) {
    unregister(engine, window);
    rig_window_tell(engine, window, WM_NCDESTROY, 0, 0);
  }
  (void)rig_win_window_destroy(engine->world, engine->self, window, &error);
}

/* ---- the program's own calls ---- */

/* Another thread's window is shown by that thread; whoever asks for it waits. */
RIG_SHIM(uint32_t, ShowWindow, uint64_t hwnd, int32_t how) {
  struct rig_engine *engine = rig_engine_current();
  const uint32_t window = rig_shim_window(hwnd);
  if (!rig_win_is_window(engine->world, window)) {
    return rig_shim_fail(engine, RIG_ERROR_INVALID_WINDOW);
  }
  const bool shown = rig_win_window_shown(engine->world, window);
  if ((uint32_t)how == (shown ? SHOW : HIDE)) {
    return shown;
  }
  rig_engine_yield(engine);
  if (rig_win_window_thread(engine->world, window) == engine->self) {
    return rig_window_show(engine, window, (uint32_t)how);
  }
  struct rig_win_call call = {.api = RIG_WIN_SEND,
                              .window = window,
                              .first = RIG_MESSAGE_SHOW,
                              .wparam = (uint32_t)how,
                              .timeout_ms = RIG_WIN_FOREVER};
  rig_engine_act(engine, &call);
  return call.failed ? 0 : (uint32_t)call.result;
}

RIG_SHIM(uint32_t, IsWindowVisible, uint64_t hwnd) {
  struct rig_engine *engine = rig_engine_current();
  const uint32_t window = rig_shim_window(hwnd);
  return window != 0 && rig_win_window_shown(engine->world, window);
}

/* WM_PAINT at once, where one is due. */
RIG_SHIM(uint32_t, UpdateWindow, uint64_t hwnd) {
  struct rig_engine *engine = rig_engine_current();
  const uint32_t window = rig_shim_window(hwnd);
  if (!rig_win_is_window(engine->world, window)) {
    return rig_shim_fail(engine, RIG_ERROR_INVALID_WINDOW);
  }
  if (rig_win_window_painted(engine->world, window)) {
    struct rig_win_call call = {
        .api = RIG_WIN_SEND, .window = window, .first = WM_PAINT, .timeout_ms = RIG_WIN_FOREVER};
    rig_engine_call(engine, &call);
  }
  return 1;
}
