/*
 * Texts of a session, made safe to print: what the client wrote may hold anything.
 */
#include <string.h>

#include "core/trace_private.h"

const char *rig_trace_text_at(const struct rig_trace *trace, uint32_t offset) {
  return offset < trace->header.text_bytes ? trace->texts + offset : "";
}

const char *rig_trace_text(const struct rig_trace *trace, enum rig_text text) {
  const unsigned i = (unsigned)text;
  return i < RIG_TEXT_COUNT ? rig_trace_text_at(trace, trace->header.texts[i]) : "";
}

/* Controls of C0 and C1, and the marks that reorder a line for its reader. */
static bool printable(uint32_t point) {
  return point >= 0x20 && !(point >= 0x7F && point < 0xA0) && point != 0x061C &&
         !(point >= 0x200E && point <= 0x200F) && !(point >= 0x2028 && point <= 0x202E) &&
         !(point >= 0x2066 && point <= 0x2069) && point != 0xFEFF;
}

/* Decodes one UTF-8 sequence (RFC 3629: no surrogates, none overlong, at most U+10FFFF). Returns
 * its length, 0 when the bytes at `text` are none. */
static size_t decode(const unsigned char *text, size_t bytes, uint32_t *point) {
  static const uint32_t smallest[5] = {0, 0, 0x80, 0x800, 0x10000};
  const unsigned char lead = text[0];
  const size_t length = lead < 0x80             ? 1
                        : (lead & 0xE0) == 0xC0 ? 2
                        : (lead & 0xF0) == 0xE0 ? 3
                        : (lead & 0xF8) == 0xF0 ? 4
                                                : 0;
  if (length == 0 || length > bytes) {
    return 0;
  }
  uint32_t value = length == 1 ? lead : lead & (0x7Fu >> length);
  for (size_t i = 1; i < length; i++) {
    if ((text[i] & 0xC0) != 0x80) {
      return 0;
    }
    value = value << 6 | (text[i] & 0x3Fu);
  }
  if (value < smallest[length] || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF)) {
    return 0;
  }
  *point = value;
  return length;
}

void rig_trace_more_text(const struct rig_trace *trace, uint32_t index, char *buffer, size_t size) {
  unsigned char bytes[RIG_MORE_MAX * RIG_MORE_BYTES];
  if (size == 0) {
    return;
  }
  size_t total = rig_trace_more(trace, index, bytes, sizeof bytes);
  const unsigned char *end = memchr(bytes, '\0', total);
  total = end != NULL ? (size_t)(end - bytes) : total;
  size_t used = 0;
  for (size_t i = 0; i < total;) {
    uint32_t point = 0;
    const size_t length = decode(bytes + i, total - i, &point);
    const bool good = length > 0 && printable(point);
    const size_t out = good ? length : 1;
    if (out > size - 1 - used) {
      break; /* never half a character */
    }
    if (good) {
      memcpy(buffer + used, bytes + i, length);
    } else {
      buffer[used] = '?';
    }
    used += out;
    i += length > 0 ? length : 1;
  }
  buffer[used] = '\0';
}
