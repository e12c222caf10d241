/*
 * Reading the headers of a PE file. Everything in it is untrusted.
 */
#ifndef RIG_LIVE_PE_H
#define RIG_LIVE_PE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/status.h"

#define RIG_PE_I386 0x014cu
#define RIG_PE_X86_64 0x8664u

struct rig_pe {
  const unsigned char *data; /* mapped read-only */
  size_t bytes;
  uint16_t machine;
  uint16_t characteristics;
  uint16_t subsystem;
  uint16_t section_count;
  size_t sections; /* offset of the section table */
  uint32_t import_rva;
  uint32_t import_bytes;
  uint64_t longest; /* end of the last section's data */
};

/* Maps the file. `error` holds what is wrong without the path: "is not a PE file ...". The caller
 * ends it with rig_pe_close. */
enum rig_status rig_pe_open(const char *path, struct rig_pe *out, char *error,
                            size_t size) RIG_CHECKED;
void rig_pe_close(struct rig_pe *pe);

/* The name of the n-th DLL in the import table; false behind the last one. */
bool rig_pe_import(const struct rig_pe *pe, unsigned n, char *name, size_t size);

/* The "machine" in words. */
const char *rig_pe_machine(uint16_t machine);

#endif
