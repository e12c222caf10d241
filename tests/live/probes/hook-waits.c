/*
 * hook-probe's waits, sleeps, events and COM.
 */
#include "hook-probe.h"

#include <objbase.h>
#include <ole2.h>

/* ---- waits ---- */

void waited(const char *call, union rig_payload wait, DWORD result, DWORD error) {
  wait.wait.result = result;
  wait.wait.error = result == WAIT_FAILED ? error : 0;
  probe_line(call, "wait", (int32_t)result, error, &wait);
}

void msg_wait(DWORD count, const HANDLE *handles, uint32_t first, BOOL all, DWORD timeout,
              DWORD mask) {
  const union rig_payload wait = {
      .wait = {count, timeout, mask, all ? MWMO_WAITALL : 0, first, 0, 0, 0}};
  probe_before();
  const DWORD result = MsgWaitForMultipleObjects(count, handles, all, timeout, mask);
  waited("MsgWaitForMultipleObjects", wait, result, GetLastError());
}

static void msg_wait_ex(DWORD count, const HANDLE *handles, uint32_t first, DWORD timeout,
                        DWORD mask, DWORD flags) {
  const union rig_payload wait = {
      .wait = {count, timeout, mask, flags, first, (flags & MWMO_ALERTABLE) != 0, 0, 0}};
  probe_before();
  const DWORD result = MsgWaitForMultipleObjectsEx(count, handles, timeout, mask, flags);
  waited("MsgWaitForMultipleObjectsEx", wait, result, GetLastError());
}

static void multiple(DWORD count, const HANDLE *handles, uint32_t first, BOOL all) {
  union rig_payload wait = {.wait = {count, 0, 0, all ? 1 : 0, first, 0, 0, 0}};
  probe_before();
  DWORD result = WaitForMultipleObjects(count, handles, all, 0);
  waited("WaitForMultipleObjects", wait, result, GetLastError());
  wait.wait.alertable = 1;
  probe_before();
  result = WaitForMultipleObjectsEx(count, handles, all, 0, TRUE);
  waited("WaitForMultipleObjectsEx", wait, result, GetLastError());
}

static void single(HANDLE handle, DWORD timeout, BOOL alertable) {
  union rig_payload wait = {.wait = {1, timeout, 0, 0, probe_word(handle), 0, 0, 0}};
  probe_before();
  DWORD result = WaitForSingleObject(handle, timeout);
  waited("WaitForSingleObject", wait, result, GetLastError());
  wait.wait.alertable = alertable != 0;
  probe_before();
  result = WaitForSingleObjectEx(handle, timeout, alertable);
  waited("WaitForSingleObjectEx", wait, result, GetLastError());
}

static void CALLBACK apc(ULONG_PTR data) {
  (void)data;
}

static void sleeps(void) {
  const union rig_payload sleep = {.wait = {0, 1, 0, 0, 0, 0, 0, 0}};
  const union rig_payload sleep_ex = {.wait = {0, 20000, 0, 0, 0, 1, 0, 0}};
  probe_before();
  Sleep(1);
  waited("Sleep", sleep, 0, GetLastError());
  QueueUserAPC(apc, GetCurrentThread(), 0);
  probe_before();
  const DWORD result = SleepEx(20000, TRUE);
  waited("SleepEx", sleep_ex, result, GetLastError());
}

static void co_wait(ULONG count, HANDLE *handles, uint32_t first) {
  union rig_payload wait = {.wait = {count, 0, 0, COWAIT_WAITALL, first, 0, 0, 0}};
  DWORD index = 99;
  probe_before();
  const HRESULT result = CoWaitForMultipleHandles(COWAIT_WAITALL, 0, count, handles, &index);
  const DWORD error = GetLastError();
  wait.wait.result = (uint32_t)result;
  wait.wait.error = result == S_OK ? index : 0;
  probe_line("CoWaitForMultipleHandles", "wait", result, error, &wait);
}

