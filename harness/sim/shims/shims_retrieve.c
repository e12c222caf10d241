/*
 * Retrieval and dispatch, A and W forms alike. What is recorded, and when, is stubs/hooks/
 * hook_messages.c's; retrieval and dispatch run window procedures and write enter and leave.
 */
#include "sim/shims/shims_private.h"

#define REMOVE 1u      /* PM_REMOVE */
#define SHOW_NORMAL 1u /* SW_SHOWNORMAL */

extern const char rig_entry_DefWindowProcW[];

static void to_msg(const struct rig_win_message *message, struct rig_msg *out) {
  *out = (struct rig_msg){.hwnd = rig_engine_hwnd(message->window),
                          .message = message->message,
                          .wparam = message->wparam,
                          .lparam = message->lparam,
                          .time = message->time,
                          .origin = message->origin};
}

static struct rig_win_message from_msg(const struct rig_msg *msg) {
  return (struct rig_win_message){.window = rig_shim_window(msg->hwnd),
                                  .message = msg->message,
                                  .wparam = msg->wparam,
                                  .lparam = msg->lparam,
                                  .time = msg->time,
                                  .origin = msg->origin};
}

static union rig_payload of_msg(const struct rig_msg *msg) {
  return (union rig_payload){.message = {.hwnd = (uint32_t)msg->hwnd,
                                         .message = msg->message,
                                         .wparam = msg->wparam,
                                         .lparam = msg->lparam}};
}

/* ---- retrieval ---- */

static uint32_t retrieve(enum rig_call name, uint64_t caller, struct rig_win_call *call,
                         struct rig_msg *msg, uint64_t hwnd, uint32_t remove) {
  struct rig_engine *engine = rig_engine_current();
  const bool get = call->api == RIG_WIN_GET_MESSAGE;
  if (get) {
    rig_engine_pause(engine); /* of the stand-in's own thread too: each message is a step of it */
  } else {
    rig_engine_yield(engine);
  }
  union rig_payload payload = {
      .retrieve = {
          .hwnd = (uint32_t)hwnd, .first = call->first, .last = call->last, .remove = remove}};
  const uint32_t enter = rig_engine_enter(engine, name, caller, &payload, NULL, 0);
  /* -1 and 1 are "messages of the thread" alike (wine: dlls/win32u/message.c, peek_message). */
  const uint32_t low = (uint32_t)hwnd;
  call->window = low == UINT32_MAX || low == 1 ? RIG_WIN_NONE : rig_shim_window(hwnd);
  rig_engine_act(engine, call);
  const uint32_t result = (uint32_t)call->result;
  payload = (union rig_payload){.message = {.result = result}};
  if (!call->failed && (get || result != 0)) {
    to_msg(&call->message, msg);
    payload = of_msg(msg);
    payload.message.result = result;
  } else if (result == UINT32_MAX) {
    payload.message.error = rig_engine_error(engine);
  }
  rig_engine_leave(engine, enter, name, caller, &payload);
  return result;
}

static uint32_t get(enum rig_call name, uint64_t caller, struct rig_msg *msg, uint64_t hwnd,
                    uint32_t first, uint32_t last) {
  struct rig_win_call call = {.api = RIG_WIN_GET_MESSAGE, .first = first, .last = last};
  return retrieve(name, caller, &call, msg, hwnd, REMOVE);
}

static uint32_t peek(enum rig_call name, uint64_t caller, struct rig_msg *msg, uint64_t hwnd,
                     uint32_t first, uint32_t last, uint32_t remove) {
  struct rig_win_call call = {
      .api = RIG_WIN_PEEK_MESSAGE, .first = first, .last = last, .flags = remove};
  return retrieve(name, caller, &call, msg, hwnd, remove);
}

RIG_SHIM(uint32_t, GetMessageA, struct rig_msg *msg, uint64_t hwnd, uint32_t first, uint32_t last) {
  return get(RIG_CALL_GetMessageA, RIG_RETURN_ADDRESS, msg, hwnd, first, last);
}
RIG_SHIM(uint32_t, GetMessageW, struct rig_msg *msg, uint64_t hwnd, uint32_t first, uint32_t last) {
  return get(RIG_CALL_GetMessageW, RIG_RETURN_ADDRESS, msg, hwnd, first, last);
}
RIG_SHIM(uint32_t, PeekMessageA, struct rig_msg *msg, uint64_t hwnd, uint32_t first, uint32_t last,
         uint32_t remove) {
  return peek(RIG_CALL_PeekMessageA, RIG_RETURN_ADDRESS, msg, hwnd, first, last, remove);
}
RIG_SHIM(uint32_t, PeekMessageW, struct rig_msg *msg, uint64_t hwnd, uint32_t first, uint32_t last,
         uint32_t remove) {
  return peek(RIG_CALL_PeekMessageW, RIG_RETURN_ADDRESS, msg, hwnd, first, last, remove);
}

RIG_SHIM(uint32_t, GetQueueStatus, uint32_t flags) {
  const uint64_t caller = RIG_RETURN_ADDRESS;
  struct rig_engine *engine = rig_engine_current();
  rig_engine_yield(engine);
  rig_engine_about(engine, RIG_CALL_GetQueueStatus, caller);
  const uint32_t result = rig_win_queue_status(engine->world, engine->self, flags);
  const union rig_payload payload = {.queue = {.flags = flags, .result = result}};
  rig_engine_completed(engine, RIG_CALL_GetQueueStatus, caller, &payload, NULL, 0);
  return result;
}

/* There is neither keyboard nor mouse. */
RIG_SHIM(uint32_t, GetInputState, void) {
  return 0;
}

/* ---- dispatch ---- */

