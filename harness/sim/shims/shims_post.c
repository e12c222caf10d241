/*
 * What puts messages into queues: posts, the quit flag, sends, as stubs/hooks/hook_sends.c records
 * them.
 */
#include "sim/shims/shims_private.h"

#define HWND_BROADCAST_LOW 0xffffu

static union rig_payload of(uint32_t target, uint32_t message, uint64_t wparam, uint64_t lparam) {
  return (union rig_payload){
      .message = {.hwnd = target, .message = message, .wparam = wparam, .lparam = lparam}};
}

/* ---- posts ---- */

/* Messages whose parameters point at the sender's memory can be sent alone: a post of one fails
 * (W:PostMessage, ERROR_MESSAGE_SYNC_ONLY; the numbers: wine: dlls/win32u/message.c). Those of the
 * controls (edit, combo, list box, scroll bar) are passed over: nobody here has any. */
static bool points(uint32_t message, uint64_t wparam) {
  static const uint16_t pointers[] = {
      0x01,  0x0C,  0x0D,  0x1A,  0x1B,  /* WM_CREATE, SETTEXT, GETTEXT, WININICHANGE, DEVMODE */
      0x24,  0x2B,  0x2C,  0x2D,  0x39,  /* GETMINMAXINFO, DRAW, MEASURE, DELETE, COMPAREITEM */
      0x46,  0x47,  0x4A,  0x53,         /* WINDOWPOSCHANGING, -ED, COPYDATA, HELP */
      0x7C,  0x7D,  0x81,  0x83,  0x87,  /* STYLECHANGING, -ED, NCCREATE, NCCALCSIZE, GETDLGCODE */
      0x213, 0x214, 0x216, 0x220, 0x229, /* NEXTMENU, SIZING, MOVING, MDICREATE, MDIGETACTIVE */
  };
  for (size_t i = 0; i < sizeof pointers / sizeof *pointers; i++) {
    if (pointers[i] == message) {
      return true;
    }
  }
  return message == 0x219 && (wparam & 0x8000) != 0; /* WM_DEVICECHANGE, with a structure */
}

static uint32_t tell_posted(struct rig_engine *engine, enum rig_call name, uint64_t caller,
                            union rig_payload *payload, bool posted, uint32_t error) {
  if (!posted) {
    rig_engine_set_error(engine, error);
  }
  payload->message.result = posted;
  payload->message.error = posted ? 0 : error;
  rig_engine_completed(engine, name, caller, payload, NULL, 0);
  if (posted) {
    rig_shim_lets_go_on(engine);
  }
  return posted;
}

static uint32_t post(enum rig_call name, uint64_t caller, uint64_t hwnd, uint32_t message,
                     uint64_t wparam, uint64_t lparam) {
  struct rig_engine *engine = rig_engine_current();
  rig_engine_yield(engine);
  union rig_payload payload = of((uint32_t)hwnd, message, wparam, lparam);
  rig_engine_about(engine, name, caller);
  const struct rig_win_message sent = {
      .window = rig_shim_window(hwnd), .message = message, .wparam = wparam, .lparam = lparam};
  uint32_t error = 0;
  bool posted;
  if (points(message, wparam)) {
    return tell_posted(engine, name, caller, &payload, false, RIG_ERROR_MESSAGE_SYNC_ONLY);
  }
  if ((uint32_t)hwnd == 0 || rig_win_is_window(engine->world, sent.window)) {
    rig_win_queue_create(engine->world, engine->self);
  }
  if ((uint32_t)hwnd == 0) { /* NULL: to the calling thread (W:PostMessage) */
    posted = rig_win_post_thread(engine->world, engine->self, &sent, &error);
  } else {
    posted = rig_win_post(engine->world, sent.window, &sent, &error);
  }
  return tell_posted(engine, name, caller, &payload, posted, error);
}

