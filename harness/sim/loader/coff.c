/*
 * Reading a COFF object: file header, section table, symbol table.
 */
#include "sim/loader/coff.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/loader/coff_private.h"

#define HEADER_BYTES 20u
#define BIG_HEADER_BYTES 56u
#define SECTION_BYTES 40u
#define RELOCATION_BYTES 10u
#define ALIGNMENT_SHIFT 20u

uint16_t rig_coff_word(const uint8_t *at) {
  return (uint16_t)(at[0] | at[1] << 8);
}

uint32_t rig_coff_dword(const uint8_t *at) {
  return (uint32_t)rig_coff_word(at) | (uint32_t)rig_coff_word(at + 2) << 16;
}

uint64_t rig_coff_qword(const uint8_t *at) {
  return (uint64_t)rig_coff_dword(at) | (uint64_t)rig_coff_dword(at + 4) << 32;
}

enum rig_status rig_coff_refuse(struct rig_coff_reader *reader, enum rig_status status,
                                const char *format, ...) {
  va_list arguments;
  const int used = snprintf(reader->error, reader->size, "%s ", reader->coff->path);
  if (used >= 0 && (size_t)used < reader->size) {
    va_start(arguments, format);
    (void)vsnprintf(reader->error + used, reader->size - (size_t)used, format, arguments);
    va_end(arguments);
  }
  return status;
}

bool rig_coff_inside(const struct rig_coff *coff, uint64_t offset, uint64_t bytes) {
  return offset <= coff->bytes && bytes <= coff->bytes - offset;
}

void rig_coff_relocation(const struct rig_coff_section *section, uint32_t index,
                         struct rig_coff_relocation *out) {
  const uint8_t *at = section->relocations + (size_t)index * RELOCATION_BYTES;
  out->offset = rig_coff_dword(at);
  out->symbol = rig_coff_dword(at + 4);
  out->type = rig_coff_word(at + 8);
}

/* The name at `offset` of the string table; NULL: it lies outside or does not end. */
static const char *long_name(const struct rig_coff_reader *reader, uint64_t offset) {
  if (offset < 4 || offset >= reader->string_bytes) {
    return NULL;
  }
  const char *at = (const char *)reader->coff->data + reader->strings + offset;
  return memchr(at, '\0', reader->string_bytes - offset) == NULL ? NULL : at;
}

/* A name field of 8 bytes: letters, or "/123" (decimal) for sections, or zeros and an offset for
 * symbols. NULL: it is damaged. */
const char *rig_coff_name(struct rig_coff_reader *reader, const uint8_t *field, bool symbol) {
  if (symbol && rig_coff_dword(field) == 0) {
    return long_name(reader, rig_coff_dword(field + 4));
  }
  char *name = reader->name_next;
  memcpy(name, field, 8);
  name[8] = '\0';
  reader->name_next += strlen(name) + 1;
  if (!symbol && name[0] == '/') {
    char *end = NULL;
    const unsigned long offset = strtoul(name + 1, &end, 10);
    return end == name + 1 || *end != '\0' ? NULL : long_name(reader, offset);
  }
  return name;
}

/* Relocations, their number being in the first one when 16 bits do not hold it. */
static enum rig_status read_relocations(struct rig_coff_reader *reader, const uint8_t *header,
                                        struct rig_coff_section *section) {
  const struct rig_coff *coff = reader->coff;
  uint64_t offset = rig_coff_dword(header + 24);
  uint64_t count = rig_coff_word(header + 32);
  if ((section->flags & RIG_COFF_RELOCATIONS_OVERFLOW) != 0 && count == 0xFFFF) {
    if (!rig_coff_inside(coff, offset, RELOCATION_BYTES) ||
        rig_coff_dword(coff->data + offset) == 0) {
      return rig_coff_refuse(reader, RIG_INVALID, "is truncated: relocations of section %s",
                             section->name);
    }
    count = rig_coff_dword(coff->data + offset) - 1u;
    offset += RELOCATION_BYTES;
  }
  if (count != 0 && !rig_coff_inside(coff, offset, count * RELOCATION_BYTES)) {
    return rig_coff_refuse(reader, RIG_INVALID,
                           "is truncated: %llu relocations of section %s lie beyond its end",
                           (unsigned long long)count, section->name);
  }
  section->relocation_count = (uint32_t)count;
  section->relocations = coff->data + (count == 0 ? 0 : offset);
  return RIG_OK;
}

static enum rig_status read_section(struct rig_coff_reader *reader, uint64_t at,
                                    struct rig_coff_section *section) {
  struct rig_coff *coff = reader->coff;
  const uint8_t *header = coff->data + at;
  section->coff = coff;
  section->name = rig_coff_name(reader, header, false);
  if (section->name == NULL) {
    return rig_coff_refuse(reader, RIG_INVALID,
                           "is damaged: the name of a section at offset 0x%llx",
                           (unsigned long long)at);
  }
  section->bytes = rig_coff_dword(header + 16);
  section->flags = rig_coff_dword(header + 36);
  const uint32_t power = section->flags >> ALIGNMENT_SHIFT & 0xFu;
  section->alignment = power == 0 || power > 14 ? 16u : 1u << (power - 1u);
  const uint32_t raw = rig_coff_dword(header + 20);
  if ((section->flags & RIG_COFF_UNINITIALISED) == 0 && raw != 0 && section->bytes != 0) {
    if (!rig_coff_inside(coff, raw, section->bytes)) {
      return rig_coff_refuse(
          reader, RIG_INVALID,
          "is truncated: section %s needs bytes 0x%x to 0x%llx, the file has 0x%zx", section->name,
          raw, (unsigned long long)raw + section->bytes, coff->bytes);
    }
    section->raw = coff->data + raw;
  }
  if (section->bytes > RIG_COFF_SECTION_MAX) {
    return rig_coff_refuse(reader, RIG_UNSUPPORTED, "has a section %s of %u bytes, at most %u",
                           section->name, section->bytes, RIG_COFF_SECTION_MAX);
  }
  if (strncmp(section->name, ".idata$", 7) == 0) {
    coff->imports = true;
  }
  return read_relocations(reader, header, section);
}

