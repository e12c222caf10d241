/*
 * Numbers of the C run-time library, its generator of random ones, and texts from one encoding to
 * another.
 */
#include <stdlib.h>
#include <string.h>

#include "sim/shims/shims_private.h"

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
  const uint64_t count = units < 0 ? rig_shim_wide_length(from, UINT64_MAX) + 1 : (uint64_t)units;
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
