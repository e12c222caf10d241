/*
 * Reading a static library, member by member.
 */
#include "sim/loader/archive.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAGIC "!<arch>\n"
#define MAGIC_BYTES 8u
#define HEADER_BYTES 60u
#define SIZE_AT 48u
#define SIZE_BYTES 10u

bool rig_archive_open(struct rig_archive *archive, const uint8_t *data, size_t bytes) {
  if (bytes < MAGIC_BYTES || memcmp(data, MAGIC, MAGIC_BYTES) != 0) {
    return false;
  }
  *archive = (struct rig_archive){.data = data, .bytes = bytes, .next = MAGIC_BYTES};
  return true;
}

/* A decimal number in a field padded with blanks; false: it is none. */
static bool number(const uint8_t *field, size_t bytes, size_t *out) {
  size_t value = 0;
  size_t at = 0;
  for (; at < bytes && field[at] >= '0' && field[at] <= '9'; at++) {
    value = value * 10 + (size_t)(field[at] - '0');
  }
  const bool digits = at > 0;
  for (; at < bytes && field[at] == ' '; at++) {
  }
  *out = value;
  return digits && at == bytes;
}

/* "name/" (GNU), "name" with blanks behind it (BSD), "/123": at 123 of the long names, which end in
 * "/\n" (GNU) or a zero (lib.exe). False: it points nowhere. */
static bool member_name(const struct rig_archive *archive, const uint8_t *field,
                        char out[RIG_ARCHIVE_NAME_BYTES]) {
  const char *from = (const char *)field;
  size_t length = 16;
  if (field[0] == '/') {
    size_t offset = 0;
    if (!number(field + 1, 15, &offset) || offset >= archive->name_bytes) {
      return false;
    }
    from = archive->names + offset;
    length = archive->name_bytes - offset;
  }
  size_t used = 0;
  while (used < length && used < RIG_ARCHIVE_NAME_BYTES - 1 && from[used] != '\0' &&
         from[used] != '\n') {
    out[used] = (unsigned char)from[used] < ' ' ? '?' : from[used];
    used++;
  }
  while (used > 0 && (out[used - 1] == ' ' || out[used - 1] == '/')) {
    used--;
  }
  out[used] = '\0';
  return true;
}

enum rig_status rig_archive_next(struct rig_archive *archive, struct rig_archive_member *out,
                                 char *why, size_t size) {
  while (archive->next < archive->bytes) {
    const size_t left = archive->bytes - archive->next;
    const uint8_t *header = archive->data + archive->next;
    size_t bytes = 0;
    if (left == 1 && *header == '\n') {
      break;
    }
    if (left < HEADER_BYTES || header[58] != '`' || header[59] != '\n' ||
        !number(header + SIZE_AT, SIZE_BYTES, &bytes)) {
      (void)snprintf(why, size, "is damaged: no member header at offset 0x%zx", archive->next);
      return RIG_INVALID;
    }
    if (bytes > left - HEADER_BYTES) {
      (void)snprintf(why, size, "is truncated: the member at offset 0x%zx has %zu bytes of %zu",
                     archive->next, left - HEADER_BYTES, bytes);
      return RIG_INVALID;
    }
    const uint8_t *data = header + HEADER_BYTES;
    archive->next += HEADER_BYTES + bytes + (bytes & 1u);
    if (memcmp(header, "// ", 3) == 0) {
      archive->names = (const char *)data;
      archive->name_bytes = bytes;
    } else if (memcmp(header, "/ ", 2) != 0 && memcmp(header, "/SYM64/", 7) != 0) {
      if (!member_name(archive, header, out->name)) {
        (void)snprintf(why, size, "is damaged: the name of the member at offset 0x%zx",
                       (size_t)(header - archive->data));
        return RIG_INVALID;
      }
      out->data = data;
      out->bytes = bytes;
      return RIG_OK;
    }
  }
  return RIG_NOT_FOUND;
}
