/*
 * Functions that block and are not recorded, known by their names on a stack. W: each one's page in
 * the Win32 reference.
 */
#include <string.h>

#include "judge/hang_private.h"

#define SECTION "the thread that holds the critical section leaving it"
#define LOCK "those who hold the SRW lock releasing it"
#define FILE_IO "the other end: data, or its closing"
#define BUTTON "somebody who presses a button; a service has nobody to do so"
#define NETWORK "the network: data, or the peer's closing"
#define OBJECT "an object that is signalled; which one is not recorded"

static const struct rig_sleeper sleepers[] = {
    {"RtlEnterCriticalSection", "EnterCriticalSection", SECTION},
    {"RtlAcquireSRWLockExclusive", "AcquireSRWLockExclusive", LOCK},
    {"RtlAcquireSRWLockShared", "AcquireSRWLockShared", LOCK},
    {"RtlSleepConditionVariableCS", "SleepConditionVariableCS", "a wake of the condition variable"},
    {"RtlSleepConditionVariableSRW", "SleepConditionVariableSRW",
     "a wake of the condition variable"},
    {"SleepConditionVariableCS", "SleepConditionVariableCS", "a wake of the condition variable"},
    {"SleepConditionVariableSRW", "SleepConditionVariableSRW", "a wake of the condition variable"},
    {"WaitOnAddress", "WaitOnAddress", "a change of the value, and WakeByAddress"},
    {"RtlWaitOnAddress", "WaitOnAddress", "a change of the value, and WakeByAddress"},
    {"InitOnceExecuteOnce", "InitOnceExecuteOnce", "the end of the initialisation by another"},
    {"ReadFile", "ReadFile", FILE_IO},
    {"WriteFile", "WriteFile", "the other end: room in the pipe, or its closing"},
    {"ConnectNamedPipe", "ConnectNamedPipe", "a client that connects"},
    {"WaitNamedPipeW", "WaitNamedPipeW", "a free instance of the pipe"},
    {"WaitNamedPipeA", "WaitNamedPipeA", "a free instance of the pipe"},
    {"CallNamedPipeW", "CallNamedPipeW", FILE_IO},
    {"TransactNamedPipe", "TransactNamedPipe", FILE_IO},
    {"GetOverlappedResult", "GetOverlappedResult", "the end of the operation"},
    {"GetQueuedCompletionStatus", "GetQueuedCompletionStatus", "a packet at the completion port"},
    {"DeviceIoControl", "DeviceIoControl", "the device"},
    {"LockFile", "LockFile", "whoever holds the lock"},
    {"LockFileEx", "LockFileEx", "whoever holds the lock"},
    {"MessageBoxA", "MessageBoxA", BUTTON},
    {"MessageBoxW", "MessageBoxW", BUTTON},
    {"MessageBoxExA", "MessageBoxExA", BUTTON},
    {"MessageBoxExW", "MessageBoxExW", BUTTON},
    {"MessageBoxIndirectA", "MessageBoxIndirectA", BUTTON},
    {"MessageBoxIndirectW", "MessageBoxIndirectW", BUTTON},
    {"DialogBoxParamA", "DialogBoxParamA", BUTTON},
    {"DialogBoxParamW", "DialogBoxParamW", BUTTON},
    {"DialogBoxIndirectParamA", "DialogBoxIndirectParamA", BUTTON},
    {"DialogBoxIndirectParamW", "DialogBoxIndirectParamW", BUTTON},
    {"recv", "recv", NETWORK},
    {"recvfrom", "recvfrom", NETWORK},
    {"WSARecv", "WSARecv", NETWORK},
    {"accept", "accept", "a connection"},
    {"connect", "connect", "the peer's answer"},
    {"select", "select", NETWORK},
    {"getaddrinfo", "getaddrinfo", "the name server's answer"},
    {"gethostbyname", "gethostbyname", "the name server's answer"},
    {"NtWaitForSingleObject", "NtWaitForSingleObject", OBJECT},
    {"NtWaitForMultipleObjects", "NtWaitForMultipleObjects", OBJECT},
    {"NtWaitForAlertByThreadId", "NtWaitForAlertByThreadId", "an alert by another thread"},
    {"NtDelayExecution", "NtDelayExecution", "the end of its time"},
    {"NtReadFile", "NtReadFile", FILE_IO},
    {"NtSuspendThread", "SuspendThread", "ResumeThread"},
};

/* "ntdll.dll!RtlEnterCriticalSection+0x5C" -> the entry of RtlEnterCriticalSection. */
static const struct rig_sleeper *find(const char *symbol) {
  const char *name = strchr(symbol, '!');
  if (!name)
    return NULL;
  name++;
  const char *end = strrchr(name, '+');
  size_t length = end ? (size_t)(end - name) : strlen(name);
  for (size_t i = 0; i < sizeof sleepers / sizeof *sleepers; i++) {
    if (strlen(sleepers[i].function) == length && strncmp(sleepers[i].function, name, length) == 0)
      return &sleepers[i];
  }
  return NULL;
}

static bool in_client(const struct rig_model *model, uint64_t address) {
  for (uint32_t i = 0; i < model->module_count; i++) {
    const struct rig_model_module *module = &model->modules[i];
    if (address >= module->base && address - module->base < module->bytes)
      return true;
  }
  return false;
}

static bool symbol_of(const struct rig_model *model, uint64_t address, char *text, size_t size) {
  for (uint32_t i = 0; i < model->symbol_count; i++) {
    if (model->symbols[i].address == address) {
      rig_trace_more_text(model->trace, model->symbols[i].record, text, size);
      return true;
    }
  }
  return false;
}

static size_t addresses_of(const struct rig_model *model, const struct rig_model_hang *hang,
                           uint64_t *addresses) {
  return rig_trace_more(model->trace, hang->record, addresses, RIG_FRAMES_MAX * sizeof *addresses) /
         sizeof *addresses;
}

bool rig_hang_called_back(const struct rig_model *model, const struct rig_model_hang *hang,
                          uint64_t caller) {
  uint64_t addresses[RIG_FRAMES_MAX];
  const size_t count = addresses_of(model, hang, addresses);
  bool inside = false;
  for (size_t i = 0; i < count && caller != 0; i++) {
    if (addresses[i] == caller)
      return inside;
    inside = inside || in_client(model, addresses[i]);
  }
  return false;
}

const struct rig_sleeper *rig_hang_sleeper(const struct rig_model *model,
                                           const struct rig_model_hang *hang) {
  uint64_t addresses[RIG_FRAMES_MAX];
  const size_t count = addresses_of(model, hang, addresses);
  const struct rig_sleeper *found = NULL;
  for (size_t i = 0; i < count; i++) {
    char text[RIG_MORE_BYTES * RIG_MORE_MAX + 1];
    const bool named = symbol_of(model, addresses[i], text, sizeof text);
    if (!named || in_client(model, addresses[i]))
      break;
    const struct rig_sleeper *sleeper = find(text);
    found = sleeper ? sleeper : found;
  }
  return found;
}
