/*
 * Memory and text of the C run-time library; wide characters are 16 bits. Nothing here looks at
 * more than its arguments: a bad pointer faults, as it does in the program's own library.
 */
#include <stdlib.h>
#include <string.h>

#include "sim/shims_private.h"

RIG_SHIM(void *, memcpy, void *to, const void *from, uint64_t bytes) {
  return memcpy(to, from, bytes);
}
RIG_SHIM(void *, memmove, void *to, const void *from, uint64_t bytes) {
  return memmove(to, from, bytes);
}
RIG_SHIM(void *, memset, void *to, int32_t value, uint64_t bytes) {
  return memset(to, value, bytes);
}
RIG_SHIM(int32_t, memcmp, const void *a, const void *b, uint64_t bytes) {
  return memcmp(a, b, bytes);
}
RIG_SHIM(void *, memchr, const void *in, int32_t value, uint64_t bytes) {
  return memchr(in, value, bytes);
}

/* ---- narrow ---- */

static int32_t lower(int32_t c) {
  return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c;
}

static int32_t compare_nocase(const char *a, const char *b, uint64_t most) {
  for (uint64_t i = 0; i < most; i++) {
    const int32_t left = lower((unsigned char)a[i]);
    const int32_t right = lower((unsigned char)b[i]);
    if (left != right || left == 0) {
      return left - right;
    }
  }
  return 0;
}

RIG_SHIM(uint64_t, strlen, const char *text) {
  return strlen(text);
}
RIG_SHIM(uint64_t, strnlen, const char *text, uint64_t most) {
  return strnlen(text, most);
}
RIG_SHIM(char *, strcpy, char *to, const char *from) {
  return strcpy(to, from);
}
RIG_SHIM(char *, strncpy, char *to, const char *from, uint64_t most) {
  const uint64_t length = strnlen(from, most);
  memset(to, 0, most);
  memcpy(to, from, length);
  return to;
}
RIG_SHIM(char *, strcat, char *to, const char *from) {
  return strcat(to, from);
}
RIG_SHIM(char *, strncat, char *to, const char *from, uint64_t most) {
  return strncat(to, from, most);
}
RIG_SHIM(int32_t, strcmp, const char *a, const char *b) {
  return strcmp(a, b);
}
RIG_SHIM(int32_t, strncmp, const char *a, const char *b, uint64_t most) {
  return strncmp(a, b, most);
}
RIG_SHIM(int32_t, _stricmp, const char *a, const char *b) {
  return compare_nocase(a, b, UINT64_MAX);
}
RIG_SHIM(int32_t, _strnicmp, const char *a, const char *b, uint64_t most) {
  return compare_nocase(a, b, most);
}
RIG_SHIM(char *, strchr, const char *text, int32_t c) {
  return strchr(text, c);
}
RIG_SHIM(char *, strrchr, const char *text, int32_t c) {
  return strrchr(text, c);
}
RIG_SHIM(char *, strstr, const char *text, const char *part) {
  return strstr(text, part);
}
RIG_SHIM(uint64_t, strcspn, const char *text, const char *set) {
  return strcspn(text, set);
}
RIG_SHIM(uint64_t, strspn, const char *text, const char *set) {
  return strspn(text, set);
}
RIG_SHIM(char *, _strdup, const char *text) {
  const size_t bytes = strlen(text) + 1;
  char *copy = (char *)(uintptr_t)rig_shim_allocate(bytes);
  memcpy(copy, text, bytes);
  return copy;
}
RIG_SHIM(int32_t, lstrlenA, const char *text) {
  return text == NULL ? 0 : (int32_t)strlen(text);
}
RIG_SHIM(char *, lstrcpyA, char *to, const char *from) {
  return strcpy(to, from);
}
RIG_SHIM(int32_t, lstrcmpA, const char *a, const char *b) {
  return strcmp(a, b);
}

/* ---- wide ---- */

static uint64_t wide_length(const uint16_t *text, uint64_t most) {
  uint64_t length = 0;
  while (length < most && text[length] != 0) {
    length++;
  }
  return length;
}

