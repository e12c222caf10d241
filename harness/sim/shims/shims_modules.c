/*
 * Modules: the program, the DLLs that are simulated, and DLLs of the client's own, which are loaded
 * when the program asks for them (image.h: libraries).
 *
 * DllMain runs under the loader lock, as in Windows (W:DllMain, "Dynamic-Link Library Best
 * Practices"): loading, freeing, and the begin and the end of a thread take it, and each of these
 * is a step. A thread that waits in DllMain for another one that begins or ends waits for ever.
 */
#include <string.h>
#include <strings.h>

#include "sim/shims/shims_private.h"

#define EXE_MODULE 0x140000000ull
#define DLL_MODULE 0x180000000ull /* plus 64 KiB for each */
#define OWN_MODULE 0x190000000ull /* the client's own, by the index of the file */
#define MODULE_BYTES 0x10000ull

#define ERROR_DLL_INIT_FAILED 1114u
#define PROCESS_DETACH 0u
#define PROCESS_ATTACH 1u
#define THREAD_ATTACH 2u
#define THREAD_DETACH 3u

static const char *const dlls[] = {"kernel32", "user32", "ole32",    "advapi32", "msvcrt",
                                   "ntdll",    "mapi32", "ucrtbase", "winmm",    "kernelbase"};
#define DLLS (sizeof dlls / sizeof *dlls)

/* ---- names ---- */

static const char *base_of(const char *path) {
  const char *base = path;
  for (const char *at = path; *at != '\0'; at++) {
    base = *at == '\\' || *at == '/' ? at + 1 : base;
  }
  return base;
}

static bool is_library(const struct rig_engine *engine, unsigned file) {
  return file < RIG_LIBRARIES_MAX && (engine->options.libraries >> file & 1) != 0;
}

/* Is `name`, of `length`, the first part of "NAME.dll.EXTENSION"? */
static bool names_library(const char *file, const char *name, size_t length) {
  return strncasecmp(file + strnlen(file, length), ".dll.", 5) == 0 &&
         strncasecmp(file, name, length) == 0;
}

/* Of a name or a path, with or without ".dll"; 0: neither simulated nor the client's own. */
static uint64_t module(const struct rig_engine *engine, const char *path) {
  const char *name = base_of(path);
  const size_t whole = strlen(name);
  const size_t stem = whole > 4 && strcasecmp(name + whole - 4, ".dll") == 0 ? whole - 4 : whole;
  for (unsigned i = 0; i < RIG_LIBRARIES_MAX; i++) {
    if (is_library(engine, i) && names_library(base_of(engine->options.paths[i]), name, stem)) {
      return OWN_MODULE + i * MODULE_BYTES;
    }
  }
  for (size_t i = 0; i < DLLS; i++) {
    if (strlen(dlls[i]) == stem && strncasecmp(dlls[i], name, stem) == 0) {
      return DLL_MODULE + i * MODULE_BYTES;
    }
  }
  return 0;
}

/* ---- the loader lock ---- */

static void lock(struct rig_engine *engine) {
  struct rig_engine_modules *modules = &engine->registry.modules;
  const uint16_t self = (uint16_t)(rig_engine_self(engine) + 1);
  while (modules->loader_depth != 0 && modules->loader_owner != self) {
    (void)rig_engine_block(engine, RIG_BLOCK_LOADER, 0, RIG_WIN_FOREVER);
  }
  modules->loader_owner = self;
  modules->loader_depth++;
  engine->registry_changed = true;
  rig_engine_touch(engine, 0, RIG_TOUCH_MEMORY);
}

static void unlock(struct rig_engine *engine) {
  struct rig_engine_modules *modules = &engine->registry.modules;
  engine->registry_changed = true;
  rig_engine_touch(engine, 0, RIG_TOUCH_MEMORY);
  if (--modules->loader_depth == 0) {
    modules->loader_owner = 0;
    rig_engine_wake(engine, RIG_BLOCK_LOADER, 0, UINT32_MAX);
  }
}

