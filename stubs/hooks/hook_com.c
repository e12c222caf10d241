/*
 * Hooks on COM's initialisation and on what a client creates. CoUninitialize may serve messages
 * while proxies go, CoCreateInstance may wait half a minute: those write enter and leave.
 */
#include "hooks/table.h"
#include "recorder/recorder.h"

static HRESULT initialized(enum rig_call call, uint64_t caller, uint32_t flags, HRESULT result) {
  const union rig_payload payload = {.com = {.flags = flags, .result = (uint32_t)result}};
  rec_call(call, caller, &payload, NULL, 0);
  return result;
}

HRESULT WINAPI hook_CoInitialize(void *reserved) {
  rec_about(RIG_CALL_CoInitialize);
  return initialized(RIG_CALL_CoInitialize, REC_CALLER, COINIT_APARTMENTTHREADED,
                     hook_real.CoInitialize(reserved));
}

HRESULT WINAPI hook_CoInitializeEx(void *reserved, DWORD flags) {
  rec_about(RIG_CALL_CoInitializeEx);
  return initialized(RIG_CALL_CoInitializeEx, REC_CALLER, flags,
                     hook_real.CoInitializeEx(reserved, flags));
}

HRESULT WINAPI hook_OleInitialize(void *reserved) {
  rec_about(RIG_CALL_OleInitialize);
  return initialized(RIG_CALL_OleInitialize, REC_CALLER, COINIT_APARTMENTTHREADED,
                     hook_real.OleInitialize(reserved));
}

static void uninitialize(enum rig_call call, uint64_t caller, void(WINAPI *real)(void)) {
  const union rig_payload payload = {.bytes = {0}};
  const uint32_t enter = rec_enter(call, caller, &payload, NULL, 0);
  real();
  rec_leave(enter, call, caller, &payload);
}

void WINAPI hook_CoUninitialize(void) {
  uninitialize(RIG_CALL_CoUninitialize, REC_CALLER, hook_real.CoUninitialize);
}

void WINAPI hook_OleUninitialize(void) {
  uninitialize(RIG_CALL_OleUninitialize, REC_CALLER, hook_real.OleUninitialize);
}

HRESULT WINAPI hook_CoCreateInstance(REFCLSID clsid, IUnknown *outer, DWORD context, REFIID iid,
                                     void **object) {
  const uint64_t caller = REC_CALLER;
  union rig_payload payload = {.com = {.flags = context}};
  rec_copy(payload.com.clsid, clsid, sizeof payload.com.clsid);
  const uint32_t enter = rec_enter(RIG_CALL_CoCreateInstance, caller, &payload, NULL, 0);
  const HRESULT result = hook_real.CoCreateInstance(clsid, outer, context, iid, object);
  payload.com.result = (uint32_t)result;
  rec_leave(enter, RIG_CALL_CoCreateInstance, caller, &payload);
  return result;
}

HRESULT WINAPI hook_CoCreateInstanceEx(REFCLSID clsid, IUnknown *outer, DWORD context,
                                       COSERVERINFO *server, DWORD count, MULTI_QI *results) {
  const uint64_t caller = REC_CALLER;
  union rig_payload payload = {.com = {.flags = context}};
  rec_copy(payload.com.clsid, clsid, sizeof payload.com.clsid);
  const uint32_t enter = rec_enter(RIG_CALL_CoCreateInstanceEx, caller, &payload, NULL, 0);
  const HRESULT result =
      hook_real.CoCreateInstanceEx(clsid, outer, context, server, count, results);
  payload.com.result = (uint32_t)result;
  rec_leave(enter, RIG_CALL_CoCreateInstanceEx, caller, &payload);
  return result;
}
