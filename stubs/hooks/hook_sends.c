/*
 * Hooks on what puts messages into queues: posts, whose records stand before those of their
 * effects, and sends, which block or run window procedures and write enter and leave.
 */
#include "hooks/table.h"
#include "recorder/recorder.h"

static union rig_payload of(uint32_t target, UINT message, WPARAM wparam, LPARAM lparam) {
  return (union rig_payload){
      .message = {
          .hwnd = target, .message = message, .wparam = wparam, .lparam = (uint64_t)lparam}};
}

/* ---- posts ---- */

static void posted(struct rec_place place, enum rig_call call, uint64_t caller,
                   union rig_payload *payload, BOOL result) {
  payload->message.result = (uint32_t)result;
  payload->message.error = result ? 0 : GetLastError();
  rec_complete(place, call, caller, payload);
}

static BOOL post(enum rig_call call, uint64_t caller,
                 BOOL(WINAPI *real)(HWND, UINT, WPARAM, LPARAM), HWND window, UINT message,
                 WPARAM wparam, LPARAM lparam) {
  union rig_payload payload = of((uint32_t)(uintptr_t)window, message, wparam, lparam);
  const struct rec_place place = rec_prepare(call, &payload);
  const BOOL result = real(window, message, wparam, lparam);
  posted(place, call, caller, &payload, result);
  return result;
}

BOOL WINAPI hook_PostMessageA(HWND window, UINT message, WPARAM wparam, LPARAM lparam) {
  return post(RIG_CALL_PostMessageA, REC_CALLER, hook_real.PostMessageA, window, message, wparam,
              lparam);
}

BOOL WINAPI hook_PostMessageW(HWND window, UINT message, WPARAM wparam, LPARAM lparam) {
  return post(RIG_CALL_PostMessageW, REC_CALLER, hook_real.PostMessageW, window, message, wparam,
              lparam);
}

static BOOL post_thread(enum rig_call call, uint64_t caller,
                        BOOL(WINAPI *real)(DWORD, UINT, WPARAM, LPARAM), DWORD thread, UINT message,
                        WPARAM wparam, LPARAM lparam) {
  union rig_payload payload = of(thread, message, wparam, lparam);
  const struct rec_place place = rec_prepare(call, &payload);
  const BOOL result = real(thread, message, wparam, lparam);
  posted(place, call, caller, &payload, result);
  return result;
}

BOOL WINAPI hook_PostThreadMessageA(DWORD thread, UINT message, WPARAM wparam, LPARAM lparam) {
  return post_thread(RIG_CALL_PostThreadMessageA, REC_CALLER, hook_real.PostThreadMessageA, thread,
                     message, wparam, lparam);
}

BOOL WINAPI hook_PostThreadMessageW(DWORD thread, UINT message, WPARAM wparam, LPARAM lparam) {
  return post_thread(RIG_CALL_PostThreadMessageW, REC_CALLER, hook_real.PostThreadMessageW, thread,
                     message, wparam, lparam);
}

void WINAPI hook_PostQuitMessage(int exit_code) {
  const union rig_payload payload = of(0, WM_QUIT, (WPARAM)(unsigned)exit_code, 0);
  rec_about(RIG_CALL_PostQuitMessage);
  hook_real.PostQuitMessage(exit_code);
  rec_call(RIG_CALL_PostQuitMessage, REC_CALLER, &payload, NULL, 0);
}

/* ---- sends ---- */

struct sending {
  enum rig_call call;
  uint64_t caller;
  union rig_payload payload;
  uint32_t enter;
};

static struct sending enter(enum rig_call call, uint64_t caller, HWND window, UINT message,
                            WPARAM wparam, LPARAM lparam) {
  struct sending sending = {.call = call,
                            .caller = caller,
                            .payload = of((uint32_t)(uintptr_t)window, message, wparam, lparam)};
  sending.enter = rec_enter(call, caller, &sending.payload, NULL, 0);
  return sending;
}

static void leave(struct sending *sending, LRESULT result, bool failed) {
  sending->payload.message.result = (uint32_t)result;
  sending->payload.message.error = failed ? GetLastError() : 0;
  rec_leave(sending->enter, sending->call, sending->caller, &sending->payload);
}

