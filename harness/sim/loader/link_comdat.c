/*
 * COMDAT sections: of several objects' copies of one function or datum, one is chosen.
 * Source: "PE Format", COMDAT Sections; binutils' handling of .linkonce sections, which have no
 * symbol of their own (.pdata$f, .xdata$f): they are one by their names.
 */
#include <string.h>

#include "sim/loader/link.h"

static const struct rig_coff_section *root_of(const struct rig_coff_section *section) {
  const struct rig_coff *coff = section->coff;
  for (uint32_t steps = 0;
       section->selection == RIG_COFF_ASSOCIATIVE && steps <= coff->section_count; steps++) {
    section = &coff->sections[section->associate];
  }
  return section;
}

bool rig_link_dropped(const struct rig_coff_section *section) {
  return section->discarded || root_of(section)->discarded;
}

static bool same_bytes(const struct rig_coff_section *a, const struct rig_coff_section *b) {
  return a->bytes == b->bytes && (a->raw == NULL) == (b->raw == NULL) &&
         (a->raw == NULL || memcmp(a->raw, b->raw, a->bytes) == 0);
}

static enum rig_status refuse(struct rig_link *link, const char *name,
                              const struct rig_coff_section *old,
                              const struct rig_coff_section *section, const char *why) {
  return rig_link_refuse(link, RIG_INVALID, "%s is defined twice%s: in %s and in %s", name, why,
                         old->coff->path, section->coff->path);
}

/* gas pads sections to 16 bytes, clang does not. */
static bool same_size(const struct rig_coff_section *a, const struct rig_coff_section *b) {
  return ((uint64_t)a->bytes + 15) / 16 == ((uint64_t)b->bytes + 15) / 16;
}

/* Another object has brought one of this name: which stays? */
static enum rig_status choose_between(struct rig_link *link, struct rig_link_symbol *symbol,
                                      struct rig_coff_section *old,
                                      struct rig_coff_section *section) {
  switch (section->selection) {
  case RIG_COFF_NO_DUPLICATES:
    return refuse(link, symbol->name, old, section, "");
  case RIG_COFF_SAME_SIZE:
    if (!same_size(old, section)) {
      return refuse(link, symbol->name, old, section, " with different sizes");
    }
    break;
  case RIG_COFF_EXACT_MATCH:
    if (!same_bytes(old, section)) {
      return refuse(link, symbol->name, old, section, " with different contents");
    }
    break;
  case RIG_COFF_LARGEST:
    if (section->bytes > old->bytes) {
      old->discarded = true;
      old->chosen = section;
      symbol->coff = NULL; /* the new object defines it when its symbols are added */
      symbol->comdat = section;
      return RIG_OK;
    }
    break;
  default:
    break;
  }
  section->discarded = true;
  section->chosen = old;
  return RIG_OK;
}

enum rig_status rig_link_choose(struct rig_link *link, struct rig_coff *coff) {
  for (uint32_t i = 0; i < coff->section_count; i++) {
    struct rig_coff_section *section = &coff->sections[i];
    if ((section->flags & RIG_COFF_COMDAT) == 0 || section->has_local_leader ||
        section->selection == RIG_COFF_NO_SELECTION || section->selection == RIG_COFF_ASSOCIATIVE) {
      continue;
    }
    const char *name = section->has_leader ? coff->symbols[section->leader].name : section->name;
    struct rig_link_symbol *symbol =
        rig_link_intern(link, rig_link_scope(link, coff->object), name);
    if (symbol == NULL) {
      return rig_link_no_memory(link);
    }
    if (symbol->comdat == NULL) {
      symbol->comdat = section;
    } else if (symbol->comdat->coff != coff) {
      const enum rig_status status = choose_between(link, symbol, symbol->comdat, section);
      if (status != RIG_OK) {
        return status;
      }
    }
  }
  return RIG_OK;
}
