/*
 * One COFF object file as its bytes say it, read without trust. Source: "PE Format" (Microsoft
 * Learn): file header, section table, relocations, symbol table, auxiliary records, string table;
 * LLVM's COFF.h for the header of /bigobj.
 */
#ifndef RIG_SIM_COFF_H
#define RIG_SIM_COFF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/status.h"

#define RIG_COFF_CODE 0x20u
#define RIG_COFF_UNINITIALISED 0x80u
#define RIG_COFF_INFO 0x200u
#define RIG_COFF_REMOVE 0x800u
#define RIG_COFF_COMDAT 0x1000u
#define RIG_COFF_RELOCATIONS_OVERFLOW 0x1000000u
#define RIG_COFF_DISCARDABLE 0x2000000u
#define RIG_COFF_EXECUTE 0x20000000u
#define RIG_COFF_WRITE 0x80000000u

#define RIG_COFF_EXTERNAL 2u /* storage classes */
#define RIG_COFF_STATIC 3u
#define RIG_COFF_WEAK 105u
#define RIG_COFF_AUXILIARY 0xFFu /* of our own: this entry belongs to the one before it */
#define RIG_COFF_ABSOLUTE (-1)   /* section numbers */
#define RIG_COFF_DEBUG (-2)

/* X(value, symbol, name): how to choose among COMDAT sections of one name. */
#define RIG_COFF_SELECTIONS(X)                                                                     \
  X(1, NO_DUPLICATES, "no duplicates")                                                             \
  X(2, ANY, "any")                                                                                 \
  X(3, SAME_SIZE, "same size")                                                                     \
  X(4, EXACT_MATCH, "exact match")                                                                 \
  X(5, ASSOCIATIVE, "associative")                                                                 \
  X(6, LARGEST, "largest")

enum rig_coff_selection {
  RIG_COFF_NO_SELECTION,
#define RIG_X(value, symbol, name) RIG_COFF_##symbol = value,
  RIG_COFF_SELECTIONS(RIG_X)
#undef RIG_X
};

struct rig_coff;

struct rig_coff_section {
  const char *name;
  const uint8_t *raw; /* NULL: uninitialised */
  uint32_t bytes;
  uint32_t flags;
  uint32_t alignment; /* in bytes */
  uint32_t relocation_count;
  const uint8_t *relocations; /* 10 bytes each */
  enum rig_coff_selection selection;
  uint32_t associate;    /* section index that an associative one goes with */
  uint32_t leader;       /* index of the symbol that names the COMDAT */
  bool has_leader;       /* an external symbol names the COMDAT */
  bool has_local_leader; /* a static one does: no other object has the same */
  struct rig_coff *coff; /* it is part of */

  /* What the linker makes of it (link.h). */
  bool loaded;                     /* it has a place in the image */
  bool discarded;                  /* another one was chosen */
  struct rig_coff_section *chosen; /* the other one; NULL: none */
  unsigned kind;
  uint64_t address;
};

struct rig_coff_symbol {
  const char *name;
  uint32_t value;
  int32_t section; /* from 1 on; 0 = undefined (or common), negative: absolute, debug */
  uint8_t storage;
  uint8_t auxiliary;     /* how many entries behind it belong to it */
  uint32_t weak_default; /* storage WEAK: index of the symbol that stands in */
  bool weak_library;     /* storage WEAK: a library is searched for it */
};

struct rig_coff {
  char *path;      /* for messages: "a.obj", "b.lib(c.obj)" */
  unsigned object; /* index of the file in the order given */
  const uint8_t *data;
  size_t bytes;
  struct rig_coff_section *sections;
  uint32_t section_count;
  struct rig_coff_symbol *symbols;
  uint32_t symbol_count;
  char *names;  /* copies of the names of up to 8 letters */
  bool imports; /* a member of an import library (.idata$*): it holds no code of the program */
};

struct rig_coff_relocation {
  uint32_t offset;
  uint32_t symbol;
  uint16_t type;
};

/* Reads an object. `data` stays the caller's and must outlive it; `path` is copied. Errors are one
 * line with the path. NULL for both: see rig_coff_close. */
enum rig_status rig_coff_open(const char *path, unsigned object, const uint8_t *data, size_t bytes,
                              struct rig_coff **out, char *error, size_t size) RIG_CHECKED;
struct rig_coff *rig_coff_close(struct rig_coff *coff);

/* Relocation `index` of a section; the index is checked by the caller. */
void rig_coff_relocation(const struct rig_coff_section *section, uint32_t index,
                         struct rig_coff_relocation *out);

/* Says why these bytes are no x86_64 COFF object, in one line, when they are something known
 * (another machine, bitcode, a program, an ELF file ...). False: they may be one. */
bool rig_coff_foreign(const uint8_t *data, size_t bytes, char *why, size_t size);

/* A member of an import library in the short form (a name and a DLL, no sections). */
bool rig_coff_short_import(const uint8_t *data, size_t bytes);

/* Little-endian reads; the caller has checked the bounds. */
uint16_t rig_coff_word(const uint8_t *at);
uint32_t rig_coff_dword(const uint8_t *at);
uint64_t rig_coff_qword(const uint8_t *at);

#endif
