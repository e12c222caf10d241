/*
 * Makes COFF objects in memory, sound ones and broken ones, byte by byte.
 */
#ifndef RIG_TESTS_OBJECT_BUILDER_H
#define RIG_TESTS_OBJECT_BUILDER_H

#include <stddef.h>
#include <stdint.h>

#define BUILT_BYTES 8192u

struct built_section {
  const char *name; /* at most 8 letters */
  uint32_t flags;
  uint32_t bytes; /* all 0x90 */
  unsigned selection, associate;
  unsigned relocation_type; /* with relocates: one relocation */
  uint32_t relocation_offset, relocation_symbol;
  int relocates;
};

struct built_symbol {
  const char *name; /* at most 8 letters */
  uint32_t value;
  int section;
  unsigned storage;
};

struct built_object {
  const struct built_section *sections;
  size_t section_count;
  /* The symbols behind those of the sections, which have two entries each: section i's is 2 i. */
  const struct built_symbol *symbols;
  size_t symbol_count;
};

/* Returns how many bytes it has. */
size_t build_object(const struct built_object *object, uint8_t out[BUILT_BYTES]);
/* Where the header of a section lies, for tests that break it. */
size_t built_section_at(size_t index);

#endif
