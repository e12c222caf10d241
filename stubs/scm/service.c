/*
 * One service: its ServiceMain, its handler, its status, and the controls it is asked for.
 * W:SetServiceStatus, W:RegisterServiceCtrlHandlerEx, W:ControlService say which errors come when.
 */
#include "scm/private.h"

#include <stdlib.h>
#include <string.h>

#include "director/director.h"

#define ARGUMENTS_MAX 64
#define USER_CONTROL_FIRST 128
#define USER_CONTROL_LAST 255

/* ---- ServiceMain ---- */

/* One argument in the form the service's table asked for. It lives as long as the process: a
 * service may keep argv. */
static void *argument(const char *text, size_t length, bool wide) {
  const int units = MultiByteToWideChar(CP_UTF8, 0, text, (int)length, NULL, 0);
  WCHAR *utf16 = calloc((size_t)units + 1, sizeof *utf16);
  if (utf16 == NULL || wide) {
    MultiByteToWideChar(CP_UTF8, 0, text, (int)length, utf16, utf16 == NULL ? 0 : units);
    return utf16;
  }
  MultiByteToWideChar(CP_UTF8, 0, text, (int)length, utf16, units);
  const int bytes = WideCharToMultiByte(CP_ACP, 0, utf16, units, NULL, 0, NULL, NULL);
  char *ansi = calloc((size_t)bytes + 1, 1);
  if (ansi != NULL) {
    WideCharToMultiByte(CP_ACP, 0, utf16, units, ansi, bytes, NULL, NULL);
  }
  free(utf16);
  return ansi;
}

/* argv: the service's name, then the scenario's arguments, one a line. */
static uint32_t arguments(const struct scm_service *service, void *argv[ARGUMENTS_MAX + 1]) {
  const struct rig_log *log = rec_log();
  const char *text = rig_log_text(log, log->header->texts[RIG_TEXT_SERVICE_ARGS]);
  uint32_t count = 0;
  argv[count++] = argument(service->name, strlen(service->name), service->wide);
  while (text[0] != '\0' && count < ARGUMENTS_MAX) {
    const size_t length = strcspn(text, "\n");
    argv[count++] = argument(text, length, service->wide);
    text += length + (text[length] == '\n');
  }
  argv[count] = NULL;
  return count;
}

/* The dispatcher is woken where it waits for that: not for the last service. */
static void tell_begun(struct scm_service *service) {
  __atomic_store_n(&service->begun, 1, __ATOMIC_RELEASE);
  if (service != &scm_state.services[scm_state.count - 1]) {
    SetEvent(scm_state.wake);
  }
}

bool scm_service_begun(const struct scm_service *service) {
  return __atomic_load_n(&service->begun, __ATOMIC_ACQUIRE) != 0;
}

static DWORD WINAPI run_service(void *data) {
  struct scm_service *service = data;
  rec_thread_run((uintptr_t)service->main);
  void **argv = calloc(ARGUMENTS_MAX + 1, sizeof *argv);
  if (argv == NULL) {
    tell_begun(service);
    return ERROR_NOT_ENOUGH_MEMORY;
  }
  const uint32_t count = arguments(service, argv);
  const union rig_payload payload = {.scm = {.value = (uintptr_t)service->main}};
  const uint32_t enter =
      rec_enter(RIG_CALL_ServiceMain, 0, &payload, service->name, (uint32_t)strlen(service->name));
  tell_begun(service);
  if (service->wide) {
    ((LPSERVICE_MAIN_FUNCTIONW)service->main)(count, (WCHAR **)argv);
  } else {
    ((LPSERVICE_MAIN_FUNCTIONA)service->main)(count, (char **)argv);
  }
  rec_leave(enter, RIG_CALL_ServiceMain, 0, &payload);
  return 0;
}

bool scm_start_service(struct scm_service *service) {
  HANDLE thread = CreateThread(NULL, 0, run_service, service, 0, NULL);
  if (thread == NULL) {
    return false;
  }
  CloseHandle(thread);
  return true;
}

/* ---- handler and status ---- */

/* A process with one service need not name it (W:RegisterServiceCtrlHandlerExW). */
static struct scm_service *find_service(const char *name) {
  if (scm_state.count == 1) {
    return &scm_state.services[0];
  }
  for (uint32_t i = 0; i < scm_state.count; i++) {
    if (_stricmp(scm_state.services[i].name, name) == 0) {
      return &scm_state.services[i];
    }
  }
  return NULL;
}

SERVICE_STATUS_HANDLE scm_register(const char *name, const struct scm_handler *handler) {
  AcquireSRWLockExclusive(&scm_state.lock);
  struct scm_service *service = find_service(name);
  if (service != NULL) {
    service->handler = *handler;
  }
  ReleaseSRWLockExclusive(&scm_state.lock);
  if (service == NULL) {
    SetLastError(ERROR_SERVICE_NOT_IN_EXE);
  }
  return (SERVICE_STATUS_HANDLE)(void *)service;
}

static struct scm_service *of_handle(SERVICE_STATUS_HANDLE handle) {
  for (uint32_t i = 0; i < scm_state.count; i++) {
    if ((void *)handle == &scm_state.services[i]) {
      return &scm_state.services[i];
    }
  }
  return NULL;
}