bool rig_modules_locked(const struct rig_engine *engine) {
  return engine->registry.modules.loader_depth != 0 &&
         engine->registry.modules.loader_owner == rig_engine_self(engine) + 1;
}

/* ---- DLLs of the client's own ---- */

/* False: DllMain says that it cannot be loaded. */
static bool tell(struct rig_engine *engine, unsigned file, uint32_t reason, bool process_ends) {
  const uint64_t code = rig_image_symbol_of(engine->image, file, "DllMain");
  const uint64_t arguments[4] = {OWN_MODULE + file * MODULE_BYTES, reason, process_ends};
  return code == 0 || (uint32_t)rig_engine_run_code(engine, code, arguments) != 0;
}

static uint64_t load_own(struct rig_engine *engine, unsigned file) {
  rig_engine_yield(engine);
  lock(engine);
  uint16_t *refs = &engine->registry.modules.libraries[file].refs;
  if (engine->registry.modules.libraries[file].freed) {
    rig_engine_stop(engine, RIG_SIM_BOUND,
                    "not simulated: %.80s is loaded again after it was freed",
                    base_of(engine->options.paths[file]));
  }
  bool loaded = true;
  if (++*refs == 1 && !tell(engine, file, PROCESS_ATTACH, false)) {
    (void)tell(engine, file, PROCESS_DETACH, false);
    engine->registry.modules.libraries[file].freed = 1;
    *refs = 0;
    loaded = false;
  }
  unlock(engine);
  return loaded ? OWN_MODULE + file * MODULE_BYTES : rig_shim_fail(engine, ERROR_DLL_INIT_FAILED);
}

/* The file of a DLL of the client's own that is loaded; RIG_LIBRARIES_MAX: none. */
static unsigned loaded_file(const struct rig_engine *engine, uint64_t handle) {
  const uint64_t file = (handle - OWN_MODULE) / MODULE_BYTES;
  return handle >= OWN_MODULE && handle % MODULE_BYTES == 0 && file < RIG_LIBRARIES_MAX &&
                 engine->registry.modules.libraries[file].refs > 0
             ? (unsigned)file
             : RIG_LIBRARIES_MAX;
}

static uint32_t free_own(struct rig_engine *engine, uint64_t handle) {
  rig_engine_yield(engine);
  lock(engine);
  const unsigned file = loaded_file(engine, handle);
  if (file < RIG_LIBRARIES_MAX) {
    if (engine->registry.modules.libraries[file].refs == 1) {
      (void)tell(engine, file, PROCESS_DETACH, false);
      engine->registry.modules.libraries[file].freed = 1;
    }
    engine->registry.modules.libraries[file].refs--;
  }
  unlock(engine);
  return file < RIG_LIBRARIES_MAX ? 1 : rig_shim_fail(engine, RIG_ERROR_MOD_NOT_FOUND);
}

void rig_modules_thread(struct rig_engine *engine, bool begins) {
  if (engine->options.libraries == 0) {
    return;
  }
  lock(engine);
  for (unsigned i = 0; i < RIG_LIBRARIES_MAX; i++) {
    if (engine->registry.modules.libraries[i].refs > 0 &&
        !engine->registry.modules.libraries[i].alone) {
      (void)tell(engine, i, begins ? THREAD_ATTACH : THREAD_DETACH, false);
    }
  }
  unlock(engine);
}

/* Other threads are gone by then (W:ExitProcess). */
void rig_modules_end(struct rig_engine *engine) {
  bool any = false;
  for (unsigned i = 0; i < RIG_LIBRARIES_MAX; i++) {
    any = any || engine->registry.modules.libraries[i].refs > 0;
  }
  if (!any) {
    return;
  }
  for (uint32_t i = 0; i < engine->core.thread_count; i++) {
    if (i != rig_engine_self(engine)) {
      rig_world_thread_exit(engine->world, i, 0);
      engine->threads[i] = (struct rig_engine_thread){
          .started = 1, .place = RIG_PLACE_ENDED, .block_due = RIG_WIN_FOREVER};
    }
  }
  engine->registry.modules.loader_owner = (uint16_t)(rig_engine_self(engine) + 1);
  engine->registry.modules.loader_depth++;
  engine->registry_changed = true;
  rig_engine_touch(engine, UINT64_MAX, UINT64_MAX);
  for (unsigned i = RIG_LIBRARIES_MAX; i-- > 0;) {
    if (engine->registry.modules.libraries[i].refs > 0) {
      (void)tell(engine, i, PROCESS_DETACH, true);
    }
  }
}

