/*
 * The session file as the host sees it: it maps it beside the stub's mapping in the client, and is
 * the only writer of the phase.
 */
#include "host/host.h"

#include <x86intrin.h>

wchar_t *host_wide(const char *text) {
  const int units = MultiByteToWideChar(CP_UTF8, 0, text, -1, NULL, 0);
  if (text[0] == '\0' || units <= 0) {
    return NULL;
  }
  wchar_t *wide = HeapAlloc(GetProcessHeap(), 0, (SIZE_T)units * sizeof *wide);
  if (wide != NULL) {
    (void)MultiByteToWideChar(CP_UTF8, 0, text, -1, wide, units);
  }
  return wide;
}

void host_free(void *block) {
  (void)HeapFree(GetProcessHeap(), 0, block);
}

static DWORD map(struct host_session *session) {
  LARGE_INTEGER bytes;
  if (!GetFileSizeEx(session->file, &bytes)) {
    return GetLastError();
  }
  session->mapping = CreateFileMappingW(session->file, NULL, PAGE_READWRITE, 0, 0, NULL);
  if (session->mapping == NULL) {
    return GetLastError();
  }
  session->base = MapViewOfFile(session->mapping, FILE_MAP_ALL_ACCESS, 0, 0, 0);
  if (session->base == NULL) {
    return GetLastError();
  }
  return rig_log_open(&session->log, session->base, (uint64_t)bytes.QuadPart) ? 0
                                                                              : ERROR_BAD_FORMAT;
}

DWORD host_session_open(const wchar_t *path, struct host_session *out) {
  struct host_session session = {0};
  session.file = CreateFileW(path, GENERIC_READ | GENERIC_WRITE,
                             FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL,
                             OPEN_EXISTING, 0, NULL);
  if (session.file == INVALID_HANDLE_VALUE) {
    return GetLastError();
  }
  const DWORD error = map(&session);
  if (error != 0) {
    host_session_close(&session);
    return error;
  }
  *out = session;
  return 0;
}

void host_session_close(struct host_session *session) {
  if (session->base != NULL) {
    (void)UnmapViewOfFile(session->base);
  }
  if (session->mapping != NULL) {
    (void)CloseHandle(session->mapping);
  }
  (void)CloseHandle(session->file);
  *session = (struct host_session){0};
}

static void set_phase(const struct host_session *session, enum rig_phase phase) {
  __atomic_store_n(&session->log.header->phase, (uint32_t)phase, __ATOMIC_RELEASE);
}

void host_session_not_started(const struct host_session *session, DWORD error) {
  session->log.header->start_error = error;
  set_phase(session, RIG_PHASE_NOT_STARTED);
}

void host_session_started(const struct host_session *session) {
  set_phase(session, RIG_PHASE_STARTED);
}

/* In units of header.clock. QueryPerformanceCounter equals CLOCK_MONOTONIC_RAW in units of 100 ns
 * under Wine (measured), which is the other clock's unit. */
static uint64_t stamp(const struct rig_header *header) {
  if (header->clock == RIG_CLOCK_TSC) {
    return __rdtsc();
  }
  LARGE_INTEGER now;
  (void)QueryPerformanceCounter(&now);
  return (uint64_t)now.QuadPart;
}

void host_session_ended(const struct host_session *session, DWORD exit_code, bool killed) {
  struct rig_header *header = session->log.header;
  const struct rig_record record = {.kind = RIG_KIND_STATE,
                                    .call = RIG_STATE_EXIT,
                                    .link = RIG_NO_RECORD,
                                    .stamp = stamp(header),
                                    .u.state = {.a = exit_code, .b = killed}};
  (void)rig_log_append(&session->log, &record, NULL, 0); /* a full log has it in the header */
  header->exit_code = exit_code;
  set_phase(session, RIG_PHASE_ENDED);
}
