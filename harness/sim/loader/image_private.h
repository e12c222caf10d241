/*
 * What the parts of an image share: the mapping, its link, its heap.
 */
#ifndef RIG_SIM_IMAGE_PRIVATE_H
#define RIG_SIM_IMAGE_PRIVATE_H

#include "sim/loader/link.h"

#define RIG_IMAGE_BLOCK 64u /* bytes that are compared and saved as one */

/* A name at an address of the code. */
struct rig_image_label {
  uint64_t address;
  const char *name;
  const struct rig_coff *coff;
};

/* RUNTIME_FUNCTION with addresses in place of offsets. */
struct rig_image_function {
  uint64_t begin, end, unwind;
};

/* A guarded allocation: its pages, and what was asked for. Saved as it is: no padding. */
struct rig_guarded_block {
  uint64_t address;
  uint64_t bytes;
  uint64_t made_at; /* the program's call that asked for it; 0: not known */
  uint64_t freed_at;
  uint32_t page; /* the first one, counted from the heap's begin */
  uint32_t pages;
  uint32_t freed;  /* 1; while it is looked for what points at it, with RIG_GUARDED_SEEN */
  uint32_t header; /* bytes in front that are not the program's */
};
#define RIG_GUARDED_SEEN 2u

struct rig_image {
  uint8_t *mapping;
  uint64_t mapping_bytes;
  struct rig_link link;
  /* Writable data, whole blocks, and what it is like after loading. */
  uint8_t *data;
  uint64_t data_bytes;
  uint8_t *initial;
  /* Heap: blocks tile [heap, heap + top). */
  uint8_t *heap;
  uint64_t heap_bytes;
  uint64_t top;
  enum rig_guard guarded;
  struct rig_guarded_block *blocks; /* by their pages */
  size_t block_count, block_capacity;
  uint64_t site;      /* what allocates or frees now */
  const char *damage; /* the heap's, in words; NULL: none seen */
  /* For looking up. */
  struct rig_image_label *labels;
  size_t label_count, label_capacity;
  struct rig_image_function *functions;
  size_t function_count;
  uint64_t *initialisers;
  size_t initialiser_count, initialiser_capacity;
};

/* An input in memory, for tests and the fuzzer: as rig_image_load, whose options' paths name them.
 * The bytes must outlive the image. */
struct rig_image_input {
  const char *path;
  const uint8_t *data;
  size_t bytes;
};
enum rig_status rig_image_load_inputs(const struct rig_image_options *options,
                                      const struct rig_image_input *inputs, size_t count,
                                      struct rig_image **out, char *error, size_t size) RIG_CHECKED;

/* image_names.c: labels, functions and initialisers, once everything is in place. */
enum rig_status rig_image_index(struct rig_image *image) RIG_CHECKED;
/* The symbol that `name` means: itself, or the one C++ function of that name. NULL: none. */
const struct rig_link_symbol *rig_image_entry(const struct rig_image *image, const char *name);
enum rig_status rig_image_check_entry(struct rig_image *image, const char *name) RIG_CHECKED;

/* image_guarded.c, image_guarded_state.c: the heap of guarded mode. */
uint8_t *rig_guarded_page(const struct rig_image *image, uint32_t page);
bool rig_guarded_open(const struct rig_image *image, const struct rig_guarded_block *block);
void rig_guarded_close(const struct rig_image *image, const struct rig_guarded_block *block);
/* The bytes round the block are again what they were before the program wrote there. */
void rig_guarded_fill(const struct rig_image *image, const struct rig_guarded_block *block);
uint64_t rig_guarded_allocate(struct rig_image *image, uint64_t bytes);
bool rig_guarded_release(struct rig_image *image, uint64_t block);
uint64_t rig_guarded_block_bytes(const struct rig_image *image, uint64_t block);
bool rig_guarded_holds(const struct rig_image *image, uint64_t address, uint64_t bytes);
size_t rig_guarded_state_bytes(const struct rig_image *image);
size_t rig_guarded_save(const struct rig_image *image, void *to);
void rig_guarded_load(struct rig_image *image, const void *from, size_t bytes);

#endif