RIG_SHIM(uint32_t, TranslateMessage, const struct rig_msg *msg) {
  const uint64_t caller = RIG_RETURN_ADDRESS;
  struct rig_engine *engine = rig_engine_current();
  union rig_payload payload = of_msg(msg);
  rig_engine_about(engine, RIG_CALL_TranslateMessage, caller);
  /* True for WM_KEYDOWN to WM_SYSKEYUP, which nobody sends here but the program itself. */
  const uint32_t result = msg->message == 0x100 || msg->message == 0x101 || msg->message == 0x104 ||
                          msg->message == 0x105;
  payload.message.result = result;
  rig_engine_completed(engine, RIG_CALL_TranslateMessage, caller, &payload, NULL, 0);
  return result;
}

static uint64_t dispatch(enum rig_call name, uint64_t caller, const struct rig_msg *msg) {
  struct rig_engine *engine = rig_engine_current();
  union rig_payload payload = of_msg(msg);
  struct rig_win_call call = {.api = RIG_WIN_DISPATCH, .message = from_msg(msg)};
  const uint32_t enter = rig_engine_enter(engine, name, caller, &payload, NULL, 0);
  rig_engine_act(engine, &call);
  payload.message.result = (uint32_t)call.result;
  rig_engine_leave(engine, enter, name, caller, &payload);
  return call.result;
}

RIG_SHIM(uint64_t, DispatchMessageA, const struct rig_msg *msg) {
  return dispatch(RIG_CALL_DispatchMessageA, RIG_RETURN_ADDRESS, msg);
}
RIG_SHIM(uint64_t, DispatchMessageW, const struct rig_msg *msg) {
  return dispatch(RIG_CALL_DispatchMessageW, RIG_RETURN_ADDRESS, msg);
}

/* IsDialogMessage handles what is for the dialog or a child of it (there are no children here): it
 * translates and dispatches that itself (wine: dlls/user32/dialog.c). */
static uint32_t is_dialog(enum rig_call name, uint64_t caller, uint64_t dialog,
                          const struct rig_msg *msg) {
  struct rig_engine *engine = rig_engine_current();
  union rig_payload payload = of_msg(msg);
  const uint32_t enter = rig_engine_enter(engine, name, caller, &payload, NULL, 0);
  uint32_t result = 0;
  if ((uint32_t)dialog != 0 && (uint32_t)dialog == (uint32_t)msg->hwnd &&
      rig_win_is_window(engine->world, rig_shim_window(dialog))) {
    struct rig_win_call call = {.api = RIG_WIN_DISPATCH, .message = from_msg(msg)};
    rig_engine_act(engine, &call);
    result = 1;
  }
  payload.message.result = result;
  rig_engine_leave(engine, enter, name, caller, &payload);
  return result;
}

RIG_SHIM(uint32_t, IsDialogMessageA, uint64_t dialog, const struct rig_msg *msg) {
  return is_dialog(RIG_CALL_IsDialogMessageA, RIG_RETURN_ADDRESS, dialog, msg);
}
RIG_SHIM(uint32_t, IsDialogMessageW, uint64_t dialog, const struct rig_msg *msg) {
  return is_dialog(RIG_CALL_IsDialogMessageW, RIG_RETURN_ADDRESS, dialog, msg);
}

static uint32_t box_window(struct rig_engine *engine) {
  const uint32_t window = rig_win_window_new(engine->world, engine->self,
                                             (uint64_t)(uintptr_t)rig_entry_DefWindowProcW);
  if (window == 0) {
    rig_engine_stop(engine, RIG_SIM_BOUND, "more windows than are simulated");
  }
  rig_win_window_make(engine->world, window, RIG_WIN_WINDOW_EMPTY | RIG_WIN_WINDOW_IME);
  return window;
}

/* A message box that nobody sees: its modal loop serves messages, and nobody ends it. It is shown,
 * and so activated, when the queue is empty for the first time. WM_QUIT ends it, and is posted
 * again (wine: dlls/user32/dialog.c, DIALOG_DoDialogBox). Its owner is not disabled. */
static uint32_t message_box(void) {
  struct rig_engine *engine = rig_engine_current();
  const uint32_t window = box_window(engine);
  for (;;) {
    struct rig_win_call get = {.api = RIG_WIN_PEEK_MESSAGE, .flags = REMOVE};
    if (rig_win_window_shown(engine->world, window)) {
      get = (struct rig_win_call){.api = RIG_WIN_GET_MESSAGE};
    }
    rig_engine_call(engine, &get);
    if (get.failed) {
      rig_window_destroy(engine, window);
      return 0;
    }
    if (get.api == RIG_WIN_PEEK_MESSAGE && get.result == 0) {
      (void)rig_window_show(engine, window, SHOW_NORMAL);
      continue;
    }
    if (get.message.message == WM_QUIT) {
      rig_win_post_quit(engine->world, engine->self, (uint32_t)get.message.wparam);
      rig_window_destroy(engine, window);
      return 2; /* IDCANCEL */
    }
    struct rig_win_call dispatch = {.api = RIG_WIN_DISPATCH, .message = get.message};
    rig_engine_act(engine, &dispatch);
  }
}

RIG_SHIM(uint32_t, MessageBoxA, uint64_t owner, const char *text, const char *title,
         uint32_t type) {
  (void)owner;
  (void)text;
  (void)title;
  (void)type;
  return message_box();
}
RIG_SHIM(uint32_t, MessageBoxW, uint64_t owner, const uint16_t *text, const uint16_t *title,
         uint32_t type) {
  (void)owner;
  (void)text;
  (void)title;
  (void)type;
  return message_box();
}
