/*
 * The bytes of a scenario file, before YAML: UTF-8 without control characters. libyaml refuses the
 * rest too, but names no line.
 */
#include <stdint.h>
#include <string.h>

#include "scenario/tree.h"

static bool is_continuation(unsigned char byte) {
  return (byte & 0xC0) == 0x80;
}

/* The length of the character at `text` and its code point; 0 when it is not UTF-8 (RFC 3629: no
 * overlong forms, no surrogates, nothing above U+10FFFF). */
static size_t decode(const unsigned char *text, size_t bytes, uint32_t *code) {
  if (text[0] < 0x80) {
    *code = text[0];
    return 1;
  }
  size_t length = text[0] >= 0xF0 ? 4 : text[0] >= 0xE0 ? 3 : 2;
  static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
  if (text[0] < 0xC2 || text[0] > 0xF4 || length > bytes)
    return 0;
  uint32_t value = text[0] & (0xFFu >> (length + 1));
  for (size_t i = 1; i < length; i++) {
    if (!is_continuation(text[i]))
      return 0;
    value = value << 6 | (text[i] & 0x3Fu);
  }
  if (value < smallest[length] || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF))
    return 0;
  *code = value;
  return length;
}

/* YAML 1.1's printable set (its section 5.1), without the byte order mark inside the text. */
static bool is_allowed(uint32_t code) {
  if (code < 0x20)
    return code == '\t' || code == '\n' || code == '\r';
  if (code >= 0x7F && code < 0xA0)
    return code == 0x85;
  return code != 0xFEFF && code != 0xFFFE && code != 0xFFFF;
}

bool rig_text_check(struct rig_reader *reader, const char *text, size_t bytes) {
  const unsigned char *all = (const unsigned char *)text;
  struct rig_position here = {1, 1};
  if (bytes >= 2 && ((all[0] == 0xFF && all[1] == 0xFE) || (all[0] == 0xFE && all[1] == 0xFF))) {
    rig_problem_add(reader, here, "the file is UTF-16: save it as UTF-8");
    return false;
  }
  size_t i = bytes >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
  while (i < bytes) {
    uint32_t code = 0;
    size_t length = decode(all + i, bytes - i, &code);
    if (length == 0) {
      rig_problem_add(reader, here, "byte 0x%02X is not UTF-8: save the file as UTF-8", all[i]);
      return false;
    }
    if (!is_allowed(code)) {
      rig_problem_add(reader, here,
                      "control character U+%04X: remove it, or write \"\\u%04X\" in double quotes",
                      (unsigned)code, (unsigned)code);
      return false;
    }
    bool line_end = code == '\n' || (code == '\r' && !(i + 1 < bytes && all[i + 1] == '\n'));
    if (line_end) {
      here.line++;
      here.column = 1;
    } else if (code != '\r') {
      here.column++;
    }
    i += length;
  }
  return true;
}