/* ---- the calls ---- */

static uint64_t loaded_or_error(const char *name) {
  struct rig_engine *engine = rig_engine_current();
  const uint64_t found = module(engine, name);
  const bool there =
      found != 0 && (found < OWN_MODULE || loaded_file(engine, found) < RIG_LIBRARIES_MAX);
  if (!there) {
    rig_engine_set_error(engine, RIG_ERROR_MOD_NOT_FOUND);
  }
  return there ? found : 0;
}

RIG_SHIM(uint64_t, GetModuleHandleA, const char *name) {
  return name == NULL ? EXE_MODULE : loaded_or_error(name);
}
RIG_SHIM(uint64_t, GetModuleHandleW, const uint16_t *name) {
  char text[RIG_SHIM_TEXT];
  if (name == NULL) {
    return EXE_MODULE;
  }
  rig_shim_utf8(name, text, sizeof text);
  return loaded_or_error(text);
}

static uint64_t load(const char *name) {
  struct rig_engine *engine = rig_engine_current();
  const uint64_t found = module(engine, name);
  if (found == 0) {
    rig_engine_set_error(engine, RIG_ERROR_MOD_NOT_FOUND);
  }
  return found >= OWN_MODULE ? load_own(engine, (unsigned)((found - OWN_MODULE) / MODULE_BYTES))
                             : found;
}

RIG_SHIM(uint64_t, LoadLibraryA, const char *name) {
  return load(name);
}
RIG_SHIM(uint64_t, LoadLibraryW, const uint16_t *name) {
  char text[RIG_SHIM_TEXT];
  rig_shim_utf8(name, text, sizeof text);
  return load(text);
}
RIG_SHIM(uint32_t, FreeLibrary, uint64_t handle) {
  return handle >= OWN_MODULE ? free_own(rig_engine_current(), handle) : 1;
}
RIG_SHIM(uint32_t, DisableThreadLibraryCalls, uint64_t handle) {
  struct rig_engine *engine = rig_engine_current();
  const unsigned file = loaded_file(engine, handle);
  if (file == RIG_LIBRARIES_MAX) {
    return rig_shim_fail(engine, RIG_ERROR_MOD_NOT_FOUND);
  }
  engine->registry.modules.libraries[file].alone = 1;
  engine->registry_changed = true;
  return 1;
}

/* In a DLL of the client's own every function that its files share counts as exported. Of another
 * one: what an import of that name would be bound to, whatever the DLL. NULL would tell the program
 * that the system lacks the function, which is not so: the path ends instead. */
RIG_SHIM(uint64_t, GetProcAddress, uint64_t handle, const char *name) {
  struct rig_engine *engine = rig_engine_current();
  if ((uint64_t)(uintptr_t)name >> 16 == 0 || handle < DLL_MODULE) {
    return rig_shim_fail(engine, RIG_ERROR_PROC_NOT_FOUND); /* by number: of nothing simulated */
  }
  if (handle >= OWN_MODULE) {
    const unsigned file = loaded_file(engine, handle);
    const uint64_t own =
        file < RIG_LIBRARIES_MAX ? rig_image_symbol_of(engine->image, file, name) : 0;
    return own != 0 ? own : rig_shim_fail(engine, RIG_ERROR_PROC_NOT_FOUND);
  }
  const uint64_t found = rig_engine_resolve(engine, name);
  if (found == 0) {
    rig_engine_stop(engine, RIG_SIM_BOUND, "not simulated: %.80s, asked for by GetProcAddress",
                    name);
  }
  return found;
}