RIG_SHIM(uint32_t, PostMessageA, uint64_t hwnd, uint32_t message, uint64_t wparam,
         uint64_t lparam) {
  return post(RIG_CALL_PostMessageA, RIG_RETURN_ADDRESS, hwnd, message, wparam, lparam);
}
RIG_SHIM(uint32_t, PostMessageW, uint64_t hwnd, uint32_t message, uint64_t wparam,
         uint64_t lparam) {
  return post(RIG_CALL_PostMessageW, RIG_RETURN_ADDRESS, hwnd, message, wparam, lparam);
}

static uint32_t post_thread(enum rig_call name, uint64_t caller, uint32_t id, uint32_t message,
                            uint64_t wparam, uint64_t lparam) {
  struct rig_engine *engine = rig_engine_current();
  rig_engine_yield(engine);
  union rig_payload payload = of(id, message, wparam, lparam);
  rig_engine_about(engine, name, caller);
  const struct rig_win_message sent = {.message = message, .wparam = wparam, .lparam = lparam};
  uint32_t error = 0;
  if (points(message, wparam)) {
    return tell_posted(engine, name, caller, &payload, false, RIG_ERROR_MESSAGE_SYNC_ONLY);
  }
  rig_win_queue_create(engine->world, engine->self);
  const bool posted = rig_win_post_thread(engine->world, rig_shim_thread(id), &sent, &error);
  return tell_posted(engine, name, caller, &payload, posted, error);
}

RIG_SHIM(uint32_t, PostThreadMessageA, uint32_t id, uint32_t message, uint64_t wparam,
         uint64_t lparam) {
  return post_thread(RIG_CALL_PostThreadMessageA, RIG_RETURN_ADDRESS, id, message, wparam, lparam);
}
RIG_SHIM(uint32_t, PostThreadMessageW, uint32_t id, uint32_t message, uint64_t wparam,
         uint64_t lparam) {
  return post_thread(RIG_CALL_PostThreadMessageW, RIG_RETURN_ADDRESS, id, message, wparam, lparam);
}

/* A flag of the thread's own, which nobody else can notice: no step. */
RIG_SHIM(void, PostQuitMessage, int32_t code) {
  const uint64_t caller = RIG_RETURN_ADDRESS;
  struct rig_engine *engine = rig_engine_current();
  const union rig_payload payload = of(0, WM_QUIT, (uint32_t)code, 0);
  rig_engine_about(engine, RIG_CALL_PostQuitMessage, caller);
  rig_win_post_quit(engine->world, engine->self, (uint32_t)code);
  rig_engine_completed(engine, RIG_CALL_PostQuitMessage, caller, &payload, NULL, 0);
}

/* ---- sends ---- */

struct sending {
  enum rig_call name;
  uint64_t caller;
  uint64_t hwnd;
  struct rig_win_call call;
};

/* Runs the send to its end with enter and leave; says whether it failed. A failure's error is the
 * thread's last error. `tells` = the record holds that error. */
static bool run_send(struct sending *sending, bool tells) {
  struct rig_engine *engine = rig_engine_current();
  struct rig_win_call *call = &sending->call;
  rig_engine_yield(engine);
  union rig_payload payload = of((uint32_t)sending->hwnd, call->first, call->wparam, call->lparam);
  const uint32_t enter =
      rig_engine_enter(engine, sending->name, sending->caller, &payload, NULL, 0);
  call->api = RIG_WIN_SEND;
  call->window = rig_shim_window(sending->hwnd);
  if ((uint32_t)sending->hwnd == HWND_BROADCAST_LOW) {
    rig_engine_stop(engine, RIG_SIM_BOUND, "not simulated: a message sent to HWND_BROADCAST");
  }
  rig_engine_act(engine, call);
  const bool is_bool = (call->flags & (RIG_WIN_SEND_TIMEOUT | RIG_WIN_SEND_NOTIFY)) != 0;
  payload.message.result = is_bool ? !call->failed : (uint32_t)call->result;
  payload.message.error = tells && call->failed ? call->error : 0;
  rig_engine_leave(engine, enter, sending->name, sending->caller, &payload);
  return call->failed != 0;
}

