/*
 * Which sections the image has, and where: code, then read-only data with the import pointers, then
 * traps that nothing may touch, then writable data.
 */
#include <stdlib.h>
#include <string.h>

#include "sim/loader/builtins.h"
#include "sim/loader/link.h"

#define IMAGE_BYTES_MAX (64u * 1024u * 1024u)

static bool wanted(const struct rig_coff_section *section) {
  static const char *const others[] = {".debug",    ".drectve", ".llvm",
                                       ".gnu.lto_", ".comment", ".note"};
  if (section->bytes == 0 || rig_link_dropped(section) ||
      (section->flags & (RIG_COFF_REMOVE | RIG_COFF_INFO | RIG_COFF_DISCARDABLE)) != 0) {
    return false;
  }
  for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
    if (strncmp(section->name, others[i], strlen(others[i])) == 0) {
      return false;
    }
  }
  return true;
}

static enum rig_link_kind kind_of(const struct rig_coff_section *section) {
  if ((section->flags & (RIG_COFF_CODE | RIG_COFF_EXECUTE)) != 0) {
    return RIG_LINK_CODE;
  }
  /* gcc marks .ctors writable; nobody writes there. */
  const bool table = strncmp(section->name, ".ctors", 6) == 0 ||
                     strncmp(section->name, ".dtors", 6) == 0 ||
                     strncmp(section->name, ".CRT$", 5) == 0;
  return (section->flags & RIG_COFF_WRITE) != 0 && !table ? RIG_LINK_DATA : RIG_LINK_RDATA;
}

/* Section names order what belongs together: .CRT$XCA < .CRT$XCU < .CRT$XCZ. */
static int by_place(const void *a, const void *b) {
  const struct rig_coff_section *x = *(struct rig_coff_section *const *)a;
  const struct rig_coff_section *y = *(struct rig_coff_section *const *)b;
  if (x->kind != y->kind) {
    return x->kind < y->kind ? -1 : 1;
  }
  if (x->kind == RIG_LINK_CODE && x->coff->object != y->coff->object) {
    return x->coff->object < y->coff->object ? -1 : 1; /* one range for each file given */
  }
  const int names = strcmp(x->name, y->name);
  if (names != 0) {
    return names;
  }
  return x->address < y->address ? -1 : x->address > y->address; /* the order of loading */
}

enum rig_status rig_link_collect(struct rig_link *link) {
  for (size_t i = 0; i < link->coff_count; i++) {
    struct rig_coff *coff = link->coffs[i];
    for (uint32_t j = 0; j < coff->section_count; j++) {
      struct rig_coff_section *section = &coff->sections[j];
      if (!wanted(section)) {
        continue;
      }
      void *sections = link->sections;
      if (!rig_link_grow(&sections, &link->section_capacity, link->section_count,
                         sizeof(struct rig_coff_section *))) {
        return rig_link_no_memory(link);
      }
      link->sections = sections;
      section->loaded = true;
      section->kind = kind_of(section);
      section->address = link->section_count;
      link->sections[link->section_count++] = section;
    }
  }
  if (link->section_count > 0) {
    qsort(link->sections, link->section_count, sizeof(struct rig_coff_section *), by_place);
  }
  return RIG_OK;
}

static uint64_t align(uint64_t value, uint64_t to) {
  return (value + to - 1) / to * to;
}

static uint64_t place_kind(struct rig_link *link, enum rig_link_kind kind, uint64_t at) {
  for (size_t i = 0; i < link->section_count; i++) {
    struct rig_coff_section *section = link->sections[i];
    if (section->kind == kind) {
      at = align(at, section->alignment);
      section->address = at;
      at += section->bytes;
    }
  }
  return at;
}

/* Common symbols lie behind .bss, aligned as their size asks for, at most to 32 (as ld does). */
static uint64_t place_commons(struct rig_link *link, uint64_t at) {
  for (size_t i = 0; i < link->symbol_count; i++) {
    struct rig_link_symbol *symbol = &link->symbols[i];
    if (symbol->coff == NULL && symbol->common_bytes != 0) {
      uint64_t alignment = 1;
      while (alignment < 32 && alignment < symbol->common_bytes) {
        alignment *= 2;
      }
      at = align(at, alignment);
      symbol->common_address = at;
      at += symbol->common_bytes;
    }
  }
  return at;
}

enum rig_status rig_link_place(struct rig_link *link, uint64_t *bytes) {
  uint64_t at = RIG_LINK_PAGE; /* nothing lies at the base itself: a relative 0 stays "none" */
  link->kind_begin[RIG_LINK_CODE] = at;
  at = align(place_kind(link, RIG_LINK_CODE, at), RIG_LINK_THUNK_BYTES);
  link->thunks = at;
  at = align(at + link->import_count * RIG_LINK_THUNK_BYTES, RIG_LINK_PAGE);
  link->kind_end[RIG_LINK_CODE] = at;
  link->kind_begin[RIG_LINK_RDATA] = at;
  at = align(place_kind(link, RIG_LINK_RDATA, at), 16);
  link->constants = at;
  link->slots = at + RIG_BUILTIN_BYTES;
  at = align(link->slots + link->import_count * 8, RIG_LINK_PAGE);
  link->kind_end[RIG_LINK_RDATA] = at;
  link->traps = at;
  at = align(at + link->import_count * RIG_LINK_TRAP_BYTES, RIG_LINK_PAGE) + RIG_LINK_PAGE;
  link->kind_begin[RIG_LINK_DATA] = at;
  at = place_commons(link, place_kind(link, RIG_LINK_DATA, at));
  link->data_used = at;
  at = align(at, RIG_LINK_PAGE);
  link->kind_end[RIG_LINK_DATA] = at;
  if (at > IMAGE_BYTES_MAX) {
    return rig_link_refuse(link, RIG_UNSUPPORTED, "the program needs %llu bytes, at most %u",
                           (unsigned long long)at, IMAGE_BYTES_MAX);
  }
  *bytes = at;
  return RIG_OK;
}

void rig_link_rebase(struct rig_link *link, uint64_t base) {
  link->base = base;
  for (size_t i = 0; i < link->section_count; i++) {
    link->sections[i]->address += base;
  }
  for (size_t i = 0; i < link->symbol_count; i++) {
    link->symbols[i].common_address += base;
  }
  for (unsigned i = 0; i < RIG_LINK_KINDS; i++) {
    link->kind_begin[i] += base;
    link->kind_end[i] += base;
  }
  link->data_used += base;
  link->thunks += base;
  link->slots += base;
  link->traps += base;
  link->constants += base;
}
