/*
 * Linking objects into an image: symbols, COMDAT choice, places, imports, relocations. Private to
 * the image*.c and link*.c files.
 */
#ifndef RIG_SIM_LINK_H
#define RIG_SIM_LINK_H

#include "sim/loader/archive.h"
#include "sim/loader/coff.h"
#include "sim/loader/image.h"

enum rig_link_kind { RIG_LINK_CODE, RIG_LINK_RDATA, RIG_LINK_DATA, RIG_LINK_KINDS };

/* A file as given. */
struct rig_link_file {
  const char *path;
  uint8_t *data;
  size_t bytes;
  bool owned; /* data is freed with the link */
};

/* A library's member that may be taken. */
struct rig_link_member {
  struct rig_coff *coff;
  bool taken;
};

/* A name that objects share. */
struct rig_link_symbol {
  const char *name;
  unsigned scope; /* rig_link_scope */
  uint32_t hash;
  bool wanted;           /* undefined in an object that was taken */
  struct rig_coff *coff; /* defines it, as its symbol `index`; NULL: nothing does */
  uint32_t index;
  uint64_t common_bytes; /* a common symbol, in case that nothing defines it */
  uint64_t common_address;
  struct rig_coff *weak; /* has it as a weak external, symbol `weak_index`: what stands in */
  uint32_t weak_index;
  uint32_t member;                 /* 1 + the first library member that defines it; 0: none */
  struct rig_coff_section *comdat; /* chosen for a COMDAT without a symbol of its own */
};

/* A name that no object defines, as asked for by the objects of one file. */
struct rig_link_import {
  const char *name; /* without __imp_ */
  unsigned object;
  uint32_t local;  /* 1 + symbol that does define it (`__imp_` of one's own function) */
  uint64_t target; /* where it leads; a trap when nothing resolved it */
  bool trap;
  bool handler; /* named by unwind data alone: never called, so not listed */
};

struct rig_link {
  struct rig_link_file *files;
  size_t file_count;
  struct rig_coff **coffs; /* taken, in order */
  size_t coff_count, coff_capacity;
  struct rig_link_member *members;
  size_t member_count, member_capacity;
  struct rig_link_symbol *symbols;
  size_t symbol_count, symbol_capacity;
  uint32_t *buckets; /* 1 + symbol; a power of two */
  size_t bucket_count;
  struct rig_link_import *imports;
  size_t import_count, import_capacity;
  struct rig_coff_section **sections; /* loaded, in the order of their addresses */
  size_t section_count, section_capacity;
  const struct rig_image_options *options;
  uint64_t libraries; /* image.h */
  char *error;
  size_t size;
  /* Places, as offsets from `base` until link_place, then addresses. */
  uint64_t base;
  uint64_t kind_begin[RIG_LINK_KINDS];
  uint64_t kind_end[RIG_LINK_KINDS];
  uint64_t data_used; /* end of .data and .bss without padding */
  uint64_t thunks;    /* 16 bytes for each import */
  uint64_t slots;     /* 8 bytes for each import */
  uint64_t traps;     /* 16 bytes for each import, no access */
  uint64_t constants; /* data that compilers expect (builtins.h) */
};

/* Where the names of a file belong: those of the program, and of what stands in for a DLL, together
 * (0), those of a DLL of the client's own alone. */
static inline unsigned rig_link_scope(const struct rig_link *link, unsigned object) {
  return object < 64 && (link->libraries >> object & 1) != 0 ? object + 1 : 0;
}

#define RIG_LINK_THUNK_BYTES 16u
#define RIG_LINK_TRAP_BYTES 16u
#define RIG_LINK_PAGE 4096u

enum rig_status rig_link_refuse(struct rig_link *link, enum rig_status status, const char *format,
                                ...) RIG_CHECKED __attribute__((format(printf, 3, 4)));
enum rig_status rig_link_no_memory(struct rig_link *link) RIG_CHECKED;
/* Makes room for one more item. */
bool rig_link_grow(void **items, size_t *capacity, size_t count, size_t item_bytes);

/* link_input.c: reads link->files into coffs and members. */
enum rig_status rig_link_read(struct rig_link *link) RIG_CHECKED;
/* link_symbols.c. NULL: not there, or (intern) no memory. */
struct rig_link_symbol *rig_link_find(const struct rig_link *link, unsigned scope,
                                      const char *name);
struct rig_link_symbol *rig_link_intern(struct rig_link *link, unsigned scope, const char *name);
/* Takes an object: its symbols are defined, its COMDAT sections chosen. */
enum rig_status rig_link_add(struct rig_link *link, struct rig_coff *coff) RIG_CHECKED;
/* Takes the members that define something wanted, until nothing is to be had. */
enum rig_status rig_link_take_members(struct rig_link *link) RIG_CHECKED;
/* link_comdat.c. */
enum rig_status rig_link_choose(struct rig_link *link, struct rig_coff *coff) RIG_CHECKED;
/* True when the section is not part of the image because another one was chosen. */
bool rig_link_dropped(const struct rig_coff_section *section);

/* link_target.c: what a symbol of an object stands for. */
enum rig_link_what { RIG_TARGET_ADDRESS, RIG_TARGET_IMPORT, RIG_TARGET_SLOT, RIG_TARGET_NOWHERE };
struct rig_link_target {
  enum rig_link_what what;
  struct rig_coff_section *section; /* ADDRESS: NULL = absolute or common */
  uint64_t value;                   /* ADDRESS: offset in it, or the address itself */
  const char *import;               /* IMPORT, SLOT */
  struct rig_link_symbol *symbol;   /* SLOT: that defines it itself; ADDRESS: a common one */
};
void rig_link_target(const struct rig_link *link, const struct rig_coff *coff, uint32_t index,
                     struct rig_link_target *out);

/* link_place.c: which sections are loaded, and where. Offsets first; addresses after
 * rig_link_rebase. */
enum rig_status rig_link_collect(struct rig_link *link) RIG_CHECKED;
enum rig_status rig_link_place(struct rig_link *link, uint64_t *bytes) RIG_CHECKED;
void rig_link_rebase(struct rig_link *link, uint64_t base);

/* link_imports.c: the imports that relocations need, then where they lead. */
enum rig_status rig_link_imports(struct rig_link *link) RIG_CHECKED;
struct rig_link_import *rig_link_import(const struct rig_link *link, unsigned object,
                                        const char *name, uint32_t *index);
void rig_link_bind(struct rig_link *link); /* asks the resolver; writes thunks and slots */

/* link_relocate.c: copies the sections to their places and relocates them. */
enum rig_status rig_link_relocate(struct rig_link *link) RIG_CHECKED;
bool rig_link_relocation_known(unsigned type);

void rig_link_free(struct rig_link *link);

#endif
