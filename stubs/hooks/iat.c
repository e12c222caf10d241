/*
 * Patching one module's import tables. Layouts: the PE format specification, ".idata" and
 * "Delay-Load Import Tables". The module is loaded, so its tables were good enough for the loader;
 * every address is checked against the image all the same, for packers leave odd tables behind.
 */
#include "hooks/hooks.h"

#include <stddef.h>
#include <string.h>

#include "hooks/table.h"
#include "recorder/recorder.h"

#define WINE_MARK_OFFSET 0x40
#define WINE_MARK "Wine builtin DLL"
#define RVA_BASED 1u /* ImgDelayDescr.grAttrs: addresses are relative to the image */

struct image {
  char *base;
  uint32_t bytes;
  const IMAGE_NT_HEADERS *nt;
};

struct table {
  const char *dll;
  const IMAGE_THUNK_DATA *names; /* NULL when the names are not kept (Borland) */
  IMAGE_THUNK_DATA *slots;
  uint32_t limit; /* slots that lie inside the image */
};

bool hook_is_builtin(HMODULE base) {
  return memcmp((const char *)base + WINE_MARK_OFFSET, WINE_MARK, sizeof WINE_MARK - 1) == 0;
}

static bool open_image(HMODULE base, struct image *out) {
  const IMAGE_DOS_HEADER *dos = (const void *)base;
  if (dos->e_magic != IMAGE_DOS_SIGNATURE || dos->e_lfanew <= 0) {
    return false;
  }
  out->base = (char *)base;
  out->nt = (const void *)(out->base + dos->e_lfanew);
  if (out->nt->Signature != IMAGE_NT_SIGNATURE ||
      out->nt->OptionalHeader.Magic != IMAGE_NT_OPTIONAL_HDR_MAGIC) {
    return false;
  }
  out->bytes = out->nt->OptionalHeader.SizeOfImage;
  return true;
}

static bool inside(const struct image *image, uint64_t rva, uint32_t bytes) {
  return rva != 0 && rva < image->bytes && image->bytes - rva >= bytes;
}

/* A string of the image, NULL when it does not end in it. */
static const char *text_at(const struct image *image, uint64_t rva) {
  if (!inside(image, rva, 1) ||
      memchr(image->base + rva, '\0', image->bytes - (size_t)rva) == NULL) {
    return NULL;
  }
  return image->base + rva;
}

static struct hook_entry *entry_of(const struct image *image, const struct table *table,
                                   uint32_t i) {
  struct hook_entry *entry = NULL;
  if (table->names != NULL && !IMAGE_SNAP_BY_ORDINAL(table->names[i].u1.Ordinal)) {
    const char *name = text_at(image, table->names[i].u1.AddressOfData + 2); /* after the hint */
    entry = name == NULL ? NULL : hook_find_name(table->dll, name);
  }
  if (entry == NULL) {
    entry = hook_find_address((const void *)(uintptr_t)table->slots[i].u1.Function);
  }
  return entry;
}

/* A client cannot import what its Wine does not export, so this speaks of the stub itself. */
static void tell_unresolved(const struct hook_entry *entry) {
  char text[128] = "mapirig: the hooked function has no original in this Wine: ";
  strncat(text, entry->name, sizeof text - strlen(text) - 1);
  const union rig_payload payload = {.bytes = {0}};
  rec_state(RIG_STATE_OUTPUT, 0, &payload, text, (uint32_t)strlen(text));
}

/* How many imports the table has. */
static uint32_t length_of(const struct table *table) {
  const IMAGE_THUNK_DATA *ends = table->names != NULL ? table->names : table->slots;
  uint32_t count = 0;
  while (count < table->limit && ends[count].u1.AddressOfData != 0) {
    count++;
  }
  return count;
}

static uint32_t patch_slots(const struct image *image, const struct table *table, uint32_t count) {
  uint32_t patched = 0;
  for (uint32_t i = 0; i < count; i++) {
    if (hook_is_hook((const void *)(uintptr_t)table->slots[i].u1.Function)) {
      continue;
    }
    struct hook_entry *entry = entry_of(image, table, i);
    if (entry == NULL) {
      continue;
    }
    if (!hook_ready(entry)) {
      tell_unresolved(entry);
      continue;
    }
    table->slots[i].u1.Function = (uintptr_t)entry->hook;
    patched++;
  }
  return patched;
}