static struct sending make(enum rig_call name, uint64_t caller, uint64_t hwnd, uint32_t message,
                           uint64_t wparam, uint64_t lparam) {
  return (struct sending){
      .name = name,
      .caller = caller,
      .hwnd = hwnd,
      .call = {
          .first = message, .wparam = wparam, .lparam = lparam, .timeout_ms = RIG_WIN_FOREVER}};
}

static uint64_t send_message(struct sending sending) {
  run_send(&sending, false);
  return sending.call.result;
}

RIG_SHIM(uint64_t, SendMessageA, uint64_t hwnd, uint32_t message, uint64_t wparam,
         uint64_t lparam) {
  return send_message(
      make(RIG_CALL_SendMessageA, RIG_RETURN_ADDRESS, hwnd, message, wparam, lparam));
}
RIG_SHIM(uint64_t, SendMessageW, uint64_t hwnd, uint32_t message, uint64_t wparam,
         uint64_t lparam) {
  return send_message(
      make(RIG_CALL_SendMessageW, RIG_RETURN_ADDRESS, hwnd, message, wparam, lparam));
}

static uint64_t send_timeout(struct sending sending, uint32_t flags, uint32_t timeout_ms,
                             uint64_t *answer) {
  sending.call.flags = (flags & 0xffu) | RIG_WIN_SEND_TIMEOUT;
  sending.call.timeout_ms = timeout_ms;
  const bool failed = run_send(&sending, true);
  if (answer != NULL) {
    *answer = failed ? 0 : sending.call.result;
  }
  return !failed;
}

RIG_SHIM(uint64_t, SendMessageTimeoutA, uint64_t hwnd, uint32_t message, uint64_t wparam,
         uint64_t lparam, uint32_t flags, uint32_t timeout_ms, uint64_t *answer) {
  return send_timeout(
      make(RIG_CALL_SendMessageTimeoutA, RIG_RETURN_ADDRESS, hwnd, message, wparam, lparam), flags,
      timeout_ms, answer);
}
RIG_SHIM(uint64_t, SendMessageTimeoutW, uint64_t hwnd, uint32_t message, uint64_t wparam,
         uint64_t lparam, uint32_t flags, uint32_t timeout_ms, uint64_t *answer) {
  return send_timeout(
      make(RIG_CALL_SendMessageTimeoutW, RIG_RETURN_ADDRESS, hwnd, message, wparam, lparam), flags,
      timeout_ms, answer);
}

static uint32_t send_notify(struct sending sending) {
  sending.call.flags = RIG_WIN_SEND_NOTIFY;
  const bool sent = !run_send(&sending, true);
  if (sent) {
    rig_shim_lets_go_on(rig_engine_current());
  }
  return sent;
}

RIG_SHIM(uint32_t, SendNotifyMessageA, uint64_t hwnd, uint32_t message, uint64_t wparam,
         uint64_t lparam) {
  return send_notify(
      make(RIG_CALL_SendNotifyMessageA, RIG_RETURN_ADDRESS, hwnd, message, wparam, lparam));
}
RIG_SHIM(uint32_t, SendNotifyMessageW, uint64_t hwnd, uint32_t message, uint64_t wparam,
         uint64_t lparam) {
  return send_notify(
      make(RIG_CALL_SendNotifyMessageW, RIG_RETURN_ADDRESS, hwnd, message, wparam, lparam));
}

/* Lets the sender go on: others notice. */
RIG_SHIM(uint32_t, ReplyMessage, uint64_t result) {
  struct rig_engine *engine = rig_engine_current();
  rig_engine_yield(engine);
  const bool replied = rig_win_reply(engine->world, engine->self, result);
  rig_shim_lets_go_on(engine);
  return replied;
}

RIG_SHIM(uint32_t, InSendMessage, void) {
  struct rig_engine *engine = rig_engine_current();
  return rig_win_in_send(engine->world, engine->self);
}

/* ISMEX_SEND for a sent message; notifications and callbacks are not told apart. */
RIG_SHIM(uint32_t, InSendMessageEx, void *reserved) {
  (void)reserved;
  struct rig_engine *engine = rig_engine_current();
  return rig_win_in_send(engine->world, engine->self) ? 1 : 0;
}
