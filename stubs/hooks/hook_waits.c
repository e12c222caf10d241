/*
 * Hooks on waits: message-aware ones, those on handles alone, and sleeps. The array of handles is
 * copied before the real function sees it, as far as it can be read; nCount is recorded as passed.
 */
#include "hooks/table.h"
#include "recorder/recorder.h"

struct wait {
  enum rig_call call;
  uint64_t caller;
  union rig_payload payload;
  uint32_t enter;
};

/* Handles as 32-bit words: their upper half only repeats the sign. */
static uint32_t copy_handles(uint32_t words[REC_WAIT_HANDLES], const HANDLE *handles,
                             uint32_t count) {
  HANDLE copy[REC_WAIT_HANDLES];
  if (count > REC_WAIT_HANDLES) {
    count = REC_WAIT_HANDLES; /* the call fails with more; the record has nCount */
  }
  if (count == 0 || !rec_copy(copy, handles, count * sizeof *copy)) {
    return 0;
  }
  for (uint32_t i = 0; i < count; i++) {
    words[i] = (uint32_t)(uintptr_t)copy[i];
  }
  return count;
}

static void enter(struct wait *wait, const HANDLE *handles) {
  uint32_t words[REC_WAIT_HANDLES];
  const uint32_t copied = copy_handles(words, handles, wait->payload.wait.count);
  if (copied > 0) {
    wait->payload.wait.handle = words[0];
  }
  wait->enter = rec_enter(wait->call, wait->caller, &wait->payload, copied > 0 ? words : NULL,
                          copied * (uint32_t)sizeof *words);
}

static DWORD leave(struct wait *wait, DWORD result) {
  wait->payload.wait.result = result;
  if (result == WAIT_FAILED) {
    wait->payload.wait.error = GetLastError();
  }
  rec_leave(wait->enter, wait->call, wait->caller, &wait->payload);
  return result;
}

/* ---- message-aware ---- */

DWORD WINAPI hook_MsgWaitForMultipleObjects(DWORD count, const HANDLE *handles, BOOL all,
                                            DWORD timeout, DWORD mask) {
  struct wait wait = {.call = RIG_CALL_MsgWaitForMultipleObjects,
                      .caller = REC_CALLER,
                      .payload.wait = {.count = count,
                                       .timeout_ms = timeout,
                                       .wake_mask = mask,
                                       .flags = all ? MWMO_WAITALL : 0}};
  enter(&wait, handles);
  return leave(&wait, hook_real.MsgWaitForMultipleObjects(count, handles, all, timeout, mask));
}

DWORD WINAPI hook_MsgWaitForMultipleObjectsEx(DWORD count, const HANDLE *handles, DWORD timeout,
                                              DWORD mask, DWORD flags) {
  struct wait wait = {.call = RIG_CALL_MsgWaitForMultipleObjectsEx,
                      .caller = REC_CALLER,
                      .payload.wait = {.count = count,
                                       .timeout_ms = timeout,
                                       .wake_mask = mask,
                                       .flags = flags,
                                       .alertable = (flags & MWMO_ALERTABLE) != 0}};
  enter(&wait, handles);
  return leave(&wait, hook_real.MsgWaitForMultipleObjectsEx(count, handles, timeout, mask, flags));
}

BOOL WINAPI hook_WaitMessage(void) {
  struct wait wait = {
      .call = RIG_CALL_WaitMessage, .caller = REC_CALLER, .payload.wait = {.timeout_ms = INFINITE}};
  enter(&wait, NULL);
  const BOOL result = hook_real.WaitMessage();
  wait.payload.wait.result = (uint32_t)result;
  wait.payload.wait.error = result ? 0 : GetLastError();
  rec_leave(wait.enter, wait.call, wait.caller, &wait.payload);
  return result;
}

HRESULT WINAPI hook_CoWaitForMultipleHandles(DWORD flags, DWORD timeout, ULONG count,
                                             HANDLE *handles, DWORD *index) {
  struct wait wait = {.call = RIG_CALL_CoWaitForMultipleHandles,
                      .caller = REC_CALLER,
                      .payload.wait = {.count = count,
                                       .timeout_ms = timeout,
                                       .flags = flags,
                                       .alertable = (flags & COWAIT_ALERTABLE) != 0}};
  enter(&wait, handles);
  const HRESULT result = hook_real.CoWaitForMultipleHandles(flags, timeout, count, handles, index);
  wait.payload.wait.result = (uint32_t)result;
  if (result == S_OK) {
    rec_copy(&wait.payload.wait.error, index, sizeof *index);
  }
  rec_leave(wait.enter, wait.call, wait.caller, &wait.payload);
  return result;
}

/* ---- handles alone ---- */

DWORD WINAPI hook_WaitForSingleObject(HANDLE handle, DWORD timeout) {
  struct wait wait = {.call = RIG_CALL_WaitForSingleObject,
                      .caller = REC_CALLER,
                      .payload.wait = {.count = 1, .timeout_ms = timeout}};
  enter(&wait, &handle);
  return leave(&wait, hook_real.WaitForSingleObject(handle, timeout));
}

DWORD WINAPI hook_WaitForSingleObjectEx(HANDLE handle, DWORD timeout, BOOL alertable) {
  struct wait wait = {
      .call = RIG_CALL_WaitForSingleObjectEx,
      .caller = REC_CALLER,
      .payload.wait = {.count = 1, .timeout_ms = timeout, .alertable = alertable != 0}};
  enter(&wait, &handle);
  return leave(&wait, hook_real.WaitForSingleObjectEx(handle, timeout, alertable));
}

DWORD WINAPI hook_WaitForMultipleObjects(DWORD count, const HANDLE *handles, BOOL all,
                                         DWORD timeout) {
  struct wait wait = {
      .call = RIG_CALL_WaitForMultipleObjects,
      .caller = REC_CALLER,
      .payload.wait = {.count = count, .timeout_ms = timeout, .flags = all ? 1 : 0}};
  enter(&wait, handles);
  return leave(&wait, hook_real.WaitForMultipleObjects(count, handles, all, timeout));
}

DWORD WINAPI hook_WaitForMultipleObjectsEx(DWORD count, const HANDLE *handles, BOOL all,
                                           DWORD timeout, BOOL alertable) {
  struct wait wait = {.call = RIG_CALL_WaitForMultipleObjectsEx,
                      .caller = REC_CALLER,
                      .payload.wait = {.count = count,
                                       .timeout_ms = timeout,
                                       .flags = all ? 1 : 0,
                                       .alertable = alertable != 0}};
  enter(&wait, handles);
  return leave(&wait, hook_real.WaitForMultipleObjectsEx(count, handles, all, timeout, alertable));
}

/* ---- sleeps ---- */

void WINAPI hook_Sleep(DWORD timeout) {
  struct wait wait = {
      .call = RIG_CALL_Sleep, .caller = REC_CALLER, .payload.wait = {.timeout_ms = timeout}};
  enter(&wait, NULL);
  hook_real.Sleep(timeout);
  leave(&wait, 0);
}

DWORD WINAPI hook_SleepEx(DWORD timeout, BOOL alertable) {
  struct wait wait = {.call = RIG_CALL_SleepEx,
                      .caller = REC_CALLER,
                      .payload.wait = {.timeout_ms = timeout, .alertable = alertable != 0}};
  enter(&wait, NULL);
  return leave(&wait, hook_real.SleepEx(timeout, alertable));
}
