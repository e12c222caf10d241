/*
 * Imports: names that no object defines. Each has a pointer (for __imp_ and dllimport), a thunk
 * that jumps to it (for direct calls, which reach 2 GiB only), and a trap in case nothing resolves
 * it.
 */
#include <stdlib.h>
#include <string.h>

#include "sim/loader/builtins.h"
#include "sim/loader/link.h"

struct rig_link_import *rig_link_import(const struct rig_link *link, unsigned object,
                                        const char *name, uint32_t *index) {
  for (size_t i = 0; i < link->import_count; i++) {
    if (link->imports[i].object == object && strcmp(link->imports[i].name, name) == 0) {
      *index = (uint32_t)i;
      return &link->imports[i];
    }
  }
  return NULL;
}

static enum rig_status want(struct rig_link *link, const struct rig_coff_section *section,
                            const struct rig_link_target *target) {
  const bool unwinding = strncmp(section->name, ".xdata", 6) == 0;
  uint32_t index = 0;
  struct rig_link_import *import =
      rig_link_import(link, section->coff->object, target->import, &index);
  if (import == NULL) {
    void *imports = link->imports;
    if (!rig_link_grow(&imports, &link->import_capacity, link->import_count,
                       sizeof *link->imports)) {
      return rig_link_no_memory(link);
    }
    link->imports = imports;
    import = &link->imports[link->import_count++];
    *import = (struct rig_link_import){
        .name = target->import, .object = section->coff->object, .handler = true};
  }
  import->handler = import->handler && unwinding;
  if (target->symbol != NULL) {
    import->local = (uint32_t)(target->symbol - link->symbols) + 1;
  }
  return RIG_OK;
}

static enum rig_status check(struct rig_link *link, const struct rig_coff_section *section,
                             uint32_t index) {
  const struct rig_coff *coff = section->coff;
  struct rig_coff_relocation relocation;
  struct rig_link_target target;
  rig_coff_relocation(section, index, &relocation);
  if (!rig_link_relocation_known(relocation.type)) {
    return rig_link_refuse(link, RIG_UNSUPPORTED,
                           "%s: relocation of unknown type 0x%x in section %s at offset 0x%x",
                           coff->path, relocation.type, section->name, relocation.offset);
  }
  if (relocation.symbol >= coff->symbol_count ||
      coff->symbols[relocation.symbol].storage == RIG_COFF_AUXILIARY) {
    return rig_link_refuse(
        link, RIG_INVALID,
        "%s is damaged: relocation of no symbol (%u) in section %s at offset 0x%x", coff->path,
        relocation.symbol, section->name, relocation.offset);
  }
  const char *name = coff->symbols[relocation.symbol].name;
  if (strcmp(name, "_tls_index") == 0) {
    return rig_link_refuse(link, RIG_UNSUPPORTED,
                           "%s has thread-local variables (_tls_index, in section %s at offset "
                           "0x%x), which are not simulated: keep them in a struct that each thread "
                           "owns",
                           coff->path, section->name, relocation.offset);
  }
  rig_link_target(link, coff, relocation.symbol, &target);
  return target.what == RIG_TARGET_IMPORT || target.what == RIG_TARGET_SLOT
             ? want(link, section, &target)
             : RIG_OK;
}

enum rig_status rig_link_imports(struct rig_link *link) {
  enum rig_status status = RIG_OK;
  for (size_t i = 0; i < link->section_count && status == RIG_OK; i++) {
    for (uint32_t j = 0; j < link->sections[i]->relocation_count && status == RIG_OK; j++) {
      status = check(link, link->sections[i], j);
    }
  }
  return status;
}

static uint64_t own_address(const struct rig_link *link, const struct rig_link_symbol *symbol) {
  if (symbol->coff == NULL) {
    return symbol->common_address;
  }
  const struct rig_coff_symbol *own = &symbol->coff->symbols[symbol->index];
  if (own->section <= 0) {
    return own->value;
  }
  const struct rig_coff_section *section = &symbol->coff->sections[own->section - 1];
  return section->loaded ? section->address + own->value : link->base;
}

static uint64_t bind(const struct rig_link *link, const struct rig_link_import *import) {
  if (import->local != 0) {
    return own_address(link, &link->symbols[import->local - 1]);
  }
  const uint64_t simulated =
      link->options->resolve == NULL
          ? 0
          : link->options->resolve(link->options->context, import->object, import->name);
  return simulated != 0 ? simulated : rig_builtin(import->name, link->constants, link->base);
}

void rig_link_bind(struct rig_link *link) {
  for (size_t i = 0; i < link->import_count; i++) {
    struct rig_link_import *import = &link->imports[i];
    import->target = bind(link, import);
    if (import->target == 0) {
      import->trap = true;
      import->target = link->traps + i * RIG_LINK_TRAP_BYTES;
    }
    /* jmp *slot(%rip) */
    uint8_t thunk[RIG_LINK_THUNK_BYTES];
    const uint64_t at = link->thunks + i * RIG_LINK_THUNK_BYTES;
    const uint64_t slot = link->slots + i * 8;
    const uint32_t distance = (uint32_t)(slot - (at + 6));
    memset(thunk, 0xCC, sizeof thunk);
    thunk[0] = 0xFF;
    thunk[1] = 0x25;
    memcpy(thunk + 2, &distance, sizeof distance);
    memcpy((void *)(uintptr_t)at, thunk, sizeof thunk);
    memcpy((void *)(uintptr_t)slot, &import->target, sizeof import->target);
  }
}