/* Where the tables lie: sections, symbols, strings; checked against the file's end. */
static enum rig_status read_header(struct rig_coff_reader *reader, uint64_t *sections) {
  struct rig_coff *coff = reader->coff;
  reader->big = coff->bytes >= 4 && rig_coff_word(coff->data) == 0;
  reader->symbol_bytes = reader->big ? 20u : 18u;
  if (coff->bytes < (reader->big ? BIG_HEADER_BYTES : HEADER_BYTES)) {
    return rig_coff_refuse(reader, RIG_INVALID, "is no COFF object: %zu bytes", coff->bytes);
  }
  if (reader->big) {
    *sections = BIG_HEADER_BYTES;
    coff->section_count = rig_coff_dword(coff->data + 44);
    reader->symbols = rig_coff_dword(coff->data + 48);
    coff->symbol_count = rig_coff_dword(coff->data + 52);
  } else {
    *sections = (uint64_t)HEADER_BYTES + rig_coff_word(coff->data + 16);
    coff->section_count = rig_coff_word(coff->data + 2);
    reader->symbols = rig_coff_dword(coff->data + 8);
    coff->symbol_count = rig_coff_dword(coff->data + 12);
  }
  if (!rig_coff_inside(coff, *sections, (uint64_t)coff->section_count * SECTION_BYTES)) {
    return rig_coff_refuse(reader, RIG_INVALID, "is truncated: its %u sections lie beyond its end",
                           coff->section_count);
  }
  const uint64_t symbol_bytes = (uint64_t)coff->symbol_count * reader->symbol_bytes;
  if (!rig_coff_inside(coff, reader->symbols, symbol_bytes)) {
    return rig_coff_refuse(reader, RIG_INVALID, "is truncated: its %u symbols lie beyond its end",
                           coff->symbol_count);
  }
  reader->strings = reader->symbols + symbol_bytes;
  if (reader->symbols != 0 && rig_coff_inside(coff, reader->strings, 4)) {
    reader->string_bytes = rig_coff_dword(coff->data + reader->strings);
    if (!rig_coff_inside(coff, reader->strings, reader->string_bytes)) {
      return rig_coff_refuse(reader, RIG_INVALID, "is truncated: its names lie beyond its end");
    }
  }
  return RIG_OK;
}

static enum rig_status read_object(struct rig_coff_reader *reader) {
  struct rig_coff *coff = reader->coff;
  uint64_t at = 0;
  char why[200];
  if (rig_coff_foreign(coff->data, coff->bytes, why, sizeof why)) {
    return rig_coff_refuse(reader, RIG_INVALID, "%s", why);
  }
  enum rig_status status = read_header(reader, &at);
  if (status != RIG_OK) {
    return status;
  }
  coff->sections = calloc((size_t)coff->section_count + 1, sizeof *coff->sections);
  coff->symbols = calloc((size_t)coff->symbol_count + 1, sizeof *coff->symbols);
  coff->names = malloc(((size_t)coff->section_count + coff->symbol_count + 1) * 9u);
  if (coff->sections == NULL || coff->symbols == NULL || coff->names == NULL) {
    return rig_coff_refuse(reader, RIG_NO_MEMORY, "does not fit into memory");
  }
  reader->name_next = coff->names;
  for (uint32_t i = 0; i < coff->section_count && status == RIG_OK; i++) {
    status = read_section(reader, at + (uint64_t)i * SECTION_BYTES, &coff->sections[i]);
  }
  return status != RIG_OK ? status : rig_coff_read_symbols(reader);
}

enum rig_status rig_coff_open(const char *path, unsigned object, const uint8_t *data, size_t bytes,
                              struct rig_coff **out, char *error, size_t size) {
  struct rig_coff *coff = calloc(1, sizeof *coff);
  if (coff == NULL || (coff->path = strdup(path)) == NULL) {
    free(coff);
    (void)snprintf(error, size, "%s does not fit into memory", path);
    return RIG_NO_MEMORY;
  }
  coff->object = object;
  coff->data = data;
  coff->bytes = bytes;
  struct rig_coff_reader reader = {.coff = coff, .error = error, .size = size};
  const enum rig_status status = read_object(&reader);
  if (status != RIG_OK) {
    (void)rig_coff_close(coff);
    return status;
  }
  *out = coff;
  return RIG_OK;
}

struct rig_coff *rig_coff_close(struct rig_coff *coff) {
  if (coff != NULL) {
    free(coff->sections);
    free(coff->symbols);
    free(coff->names);
    free(coff->path);
    free(coff);
  }
  return NULL;
}
