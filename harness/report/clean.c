/*
 * Cleaning text: UTF-8 as RFC 3629 has it (no overlong forms, no surrogates), XML 1.0's characters.
 */
#include "report/clean.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Length of the valid character at `at`, 0 if there is none. */
static size_t character(const unsigned char *at) {
  static const struct {
    unsigned char mask, lead;
    uint32_t least;
  } forms[] = {{0x80, 0x00, 0}, {0xE0, 0xC0, 0x80}, {0xF0, 0xE0, 0x800}, {0xF8, 0xF0, 0x10000}};
  for (size_t i = 0; i < 4; i++) {
    if ((at[0] & forms[i].mask) != forms[i].lead) {
      continue;
    }
    uint32_t code = at[0] & (unsigned char)~forms[i].mask;
    for (size_t j = 1; j <= i; j++) {
      if ((at[j] & 0xC0) != 0x80) {
        return 0;
      }
      code = code << 6 | (at[j] & 0x3Fu);
    }
    bool control = (code < 0x20 && code != '\n' && code != '\t') || (code >= 0x7F && code < 0xA0);
    bool outside =
        code > 0x10FFFF || (code >= 0xD800 && code < 0xE000) || (code & 0xFFFE) == 0xFFFE;
    return control || outside || code < forms[i].least ? 0 : i + 1;
  }
  return 0;
}

char *rig_clean_copy(char *out, size_t size, const char *from) {
  const unsigned char *at = (const unsigned char *)from;
  size_t used = 0;
  while (*at) {
    size_t length = character(at);
    if (used + (length ? length : 1) >= size) {
      break;
    }
    if (at[0] == '\r' && at[1] == '\n') {
      at++;
    } else if (length == 0) {
      out[used++] = '?';
      at++;
    } else {
      memcpy(out + used, at, length);
      used += length;
      at += length;
    }
  }
  if (size > 0) {
    out[used] = '\0';
  }
  return out;
}

char *rig_clean_new(const char *from) {
  size_t size = from ? strlen(from) + 1 : 0;
  char *out = from ? malloc(size) : NULL;
  return out ? rig_clean_copy(out, size, from) : NULL;
}
