/*
 * Asking objects. A wait is forbidden where it consumes (auto-reset events, semaphores, mutexes);
 * the queries consume nothing (tests/win32/query.c).
 */
#include "handles.h"

#include <wchar.h>
#include <winternl.h>

#include "boundary_private.h"

NTSTATUS NTAPI NtQueryEvent(HANDLE event, ULONG class, void *out, ULONG bytes, ULONG *used);
NTSTATUS NTAPI NtQuerySemaphore(HANDLE semaphore, ULONG class, void *out, ULONG bytes, ULONG *used);
NTSTATUS NTAPI NtQueryMutant(HANDLE mutant, ULONG class, void *out, ULONG bytes, ULONG *used);

#define EVENT_QUERY_STATE 0x0001
#define SEMAPHORE_QUERY_STATE 0x0001

/* How far back the last message-aware wait is looked for. */
#define WAIT_SEARCH 65536u

static HANDLE duplicate(HANDLE handle, DWORD rights) {
  HANDLE copy = NULL;
  return DuplicateHandle(GetCurrentProcess(), handle, GetCurrentProcess(), &copy, rights, FALSE, 0)
             ? copy
             : NULL;
}

static enum rig_signal signal_of(bool known, bool signalled) {
  return !known ? RIG_SIGNAL_UNKNOWN : signalled ? RIG_SIGNAL_YES : RIG_SIGNAL_NO;
}

static enum rig_signal ask_event(HANDLE handle) {
  struct {
    LONG type, state;
  } basic = {0};
  HANDLE copy = duplicate(handle, EVENT_QUERY_STATE);
  const bool known = copy != NULL && NtQueryEvent(copy, 0, &basic, sizeof basic, NULL) == 0;
  if (copy != NULL) {
    CloseHandle(copy);
  }
  return signal_of(known, basic.state != 0);
}

static enum rig_signal ask_semaphore(HANDLE handle) {
  struct {
    ULONG count, limit;
  } basic = {0};
  HANDLE copy = duplicate(handle, SEMAPHORE_QUERY_STATE);
  const bool known = copy != NULL && NtQuerySemaphore(copy, 0, &basic, sizeof basic, NULL) == 0;
  if (copy != NULL) {
    CloseHandle(copy);
  }
  return signal_of(known, basic.count != 0);
}

static enum rig_signal ask_mutant(HANDLE handle) {
  struct {
    LONG count;
    BOOLEAN mine, abandoned;
  } basic = {0};
  HANDLE copy = duplicate(handle, MUTANT_QUERY_STATE);
  const bool known = copy != NULL && NtQueryMutant(copy, 0, &basic, sizeof basic, NULL) == 0;
  if (copy != NULL) {
    CloseHandle(copy);
  }
  return signal_of(known, basic.count > 0);
}

static enum rig_signal ask_ended(HANDLE handle) {
  HANDLE copy = duplicate(handle, SYNCHRONIZE);
  const DWORD result = copy == NULL ? WAIT_FAILED : WaitForSingleObject(copy, 0);
  if (copy != NULL) {
    CloseHandle(copy);
  }
  return signal_of(result == WAIT_OBJECT_0 || result == WAIT_TIMEOUT, result == WAIT_OBJECT_0);
}

static bool type_name(HANDLE handle, wchar_t *name, size_t count) {
  union {
    PUBLIC_OBJECT_TYPE_INFORMATION info;
    unsigned char bytes[512];
  } type;
  ULONG used = 0;
  if (NtQueryObject(handle, ObjectTypeInformation, &type, sizeof type, &used) != 0 ||
      type.info.TypeName.Buffer == NULL) {
    return false;
  }
  const size_t length = type.info.TypeName.Length / sizeof *name;
  const size_t copied = length < count ? length : count - 1;
  wmemcpy(name, type.info.TypeName.Buffer, copied);
  name[copied] = L'\0';
  return true;
}

static enum rig_object_type type_of(HANDLE handle) {
  static const struct {
    const wchar_t *name;
    enum rig_object_type type;
  } types[] = {{L"Event", RIG_OBJECT_EVENT},
               {L"Semaphore", RIG_OBJECT_SEMAPHORE},
               {L"Mutant", RIG_OBJECT_MUTANT},
               {L"Thread", RIG_OBJECT_THREAD},
               {L"Process", RIG_OBJECT_PROCESS}};
  wchar_t name[32];
  if (type_name(handle, name, 32)) {
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
      if (wcscmp(name, types[i].name) == 0) {
        return types[i].type;
      }
    }
  }
  return RIG_OBJECT_UNKNOWN;
}

