/*
 * The table of hooks and its look-ups. A process resolves some hundred imports once, so the
 * look-ups are plain scans.
 */
#include "hooks/table.h"

#include <string.h>

struct hook_reals hook_real;

struct home {
  const char *dlls[2];
};

static const struct home homes[HOOK_HOME_COUNT] = {
#define RIG_X(name, first, second) [HOOK_HOME_##name] = {{first, second}},
    HOOK_HOMES(RIG_X)
#undef RIG_X
};

static struct hook_entry entries[] = {
#define HOOK_X(function, in)                                                                       \
  {.name = #function,                                                                              \
   .home = HOOK_HOME_##in,                                                                         \
   .hook = (void *)hook_##function,                                                                \
   .real = (void **)&hook_real.function},
    HOOKS
#undef HOOK_X
};

#define ENTRY_COUNT (sizeof entries / sizeof *entries)

static void resolve(struct hook_entry *entry) {
  for (unsigned i = 0; i < 2; i++) {
    const HMODULE dll = GetModuleHandleA(homes[entry->home].dlls[i]);
    if (dll != NULL && entry->addresses[i] == NULL) {
      entry->addresses[i] = (void *)GetProcAddress(dll, entry->name);
    }
  }
  /* The function itself; the re-exporter's when this Wine has it elsewhere. */
  *entry->real = entry->addresses[0] != NULL ? entry->addresses[0] : entry->addresses[1];
}

void hook_resolve(void) {
  for (size_t i = 0; i < ENTRY_COUNT; i++) {
    if (entries[i].addresses[0] == NULL || entries[i].addresses[1] == NULL) {
      resolve(&entries[i]);
    }
  }
}

static bool is_home(const struct home *home, const char *dll) {
  return _stricmp(dll, home->dlls[0]) == 0 || _stricmp(dll, home->dlls[1]) == 0 ||
         _strnicmp(dll, "api-ms-win-", 11) == 0 || _strnicmp(dll, "ext-ms-win-", 11) == 0;
}

struct hook_entry *hook_find_name(const char *dll, const char *name) {
  for (size_t i = 0; i < ENTRY_COUNT; i++) {
    if (strcmp(entries[i].name, name) == 0) {
      return is_home(&homes[entries[i].home], dll) ? &entries[i] : NULL;
    }
  }
  return NULL;
}

struct hook_entry *hook_find_address(const void *address) {
  for (size_t i = 0; i < ENTRY_COUNT; i++) {
    if (address != NULL &&
        (entries[i].addresses[0] == address || entries[i].addresses[1] == address)) {
      return &entries[i];
    }
  }
  return NULL;
}

bool hook_is_hook(const void *address) {
  for (size_t i = 0; i < ENTRY_COUNT; i++) {
    if (entries[i].hook == address) {
      return true;
    }
  }
  return false;
}

bool hook_ready(struct hook_entry *entry) {
  if (*entry->real == NULL) {
    LoadLibraryA(homes[entry->home].dlls[1]);
    resolve(entry);
  }
  return *entry->real != NULL;
}
