/*
 * The dispatcher: what StartServiceCtrlDispatcher does for the SCM in a service's process. It runs
 * each ServiceMain on a thread of its own and every control handler on its caller's thread
 * (W:StartServiceCtrlDispatcher, W:Service Control Handler Function).
 */
#include "scm/private.h"

#include <string.h>

#include "director/director.h"

struct scm_state scm_state = {.lock = SRWLOCK_INIT};

static uint32_t connected; /* atomic: the dispatcher was called and went on */

bool scm_connected(void) {
  return __atomic_load_n(&connected, __ATOMIC_ACQUIRE) != 0;
}

/* SERVICE_TABLE_ENTRYA and W differ in the type of the name alone. */
uint32_t scm_read_table(const void *table, bool wide, struct scm_table *out) {
  const SERVICE_TABLE_ENTRYA *entries = table;
  out->count = 0;
  out->wide = wide;
  for (uint32_t i = 0;; i++) {
    SERVICE_TABLE_ENTRYA entry;
    if (!rec_copy(&entry, &entries[i], sizeof entry)) {
      return ERROR_INVALID_PARAMETER;
    }
    if (entry.lpServiceName == NULL) { /* the table's end */
      return out->count == 0 ? ERROR_INVALID_PARAMETER : 0;
    }
    if (entry.lpServiceProc == NULL) {
      return ERROR_INVALID_DATA;
    }
    if (out->count == SCM_SERVICES) {
      return ERROR_NOT_ENOUGH_MEMORY;
    }
    char *name = out->services[out->count].name;
    if (wide) {
      rec_copy_wide(name, (const WCHAR *)(const void *)entry.lpServiceName, SCM_NAME_BYTES);
    } else {
      rec_copy_text(name, entry.lpServiceName, SCM_NAME_BYTES);
    }
    out->services[out->count++].main = (void *)entry.lpServiceProc;
  }
}

static void add_service(const struct scm_table *table, uint32_t index, const char *name) {
  struct scm_service *service = &scm_state.services[scm_state.count++];
  memset(service, 0, sizeof *service);
  strncpy(service->name, name, sizeof service->name - 1);
  service->main = table->services[index].main;
  service->wide = table->wide;
}

/* Which services the run starts. Without a name in the scenario: all of the table. With one: the
 * entry of that name; else the table is that of a process with a service of its own, where the SCM
 * takes the first entry whatever its name (W:SERVICE_TABLE_ENTRYW). */
static void choose_services(const struct scm_table *table) {
  const struct rig_log *log = rec_log();
  const char *name = rig_log_text(log, log->header->texts[RIG_TEXT_SERVICE_NAME]);
  if (name[0] == '\0') {
    for (uint32_t i = 0; i < table->count; i++) {
      add_service(table, i, table->services[i].name);
    }
    return;
  }
  uint32_t chosen = 0;
  for (uint32_t i = table->count; i > 0; i--) {
    if (_stricmp(table->services[i - 1].name, name) == 0) {
      chosen = i - 1;
    }
  }
  add_service(table, chosen, name);
}

static bool all_stopped(void) {
  bool stopped = true;
  AcquireSRWLockShared(&scm_state.lock);
  for (uint32_t i = 0; i < scm_state.count; i++) {
    stopped = stopped && scm_state.services[i].status.dwCurrentState == SERVICE_STOPPED;
  }
  ReleaseSRWLockShared(&scm_state.lock);
  return stopped;
}

static bool take_order(struct scm_order *out) {
  AcquireSRWLockExclusive(&scm_state.lock);
  const bool found = scm_state.order_count > 0;
  if (found) {
    *out = scm_state.orders[0];
    scm_state.order_count--;
    memmove(scm_state.orders, scm_state.orders + 1, scm_state.order_count * sizeof *out);
  }
  ReleaseSRWLockExclusive(&scm_state.lock);
  return found;
}

static void run_handler(const struct scm_order *order) {
  AcquireSRWLockShared(&scm_state.lock);
  const struct scm_handler handler = scm_state.services[order->service].handler;
  ReleaseSRWLockShared(&scm_state.lock);
  union rig_payload payload = {
      .scm = {.control = order->control, .value = (uintptr_t)handler.function}};
  const uint32_t enter = rec_enter(RIG_CALL_HandlerEx, 0, &payload, NULL, 0);
  if (handler.extended) {
    const LPHANDLER_FUNCTION_EX function = (LPHANDLER_FUNCTION_EX)handler.function;
    payload.scm.result = function(order->control, 0, NULL, handler.context);
  } else {
    ((LPHANDLER_FUNCTION)handler.function)(order->control);
  }
  rec_leave(enter, RIG_CALL_HandlerEx, 0, &payload);
}

/* One after the other, as the table has them: a service is begun when the ServiceMain before it has
 * been. Else the threads, which are named by the order of their first calls, would have other names
 * in another run. What the services do from there on is up to them. */
static bool start_services(void) {
  for (uint32_t i = 0; i < scm_state.count; i++) {
    if (!scm_start_service(&scm_state.services[i])) {
      return false;
    }
    while (i + 1 < scm_state.count && !scm_service_begun(&scm_state.services[i])) {
      WaitForSingleObject(scm_state.wake, INFINITE);
    }
  }
  return true;
}

bool scm_dispatch(const struct scm_table *table) {
  const struct rig_log *log = rec_log();
  if (log == NULL || log->header->role != RIG_ROLE_SERVICE) {
    SetLastError(ERROR_FAILED_SERVICE_CONTROLLER_CONNECT); /* as at a desk */
    return false;
  }
  if (__atomic_exchange_n(&connected, 1, __ATOMIC_ACQ_REL) != 0) {
    SetLastError(ERROR_SERVICE_ALREADY_RUNNING);
    return false;
  }
  scm_state.wake = CreateEventW(NULL, FALSE, FALSE, NULL);
  if (scm_state.wake == NULL) {
    return false;
  }
  choose_services(table);
  dir_service_connected();
  if (!start_services()) {
    return false;
  }
  struct scm_order order;
  while (!all_stopped()) { /* start_services may have had the wake for what is there already */
    if (take_order(&order)) {
      run_handler(&order);
    } else {
      WaitForSingleObject(scm_state.wake, INFINITE);
    }
  }
  return true;
}
