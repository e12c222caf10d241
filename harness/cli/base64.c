/*
 * Base64.
 */
#include "cli/base64.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

char *rig_base64(const void *data, size_t bytes) {
  const unsigned char *at = data;
  char *text = malloc((bytes + 2) / 3 * 4 + 1);
  char *to = text;
  for (size_t i = 0; text && i < bytes; i += 3) {
    const size_t left = bytes - i;
    const uint32_t word = (uint32_t)at[i] << 16 | (left > 1 ? (uint32_t)at[i + 1] << 8 : 0) |
                          (left > 2 ? (uint32_t)at[i + 2] : 0);
    *to++ = digits[word >> 18 & 63];
    *to++ = digits[word >> 12 & 63];
    *to++ = left > 1 ? digits[word >> 6 & 63] : '=';
    *to++ = left > 2 ? digits[word & 63] : '=';
  }
  if (text) {
    *to = '\0';
  }
  return text;
}

/* -1: no digit. */
static int value_of(char digit) {
  const char *at = digit != '\0' ? strchr(digits, digit) : NULL;
  return at ? (int)(at - digits) : -1;
}

bool rig_base64_read(const char *text, void *to, size_t size, size_t *bytes) {
  const size_t length = strlen(text);
  unsigned char *out = to;
  size_t used = 0;
  if (length % 4 != 0) {
    return false;
  }
  for (size_t i = 0; i < length; i += 4) {
    const bool last = i + 4 == length;
    const size_t pad = last && text[i + 3] == '=' ? (text[i + 2] == '=' ? 2 : 1) : 0;
    uint32_t word = 0;
    for (size_t k = 0; k < 4; k++) {
      const int value = k >= 4 - pad ? 0 : value_of(text[i + k]);
      if (value < 0) {
        return false;
      }
      word = word << 6 | (uint32_t)value;
    }
    for (size_t k = 0; k < 3 - pad; k++) {
      if (used == size) {
        return false;
      }
      out[used++] = (unsigned char)(word >> (16 - 8 * k));
    }
  }
  *bytes = used;
  return true;
}
