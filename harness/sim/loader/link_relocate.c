/*
 * Copying sections to their places and applying their relocations.
 * Source: "PE Format", COFF Relocations (x64 processors).
 */
#include <string.h>

#include "sim/loader/builtins.h"
#include "sim/loader/link.h"

/* X(type, symbol, bytes) */
#define RELOCATIONS(X)                                                                             \
  X(0x0, ABSOLUTE, 0)                                                                              \
  X(0x1, ADDR64, 8)                                                                                \
  X(0x2, ADDR32, 4)                                                                                \
  X(0x3, ADDR32NB, 4)                                                                              \
  X(0x4, REL32, 4)                                                                                 \
  X(0x5, REL32_1, 4)                                                                               \
  X(0x6, REL32_2, 4)                                                                               \
  X(0x7, REL32_3, 4)                                                                               \
  X(0x8, REL32_4, 4)                                                                               \
  X(0x9, REL32_5, 4)                                                                               \
  X(0xA, SECTION, 2)                                                                               \
  X(0xB, SECREL, 4)

enum {
#define RIG_X(type, symbol, bytes) TYPE_##symbol = type,
  RELOCATIONS(RIG_X)
#undef RIG_X
};

static unsigned bytes_of(unsigned type) {
  switch (type) {
#define RIG_X(number, symbol, bytes)                                                               \
  case number:                                                                                     \
    return bytes;
    RELOCATIONS(RIG_X)
#undef RIG_X
  default:
    return 0;
  }
}

static const char *name_of(unsigned type) {
  switch (type) {
#define RIG_X(number, symbol, bytes)                                                               \
  case number:                                                                                     \
    return #symbol;
    RELOCATIONS(RIG_X)
#undef RIG_X
  default:
    return "?";
  }
}

bool rig_link_relocation_known(unsigned type) {
  return type == TYPE_ABSOLUTE || bytes_of(type) != 0;
}

/* A relocation under way. */
struct work {
  struct rig_link *link;
  const struct rig_coff_section *section;
  struct rig_coff_relocation relocation;
};

static enum rig_status refuse(const struct work *work, const char *what) {
  return rig_link_refuse(work->link, RIG_INVALID,
                         "%s: relocation %s of %s in section %s at offset 0x%x %s",
                         work->section->coff->path, name_of(work->relocation.type),
                         work->section->coff->symbols[work->relocation.symbol].name,
                         work->section->name, work->relocation.offset, what);
}

/* The address of what is named. A datum of the simulation, too far for 32 bits, cannot be told from
 * a function, which its thunk reaches. */
static enum rig_status address_of(const struct work *work, uint64_t *out) {
  struct rig_link *link = work->link;
  struct rig_link_target target;
  uint32_t index = 0;
  rig_link_target(link, work->section->coff, work->relocation.symbol, &target);
  if (target.what == RIG_TARGET_ADDRESS) {
    *out = target.value + (target.section == NULL ? 0 : target.section->address);
    return RIG_OK;
  }
  if (target.what == RIG_TARGET_NOWHERE) {
    /* Unwind data of what was not chosen is never asked for. */
    *out = link->base;
    return strncmp(work->section->name, ".pdata", 6) == 0 ||
                   strncmp(work->section->name, ".xdata", 6) == 0
               ? RIG_OK
               : refuse(work, "leads to a section that is not part of the program");
  }
  const struct rig_link_import *import =
      rig_link_import(link, work->section->coff->object, target.import, &index);
  if (import == NULL) {
    return refuse(work, "is of a name that nobody asked for"); /* imports were collected before */
  }
  if (target.what == RIG_TARGET_SLOT) {
    *out = link->slots + (uint64_t)index * 8;
  } else if (import->target >= link->base && import->target < link->traps) {
    *out = import->target; /* a constant of the compiler's, in the image itself */
  } else if (work->relocation.type == TYPE_ADDR64) {
    *out = import->target;
  } else {
    *out = link->thunks + (uint64_t)index * RIG_LINK_THUNK_BYTES;
  }
  return RIG_OK;
}

