/*
 * Unwinding a stack of the program's code by its .pdata and .xdata.
 * Source: "x64 exception handling" (Microsoft Learn): UNWIND_INFO, UNWIND_CODE. A return address is
 * never inside an epilogue, and in a prologue only behind a stack probe, so that codes are applied
 * up to where the address lies.
 */
#include <string.h>

#include "sim/loader/image_private.h"

#define FLAG_CHAINED 4u
#define CHAIN_MAX 32u
#define RSP 4u

enum {
  PUSH_NONVOLATILE,
  ALLOCATE_LARGE,
  ALLOCATE_SMALL,
  SET_FRAME,
  SAVE_NONVOLATILE,
  SAVE_NONVOLATILE_FAR,
  EPILOGUE,
  SPARE,
  SAVE_XMM,
  SAVE_XMM_FAR,
  MACHINE_FRAME
};

struct walk {
  const struct rig_image *image;
  struct rig_image_registers *registers;
  uint64_t low, high; /* the stack */
};

static bool load(const struct walk *walk, uint64_t address, uint64_t *out) {
  if (address < walk->low || walk->high < 8 || address > walk->high - 8) {
    return false;
  }
  memcpy(out, (const void *)(uintptr_t)address, sizeof *out);
  return true;
}

static bool readable(const struct rig_image *image, uint64_t address, uint64_t bytes) {
  const struct rig_link *link = &image->link;
  return address >= link->kind_begin[RIG_LINK_CODE] && address <= link->kind_end[RIG_LINK_RDATA] &&
         bytes <= link->kind_end[RIG_LINK_RDATA] - address;
}

static const struct rig_image_function *function_at(const struct rig_image *image,
                                                    uint64_t address) {
  size_t low = 0;
  size_t high = image->function_count;
  while (low < high) {
    const size_t middle = low + (high - low) / 2;
    if (image->functions[middle].begin <= address) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low == 0 || address >= image->functions[low - 1].end ? NULL : &image->functions[low - 1];
}

static unsigned slots_of(unsigned operation, unsigned info) {
  switch (operation) {
  case ALLOCATE_LARGE:
    return info == 0 ? 2 : 3;
  case SAVE_NONVOLATILE:
  case EPILOGUE:
  case SAVE_XMM:
    return 2;
  case SAVE_NONVOLATILE_FAR:
  case SPARE:
  case SAVE_XMM_FAR:
    return 3;
  default:
    return 1;
  }
}

/* Undoes one code. False: the stack or the code is not what it should be. */
static bool undo(const struct walk *walk, const uint8_t *code, uint8_t frame) {
  uint64_t *const general = walk->registers->general;
  const unsigned operation = code[1] & 15u;
  const unsigned info = code[1] >> 4;
  switch (operation) {
  case PUSH_NONVOLATILE:
    if (!load(walk, general[RSP], &general[info])) {
      return false;
    }
    general[RSP] += info == RSP ? 0 : 8;
    return true;
  case ALLOCATE_LARGE:
    general[RSP] += info == 0 ? rig_coff_word(code + 2) * 8u : rig_coff_dword(code + 2);
    return true;
  case ALLOCATE_SMALL:
    general[RSP] += info * 8u + 8u;
    return true;
  case SET_FRAME:
    general[RSP] = general[frame & 15u] - (frame >> 4) * 16u;
    return true;
  case SAVE_NONVOLATILE:
    return load(walk, general[RSP] + rig_coff_word(code + 2) * 8u, &general[info]);
  case SAVE_NONVOLATILE_FAR:
    return load(walk, general[RSP] + rig_coff_dword(code + 2), &general[info]);
  case EPILOGUE:
  case SPARE:
  case SAVE_XMM:
  case SAVE_XMM_FAR:
    return true;
  default:
    return false; /* MACHINE_FRAME: an interrupt; no compiler of programs writes it */
  }
}

/* Undoes what the function's prologue has done up to `address`. */
static bool undo_prologue(const struct walk *walk, const struct rig_image_function *function,
                          uint64_t address) {
  uint64_t unwind = function->unwind;
  uint64_t done = address - function->begin; /* of the prologue; all of it in a chained part */
  for (unsigned chain = 0; chain < CHAIN_MAX; chain++) {
    if (!readable(walk->image, unwind, 4)) {
      return false;
    }
    const uint8_t *info = (const uint8_t *)(uintptr_t)unwind;
    const unsigned count = info[2];
    const uint64_t codes_bytes = (count + 1u) / 2u * 4u;
    const bool chained = (info[0] >> 3 & FLAG_CHAINED) != 0;
    if (!readable(walk->image, unwind, 4 + codes_bytes + (chained ? 12 : 0))) {
      return false;
    }
    for (unsigned i = 0; i < count;) {
      const uint8_t *code = info + 4 + i * 2;
      const unsigned slots = slots_of(code[1] & 15u, code[1] >> 4);
      if (i + slots > count || (code[0] <= done && !undo(walk, code, info[3]))) {
        return false;
      }
      i += slots;
    }
    if (!chained) {
      return true;
    }
    unwind = walk->image->link.base + rig_coff_dword(info + 4 + codes_bytes + 8);
    done = UINT64_MAX;
  }
  return false;
}

uint32_t rig_image_unwind(const struct rig_image *image, struct rig_image_registers *registers,
                          uint64_t stack_low, uint64_t stack_high, uint64_t *frames, uint32_t max) {
  const struct walk walk = {
      .image = image, .registers = registers, .low = stack_low, .high = stack_high};
  const struct rig_link *link = &image->link;
  uint32_t count = 0;
  while (count < max && registers->rip >= link->kind_begin[RIG_LINK_CODE] &&
         registers->rip < link->kind_end[RIG_LINK_CODE]) {
    const uint64_t rsp = registers->general[RSP];
    /* A call at a function's end returns to what lies behind it. */
    const uint64_t inside = registers->rip - (registers->rip > link->base ? 1u : 0u);
    const struct rig_image_function *function = function_at(image, inside);
    frames[count++] = registers->rip;
    if (function != NULL && !undo_prologue(&walk, function, registers->rip)) {
      break;
    }
    if (!load(&walk, registers->general[RSP], &registers->rip)) {
      break;
    }
    registers->general[RSP] += 8;
    if (registers->general[RSP] <= rsp) {
      break; /* a stack grows towards its caller, else the walk is lost */
    }
  }
  return count;
}