static int32_t wide_compare(const uint16_t *a, const uint16_t *b, uint64_t most, bool nocase) {
  for (uint64_t i = 0; i < most; i++) {
    const int32_t left = nocase ? lower(a[i]) : a[i];
    const int32_t right = nocase ? lower(b[i]) : b[i];
    if (left != right || left == 0) {
      return left < right ? -1 : left > right;
    }
  }
  return 0;
}

static uint16_t *wide_copy(uint16_t *to, const uint16_t *from) {
  memcpy(to, from, (wide_length(from, UINT64_MAX) + 1) * sizeof *to);
  return to;
}

RIG_SHIM(uint64_t, wcslen, const uint16_t *text) {
  return wide_length(text, UINT64_MAX);
}
RIG_SHIM(uint64_t, wcsnlen, const uint16_t *text, uint64_t most) {
  return wide_length(text, most);
}
RIG_SHIM(uint16_t *, wcscpy, uint16_t *to, const uint16_t *from) {
  return wide_copy(to, from);
}
RIG_SHIM(uint16_t *, wcsncpy, uint16_t *to, const uint16_t *from, uint64_t most) {
  const uint64_t length = wide_length(from, most);
  memset(to, 0, most * sizeof *to);
  memcpy(to, from, length * sizeof *to);
  return to;
}
RIG_SHIM(uint16_t *, wcscat, uint16_t *to, const uint16_t *from) {
  wide_copy(to + wide_length(to, UINT64_MAX), from);
  return to;
}
RIG_SHIM(int32_t, wcscmp, const uint16_t *a, const uint16_t *b) {
  return wide_compare(a, b, UINT64_MAX, false);
}
RIG_SHIM(int32_t, wcsncmp, const uint16_t *a, const uint16_t *b, uint64_t most) {
  return wide_compare(a, b, most, false);
}
RIG_SHIM(int32_t, _wcsicmp, const uint16_t *a, const uint16_t *b) {
  return wide_compare(a, b, UINT64_MAX, true);
}
RIG_SHIM(const uint16_t *, wcschr, const uint16_t *text, uint16_t c) {
  for (;; text++) {
    if (*text == c) {
      return text;
    }
    if (*text == 0) {
      return NULL;
    }
  }
}
RIG_SHIM(const uint16_t *, wcsrchr, const uint16_t *text, uint16_t c) {
  const uint16_t *found = NULL;
  for (;; text++) {
    if (*text == c) {
      found = text;
    }
    if (*text == 0) {
      return found;
    }
  }
}
RIG_SHIM(const uint16_t *, wcsstr, const uint16_t *text, const uint16_t *part) {
  const uint64_t length = wide_length(part, UINT64_MAX);
  for (;; text++) {
    if (wide_compare(text, part, length, false) == 0) {
      return text;
    }
    if (*text == 0) {
      return NULL;
    }
  }
}
RIG_SHIM(int32_t, lstrlenW, const uint16_t *text) {
  return text == NULL ? 0 : (int32_t)wide_length(text, UINT64_MAX);
}
RIG_SHIM(uint16_t *, lstrcpyW, uint16_t *to, const uint16_t *from) {
  return wide_copy(to, from);
}
RIG_SHIM(int32_t, lstrcmpW, const uint16_t *a, const uint16_t *b) {
  return wide_compare(a, b, UINT64_MAX, false);
}

/* ---- numbers: `long` has 32 bits ---- */

RIG_SHIM(int32_t, atoi, const char *text) {
  return (int32_t)strtoll(text, NULL, 10);
}
RIG_SHIM(int32_t, strtol, const char *text, char **end, int32_t base) {
  const long long value = strtoll(text, end, base);
  return value > INT32_MAX ? INT32_MAX : value < INT32_MIN ? INT32_MIN : (int32_t)value;
}
RIG_SHIM(uint32_t, strtoul, const char *text, char **end, int32_t base) {
  const unsigned long long value = strtoull(text, end, base);
  return value > UINT32_MAX && (int64_t)value > 0 ? UINT32_MAX : (uint32_t)value;
}
RIG_SHIM(uint64_t, strtoull, const char *text, char **end, int32_t base) {
  return strtoull(text, end, base);
}

