/* The table of shims by name, and what they share. */
#include <string.h>

#include "sim/shims/shims.h"
#include "sim/shims/shims_private.h"

#define RIG_X(name) extern const char rig_entry_##name[];
RIG_SHIMS(RIG_X)
#undef RIG_X

static const struct {
  const char *name;
  const char *entry;
} shims[] = {
#define RIG_X(name) {#name, rig_entry_##name},
    RIG_SHIMS(RIG_X)
#undef RIG_X
};

uint64_t rig_engine_shim(const char *name) {
  for (size_t i = 0; i < sizeof shims / sizeof *shims; i++) {
    if (strcmp(shims[i].name, name) == 0) {
      return (uint64_t)(uintptr_t)shims[i].entry;
    }
  }
  return 0;
}

/* ---- texts ---- */

static size_t put_utf8(uint32_t code, char *to) {
  if (code < 0x80) {
    to[0] = (char)code;
    return 1;
  }
  if (code < 0x800) {
    to[0] = (char)(0xc0 | code >> 6);
    to[1] = (char)(0x80 | (code & 0x3f));
    return 2;
  }
  if (code < 0x10000) {
    to[0] = (char)(0xe0 | code >> 12);
    to[1] = (char)(0x80 | (code >> 6 & 0x3f));
    to[2] = (char)(0x80 | (code & 0x3f));
    return 3;
  }
  to[0] = (char)(0xf0 | code >> 18);
  to[1] = (char)(0x80 | (code >> 12 & 0x3f));
  to[2] = (char)(0x80 | (code >> 6 & 0x3f));
  to[3] = (char)(0x80 | (code & 0x3f));
  return 4;
}

void rig_shim_utf8(const uint16_t *wide, char *to, size_t size) {
  size_t used = 0;
  for (; wide != NULL && *wide != 0 && used + 5 <= size; wide++) {
    uint32_t code = *wide;
    if (code >= 0xd800 && code < 0xdc00 && wide[1] >= 0xdc00 && wide[1] < 0xe000) {
      code = 0x10000 + ((code - 0xd800) << 10) + (*++wide - 0xdc00u);
    }
    used += put_utf8(code, to + used);
  }
  to[used] = '\0';
}

uint32_t rig_shim_name_a(struct rig_engine *engine, const char *name) {
  if (name == NULL || *name == '\0') {
    return 0;
  }
  const uint32_t number = rig_engine_name(engine, name);
  if (number == 0) {
    rig_engine_stop(engine, RIG_SIM_BOUND, "more names than are simulated: %.100s", name);
  }
  return number;
}

uint32_t rig_shim_name_w(struct rig_engine *engine, const uint16_t *name) {
  char text[RIG_SHIM_TEXT];
  rig_shim_utf8(name, text, sizeof text);
  return rig_shim_name_a(engine, text);
}

void rig_shim_output(struct rig_engine *engine, const char *text, size_t bytes) {
  const union rig_payload nothing = {.bytes = {0}};
  const size_t most = RIG_MORE_MAX * RIG_MORE_BYTES;
  while (bytes > 0) {
    const size_t piece = bytes < most ? bytes : most;
    rig_engine_state(engine, RIG_STATE_OUTPUT, engine->self, &nothing, text, (uint32_t)piece);
    text += piece;
    bytes -= piece;
  }
}
