/*
 * The width of an operand in memory, from prefixes and opcode (Intel SDM 2, tables ): of
 * the instructions that compilers write for loads, stores and arithmetic.
 */
#include "sim/engine/access.h"

#include <stdbool.h>

struct prefixes {
  bool narrow; /* 66 */
  bool single; /* f3 */
  bool twice;  /* f2 */
  bool wide;   /* rex.w */
};

static unsigned whole(const struct prefixes *prefixes) {
  return prefixes->wide ? 8 : prefixes->narrow ? 2 : 4;
}

/* One byte, or as wide as the instruction: the lowest bit of most opcodes says which. */
static unsigned by_bit(const struct prefixes *prefixes, uint8_t opcode) {
  return (opcode & 1u) != 0 ? whole(prefixes) : 1;
}

static unsigned one_byte(const struct prefixes *prefixes, uint8_t opcode, uint8_t modrm) {
  const unsigned extension = modrm >> 3 & 7u;
  if (opcode < 0x40) {
    return (opcode & 7u) < 4 ? by_bit(prefixes, opcode) : 0;
  }
  if (opcode == 0x63) { /* movsxd */
    return 4;
  }
  if (opcode == 0xff && (extension == 2 || extension == 4 || extension == 6)) {
    return 8; /* call, jmp, push */
  }
  const bool known = (opcode >= 0x80 && opcode <= 0x8b) || (opcode >= 0xa4 && opcode <= 0xaf) ||
                     opcode == 0xc0 || opcode == 0xc1 || opcode == 0xc6 || opcode == 0xc7 ||
                     (opcode >= 0xd0 && opcode <= 0xd3) || opcode == 0xf6 || opcode == 0xf7 ||
                     opcode == 0xfe || opcode == 0xff;
  if (opcode == 0x69 || opcode == 0x6b || opcode == 0x83) {
    return whole(prefixes);
  }
  return known ? by_bit(prefixes, opcode) : 0;
}

/* A scalar by its prefix, or a whole register. */
static unsigned vector(const struct prefixes *prefixes) {
  return prefixes->single ? 4 : prefixes->twice ? 8 : 16;
}

static unsigned two_bytes(const struct prefixes *prefixes, uint8_t opcode) {
  switch (opcode) {
  case 0xb6: /* movzx, movsx */
  case 0xbe:
  case 0xb0: /* cmpxchg, xadd */
  case 0xc0:
    return 1;
  case 0xb7:
  case 0xbf:
    return 2;
  case 0xaf:
  case 0xb1:
  case 0xc1:
    return whole(prefixes);
  case 0x6e: /* movd, movq */
    return prefixes->wide ? 8 : 4;
  case 0x7e:
    return prefixes->wide || prefixes->single ? 8 : 4;
  case 0x12: /* halves of a register */
  case 0x13:
  case 0x16:
  case 0x17:
  case 0xd6:
    return 8;
  case 0x6f:
  case 0x7f:
    return prefixes->narrow || prefixes->single ? 16 : 8;
  case 0x28:
  case 0x29:
  case 0x2b:
  case 0xe7:
    return 16;
  default:
    break;
  }
  if (opcode >= 0x40 && opcode <= 0x4f) { /* cmovcc */
    return whole(prefixes);
  }
  if (opcode >= 0x90 && opcode <= 0x9f) { /* setcc */
    return 1;
  }
  const bool arithmetic = opcode == 0x10 || opcode == 0x11 || (opcode >= 0x51 && opcode <= 0x5f);
  return arithmetic ? vector(prefixes) : 0;
}

unsigned rig_access_bytes(const uint8_t *code, size_t bytes) {
  struct prefixes prefixes = {.narrow = false};
  size_t at = 0;
  for (; at < bytes; at++) {
    const uint8_t byte = code[at];
    prefixes.narrow |= byte == 0x66;
    prefixes.single |= byte == 0xf3;
    prefixes.twice |= byte == 0xf2;
    if (byte != 0x66 && byte != 0xf2 && byte != 0xf3 && byte != 0xf0 && byte != 0x2e &&
        byte != 0x36 && byte != 0x3e && byte != 0x26 && byte != 0x64 && byte != 0x65 &&
        byte != 0x67) {
      break;
    }
  }
  if (at < bytes && (code[at] & 0xf0u) == 0x40) {
    prefixes.wide = (code[at++] & 8u) != 0;
  }
  if (at + 1 >= bytes) {
    return 0;
  }
  if (code[at] == 0x0f) {
    return two_bytes(&prefixes, code[at + 1]);
  }
  const bool string = code[at] >= 0xa4 && code[at] <= 0xaf;
  return string && (prefixes.single || prefixes.twice)
             ? 0
             : one_byte(&prefixes, code[at], code[at + 1]);
}