/* Microsoft's generator, whose state is part of the run's. */
RIG_SHIM(int32_t, rand, void) {
  struct rig_engine *engine = rig_engine_current();
  engine->registry.next_random = engine->registry.next_random * 214013u + 2531011u;
  engine->registry_changed = true;
  return (int32_t)(engine->registry.next_random >> 16 & 0x7fff);
}
RIG_SHIM(void, srand, uint32_t seed) {
  struct rig_engine *engine = rig_engine_current();
  engine->registry.next_random = seed;
  engine->registry_changed = true;
}

/* ---- conversion: every code page is UTF-8 ---- */

static uint32_t decode(const unsigned char **at, const unsigned char *end) {
  const unsigned char lead = *(*at)++;
  const unsigned more = lead < 0xc0 ? 0 : lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3;
  if (more == 0) {
    return lead < 0x80 ? lead : 0xfffd;
  }
  uint32_t code = lead & (0x3fu >> more);
  for (unsigned i = 0; i < more; i++) {
    if (*at == end || (**at & 0xc0) != 0x80) {
      return 0xfffd;
    }
    code = code << 6 | (*(*at)++ & 0x3fu);
  }
  return code <= 0x10ffff ? code : 0xfffd;
}

static int32_t put_unit(uint32_t code, uint16_t *to) {
  if (code < 0x10000) {
    to[0] = (uint16_t)code;
    return 1;
  }
  to[0] = (uint16_t)(0xd800 + ((code - 0x10000) >> 10));
  to[1] = (uint16_t)(0xdc00 + ((code - 0x10000) & 0x3ff));
  return 2;
}

int32_t rig_shim_widen(const char *utf8, uint16_t *to, uint64_t size) {
  const unsigned char *at = (const unsigned char *)utf8;
  const unsigned char *end = at + strlen(utf8);
  int32_t all = 0;
  uint64_t used = 0;
  while (at < end) {
    uint16_t units[2];
    const int32_t count = put_unit(decode(&at, end), units);
    if (used + (uint64_t)count < size) {
      memcpy(to + used, units, (size_t)count * sizeof *units);
      used += (uint64_t)count;
    }
    all += count;
  }
  if (size > 0) {
    to[used] = 0;
  }
  return all;
}

RIG_SHIM(int32_t, MultiByteToWideChar, uint32_t page, uint32_t flags, const char *from,
         int32_t bytes, uint16_t *to, int32_t size) {
  (void)page;
  (void)flags;
  const unsigned char *at = (const unsigned char *)from;
  const unsigned char *end = at + (bytes < 0 ? strlen(from) + 1 : (size_t)bytes);
  int32_t used = 0;
  while (at < end) {
    uint16_t pair[2];
    const int32_t units = put_unit(decode(&at, end), pair);
    if (size > 0 && used + units > size) {
      return (int32_t)rig_shim_fail(rig_engine_current(), RIG_ERROR_INSUFFICIENT_BUFFER);
    }
    if (size > 0) {
      memcpy(to + used, pair, (size_t)units * sizeof *pair);
    }
    used += units;
  }
  return used;
}

RIG_SHIM(int32_t, WideCharToMultiByte, uint32_t page, uint32_t flags, const uint16_t *from,
         int32_t units, char *to, int32_t size, const char *instead, uint32_t *used_instead) {
  (void)page;
  (void)flags;
  (void)instead;
  if (used_instead != NULL) {
    *used_instead = 0;
  }
  const uint64_t count = units < 0 ? wide_length(from, UINT64_MAX) + 1 : (uint64_t)units;
  int32_t used = 0;
  for (uint64_t i = 0; i < count; i++) {
    uint16_t one[3] = {from[i], 0, 0};
    char utf8[8];
    if ((one[0] & 0xfc00) == 0xd800 && i + 1 < count) {
      one[1] = from[++i];
    }
    rig_shim_utf8(one, utf8, sizeof utf8);
    const int32_t bytes = one[0] == 0 ? 1 : (int32_t)strlen(utf8);
    if (size > 0 && used + bytes > size) {
      return (int32_t)rig_shim_fail(rig_engine_current(), RIG_ERROR_INSUFFICIENT_BUFFER);
    }
    if (size > 0) {
      memcpy(to + used, utf8, (size_t)bytes);
    }
    used += bytes;
  }
  return used;
}
