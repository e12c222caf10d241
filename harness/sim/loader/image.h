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

/* How the heap is guarded: each block on pages of its own between closed ones, its end (up to 15
 * bytes of alignment) or its begin where they end or begin. */
enum rig_guard { RIG_GUARD_NONE, RIG_GUARD_END, RIG_GUARD_BEGIN };

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
  /* 1 + the index of a file that stands in for a DLL: all its members are taken, and a definition
   * of its gives way to the program's own. 0: none. */
  unsigned dll;
  /* A bit for each file that is a DLL of the client's own (of the first 64): all its members are
   * taken, and its names are its own: they meet no other file's. */
  uint64_t libraries;
  enum rig_guard guarded;
};

/* Loads and links. Errors are one line each, with file, symbol or offset, cause and remedy: wrong
 * machine ("an i386 object; compile for x86_64"), not COFF, an unknown relocation with its type,
 * section and offset, a symbol defined twice, the entry not there (with the nearest names). */
enum rig_status rig_image_load(const struct rig_image_options *options, struct rig_image **out,
                               char *error, size_t size) RIG_CHECKED;
struct rig_image *rig_image_free(struct rig_image *image);

/* The address of a symbol; a C++ function that is not overloaded may be named without its
 * decoration. 0: none. */
uint64_t rig_image_symbol(const struct rig_image *image, const char *name);
/* The same among the definitions of the `object`-th file alone, whoever has it too (what
 * GetProcAddress finds in a DLL). */
uint64_t rig_image_symbol_of(const struct rig_image *image, unsigned object, const char *name);
/* "RunPump+0x1c" and the object's file for an address in the code; false when it lies elsewhere. */
bool rig_image_name(const struct rig_image *image, uint64_t address, char *text, size_t size);
/* For source lines: the file of the object and the offset in its section `section`. */
bool rig_image_place(const struct rig_image *image, uint64_t address, const char **path,
                     const char **section, uint64_t *offset);
/* Where the code of the `object`-th file given lies: one range of its own. False: it has none. */
bool rig_image_code(const struct rig_image *image, unsigned object, uint64_t *low, uint64_t *high);
/* Names that nothing resolved, in order; NULL behind the last. */
const char *rig_image_unresolved(const struct rig_image *image, size_t index);
/* What a fault of the code at `address` means: the unresolved name whose trap lies there, or that a
 * stack cookie was overwritten ("a stack buffer overrun (...)"); NULL: no trap. The return address
 * of its caller lies at the top of the stack. Reading an unresolved datum faults at such an address
 * too. */
const char *rig_image_trap(const struct rig_image *image, uint64_t address);

/* Code to run before the entry: C++ constructors of statics and __attribute__((constructor)), in
 * order (.CRT$XI*, .CRT$XC*, .ctors backwards). 0 behind the last. */
uint64_t rig_image_initialiser(const struct rig_image *image, size_t index);

/* Registers by their numbers in unwind data: 0 rax, 1 rcx, 2 rdx, 3 rbx, 4 rsp, 5 rbp, 6 rsi, 7
 * rdi, 8 to 15 r8 to r15. */
struct rig_image_registers {
  uint64_t rip;
  uint64_t general[16];
};
/* Walks the stack [low, high) from the program's code at rip outwards, by the objects' unwind data:
 * fills `frames` with rip and the return addresses, innermost first, and returns how many. rsp is
 * what it is once the call at rip has returned; of the others, only those matter that a frame
 * pointer or a later caller needs (rbp). Ends where code is not the image's: the engine's. The
 * registers are then those of that caller. */
uint32_t rig_image_unwind(const struct rig_image *image, struct rig_image_registers *registers,
                          uint64_t stack_low, uint64_t stack_high, uint64_t *frames, uint32_t max);

/* The heap: malloc's and HeapAlloc's contract, aligned to 16, from an arena of a stated size. 0
 * when it is full. Deterministic: the same calls give the same addresses. `free` of something that
 * is none of its blocks, or freed already, returns false. */
uint64_t rig_image_allocate(struct rig_image *image, uint64_t bytes);
bool rig_image_release(struct rig_image *image, uint64_t block);
uint64_t rig_image_block_bytes(const struct rig_image *image, uint64_t block); /* 0: no block */

/* Set once the program was seen to have written over a block's header or behind the last block
 * (allocating and freeing find it; they fail from then on): a line to tell. NULL: sound. */
const char *rig_image_heap_damage(const struct rig_image *image);

/* ---- of a guarded heap ---- */

/* The program's call that allocates or frees next, for the report; 0: not known. */
void rig_image_site(struct rig_image *image, uint64_t caller);

/* So many of the block's bytes in front are not the program's own: MAPI's of a buffer. */
void rig_image_header(struct rig_image *image, uint64_t block, uint32_t bytes);

/* A freed block stays closed for as long as anything points at it, or at the page behind it.
 * Whoever holds memory of the program's shows it (rig_image_scan: bytes at `memory`, every `step`
 * bytes what may be a pointer), then the others are forgotten, data and heap being looked at too.
 */
bool rig_image_freed(const struct rig_image *image); /* is there any? */
void rig_image_scan(const struct rig_image *image, const void *memory, size_t bytes, size_t step);
void rig_image_forget(struct rig_image *image);

struct rig_image_block {
  uint64_t address;
  uint64_t bytes;
  uint64_t made_at;
  uint64_t freed_at;
  uint32_t header; /* so many of its bytes in front are MAPI's, not the program's */
  bool freed;
};
/* The block in which, or nearest to which, the address lies; false: none is near. */
bool rig_image_block_near(const struct rig_image *image, uint64_t address,
                          struct rig_image_block *out);
/* A block beside which something was written, and where; false: there is none. Loading a state
 * mends it. */
bool rig_image_spoilt(const struct rig_image *image, struct rig_image_block *out,
                      uint64_t *address);

/* True when all of it is memory of the image's data, heap or code (code: not for writing). */
bool rig_image_holds(const struct rig_image *image, uint64_t address, uint64_t bytes, bool write);

/* Writable data and heap as bytes: how many at most, save (returns how many), load. Blocks of 64
 * bytes that are as they were loaded are not among them, and equal contents give equal bytes, so
 * that a hash of them is one of the state. Both compare the program's writable data and the heap in
 * use with what they were at first: time grows with these, not with the arena. `to` is aligned
 * to 8. */
size_t rig_image_state_bytes(const struct rig_image *image);
size_t rig_image_save(const struct rig_image *image, void *to);
void rig_image_load_state(struct rig_image *image, const void *from, size_t bytes);

#endif
