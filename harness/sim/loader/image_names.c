/*
 * Names of an image: symbols, labels of code, imports that nothing resolves, initialisers.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/names.h"
#include "sim/loader/builtins.h"
#include "sim/loader/image_private.h"

/* "?RunPump@@YA..." (Microsoft) and "_Z7RunPumpPv" (Itanium) are RunPump in C++. */
static bool decorated(const char *symbol, const char *name) {
  const size_t length = strlen(name);
  char *end = NULL;
  if (symbol[0] == '?' && strncmp(symbol + 1, name, length) == 0 && symbol[1 + length] == '@') {
    return true;
  }
  if (strncmp(symbol, "_Z", 2) != 0 || !isdigit((unsigned char)symbol[2])) {
    return false;
  }
  return strtoul(symbol + 2, &end, 10) == length && strncmp(end, name, length) == 0;
}

const struct rig_link_symbol *rig_image_entry(const struct rig_image *image, const char *name) {
  const struct rig_link *link = &image->link;
  const struct rig_link_symbol *found = rig_link_find(link, 0, name);
  if (found != NULL && (found->coff != NULL || found->common_bytes != 0 || found->weak != NULL)) {
    return found;
  }
  found = NULL;
  for (size_t i = 0; i < link->symbol_count; i++) {
    if (link->symbols[i].coff != NULL && link->symbols[i].scope == 0 &&
        decorated(link->symbols[i].name, name)) {
      if (found != NULL) {
        return NULL; /* overloaded: the whole name must be given */
      }
      found = &link->symbols[i];
    }
  }
  return found;
}

static bool is_code(const struct rig_link_symbol *symbol) {
  if (symbol->coff == NULL) {
    return false;
  }
  const struct rig_coff_symbol *own = &symbol->coff->symbols[symbol->index];
  return own->section > 0 &&
         (symbol->coff->sections[own->section - 1].flags & (RIG_COFF_CODE | RIG_COFF_EXECUTE)) != 0;
}

/* What to say when the entry is not there: the nearest name, else what there is. */
enum rig_status rig_image_check_entry(struct rig_image *image, const char *name) {
  struct rig_link *link = &image->link;
  const struct rig_link_symbol *entry = rig_image_entry(image, name);
  if (entry != NULL) {
    return entry->coff == NULL || is_code(entry)
               ? RIG_OK
               : rig_link_refuse(link, RIG_INVALID, "%s is no function (in %s)", name,
                                 entry->coff->path);
  }
  const char **names = calloc(link->symbol_count + 1, sizeof *names);
  if (names == NULL) {
    return rig_link_no_memory(link);
  }
  size_t count = 0;
  char some[200] = "";
  size_t used = 0;
  for (size_t i = 0; i < link->symbol_count; i++) {
    if (link->symbols[i].scope == 0 && is_code(&link->symbols[i])) {
      names[count++] = link->symbols[i].name;
      if (count <= 5 && used + strlen(names[count - 1]) + 3 < sizeof some) {
        used += (size_t)snprintf(some + used, sizeof some - used, "%s%s", used == 0 ? "" : ", ",
                                 names[count - 1]);
      }
    }
  }
  const char *nearest = rig_nearest(name, names);
  const char *first = link->file_count > 0 ? link->files[0].path : "the program";
  const enum rig_status status =
      nearest != NULL
          ? rig_link_refuse(link, RIG_NOT_FOUND, "%s has no function %s: did you mean %s?", first,
                            name, nearest)
      : count == 0 ? rig_link_refuse(link, RIG_NOT_FOUND, "%s has no function %s, nor any other",
                                     first, name)
                   : rig_link_refuse(link, RIG_NOT_FOUND, "%s has no function %s; it has %s%s",
                                     first, name, some, count > 5 ? ", ..." : "");
  free(names);
  return status;
}

static uint64_t address_in(const struct rig_coff *coff, uint32_t index) {
  const struct rig_coff_symbol *own = &coff->symbols[index];
  if (own->section <= 0) {
    return 0;
  }
  const struct rig_coff_section *section = &coff->sections[own->section - 1];
  return section->loaded ? section->address + own->value : 0;
}

uint64_t rig_image_symbol(const struct rig_image *image, const char *name) {
  const struct rig_link_symbol *symbol = rig_image_entry(image, name);
  if (symbol == NULL) {
    return 0;
  }
  if (symbol->coff != NULL) {
    return address_in(symbol->coff, symbol->index);
  }
  return symbol->common_bytes != 0 ? symbol->common_address
                                   : address_in(symbol->weak, symbol->weak_index);
}

uint64_t rig_image_symbol_of(const struct rig_image *image, unsigned object, const char *name) {
  for (size_t i = 0; i < image->link.coff_count; i++) {
    const struct rig_coff *coff = image->link.coffs[i];
    for (uint32_t j = 0; coff->object == object && j < coff->symbol_count; j++) {
      if (coff->symbols[j].storage == RIG_COFF_EXTERNAL &&
          strcmp(coff->symbols[j].name, name) == 0 && address_in(coff, j) != 0) {
        return address_in(coff, j);
      }
    }
  }
  return 0;
}

