/*
 * Hooks on the service control manager: the calls end in the simulated one (scm/), never in Wine's,
 * where a service started as an ordinary child blocks 10 s and fails with 1063 (measured).
 */
#include <string.h>

#include "director/director.h"
#include "hooks/table.h"
#include "recorder/recorder.h"
#include "scm/scm.h"

/* scm.control is free in records of failed calls: it carries the error. */
static void failed(union rig_payload *payload) {
  payload->scm.control = GetLastError();
}

/* ---- the dispatcher ---- */

static BOOL dispatcher(enum rig_call call, uint64_t caller, const void *table, bool wide) {
  union rig_payload payload = {.scm = {.value = 0}};
  struct scm_table copy;
  const uint32_t problem = scm_read_table(table, wide, &copy);
  char names[REC_TEXT_BYTES] = "";
  for (uint32_t i = 0; i < copy.count; i++) {
    strncat(names, i == 0 ? "" : "\n", sizeof names - strlen(names) - 1);
    strncat(names, copy.services[i].name, sizeof names - strlen(names) - 1);
  }
  payload.scm.value = copy.count == 0 ? 0 : (uintptr_t)copy.services[0].main;
  const uint32_t enter = rec_enter(call, caller, &payload, names, (uint32_t)strlen(names));
  if (problem != 0) {
    SetLastError(problem);
  }
  const bool result = problem == 0 && scm_dispatch(&copy);
  payload.scm.result = result;
  if (!result) {
    failed(&payload);
  }
  rec_leave(enter, call, caller, &payload);
  return result;
}

BOOL WINAPI hook_StartServiceCtrlDispatcherA(const SERVICE_TABLE_ENTRYA *table) {
  return dispatcher(RIG_CALL_StartServiceCtrlDispatcherA, REC_CALLER, table, false);
}

BOOL WINAPI hook_StartServiceCtrlDispatcherW(const SERVICE_TABLE_ENTRYW *table) {
  return dispatcher(RIG_CALL_StartServiceCtrlDispatcherW, REC_CALLER, table, true);
}

/* ---- registration ---- */

static SERVICE_STATUS_HANDLE registered(enum rig_call call, uint64_t caller, const char *name,
                                        const struct scm_handler *handler) {
  rec_about(call);
  const SERVICE_STATUS_HANDLE result = scm_register(name, handler);
  union rig_payload payload = {
      .scm = {.result = result != NULL, .value = (uintptr_t)handler->function}};
  if (result == NULL) {
    failed(&payload);
  }
  rec_call(call, caller, &payload, name, (uint32_t)strlen(name));
  return result;
}

SERVICE_STATUS_HANDLE WINAPI hook_RegisterServiceCtrlHandlerA(const char *name,
                                                              LPHANDLER_FUNCTION function) {
  char copy[SCM_NAME_BYTES];
  const struct scm_handler handler = {.function = (void *)function};
  rec_copy_text(copy, name, sizeof copy);
  return registered(RIG_CALL_RegisterServiceCtrlHandlerA, REC_CALLER, copy, &handler);
}

SERVICE_STATUS_HANDLE WINAPI hook_RegisterServiceCtrlHandlerW(const WCHAR *name,
                                                              LPHANDLER_FUNCTION function) {
  char copy[SCM_NAME_BYTES];
  const struct scm_handler handler = {.function = (void *)function};
  rec_copy_wide(copy, name, sizeof copy);
  return registered(RIG_CALL_RegisterServiceCtrlHandlerW, REC_CALLER, copy, &handler);
}

SERVICE_STATUS_HANDLE WINAPI hook_RegisterServiceCtrlHandlerExA(const char *name,
                                                                LPHANDLER_FUNCTION_EX function,
                                                                void *context) {
  char copy[SCM_NAME_BYTES];
  const struct scm_handler handler = {
      .function = (void *)function, .extended = true, .context = context};
  rec_copy_text(copy, name, sizeof copy);
  return registered(RIG_CALL_RegisterServiceCtrlHandlerExA, REC_CALLER, copy, &handler);
}

SERVICE_STATUS_HANDLE WINAPI hook_RegisterServiceCtrlHandlerExW(const WCHAR *name,
                                                                LPHANDLER_FUNCTION_EX function,
                                                                void *context) {
  char copy[SCM_NAME_BYTES];
  const struct scm_handler handler = {
      .function = (void *)function, .extended = true, .context = context};
  rec_copy_wide(copy, name, sizeof copy);
  return registered(RIG_CALL_RegisterServiceCtrlHandlerExW, REC_CALLER, copy, &handler);
}

/* ---- status ---- */

BOOL WINAPI hook_SetServiceStatus(SERVICE_STATUS_HANDLE handle, SERVICE_STATUS *status) {
  const uint64_t caller = REC_CALLER;
  SERVICE_STATUS copy = {0};
  const bool readable = rec_copy(&copy, status, sizeof copy);
  union rig_payload payload = {
      .scm = {.state = copy.dwCurrentState,
              .accepted = copy.dwControlsAccepted,
              .checkpoint = copy.dwCheckPoint,
              .wait_hint_ms = copy.dwWaitHint,
              .value = copy.dwWin32ExitCode | (uint64_t)copy.dwServiceSpecificExitCode << 32}};
  rec_about(RIG_CALL_SetServiceStatus);
  const bool result = scm_set_status(handle, readable ? &copy : NULL);
  payload.scm.result = result;
  if (!result) {
    failed(&payload);
  }
  rec_call(RIG_CALL_SetServiceStatus, caller, &payload, NULL, 0);
  if (result) {
    scm_status_recorded();
  }
  return result;
}