static uint64_t kind_of_address(const struct rig_link *link, uint64_t address) {
  for (unsigned kind = 0; kind < RIG_LINK_KINDS; kind++) {
    if (address >= link->kind_begin[kind] && address < link->kind_end[kind]) {
      return kind;
    }
  }
  return RIG_LINK_KINDS;
}

static enum rig_status write32(const struct work *work, uint8_t *at, int64_t value, bool sign) {
  const int64_t low = sign ? INT32_MIN : 0;
  const int64_t high = sign ? INT32_MAX : (int64_t)UINT32_MAX;
  if (value < low || value > high) {
    return refuse(work, "does not reach its target");
  }
  const uint32_t bits = (uint32_t)value;
  memcpy(at, &bits, sizeof bits);
  return RIG_OK;
}

static enum rig_status apply(const struct work *work, uint64_t target) {
  const struct rig_link *link = work->link;
  const uint64_t place = work->section->address + work->relocation.offset;
  uint8_t *at = (uint8_t *)(uintptr_t)place;
  const unsigned type = work->relocation.type;
  const int64_t addend = bytes_of(type) == 4 ? (int32_t)rig_coff_dword(at) : 0;
  const uint64_t kind = kind_of_address(link, target);
  const uint64_t begin = kind < RIG_LINK_KINDS ? link->kind_begin[kind] : link->base;
  uint64_t value64 = 0;
  uint16_t value16 = 0;
  switch (type) {
  case TYPE_ABSOLUTE:
    return RIG_OK;
  case TYPE_ADDR64:
    value64 = target + rig_coff_qword(at);
    memcpy(at, &value64, sizeof value64);
    return RIG_OK;
  case TYPE_ADDR32:
    return write32(work, at, (int64_t)(target + (uint64_t)addend), false);
  case TYPE_ADDR32NB:
    return write32(work, at, (int64_t)(target - link->base + (uint64_t)addend), false);
  case TYPE_SECTION:
    value16 = (uint16_t)(rig_coff_word(at) + kind + 1);
    memcpy(at, &value16, sizeof value16);
    return RIG_OK;
  case TYPE_SECREL:
    return write32(work, at, (int64_t)(target - begin + (uint64_t)addend), false);
  default: /* REL32 to REL32_5: relative to the end of the instruction */
    return write32(work, at,
                   (int64_t)(target + (uint64_t)addend - (place + 4 + (type - TYPE_REL32))), true);
  }
}

static enum rig_status relocate(struct rig_link *link, const struct rig_coff_section *section) {
  struct work work = {.link = link, .section = section};
  for (uint32_t i = 0; i < section->relocation_count; i++) {
    uint64_t target = 0;
    rig_coff_relocation(section, i, &work.relocation);
    if (work.relocation.offset > section->bytes ||
        bytes_of(work.relocation.type) > section->bytes - work.relocation.offset) {
      return refuse(&work, "lies beyond the section's end");
    }
    if (work.relocation.type == TYPE_ABSOLUTE) {
      continue;
    }
    enum rig_status status = address_of(&work, &target);
    if (status == RIG_OK) {
      status = apply(&work, target);
    }
    if (status != RIG_OK) {
      return status;
    }
  }
  return RIG_OK;
}

enum rig_status rig_link_relocate(struct rig_link *link) {
  rig_builtin_constants((void *)(uintptr_t)link->constants);
  for (size_t i = 0; i < link->section_count; i++) {
    const struct rig_coff_section *section = link->sections[i];
    if (section->raw != NULL) {
      memcpy((void *)(uintptr_t)section->address, section->raw, section->bytes);
    }
  }
  for (size_t i = 0; i < link->section_count; i++) {
    const enum rig_status status = relocate(link, link->sections[i]);
    if (status != RIG_OK) {
      return status;
    }
  }
  return RIG_OK;
}
