/*
 * Hooks without a record of their own: GetProcAddress hands out the other hooks; what the client
 * says to a debugger, an exception that nobody handles, and the end of the process become facts.
 */
#include "hooks/hooks.h"
#include "hooks/table.h"
#include "recorder/recorder.h"

FARPROC WINAPI hook_GetProcAddress(HMODULE module, const char *name) {
  const FARPROC real = hook_real.GetProcAddress(module, name);
  struct hook_entry *entry = hook_find_address((const void *)real);
  return entry == NULL ? real : (FARPROC)entry->hook;
}

/* ---- OutputDebugString ---- */

#define OUTPUT_PIECES 64 /* of one string; what is longer is cut */

static void output(const char *text, uint32_t length) {
  const union rig_payload payload = {.bytes = {0}};
  rec_state(RIG_STATE_OUTPUT, 0, &payload, text, length);
}

void WINAPI hook_OutputDebugStringA(const char *text) {
  const DWORD error = GetLastError();
  char piece[REC_TEXT_BYTES];
  const uint32_t most = sizeof piece - 1;
  uint32_t length = most;
  for (size_t i = 0; i < OUTPUT_PIECES && length == most; i++) {
    length = text == NULL ? 0 : rec_copy_text(piece, text + i * most, sizeof piece);
    if (length > 0) {
      output(piece, length);
    }
  }
  SetLastError(error);
  hook_real.OutputDebugStringA(text);
}

/* Copies up to `most` units, not ending inside a surrogate pair. */
static size_t copy_units(WCHAR *to, const WCHAR *from, size_t most, bool *ended) {
  size_t length = 0;
  while (length < most && rec_copy(&to[length], from + length, sizeof *to) && to[length] != L'\0') {
    length++;
  }
  *ended = length < most;
  if (length == most && IS_HIGH_SURROGATE(to[most - 1])) {
    length--;
  }
  to[length] = L'\0';
  return length;
}

void WINAPI hook_OutputDebugStringW(const WCHAR *text) {
  const DWORD error = GetLastError();
  WCHAR wide[REC_TEXT_BYTES / 3]; /* a unit of UTF-16 takes at most three bytes of UTF-8 */
  char piece[REC_TEXT_BYTES];
  bool ended = text == NULL;
  for (size_t i = 0, at = 0; i < OUTPUT_PIECES && !ended; i++) {
    const size_t length = copy_units(wide, text + at, sizeof wide / sizeof *wide - 1, &ended);
    at += length;
    if (length > 0) {
      output(piece, rec_copy_wide(piece, wide, sizeof piece));
    }
  }
  SetLastError(error);
  hook_real.OutputDebugStringW(text);
}

/* ---- unhandled exceptions ---- */

/* The stub's filter is the process's; the client's own is kept here and asked by it, so that the
 * client sees no difference and only what no handler took is recorded. */
static LPTOP_LEVEL_EXCEPTION_FILTER client_filter;

static LONG WINAPI on_unhandled(EXCEPTION_POINTERS *info) {
  /* Before the client's filter, which may end the process itself. */
  const union rig_payload payload = {
      .state = {.a = info->ExceptionRecord->ExceptionCode,
                .value = (uintptr_t)info->ExceptionRecord->ExceptionAddress}};
  rec_state(RIG_STATE_EXCEPTION, 0, &payload, NULL, 0);
  const LPTOP_LEVEL_EXCEPTION_FILTER filter = __atomic_load_n(&client_filter, __ATOMIC_ACQUIRE);
  return filter == NULL ? EXCEPTION_CONTINUE_SEARCH : filter(info);
}

LPTOP_LEVEL_EXCEPTION_FILTER WINAPI
hook_SetUnhandledExceptionFilter(LPTOP_LEVEL_EXCEPTION_FILTER filter) {
  return __atomic_exchange_n(&client_filter, filter, __ATOMIC_ACQ_REL);
}

void hook_watch_exceptions(void) {
  client_filter = hook_real.SetUnhandledExceptionFilter(on_unhandled);
}

/* ---- the end of the process ---- */

void hook_process_end(uint32_t exit_code, bool known) {
  static uint32_t told;
  if (__atomic_exchange_n(&told, 1, __ATOMIC_RELAXED) == 0) {
    const union rig_payload payload = {.state = {.a = exit_code, .b = known}};
    rec_state(RIG_STATE_PROCESS_END, 0, &payload, NULL, 0);
  }
}

void WINAPI hook_ExitProcess(UINT exit_code) {
  hook_process_end(exit_code, true);
  hook_real.ExitProcess(exit_code);
  __builtin_unreachable();
}

BOOL WINAPI hook_TerminateProcess(HANDLE process, UINT exit_code) {
  const DWORD error = GetLastError();
  if (process == GetCurrentProcess() || GetProcessId(process) == GetCurrentProcessId()) {
    hook_process_end(exit_code, true);
  }
  SetLastError(error);
  return hook_real.TerminateProcess(process, exit_code);
}
