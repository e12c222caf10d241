/*
 * The symbol table of a COFF object, with the auxiliary records that define COMDAT sections and
 * weak externals.
 */
#include <string.h>

#include "sim/loader/coff_private.h"

static enum rig_status read_symbol(struct rig_coff_reader *reader, uint32_t index) {
  struct rig_coff *coff = reader->coff;
  const uint8_t *entry = coff->data + reader->symbols + (uint64_t)index * reader->symbol_bytes;
  const uint8_t *rest = entry + (reader->big ? 16 : 14); /* behind the section number: the type */
  struct rig_coff_symbol *symbol = &coff->symbols[index];
  symbol->name = rig_coff_name(reader, entry, true);
  symbol->value = rig_coff_dword(entry + 8);
  symbol->section = reader->big ? (int32_t)rig_coff_dword(entry + 12)
                                : (int32_t)(int16_t)rig_coff_word(entry + 12);
  symbol->storage = rest[2];
  symbol->auxiliary = rest[3];
  if (symbol->name == NULL) {
    return rig_coff_refuse(reader, RIG_INVALID, "is damaged: the name of symbol %u", index);
  }
  if (symbol->section < RIG_COFF_DEBUG || symbol->section > (int64_t)coff->section_count) {
    return rig_coff_refuse(reader, RIG_INVALID, "is damaged: symbol %s lies in section %d of %u",
                           symbol->name, symbol->section, coff->section_count);
  }
  if (symbol->auxiliary >= coff->symbol_count - index) {
    return rig_coff_refuse(reader, RIG_INVALID,
                           "is truncated: auxiliary records of symbol %s lie beyond its end",
                           symbol->name);
  }
  if (symbol->section > 0 && symbol->storage != RIG_COFF_WEAK &&
      symbol->value > coff->sections[symbol->section - 1].bytes &&
      (symbol->storage == RIG_COFF_EXTERNAL || symbol->storage == RIG_COFF_STATIC)) {
    return rig_coff_refuse(reader, RIG_INVALID, "is damaged: symbol %s lies beyond section %s",
                           symbol->name, coff->sections[symbol->section - 1].name);
  }
  return RIG_OK;
}

/* "Auxiliary Format 3: Weak Externals". */
static enum rig_status read_weak(struct rig_coff_reader *reader, struct rig_coff_symbol *symbol,
                                 const uint8_t *record) {
  symbol->weak_default = rig_coff_dword(record);
  symbol->weak_library = rig_coff_dword(record + 4) != 1; /* IMAGE_WEAK_EXTERN_SEARCH_NOLIBRARY */
  if (symbol->weak_default >= reader->coff->symbol_count) {
    return rig_coff_refuse(reader, RIG_INVALID, "is damaged: weak symbol %s stands for symbol %u",
                           symbol->name, symbol->weak_default);
  }
  return RIG_OK;
}

/* "Auxiliary Format 5: Section Definitions". */
static enum rig_status read_definition(struct rig_coff_reader *reader,
                                       struct rig_coff_section *section, const uint8_t *record) {
  const struct rig_coff *coff = reader->coff;
  section->associate = rig_coff_word(record + 12);
  if (reader->big) {
    section->associate |= (uint32_t)rig_coff_word(record + 16) << 16;
  }
  switch (record[14]) {
#define RIG_X(number, symbol, name)                                                                \
  case number:                                                                                     \
    section->selection = RIG_COFF_##symbol;                                                        \
    break;
    RIG_COFF_SELECTIONS(RIG_X)
#undef RIG_X
  default:
    return rig_coff_refuse(reader, RIG_UNSUPPORTED,
                           "has COMDAT section %s with unknown selection %u", section->name,
                           record[14]);
  }
  if (section->selection == RIG_COFF_ASSOCIATIVE &&
      (section->associate == 0 || section->associate > coff->section_count)) {
    return rig_coff_refuse(reader, RIG_INVALID, "is damaged: section %s goes with section %u of %u",
                           section->name, section->associate, coff->section_count);
  }
  section->associate = section->associate == 0 ? 0 : section->associate - 1;
  return RIG_OK;
}

/* The first symbol of a COMDAT section defines the section, the second names it. */
static enum rig_status read_comdat(struct rig_coff_reader *reader, uint32_t index,
                                   const uint8_t *record) {
  struct rig_coff *coff = reader->coff;
  struct rig_coff_symbol *symbol = &coff->symbols[index];
  if (symbol->section <= 0) {
    return RIG_OK;
  }
  struct rig_coff_section *section = &coff->sections[symbol->section - 1];
  if ((section->flags & RIG_COFF_COMDAT) == 0) {
    return RIG_OK;
  }
  if (section->selection == RIG_COFF_NO_SELECTION) {
    if (symbol->storage == RIG_COFF_STATIC && symbol->auxiliary > 0) {
      return read_definition(reader, section, record);
    }
  } else if (!section->has_leader && !section->has_local_leader) {
    section->has_leader = symbol->storage == RIG_COFF_EXTERNAL;
    section->has_local_leader = !section->has_leader;
    section->leader = index;
  }
  return RIG_OK;
}

enum rig_status rig_coff_read_symbols(struct rig_coff_reader *reader) {
  struct rig_coff *coff = reader->coff;
  for (uint32_t i = 0; i < coff->symbol_count; i++) {
    enum rig_status status = read_symbol(reader, i);
    if (status != RIG_OK) {
      return status;
    }
    struct rig_coff_symbol *symbol = &coff->symbols[i];
    const uint8_t *record = coff->data + reader->symbols + ((uint64_t)i + 1) * reader->symbol_bytes;
    if (symbol->storage == RIG_COFF_WEAK) {
      status = symbol->auxiliary > 0
                   ? read_weak(reader, symbol, record)
                   : rig_coff_refuse(reader, RIG_INVALID,
                                     "is damaged: weak symbol %s stands for nothing", symbol->name);
    } else {
      status = read_comdat(reader, i, record);
    }
    if (status != RIG_OK) {
      return status;
    }
    for (uint8_t left = symbol->auxiliary; left > 0; left--) {
      i++;
      coff->symbols[i].storage = RIG_COFF_AUXILIARY;
      coff->symbols[i].name = "";
    }
  }
  for (uint32_t i = 0; i < coff->symbol_count; i++) {
    const struct rig_coff_symbol *symbol = &coff->symbols[i];
    if (symbol->storage == RIG_COFF_WEAK &&
        (coff->symbols[symbol->weak_default].storage == RIG_COFF_AUXILIARY ||
         coff->symbols[symbol->weak_default].storage == RIG_COFF_WEAK)) {
      return rig_coff_refuse(reader, RIG_INVALID, "is damaged: weak symbol %s stands for no symbol",
                             symbol->name);
    }
  }
  return RIG_OK;
}