enum rig_signal dir_handle_state(HANDLE handle, enum rig_object_type *type) {
  *type = type_of(handle);
  switch (*type) {
  case RIG_OBJECT_EVENT:
    return ask_event(handle);
  case RIG_OBJECT_SEMAPHORE:
    return ask_semaphore(handle);
  case RIG_OBJECT_MUTANT:
    return ask_mutant(handle);
  case RIG_OBJECT_THREAD:
  case RIG_OBJECT_PROCESS:
    return ask_ended(handle);
  default:
    return RIG_SIGNAL_UNKNOWN;
  }
}

bool dir_handle_outside(HANDLE handle) {
  const enum rig_object_type type = type_of(handle);
  return type == RIG_OBJECT_PROCESS || type == RIG_OBJECT_UNKNOWN;
}

bool dir_handles_need_others(const struct rec_thread *thread) {
  for (uint32_t i = 0; i < thread->wait_count && i < REC_WAIT_HANDLES; i++) {
    const enum rig_object_type type = type_of(thread->wait_handles[i]);
    if (type == RIG_OBJECT_THREAD || type == RIG_OBJECT_PROCESS || type == RIG_OBJECT_MUTANT) {
      return true;
    }
  }
  return false;
}

static void record_handle(uint32_t value, HANDLE handle, uint32_t wait) {
  enum rig_object_type type;
  const enum rig_signal signal = dir_handle_state(handle, &type);
  const union rig_payload payload = {
      .state = {.a = value, .b = (uint32_t)signal, .c = (uint32_t)type, .d = wait}};
  (void)rec_state(RIG_STATE_HANDLE, 0, &payload, NULL, 0);
}

/* Handles have 32 significant bits on both bitnesses; a record keeps those. */
static HANDLE handle_of(uint32_t value) {
  return (HANDLE)(LONG_PTR)(LONG)value;
}

/* The handles that a wait's enter carries in its continuations. */
static void record_wait(const struct rig_log *log, uint32_t enter) {
  const struct rig_record *record = &log->records[enter];
  uint32_t left = record->u.wait.count < REC_WAIT_HANDLES ? record->u.wait.count : REC_WAIT_HANDLES;
  for (uint32_t i = 1; i <= record->more && enter + i < log->capacity && left > 0; i++) {
    const struct rig_more *more = (const struct rig_more *)&log->records[enter + i];
    for (uint32_t at = 0; at + 4 <= more->used && at + 4 <= RIG_MORE_BYTES && left > 0; at += 4) {
      uint32_t value;
      memcpy(&value, more->bytes + at, sizeof value);
      record_handle(value, handle_of(value), enter);
      left--;
    }
  }
}

/* The enter of the thread's last message-aware wait before `from`, RIG_NO_RECORD if none is near.
 */
static uint32_t last_message_wait(const struct rig_log *log, uint32_t thread, uint32_t from) {
  uint32_t i = from < log->capacity ? from : log->capacity;
  for (uint32_t looked = 0; i-- > 0 && looked < WAIT_SEARCH; looked++) {
    const struct rig_record *record = &log->records[i];
    const enum rig_family family = rig_call_family(record->call);
    if (__atomic_load_n(&record->commit, __ATOMIC_ACQUIRE) == i + 1 && record->thread == thread &&
        record->kind == RIG_KIND_ENTER &&
        (family == RIG_FAMILY_MSG_WAIT || family == RIG_FAMILY_CO_WAIT)) {
      return i;
    }
  }
  return RIG_NO_RECORD;
}

void dir_handles_record(const struct rec_thread *thread) {
  const struct rig_log *log = rec_log();
  const uint32_t next = __atomic_load_n(&log->header->next, __ATOMIC_ACQUIRE);
  const uint32_t wait = last_message_wait(log, thread->id, next);
  if (wait != RIG_NO_RECORD && (thread->wait_count == 0 || wait != thread->wait_record)) {
    record_wait(log, wait);
  }
  for (uint32_t i = 0; i < thread->wait_count && i < REC_WAIT_HANDLES; i++) {
    HANDLE handle = thread->wait_handles[i];
    record_handle((uint32_t)(uintptr_t)handle, handle, thread->wait_record);
  }
}

HANDLE dir_wait_handle(uint32_t id, uint32_t index) {
  struct rec_thread thread;
  if (!rec_thread_get(id, &thread) || index >= thread.wait_count || index >= REC_WAIT_HANDLES) {
    return NULL;
  }
  return thread.wait_handles[index];
}