static uint32_t status_problem(SERVICE_STATUS_HANDLE handle, const SERVICE_STATUS *status) {
  if (of_handle(handle) == NULL) {
    return ERROR_INVALID_HANDLE;
  }
  if (status == NULL) {
    return ERROR_INVALID_ADDRESS;
  }
  const bool known =
      status->dwCurrentState >= SERVICE_STOPPED && status->dwCurrentState <= SERVICE_PAUSED;
  return known && (status->dwServiceType & SERVICE_WIN32) != 0 ? 0 : ERROR_INVALID_DATA;
}

bool scm_set_status(SERVICE_STATUS_HANDLE handle, const SERVICE_STATUS *status) {
  const uint32_t problem = status_problem(handle, status);
  if (problem != 0) {
    SetLastError(problem);
    return false;
  }
  const union rig_payload payload = {.state = {.a = status->dwCurrentState,
                                               .b = status->dwControlsAccepted,
                                               .c = status->dwCheckPoint,
                                               .d = status->dwWaitHint}};
  rec_state(RIG_STATE_SERVICE, 0, &payload, NULL, 0);
  AcquireSRWLockExclusive(&scm_state.lock);
  of_handle(handle)->status = *status;
  ReleaseSRWLockExclusive(&scm_state.lock);
  dir_service_status(status);
  return true;
}

void scm_status_recorded(void) {
  SetEvent(scm_state.wake);
}

/* ---- controls ---- */

/* The bit of dwControlsAccepted that `control` asks for; 0 for those that need none. */
static uint32_t accept_bit(uint32_t control) {
  switch (control) {
  case SERVICE_CONTROL_STOP:
    return SERVICE_ACCEPT_STOP;
  case SERVICE_CONTROL_PAUSE:
  case SERVICE_CONTROL_CONTINUE:
    return SERVICE_ACCEPT_PAUSE_CONTINUE;
  case SERVICE_CONTROL_SHUTDOWN:
    return SERVICE_ACCEPT_SHUTDOWN;
  case SERVICE_CONTROL_PARAMCHANGE:
    return SERVICE_ACCEPT_PARAMCHANGE;
  case SERVICE_CONTROL_PRESHUTDOWN:
    return SERVICE_ACCEPT_PRESHUTDOWN;
  case SERVICE_CONTROL_NETBINDADD:
  case SERVICE_CONTROL_NETBINDREMOVE:
  case SERVICE_CONTROL_NETBINDENABLE:
  case SERVICE_CONTROL_NETBINDDISABLE:
    return SERVICE_ACCEPT_NETBINDCHANGE;
  default:
    return 0;
  }
}

/* What the system sends as it goes down, not ControlService. */
static bool is_shutdown(uint32_t control) {
  return control == SERVICE_CONTROL_SHUTDOWN || control == SERVICE_CONTROL_PRESHUTDOWN;
}

/* W:ControlService, the table "service state, stop, other controls": a service that is stopped is
 * not active, one that stops accepts nothing, one that starts only a stop; else what it said it
 * accepts. An interrogation and the service's own controls (128 to 255) need no bit. */
static uint32_t refusal(const struct scm_service *service, uint32_t control) {
  const uint32_t bit = accept_bit(control);
  if (bit == 0 && control != SERVICE_CONTROL_INTERROGATE &&
      (control < USER_CONTROL_FIRST || control > USER_CONTROL_LAST)) {
    return ERROR_INVALID_PARAMETER;
  }
  switch (service->status.dwCurrentState) {
  case SERVICE_STOPPED:
    return ERROR_SERVICE_NOT_ACTIVE;
  case SERVICE_STOP_PENDING:
    return ERROR_SERVICE_CANNOT_ACCEPT_CTRL;
  case 0: /* the SCM shows START_PENDING before the first report, with nothing accepted */
  case SERVICE_START_PENDING:
    /* Of what ControlService sends, a service that starts is only ever asked to stop. */
    if (control != SERVICE_CONTROL_STOP && !is_shutdown(control)) {
      return ERROR_SERVICE_CANNOT_ACCEPT_CTRL;
    }
    break;
  default:
    break;
  }
  if ((service->status.dwControlsAccepted & bit) != bit) {
    return ERROR_INVALID_SERVICE_CONTROL;
  }
  return service->handler.function == NULL ? ERROR_SERVICE_CANNOT_ACCEPT_CTRL : 0;
}

/* Queues `control` for each service that accepts it. 0, or the first refusal when none does. */
static uint32_t queue(uint32_t control) {
  uint32_t problem = ERROR_SERVICE_NOT_ACTIVE;
  bool queued = false;
  for (uint32_t i = 0; i < scm_state.count; i++) {
    uint32_t refused = refusal(&scm_state.services[i], control);
    if (refused == 0 &&
        scm_state.order_count == sizeof scm_state.orders / sizeof *scm_state.orders) {
      refused = ERROR_SERVICE_REQUEST_TIMEOUT; /* the handler has not come back for all these */
    }
    if (refused == 0) {
      scm_state.orders[scm_state.order_count++] =
          (struct scm_order){.service = i, .control = control};
      queued = true;
    } else if (i == 0) {
      problem = refused;
    }
  }
  return queued ? 0 : problem;
}

bool scm_control(uint32_t control) {
  AcquireSRWLockExclusive(&scm_state.lock);
  const uint32_t problem = queue(control);
  ReleaseSRWLockExclusive(&scm_state.lock);
  if (problem != 0) {
    SetLastError(problem);
    return false;
  }
  SetEvent(scm_state.wake);
  return true;
}