void waits(void) {
  HANDLE *const bad = (HANDLE *)0x10;
  HANDLE many[MAXIMUM_WAIT_OBJECTS + 6];
  for (size_t i = 0; i < sizeof many / sizeof *many; i++) {
    many[i] = events[i % 2];
  }
  const uint32_t first = probe_word(events[0]);
  msg_wait(2, events, first, FALSE, 0, QS_ALLINPUT);
  msg_wait(0, NULL, 0, FALSE, 1, QS_SENDMESSAGE);
  msg_wait(MAXIMUM_WAIT_OBJECTS, many, first, TRUE, 0, QS_ALLINPUT);
  msg_wait_ex(2, events, first, 0, QS_ALLINPUT, MWMO_INPUTAVAILABLE);
  msg_wait_ex(MAXIMUM_WAIT_OBJECTS + 6, many, first, 0, QS_POSTMESSAGE, MWMO_ALERTABLE);
  msg_wait_ex(2, bad, 0, 0, QS_ALLINPUT, 0);
  multiple(2, events, first, FALSE);
  multiple(2, events, first, TRUE);
  multiple(0, NULL, 0, FALSE);
  multiple(MAXIMUM_WAIT_OBJECTS + 6, many, first, FALSE);
  single(events[0], 0, FALSE);
  single(events[1], 1, TRUE);
  single((HANDLE)0x7ffc, 0, FALSE);
  single(GetCurrentProcess(), 0, FALSE);
  sleeps();
}

/* ---- objects ---- */

void changed(const char *call, HANDLE handle, BOOL result, DWORD error) {
  const union rig_payload payload = {
      .object = {probe_word(handle), (uint32_t)result, result ? 0 : error, {0}}};
  probe_line(call, "object", result, error, &payload);
}

void objects(HANDLE handle) {
  probe_before();
  BOOL result = SetEvent(handle);
  changed("SetEvent", handle, result, GetLastError());
  single(handle, 0, FALSE);
  probe_before();
  result = ResetEvent(handle);
  changed("ResetEvent", handle, result, GetLastError());
}

/* ---- COM ---- */

static void com(const char *call, uint32_t flags, const CLSID *clsid, HRESULT result, DWORD error) {
  union rig_payload payload = {.com = {.flags = flags, .result = (uint32_t)result}};
  if (clsid != NULL) {
    memcpy(payload.com.clsid, clsid, sizeof payload.com.clsid);
  }
  probe_line(call, "com", result, error, &payload);
}

void components(void) {
  static const CLSID nobody = {0x5dd3cd61, 0x4c0b, 0x4c7a, {1, 2, 3, 4, 5, 6, 7, 8}};
  IUnknown *object;
  MULTI_QI query = {.pIID = &IID_IUnknown};
  probe_before();
  HRESULT result = CoInitialize(NULL);
  com("CoInitialize", COINIT_APARTMENTTHREADED, NULL, result, GetLastError());
  probe_before();
  result = CoInitializeEx(NULL, COINIT_MULTITHREADED);
  com("CoInitializeEx", COINIT_MULTITHREADED, NULL, result, GetLastError());
  probe_before();
  result = OleInitialize(NULL);
  com("OleInitialize", COINIT_APARTMENTTHREADED, NULL, result, GetLastError());
  co_wait(2, events, probe_word(events[0]));
  SetEvent(events[0]);
  changed("SetEvent", events[0], TRUE, PROBE_ERROR);
  co_wait(1, events, probe_word(events[0]));
  ResetEvent(events[0]);
  changed("ResetEvent", events[0], TRUE, PROBE_ERROR);
  probe_before();
  result = CoCreateInstance(&nobody, NULL, CLSCTX_INPROC_SERVER, &IID_IUnknown, (void **)&object);
  com("CoCreateInstance", CLSCTX_INPROC_SERVER, &nobody, result, GetLastError());
  probe_before();
  result = CoCreateInstanceEx(&nobody, NULL, CLSCTX_LOCAL_SERVER, NULL, 1, &query);
  com("CoCreateInstanceEx", CLSCTX_LOCAL_SERVER, &nobody, result, GetLastError());
  probe_before();
  OleUninitialize();
  com("OleUninitialize", 0, NULL, 0, GetLastError());
  probe_before();
  CoUninitialize();
  com("CoUninitialize", 0, NULL, 0, GetLastError());
}
