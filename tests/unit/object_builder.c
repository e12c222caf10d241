/*
 * COFF objects in memory: header, section table, contents with relocations, symbols.
 */
#include "unit/object_builder.h"

#include <string.h>

#include "core/assert.h"

static void put(uint8_t *at, uint64_t value, size_t bytes) {
  for (size_t i = 0; i < bytes; i++) {
    at[i] = (uint8_t)(value >> (8 * i));
  }
}

static void put_name(uint8_t *at, const char *name) {
  const size_t length = strlen(name);
  RIG_ASSERT(length <= 8);
  memcpy(at, name, length);
}

size_t built_section_at(size_t index) {
  return 20 + 40 * index;
}

static void put_symbol(uint8_t *at, const char *name, uint32_t value, int section, unsigned storage,
                       unsigned auxiliary) {
  put_name(at, name);
  put(at + 8, value, 4);
  put(at + 12, (uint16_t)section, 2);
  at[16] = (uint8_t)storage;
  at[17] = (uint8_t)auxiliary;
}

size_t build_object(const struct built_object *object, uint8_t out[BUILT_BYTES]) {
  memset(out, 0, BUILT_BYTES);
  size_t at = built_section_at(object->section_count);
  for (size_t i = 0; i < object->section_count; i++) {
    const struct built_section *section = &object->sections[i];
    uint8_t *header = out + built_section_at(i);
    put_name(header, section->name);
    put(header + 16, section->bytes, 4);
    put(header + 20, at, 4);
    put(header + 36, section->flags, 4);
    memset(out + at, 0x90, section->bytes);
    at += section->bytes;
    if (section->relocates) {
      put(header + 24, at, 4);
      put(header + 32, 1, 2);
      put(out + at, section->relocation_offset, 4);
      put(out + at + 4, section->relocation_symbol, 4);
      put(out + at + 8, section->relocation_type, 2);
      at += 10;
    }
    RIG_ASSERT(at < BUILT_BYTES / 2);
  }
  put(out, 0x8664, 2);
  put(out + 2, object->section_count, 2);
  put(out + 8, at, 4);
  put(out + 12, 2 * object->section_count + object->symbol_count, 4);
  for (size_t i = 0; i < object->section_count; i++) {
    const struct built_section *section = &object->sections[i];
    put_symbol(out + at, section->name, 0, (int)i + 1, 3, 1);
    put(out + at + 18, section->bytes, 4);
    put(out + at + 18 + 12, section->associate, 2);
    out[at + 18 + 14] = (uint8_t)section->selection;
    at += 36;
  }
  for (size_t i = 0; i < object->symbol_count; i++) {
    const struct built_symbol *symbol = &object->symbols[i];
    put_symbol(out + at, symbol->name, symbol->value, symbol->section, symbol->storage, 0);
    at += 18;
    RIG_ASSERT(at < BUILT_BYTES - 40);
  }
  put(out + at, 4, 4);
  return at + 4;
}
