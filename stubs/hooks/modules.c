/*
 * Which modules are patched: all that are not Wine's own, those there at the start and those that
 * come later. Wine's DLLs keep their imports, so that calls they make among themselves (the modal
 * loop inside MessageBox) are not taken for the client's.
 */
#include "hooks/hooks.h"

#include <winternl.h>

#include "hooks/table.h"
#include "recorder/images.h"
#include "recorder/recorder.h"

#define MODULES_MAX 512

/* ntdll, "LdrRegisterDllNotification"; the loader calls it before the module's DllMain runs and
 * after its imports were resolved, under the loader lock. */
#define REASON_LOADED 1
#define REASON_UNLOADED 2

struct notification {
  ULONG flags;
  const UNICODE_STRING *path;
  const UNICODE_STRING *name;
  void *base;
  ULONG bytes;
};

NTSTATUS NTAPI LdrRegisterDllNotification(ULONG flags,
                                          void(CALLBACK *function)(ULONG reason,
                                                                   const struct notification *data,
                                                                   void *context),
                                          void *context, void **cookie);
PEB *NTAPI RtlGetCurrentPeb(void);

/* Modules already patched; guarded by the loader lock. */
static HMODULE patched[MODULES_MAX];
static uint32_t patched_count;

static bool is_new(HMODULE base) {
  for (uint32_t i = 0; i < patched_count; i++) {
    if (patched[i] == base) {
      return false;
    }
  }
  return true;
}

static void forget(HMODULE base) {
  for (uint32_t i = 0; i < patched_count; i++) {
    if (patched[i] == base) {
      patched[i] = patched[--patched_count];
      return;
    }
  }
}

static void record_module(HMODULE base) {
  WCHAR wide[REC_TEXT_BYTES];
  char path[REC_TEXT_BYTES];
  const DWORD length = GetModuleFileNameW(base, wide, REC_TEXT_BYTES - 1);
  wide[length] = L'\0';
  const IMAGE_NT_HEADERS *nt =
      (const void *)((const char *)base + ((const IMAGE_DOS_HEADER *)base)->e_lfanew);
  const union rig_payload payload = {
      .state = {.a = nt->OptionalHeader.SizeOfImage, .value = (uintptr_t)base}};
  rec_state(RIG_STATE_MODULE, 0, &payload, path, rec_copy_wide(path, wide, sizeof path));
}

static bool is_clients(HMODULE base) {
  return !hook_is_builtin(base) && !rec_own_address((uintptr_t)base);
}

static void note_image(HMODULE base, const UNICODE_STRING *path) {
  rec_image_add(base, path->Buffer, path->Length / (uint32_t)sizeof *path->Buffer,
                is_clients(base));
}

/* Adds to the counts of a HOOKS record when the module is one of the client's. */
static void take(HMODULE base, union rig_payload *counts) {
  if (!is_clients(base) || !is_new(base)) {
    return;
  }
  if (patched_count < MODULES_MAX) {
    patched[patched_count++] = base;
  }
  record_module(base);
  counts->state.a += hook_patch(base);
  counts->state.b++;
}

static void CALLBACK on_module(ULONG reason, const struct notification *data, void *context) {
  (void)context;
  if (reason == REASON_UNLOADED) {
    forget(data->base);
    rec_image_remove(data->base);
  } else if (reason == REASON_LOADED) {
    const DWORD error = GetLastError();
    union rig_payload counts = {.bytes = {0}};
    note_image(data->base, data->path);
    hook_resolve(); /* it may be the home of functions that had none so far */
    take(data->base, &counts);
    if (counts.state.b != 0) {
      rec_state(RIG_STATE_HOOKS, 0, &counts, NULL, 0);
    }
    SetLastError(error);
  }
}

static void tell_deaf(void) {
  static const char text[] =
      "mapirig: the loader tells nothing of later modules; the calls of DLLs "
      "that the client loads while it runs are not recorded\n";
  const union rig_payload payload = {.bytes = {0}};
  rec_state(RIG_STATE_OUTPUT, 0, &payload, text, sizeof text - 1);
}

void hook_install(void) {
  hook_resolve();
  union rig_payload counts = {.bytes = {0}};
  LIST_ENTRY *head = &RtlGetCurrentPeb()->Ldr->InMemoryOrderModuleList;
  for (LIST_ENTRY *link = head->Flink; link != head; link = link->Flink) {
    const LDR_DATA_TABLE_ENTRY *module =
        CONTAINING_RECORD(link, LDR_DATA_TABLE_ENTRY, InMemoryOrderLinks);
    note_image(module->DllBase, &module->FullDllName);
    take(module->DllBase, &counts);
  }
  void *cookie;
  if (LdrRegisterDllNotification(0, on_module, NULL, &cookie) < 0) {
    tell_deaf();
  }
  hook_watch_exceptions();
  rec_state(RIG_STATE_HOOKS, 0, &counts, NULL, 0);
}