static LRESULT send_message(enum rig_call call, uint64_t caller,
                            LRESULT(WINAPI *real)(HWND, UINT, WPARAM, LPARAM), HWND window,
                            UINT message, WPARAM wparam, LPARAM lparam) {
  struct sending sending = enter(call, caller, window, message, wparam, lparam);
  const LRESULT result = real(window, message, wparam, lparam);
  leave(&sending, result, false);
  return result;
}

LRESULT WINAPI hook_SendMessageA(HWND window, UINT message, WPARAM wparam, LPARAM lparam) {
  return send_message(RIG_CALL_SendMessageA, REC_CALLER, hook_real.SendMessageA, window, message,
                      wparam, lparam);
}

LRESULT WINAPI hook_SendMessageW(HWND window, UINT message, WPARAM wparam, LPARAM lparam) {
  return send_message(RIG_CALL_SendMessageW, REC_CALLER, hook_real.SendMessageW, window, message,
                      wparam, lparam);
}

static LRESULT send_timeout(enum rig_call call, uint64_t caller,
                            __typeof__(SendMessageTimeoutW) *real, HWND window, UINT message,
                            WPARAM wparam, LPARAM lparam, UINT flags, UINT timeout,
                            DWORD_PTR *answer) {
  struct sending sending = enter(call, caller, window, message, wparam, lparam);
  const LRESULT result = real(window, message, wparam, lparam, flags, timeout, answer);
  leave(&sending, result, result == 0);
  return result;
}

LRESULT WINAPI hook_SendMessageTimeoutA(HWND window, UINT message, WPARAM wparam, LPARAM lparam,
                                        UINT flags, UINT timeout, DWORD_PTR *answer) {
  return send_timeout(RIG_CALL_SendMessageTimeoutA, REC_CALLER, hook_real.SendMessageTimeoutA,
                      window, message, wparam, lparam, flags, timeout, answer);
}

LRESULT WINAPI hook_SendMessageTimeoutW(HWND window, UINT message, WPARAM wparam, LPARAM lparam,
                                        UINT flags, UINT timeout, DWORD_PTR *answer) {
  return send_timeout(RIG_CALL_SendMessageTimeoutW, REC_CALLER, hook_real.SendMessageTimeoutW,
                      window, message, wparam, lparam, flags, timeout, answer);
}

static BOOL send_notify(enum rig_call call, uint64_t caller, __typeof__(SendNotifyMessageW) *real,
                        HWND window, UINT message, WPARAM wparam, LPARAM lparam) {
  struct sending sending = enter(call, caller, window, message, wparam, lparam);
  const BOOL result = real(window, message, wparam, lparam);
  leave(&sending, result, !result);
  return result;
}

BOOL WINAPI hook_SendNotifyMessageA(HWND window, UINT message, WPARAM wparam, LPARAM lparam) {
  return send_notify(RIG_CALL_SendNotifyMessageA, REC_CALLER, hook_real.SendNotifyMessageA, window,
                     message, wparam, lparam);
}

BOOL WINAPI hook_SendNotifyMessageW(HWND window, UINT message, WPARAM wparam, LPARAM lparam) {
  return send_notify(RIG_CALL_SendNotifyMessageW, REC_CALLER, hook_real.SendNotifyMessageW, window,
                     message, wparam, lparam);
}

static BOOL send_callback(enum rig_call call, uint64_t caller,
                          __typeof__(SendMessageCallbackW) *real, HWND window, UINT message,
                          WPARAM wparam, LPARAM lparam, SENDASYNCPROC callback, ULONG_PTR data) {
  struct sending sending = enter(call, caller, window, message, wparam, lparam);
  const BOOL result = real(window, message, wparam, lparam, callback, data);
  leave(&sending, result, !result);
  return result;
}

BOOL WINAPI hook_SendMessageCallbackA(HWND window, UINT message, WPARAM wparam, LPARAM lparam,
                                      SENDASYNCPROC callback, ULONG_PTR data) {
  return send_callback(RIG_CALL_SendMessageCallbackA, REC_CALLER, hook_real.SendMessageCallbackA,
                       window, message, wparam, lparam, callback, data);
}

BOOL WINAPI hook_SendMessageCallbackW(HWND window, UINT message, WPARAM wparam, LPARAM lparam,
                                      SENDASYNCPROC callback, ULONG_PTR data) {
  return send_callback(RIG_CALL_SendMessageCallbackW, REC_CALLER, hook_real.SendMessageCallbackW,
                       window, message, wparam, lparam, callback, data);
}
