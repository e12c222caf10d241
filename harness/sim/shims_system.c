/*
 * The system around a program: last error, modules, exits.
 */
#include <string.h>

#include "sim/shims_private.h"

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

/* ---- modules: the program, and the DLLs that are simulated ---- */

#define EXE_MODULE 0x140000000ull
#define DLL_MODULE 0x180000000ull /* plus 64 KiB for each */

static const char *const dlls[] = {"kernel32", "user32", "ole32",    "advapi32", "msvcrt",
                                   "ntdll",    "mapi32", "ucrtbase", "winmm",    "kernelbase"};
#define DLLS (sizeof dlls / sizeof *dlls)

static bool same_name(const char *dll, const char *name, size_t length) {
  for (size_t i = 0; i < length; i++) {
    const char c = name[i] >= 'A' && name[i] <= 'Z' ? (char)(name[i] - 'A' + 'a') : name[i];
    if (dll[i] == '\0' || dll[i] != c) {
      return false;
    }
  }
  return dll[length] == '\0';
}

/* Of a name or a path, with or without its extension; 0: none that is simulated. */
static uint64_t module(const char *name) {
  for (const char *at = name; *at != '\0'; at++) {
    if (*at == '\\' || *at == '/') {
      name = at + 1;
    }
  }
  const size_t length = strcspn(name, ".");
  for (size_t i = 0; i < DLLS; i++) {
    if (same_name(dlls[i], name, length)) {
      return DLL_MODULE + i * 0x10000;
    }
  }
  return 0;
}

static uint64_t module_or_error(const char *name) {
  const uint64_t found = module(name);
  if (found == 0) {
    rig_engine_set_error(rig_engine_current(), RIG_ERROR_MOD_NOT_FOUND);
  }
  return found;
}

RIG_SHIM(uint64_t, GetModuleHandleA, const char *name) {
  return name == NULL ? EXE_MODULE : module_or_error(name);
}
RIG_SHIM(uint64_t, GetModuleHandleW, const uint16_t *name) {
  char text[RIG_SHIM_TEXT];
  if (name == NULL) {
    return EXE_MODULE;
  }
  rig_shim_utf8(name, text, sizeof text);
  return module_or_error(text);
}
RIG_SHIM(uint64_t, LoadLibraryA, const char *name) {
  return module_or_error(name);
}
RIG_SHIM(uint64_t, LoadLibraryW, const uint16_t *name) {
  char text[RIG_SHIM_TEXT];
  rig_shim_utf8(name, text, sizeof text);
  return module_or_error(text);
}
RIG_SHIM(uint32_t, FreeLibrary, uint64_t handle) {
  (void)handle;
  return 1;
}

/* What an import of that name would be bound to, whatever the DLL. NULL would tell the program that
 * the system lacks the function, which is not so: the path ends instead. */
RIG_SHIM(uint64_t, GetProcAddress, uint64_t handle, const char *name) {
  struct rig_engine *engine = rig_engine_current();
  if ((uint64_t)(uintptr_t)name >> 16 == 0 || handle < DLL_MODULE) {
    return rig_shim_fail(engine, RIG_ERROR_PROC_NOT_FOUND); /* by number: of nothing simulated */
  }
  const uint64_t found = rig_engine_resolve(engine, name);
  if (found == 0) {
    rig_engine_stop(engine, RIG_SIM_BOUND, "not simulated: %.80s, asked for by GetProcAddress",
                    name);
  }
  return found;
}

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
  rig_engine_exit_process(rig_engine_current(), (uint32_t)code);
}
RIG_SHIM(void, _exit, int32_t code) {
  rig_engine_exit_process(rig_engine_current(), (uint32_t)code);
}
RIG_SHIM(int32_t, atexit, uint64_t code) {
  (void)code; /* what runs after main does not pump */
  return 0;
}
RIG_SHIM(uint64_t, _onexit, uint64_t code) {
  return code;
}