static int by_address(const void *a, const void *b) {
  const struct rig_image_label *x = a;
  const struct rig_image_label *y = b;
  return x->address < y->address ? -1 : x->address > y->address;
}

static int by_begin(const void *a, const void *b) {
  const struct rig_image_function *x = a;
  const struct rig_image_function *y = b;
  return x->begin < y->begin ? -1 : x->begin > y->begin;
}

static bool labels_of(struct rig_image *image, const struct rig_coff *coff) {
  for (uint32_t i = 0; i < coff->symbol_count; i++) {
    const struct rig_coff_symbol *own = &coff->symbols[i];
    const uint64_t address = address_in(coff, i);
    if ((own->storage != RIG_COFF_EXTERNAL && own->storage != RIG_COFF_STATIC) || address == 0 ||
        own->name[0] == '.' || coff->sections[own->section - 1].kind != RIG_LINK_CODE) {
      continue;
    }
    void *labels = image->labels;
    if (!rig_link_grow(&labels, &image->label_capacity, image->label_count,
                       sizeof *image->labels)) {
      return false;
    }
    image->labels = labels;
    image->labels[image->label_count++] =
        (struct rig_image_label){.address = address, .name = own->name, .coff = coff};
  }
  return true;
}

static bool functions_of(struct rig_image *image) {
  const struct rig_link *link = &image->link;
  size_t count = 0;
  for (size_t i = 0; i < link->section_count; i++) {
    count += strncmp(link->sections[i]->name, ".pdata", 6) == 0 ? link->sections[i]->bytes / 12 : 0;
  }
  image->functions = calloc(count + 1, sizeof *image->functions);
  if (image->functions == NULL) {
    return false;
  }
  for (size_t i = 0; i < link->section_count; i++) {
    const struct rig_coff_section *section = link->sections[i];
    const uint8_t *at = (const uint8_t *)(uintptr_t)section->address;
    for (uint32_t j = 0; strncmp(section->name, ".pdata", 6) == 0 && j < section->bytes / 12; j++) {
      const struct rig_image_function function = {link->base + rig_coff_dword(at + j * 12),
                                                  link->base + rig_coff_dword(at + j * 12 + 4),
                                                  link->base + rig_coff_dword(at + j * 12 + 8)};
      if (function.begin >= link->kind_begin[RIG_LINK_CODE] && function.begin < function.end &&
          function.end <= link->thunks) {
        image->functions[image->function_count++] = function;
      }
    }
  }
  return true;
}

static bool add_initialisers(struct rig_image *image, const struct rig_coff_section *section,
                             bool backwards) {
  const uint32_t count = section->bytes / 8;
  for (uint32_t i = 0; i < count; i++) {
    const uint64_t at = section->address + (backwards ? count - 1 - i : i) * 8u;
    const uint64_t code = rig_coff_qword((const uint8_t *)(uintptr_t)at);
    void *list = image->initialisers;
    if (code == 0 || code == UINT64_MAX) { /* ends of the tables */
      continue;
    }
    if (!rig_link_grow(&list, &image->initialiser_capacity, image->initialiser_count,
                       sizeof *image->initialisers)) {
      return false;
    }
    image->initialisers = list;
    image->initialisers[image->initialiser_count++] = code;
  }
  return true;
}

/* .CRT$XI* (C), then .CRT$XC* (C++), in their order; gcc's .ctors from the last to the first. */
static bool initialisers_of(struct rig_image *image) {
  const struct rig_link *link = &image->link;
  static const char *const tables[] = {".CRT$XI", ".CRT$XC"};
  for (size_t t = 0; t < 2; t++) {
    for (size_t i = 0; i < link->section_count; i++) {
      if (strncmp(link->sections[i]->name, tables[t], 7) == 0 &&
          !add_initialisers(image, link->sections[i], false)) {
        return false;
      }
    }
  }
  for (size_t i = link->section_count; i > 0; i--) {
    if (strncmp(link->sections[i - 1]->name, ".ctors", 6) == 0 &&
        !add_initialisers(image, link->sections[i - 1], true)) {
      return false;
    }
  }
  return true;
}

enum rig_status rig_image_index(struct rig_image *image) {
  const struct rig_link *link = &image->link;
  for (size_t i = 0; i < link->coff_count; i++) {
    if (!labels_of(image, link->coffs[i])) {
      return rig_link_no_memory(&image->link);
    }
  }
  if (!functions_of(image) || !initialisers_of(image)) {
    return rig_link_no_memory(&image->link);
  }
  if (image->label_count > 0) {
    qsort(image->labels, image->label_count, sizeof *image->labels, by_address);
  }
  qsort(image->functions, image->function_count, sizeof *image->functions, by_begin);
  return RIG_OK;
}
