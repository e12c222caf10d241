/*
 * What a symbol that a relocation names stands for: a place in a section, an import, the pointer to
 * one (__imp_), or nothing.
 */
#include <string.h>

#include "sim/loader/link.h"

static bool place(struct rig_coff *coff, uint32_t index, struct rig_link_target *out) {
  const struct rig_coff_symbol *symbol = &coff->symbols[index];
  if (symbol->section <= 0) {
    *out = (struct rig_link_target){
        .what = symbol->section == RIG_COFF_ABSOLUTE ? RIG_TARGET_ADDRESS : RIG_TARGET_NOWHERE,
        .value = symbol->value};
    return symbol->section == RIG_COFF_ABSOLUTE;
  }
  struct rig_coff_section *section = &coff->sections[symbol->section - 1];
  if (rig_link_dropped(section)) {
    section = section->chosen;
  }
  const bool there = section != NULL && section->loaded && !rig_link_dropped(section) &&
                     symbol->value <= section->bytes;
  *out = (struct rig_link_target){.what = there ? RIG_TARGET_ADDRESS : RIG_TARGET_NOWHERE,
                                  .section = there ? section : NULL,
                                  .value = symbol->value};
  return there;
}

/* What is defined for the names of `scope`: its own, and what stands in for a DLL. */
static struct rig_link_symbol *find(const struct rig_link *link, unsigned scope, const char *name) {
  struct rig_link_symbol *found = rig_link_find(link, scope, name);
  if (scope != 0 &&
      (found == NULL || (found->coff == NULL && found->common_bytes == 0 && found->weak == NULL))) {
    struct rig_link_symbol *other = rig_link_find(link, 0, name);
    if (other != NULL && other->coff != NULL && link->options->dll != 0 &&
        other->coff->object == link->options->dll - 1) {
      return other;
    }
  }
  return found;
}

static void import(const struct rig_link *link, unsigned scope, const char *name,
                   struct rig_link_target *out) {
  *out = (struct rig_link_target){.what = RIG_TARGET_IMPORT, .import = name};
  if (strncmp(name, "__imp_", 6) == 0) {
    out->what = RIG_TARGET_SLOT;
    out->import = name + 6;
    struct rig_link_symbol *own = find(link, scope, out->import);
    if (own != NULL && (own->coff != NULL || own->common_bytes != 0)) {
      out->symbol = own;
    }
  }
}

/* A name that objects share; `weak` when it is what stands in for another one already. */
static void shared(const struct rig_link *link, unsigned scope, const char *name, bool weak,
                   struct rig_link_target *out) {
  struct rig_link_symbol *symbol = find(link, scope, name);
  if (symbol != NULL && symbol->coff != NULL) {
    (void)place(symbol->coff, symbol->index, out);
    return;
  }
  if (symbol != NULL && symbol->common_bytes != 0) {
    *out = (struct rig_link_target){
        .what = RIG_TARGET_ADDRESS, .value = symbol->common_address, .symbol = symbol};
    return;
  }
  if (symbol != NULL && symbol->weak != NULL && !weak) {
    const struct rig_coff_symbol *other = &symbol->weak->symbols[symbol->weak_index];
    if (other->section > 0) {
      (void)place(symbol->weak, symbol->weak_index, out);
      return;
    }
    if (other->section == 0) { /* an alias of an undefined name */
      shared(link, scope, other->name, true, out);
      return;
    }
    /* An absolute 0: "may be missing". The simulation may have it nonetheless. */
    if (link->options->resolve == NULL ||
        link->options->resolve(link->options->context, symbol->weak->object, name) == 0) {
      (void)place(symbol->weak, symbol->weak_index, out);
      return;
    }
  }
  import(link, scope, name, out);
}

void rig_link_target(const struct rig_link *link, const struct rig_coff *coff, uint32_t index,
                     struct rig_link_target *out) {
  const struct rig_coff_symbol *symbol = &coff->symbols[index];
  if (symbol->storage == RIG_COFF_EXTERNAL || symbol->storage == RIG_COFF_WEAK) {
    shared(link, rig_link_scope(link, coff->object), symbol->name, false, out);
  } else {
    /* Not const: the target may be written at its place later on. */
    (void)place((struct rig_coff *)(uintptr_t)coff, index, out);
  }
}
