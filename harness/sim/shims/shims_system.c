/*
 * The system around a program: last error, its report, exits.
 */
#include <string.h>

#include "sim/shims/shims_private.h"

RIG_SHIM(uint32_t, GetLastError, void) {
  return rig_engine_error(rig_engine_current());
}
RIG_SHIM(void, SetLastError, uint32_t error) {
  rig_engine_set_error(rig_engine_current(), error);
}

/* ---- the report ---- */

RIG_SHIM(void, OutputDebugStringA, const char *text) {
  if (text != NULL) {
    rig_shim_output(rig_engine_current(), text, strlen(text));
  }
}
RIG_SHIM(void, OutputDebugStringW, const uint16_t *text) {
  char utf8[RIG_MORE_MAX * RIG_MORE_BYTES];
  rig_shim_utf8(text, utf8, sizeof utf8);
  rig_shim_output(rig_engine_current(), utf8, strlen(utf8));
}

/* ---- what the program may ask about it ---- */

/* Without the end: the length; a buffer that is too small: what it takes. */
#define SYSTEM_FOLDER "C:\\windows\\system32"
RIG_SHIM(uint32_t, GetSystemDirectoryA, char *to, uint32_t size) {
  if (size < sizeof SYSTEM_FOLDER) {
    return sizeof SYSTEM_FOLDER;
  }
  memcpy(to, SYSTEM_FOLDER, sizeof SYSTEM_FOLDER);
  return sizeof SYSTEM_FOLDER - 1;
}
RIG_SHIM(uint32_t, GetSystemDirectoryW, uint16_t *to, uint32_t size) {
  if (size < sizeof SYSTEM_FOLDER) {
    return sizeof SYSTEM_FOLDER;
  }
  return (uint32_t)rig_shim_widen(SYSTEM_FOLDER, to, size);
}

RIG_SHIM(const char *, GetCommandLineA, void) {
  return "pump.exe";
}
RIG_SHIM(const uint16_t *, GetCommandLineW, void) {
  static const uint16_t line[] = u"pump.exe";
  return line;
}

RIG_SHIM(uint32_t, IsDebuggerPresent, void) {
  return 0;
}
RIG_SHIM(uint64_t, SetUnhandledExceptionFilter, uint64_t filter) {
  (void)filter; /* a fault is a finding: nobody handles it */
  return 0;
}
RIG_SHIM(uint32_t, SetErrorMode, uint32_t mode) {
  (void)mode;
  return 0;
}
RIG_SHIM(void, DebugBreak, void) {
  rig_engine_stop(rig_engine_current(), RIG_SIM_CRASH, "DebugBreak was called");
}

/* ---- the end ---- */

RIG_SHIM(void, abort, void) {
  rig_engine_stop(rig_engine_current(), RIG_SIM_CRASH, "abort was called");
}
RIG_SHIM(void, exit, int32_t code) {
  rig_engine_exit_process(rig_engine_current(), (uint32_t)code, true);
}
RIG_SHIM(void, _exit, int32_t code) {
  rig_engine_exit_process(rig_engine_current(), (uint32_t)code, true);
}
RIG_SHIM(int32_t, atexit, uint64_t code) {
  (void)code; /* what runs after main does not pump */
  return 0;
}
RIG_SHIM(uint64_t, _onexit, uint64_t code) {
  return code;
}
