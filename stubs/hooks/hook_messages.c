/*
 * Hooks on the message queue: retrieval, dispatch and production, A and W forms alike. Retrieval
 * and dispatch run window procedures and write enter and leave.
 */
#include "hooks/table.h"
#include "recorder/recorder.h"

/* ---- retrieval ---- */

/* What GetMessage or PeekMessage returned; a message is only there when it was retrieved. */
static void left(uint32_t enter, enum rig_call call, uint64_t caller, int result, bool retrieved,
                 const MSG *message) {
  union rig_payload payload = {.message = {.result = (uint32_t)result}};
  MSG copy;
  if (retrieved && rec_copy(&copy, message, sizeof copy)) {
    payload.message.hwnd = (uint32_t)(uintptr_t)copy.hwnd;
    payload.message.message = copy.message;
    payload.message.wparam = copy.wParam;
    payload.message.lparam = (uint64_t)copy.lParam;
  } else if (result == -1) {
    payload.message.error = GetLastError();
  }
  rec_leave(enter, call, caller, &payload);
}

static BOOL get(enum rig_call call, uint64_t caller, BOOL(WINAPI *real)(MSG *, HWND, UINT, UINT),
                MSG *message, HWND window, UINT first, UINT last) {
  const union rig_payload payload = {
      .retrieve = {
          .hwnd = (uint32_t)(uintptr_t)window, .first = first, .last = last, .remove = PM_REMOVE}};
  const uint32_t enter = rec_enter(call, caller, &payload, NULL, 0);
  const BOOL result = real(message, window, first, last);
  left(enter, call, caller, result, result != -1, message); /* 0 is a WM_QUIT */
  return result;
}

BOOL WINAPI hook_GetMessageA(MSG *message, HWND window, UINT first, UINT last) {
  return get(RIG_CALL_GetMessageA, REC_CALLER, hook_real.GetMessageA, message, window, first, last);
}

BOOL WINAPI hook_GetMessageW(MSG *message, HWND window, UINT first, UINT last) {
  return get(RIG_CALL_GetMessageW, REC_CALLER, hook_real.GetMessageW, message, window, first, last);
}

static BOOL peek(enum rig_call call, uint64_t caller,
                 BOOL(WINAPI *real)(MSG *, HWND, UINT, UINT, UINT), MSG *message, HWND window,
                 UINT first, UINT last, UINT remove) {
  const union rig_payload payload = {
      .retrieve = {
          .hwnd = (uint32_t)(uintptr_t)window, .first = first, .last = last, .remove = remove}};
  const uint32_t enter = rec_enter(call, caller, &payload, NULL, 0);
  const BOOL result = real(message, window, first, last, remove);
  left(enter, call, caller, result, result != 0, message);
  return result;
}

BOOL WINAPI hook_PeekMessageA(MSG *message, HWND window, UINT first, UINT last, UINT remove) {
  return peek(RIG_CALL_PeekMessageA, REC_CALLER, hook_real.PeekMessageA, message, window, first,
              last, remove);
}

BOOL WINAPI hook_PeekMessageW(MSG *message, HWND window, UINT first, UINT last, UINT remove) {
  return peek(RIG_CALL_PeekMessageW, REC_CALLER, hook_real.PeekMessageW, message, window, first,
              last, remove);
}

DWORD WINAPI hook_GetQueueStatus(UINT flags) {
  rec_about(RIG_CALL_GetQueueStatus);
  const DWORD result = hook_real.GetQueueStatus(flags);
  const union rig_payload payload = {.queue = {.flags = flags, .result = result}};
  rec_call(RIG_CALL_GetQueueStatus, REC_CALLER, &payload, NULL, 0);
  return result;
}

/* ---- dispatch ---- */

/* Copied before the call: a window procedure may free or change the client's MSG. */
static union rig_payload of_message(const MSG *message) {
  union rig_payload payload = {.bytes = {0}};
  MSG copy;
  if (rec_copy(&copy, message, sizeof copy)) {
    payload.message.hwnd = (uint32_t)(uintptr_t)copy.hwnd;
    payload.message.message = copy.message;
    payload.message.wparam = copy.wParam;
    payload.message.lparam = (uint64_t)copy.lParam;
  }
  return payload;
}

BOOL WINAPI hook_TranslateMessage(const MSG *message) {
  union rig_payload payload = of_message(message);
  rec_about(RIG_CALL_TranslateMessage);
  const BOOL result = hook_real.TranslateMessage(message);
  payload.message.result = (uint32_t)result;
  rec_call(RIG_CALL_TranslateMessage, REC_CALLER, &payload, NULL, 0);
  return result;
}

static LRESULT dispatch(enum rig_call call, uint64_t caller, LRESULT(WINAPI *real)(const MSG *),
                        const MSG *message) {
  union rig_payload payload = of_message(message);
  const uint32_t enter = rec_enter(call, caller, &payload, NULL, 0);
  const LRESULT result = real(message);
  payload.message.result = (uint32_t)result;
  rec_leave(enter, call, caller, &payload);
  return result;
}

LRESULT WINAPI hook_DispatchMessageA(const MSG *message) {
  return dispatch(RIG_CALL_DispatchMessageA, REC_CALLER, hook_real.DispatchMessageA, message);
}

LRESULT WINAPI hook_DispatchMessageW(const MSG *message) {
  return dispatch(RIG_CALL_DispatchMessageW, REC_CALLER, hook_real.DispatchMessageW, message);
}

static BOOL is_dialog(enum rig_call call, uint64_t caller, BOOL(WINAPI *real)(HWND, MSG *),
                      HWND dialog, MSG *message) {
  union rig_payload payload = of_message(message);
  const uint32_t enter = rec_enter(call, caller, &payload, NULL, 0);
  const BOOL result = real(dialog, message);
  payload.message.result = (uint32_t)result;
  rec_leave(enter, call, caller, &payload);
  return result;
}

BOOL WINAPI hook_IsDialogMessageA(HWND dialog, MSG *message) {
  return is_dialog(RIG_CALL_IsDialogMessageA, REC_CALLER, hook_real.IsDialogMessageA, dialog,
                   message);
}

BOOL WINAPI hook_IsDialogMessageW(HWND dialog, MSG *message) {
  return is_dialog(RIG_CALL_IsDialogMessageW, REC_CALLER, hook_real.IsDialogMessageW, dialog,
                   message);
}

static int accelerate(enum rig_call call, uint64_t caller, int(WINAPI *real)(HWND, HACCEL, MSG *),
                      HWND window, HACCEL table, MSG *message) {
  union rig_payload payload = of_message(message);
  const uint32_t enter = rec_enter(call, caller, &payload, NULL, 0);
  const int result = real(window, table, message);
  payload.message.result = (uint32_t)result;
  rec_leave(enter, call, caller, &payload);
  return result;
}

int WINAPI hook_TranslateAcceleratorA(HWND window, HACCEL table, MSG *message) {
  return accelerate(RIG_CALL_TranslateAcceleratorA, REC_CALLER, hook_real.TranslateAcceleratorA,
                    window, table, message);
}

int WINAPI hook_TranslateAcceleratorW(HWND window, HACCEL table, MSG *message) {
  return accelerate(RIG_CALL_TranslateAcceleratorW, REC_CALLER, hook_real.TranslateAcceleratorW,
                    window, table, message);
}