/* The table is made writable once: twice for each slot would be a good part of the stub's start. */
static uint32_t patch_table(const struct image *image, const struct table *table) {
  const uint32_t count = length_of(table);
  const SIZE_T bytes = count * sizeof *table->slots;
  DWORD protection;
  if (count == 0 || !VirtualProtect(table->slots, bytes, PAGE_READWRITE, &protection)) {
    return 0;
  }
  const uint32_t patched = patch_slots(image, table, count);
  VirtualProtect(table->slots, bytes, protection, &protection);
  return patched;
}

/* Fills the parts that both kinds of tables share. */
static bool open_table(const struct image *image, uint64_t dll, uint64_t names, uint64_t slots,
                       struct table *out) {
  out->dll = text_at(image, dll);
  if (out->dll == NULL || !inside(image, slots, sizeof(IMAGE_THUNK_DATA))) {
    return false;
  }
  uint64_t last = slots;
  out->slots = (IMAGE_THUNK_DATA *)(image->base + slots);
  out->names = NULL;
  if (inside(image, names, sizeof(IMAGE_THUNK_DATA))) {
    out->names = (const IMAGE_THUNK_DATA *)(image->base + names);
    last = names > slots ? names : slots;
  }
  out->limit = (uint32_t)((image->bytes - last) / sizeof(IMAGE_THUNK_DATA));
  return true;
}

static const IMAGE_DATA_DIRECTORY *directory(const struct image *image, unsigned index) {
  const IMAGE_DATA_DIRECTORY *found = &image->nt->OptionalHeader.DataDirectory[index];
  return index < image->nt->OptionalHeader.NumberOfRvaAndSizes &&
                 inside(image, found->VirtualAddress, found->Size)
             ? found
             : NULL;
}

static uint32_t patch_imports(const struct image *image) {
  const IMAGE_DATA_DIRECTORY *where = directory(image, IMAGE_DIRECTORY_ENTRY_IMPORT);
  if (where == NULL) {
    return 0;
  }
  /* Its size is not reliable (some linkers give the whole section or the first entry only): the
   * table ends with a zero entry, and with the image. */
  const IMAGE_IMPORT_DESCRIPTOR *import = (const void *)(image->base + where->VirtualAddress);
  const uint32_t most = (image->bytes - where->VirtualAddress) / (uint32_t)sizeof *import;
  uint32_t patched = 0;
  for (uint32_t i = 0; i < most && import[i].Name != 0 && import[i].FirstThunk != 0; i++) {
    struct table table;
    if (open_table(image, import[i].Name, import[i].OriginalFirstThunk, import[i].FirstThunk,
                   &table)) {
      patched += patch_table(image, &table);
    }
  }
  return patched;
}

/* A slot not yet used holds the address of the loader's thunk; putting the hook there spares the
 * client that thunk, and nothing else changes for a system DLL. Tables of old linkers (32-bit only)
 * hold absolute addresses. */
static uint32_t patch_delayed(const struct image *image) {
  const IMAGE_DATA_DIRECTORY *where = directory(image, IMAGE_DIRECTORY_ENTRY_DELAY_IMPORT);
  if (where == NULL) {
    return 0;
  }
  const IMAGE_DELAYLOAD_DESCRIPTOR *import = (const void *)(image->base + where->VirtualAddress);
  const uint32_t most = where->Size / (uint32_t)sizeof *import;
  uint32_t patched = 0;
  for (uint32_t i = 0; i < most && import[i].DllNameRVA != 0; i++) {
    const uint32_t base =
        (import[i].Attributes.AllAttributes & RVA_BASED) ? 0 : (uint32_t)(uintptr_t)image->base;
    struct table table;
    if (open_table(image, import[i].DllNameRVA - base, import[i].ImportNameTableRVA - base,
                   import[i].ImportAddressTableRVA - base, &table)) {
      patched += patch_table(image, &table);
    }
  }
  return patched;
}

uint32_t hook_patch(HMODULE base) {
  struct image image;
  if (!open_image(base, &image)) {
    return 0;
  }
  return patch_imports(&image) + patch_delayed(&image);
}
