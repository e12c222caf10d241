/*
 * The program's memory: its COFF objects loaded at a fixed place, their writable data, and a heap,
 * all of it in one mapping that can be saved as bytes and put back.
 *
 * Objects are x86_64 COFF as mingw gcc and clang --target=x86_64-pc-windows-msvc write them (cl.exe
 * itself is untested), or static libraries of such (ar), of which the members that resolve a symbol
 * are taken. Everything read from a file is untrusted: every offset, index and count is checked.
 */
#ifndef RIG_SIM_IMAGE_H
#define RIG_SIM_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/status.h"

struct rig_image;

/* Where an import goes: the address of an ms_abi function (or datum) for `name` ("PostMessageW",
 * "__imp_PostMessageW" is asked for without its prefix), 0 = not known. `object` is the index of
 * the file that asks (in the order given), so that the stand-in's own objects may be bound
 * otherwise. */
typedef uint64_t rig_image_resolve(void *context, unsigned object, const char *name);

/* A name that nothing resolves is bound to a trap that reports it: loading goes on, and the names
 * are listed. Only a call of it ends the run ("not simulated: CreateFileW, called from RunPump").
 */
struct rig_image_options {
  const char *const *paths; /* objects and libraries, in link order */
  size_t path_count;
  const char *entry; /* a symbol that must be there; NULL: none */
  rig_image_resolve *resolve;
  void *context;
  bool guarded; /* one allocation a page, freed pages protected (restart mode only) */
};

/* Loads and links. Errors are one line each, with file, symbol or offset, cause and remedy: wrong
 * machine ("an i386 object; compile for x86_64"), not COFF, an unknown relocation with its type,
 * section and offset, a symbol defined twice, the entry not there (with the nearest names). */
enum rig_status rig_image_load(const struct rig_image_options *options, struct rig_image **out,
                               char *error, size_t size) RIG_CHECKED;
struct rig_image *rig_image_free(struct rig_image *image);

uint64_t rig_image_symbol(const struct rig_image *image, const char *name); /* 0: none */
/* "RunPump+0x1c" and the object's file for an address in the code; false when it lies elsewhere. */
bool rig_image_name(const struct rig_image *image, uint64_t address, char *text, size_t size);
/* For source lines: the file of the object and the offset in its section `section`. */
bool rig_image_place(const struct rig_image *image, uint64_t address, const char **path,
                     const char **section, uint64_t *offset);
/* Names that nothing resolved, in order; NULL behind the last. */
const char *rig_image_unresolved(const struct rig_image *image, size_t index);
/* The unresolved name whose trap lies at `address`; NULL: no trap. */
const char *rig_image_trap(const struct rig_image *image, uint64_t address);

/* The heap: malloc's and HeapAlloc's contract, aligned to 16, from an arena of a stated size. 0
 * when it is full. Deterministic: the same calls give the same addresses. `free` of something that
 * is none of its blocks, or freed already, returns false. */
uint64_t rig_image_allocate(struct rig_image *image, uint64_t bytes);
bool rig_image_release(struct rig_image *image, uint64_t block);
uint64_t rig_image_block_bytes(const struct rig_image *image, uint64_t block); /* 0: no block */

/* True when all of it is memory of the image's data, heap or code (code: not for writing). */
bool rig_image_holds(const struct rig_image *image, uint64_t address, uint64_t bytes, bool write);

/* Writable data and heap as bytes: how many at most, how many now, save, load, a hash of the same.
 * Blocks that are as they were loaded cost nothing. */
size_t rig_image_state_bytes(const struct rig_image *image);
size_t rig_image_save(const struct rig_image *image, void *to);
void rig_image_load_state(struct rig_image *image, const void *from, size_t bytes);

#endif
