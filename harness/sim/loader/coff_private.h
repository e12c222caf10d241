/*
 * What the reader of a COFF object shares between its files.
 */
#ifndef RIG_SIM_COFF_PRIVATE_H
#define RIG_SIM_COFF_PRIVATE_H

#include "sim/loader/coff.h"

#define RIG_COFF_SECTION_MAX (64u * 1024u * 1024u)

struct rig_coff_reader {
  struct rig_coff *coff;
  char *error;
  size_t size;
  bool big;              /* the header of /bigobj: section numbers of 32 bits */
  size_t symbol_bytes;   /* of one entry */
  uint64_t symbols;      /* offset of the table */
  uint64_t strings;      /* offset of the names */
  uint64_t string_bytes; /* with the length itself; 0: none */
  char *name_next;       /* in coff->names */
};

/* Writes "PATH ..." into the error and returns `status`. */
enum rig_status rig_coff_refuse(struct rig_coff_reader *reader, enum rig_status status,
                                const char *format, ...) RIG_CHECKED
    __attribute__((format(printf, 3, 4)));
bool rig_coff_inside(const struct rig_coff *coff, uint64_t offset, uint64_t bytes);
const char *rig_coff_name(struct rig_coff_reader *reader, const uint8_t *field, bool symbol);
/* Fills coff->symbols and what they say of COMDAT sections. */
enum rig_status rig_coff_read_symbols(struct rig_coff_reader *reader) RIG_CHECKED;

#endif
