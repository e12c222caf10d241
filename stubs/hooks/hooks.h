/*
 * Interception by import tables: what the stub's attach starts, and what the files of this folder
 * share.
 */
#ifndef STUBS_HOOKS_HOOKS_H
#define STUBS_HOOKS_HOOKS_H

#include <stdbool.h>
#include <stdint.h>

#include <windows.h>

/* Patches every module of the client and those that come later, and writes MODULE and HOOKS
 * records. Called once, under the loader lock. */
void hook_install(void);

/* Patches the imports and delay-loaded imports of the module at `base`; already patched slots are
 * left. Returns how many slots were patched. */
uint32_t hook_patch(HMODULE base);

/* "Wine builtin DLL" stands behind the DOS header of Wine's own modules. */
bool hook_is_builtin(HMODULE base);

/* Unhandled exceptions become EXCEPTION records. */
void hook_watch_exceptions(void);

/* Writes PROCESS_END, the first time. */
void hook_process_end(uint32_t exit_code, bool known);

#endif
