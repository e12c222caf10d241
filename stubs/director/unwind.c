/*
 * Unwinding. The layouts are those of "x64 exception handling" in Microsoft's C++ documentation:
 * RUNTIME_FUNCTION, UNWIND_INFO and the unwind codes.
 */
#include "unwind.h"

#include <string.h>

#include "recorder/images.h"
#include "recorder/recorder.h"

bool dir_stack_word(const struct dir_stack *stack, uint64_t address, uint64_t *out) {
  const uint64_t offset = address - stack->low;
  uintptr_t word;
  if (address < stack->low || stack->bytes < sizeof word || offset > stack->bytes - sizeof word) {
    return false;
  }
  memcpy(&word, stack->copy + offset, sizeof word);
  *out = word;
  return true;
}

#ifdef _WIN64

#define CHAIN_MAX 32 /* parts of one function */
#define CODES_MAX 255

struct function {
  uint32_t begin;
  uint32_t end;
  uint32_t unwind; /* RVA of its UNWIND_INFO; with bit 0 set, of another RUNTIME_FUNCTION */
};

struct info {
  uint8_t version_flags;
  uint8_t prolog_bytes;
  uint8_t count;
  uint8_t frame; /* register in the low half, offset / 16 in the high one */
};
#define INFO_CHAINED 0x4

struct code {
  uint8_t offset;
  uint8_t what; /* operation in the low half, its argument in the high one */
};

enum {
  PUSH_NONVOL,
  ALLOC_LARGE,
  ALLOC_SMALL,
  SET_FPREG,
  SAVE_NONVOL,
  SAVE_NONVOL_FAR,
  EPILOG,
  SPARE,
  SAVE_XMM128,
  SAVE_XMM128_FAR,
  PUSH_MACHFRAME
};

struct unwinding {
  const struct dir_stack *stack;
  struct dir_registers *registers;
  struct rec_image image;
  struct info info;
  struct code codes[CODES_MAX + 3]; /* an operand may be read past the last one */
  uint64_t frame;                   /* what saved registers are relative to */
  bool machine;                     /* the frame was made by an interrupt: no return address */
};

static bool read_image(const struct rec_image *image, uint32_t rva, void *to, uint32_t bytes) {
  return rva < image->bytes && bytes <= image->bytes - rva &&
         rec_copy(to, (const void *)(uintptr_t)(image->base + rva), bytes);
}

static bool find_function(const struct rec_image *image, uint64_t address, struct function *out) {
  const uint32_t rva = (uint32_t)(address - image->base);
  uint32_t table;
  uint32_t bytes;
  if (!rec_image_directory(image, IMAGE_DIRECTORY_ENTRY_EXCEPTION, &table, &bytes)) {
    return false;
  }
  uint32_t low = 0;
  uint32_t high = bytes / (uint32_t)sizeof *out;
  while (low < high) {
    const uint32_t middle = low + (high - low) / 2;
    if (!read_image(image, table + middle * (uint32_t)sizeof *out, out, sizeof *out)) {
      return false;
    }
    if (rva < out->begin) {
      high = middle;
    } else if (rva >= out->end) {
      low = middle + 1;
    } else {
      return true;
    }
  }
  return false;
}

static bool read_info(const struct rec_image *image, const struct function *function,
                      struct info *info, struct code *codes) {
  return read_image(image, function->unwind, info, sizeof *info) &&
         read_image(image, function->unwind + (uint32_t)sizeof *info, codes,
                    info->count * (uint32_t)sizeof *codes);
}

/* The part of the function that this one continues; false when it is the first. */
static bool find_parent(const struct rec_image *image, struct function *function,
                        const struct info *info) {
  const uint32_t codes = (info->count + 1u) & ~1u;
  return (info->version_flags >> 3 & INFO_CHAINED) != 0 &&
         read_image(image, function->unwind + (uint32_t)sizeof *info + codes * 2, function,
                    sizeof *function);
}

/* As many slots as the operation takes. */
static uint32_t slots_of(struct code code) {
  switch (code.what & 0xF) {
  case ALLOC_LARGE:
    return code.what >> 4 == 0 ? 2 : 3;
  case SAVE_NONVOL:
  case SAVE_XMM128:
  case EPILOG:
    return 2;
  case SAVE_NONVOL_FAR:
  case SAVE_XMM128_FAR:
    return 3;
  default:
    return 1;
  }
}

static uint32_t operand16(const struct code *code) {
  uint16_t value;
  memcpy(&value, code + 1, sizeof value);
  return value;
}

static uint32_t operand32(const struct code *code) {
  uint32_t value;
  memcpy(&value, code + 1, sizeof value);
  return value;
}

static bool undo(struct unwinding *at, const struct code *code) {
  uint64_t *registers = at->registers->at;
  const unsigned argument = code->what >> 4;
  uint64_t *sp = &registers[DIR_SP];
  switch (code->what & 0xF) {
  case PUSH_NONVOL:
    if (!dir_stack_word(at->stack, *sp, &registers[argument])) {
      return false;
    }
    *sp += 8;
    return true;
  case ALLOC_LARGE:
    *sp += argument == 0 ? operand16(code) * 8 : operand32(code);
    return true;
  case ALLOC_SMALL:
    *sp += argument * 8 + 8;
    return true;
  case SET_FPREG:
    *sp = at->frame;
    return true;
  case SAVE_NONVOL:
    return dir_stack_word(at->stack, at->frame + operand16(code) * 8, &registers[argument]);
  case SAVE_NONVOL_FAR:
    return dir_stack_word(at->stack, at->frame + operand32(code), &registers[argument]);
  case PUSH_MACHFRAME:
    *sp += argument * 8;
    at->machine = true;
    return dir_stack_word(at->stack, *sp, &at->registers->ip) &&
           dir_stack_word(at->stack, *sp + 24, sp);
  default:
    return true; /* xmm registers and epilogues change nothing here */
  }
}

/* Undoes what the prologue had done by `passed` bytes into it. */
static bool undo_codes(struct unwinding *at, uint32_t passed) {
  const uint8_t count = at->info.count;
  uint64_t frame = at->registers->at[DIR_SP];
  for (uint32_t i = 0; i < count; i += slots_of(at->codes[i])) {
    if ((at->codes[i].what & 0xF) == SET_FPREG && at->codes[i].offset <= passed) {
      frame = at->registers->at[at->info.frame & 0xF] - (at->info.frame >> 4) * 16u;
    }
  }
  at->frame = frame;
  for (uint32_t i = 0; i < count; i += slots_of(at->codes[i])) {
    if (at->codes[i].offset <= passed && !undo(at, &at->codes[i])) {
      return false;
    }
  }
  return true;
}

/* The caller's registers; false at the end of what can be told. */
static bool step(const struct dir_stack *stack, struct dir_registers *registers, bool innermost) {
  struct unwinding at = {.stack = stack, .registers = registers};
  struct function function;
  const uint64_t address = innermost ? registers->ip : registers->ip - 1;
  if (!rec_image_at(address, &at.image)) {
    return false;
  }
  if (find_function(&at.image, address, &function)) {
    const uint32_t into = (uint32_t)(registers->ip - at.image.base) - function.begin;
    for (int part = 0;; part++) {
      if (part == CHAIN_MAX || !read_info(&at.image, &function, &at.info, at.codes) ||
          !undo_codes(&at, part == 0 && innermost ? into : UINT32_MAX)) {
        return false;
      }
      if (!find_parent(&at.image, &function, &at.info)) {
        break;
      }
    }
  }
  if (at.machine) {
    return true;
  }
  if (!dir_stack_word(stack, registers->at[DIR_SP], &registers->ip)) {
    return false;
  }
  registers->at[DIR_SP] += 8;
  return true;
}

uint64_t dir_function_start(uint64_t address) {
  struct rec_image image;
  struct function function;
  struct info info;
  struct code codes[CODES_MAX];
  if (!rec_image_at(address, &image) || !find_function(&image, address, &function)) {
    return 0;
  }
  for (int part = 0; part < CHAIN_MAX; part++) {
    if (!read_info(&image, &function, &info, codes) || !find_parent(&image, &function, &info)) {
      break;
    }
  }
  return image.base + function.begin;
}

#else

static bool step(const struct dir_stack *stack, struct dir_registers *registers, bool innermost) {
  (void)innermost;
  const uint64_t frame = registers->at[DIR_FP];
  if (!dir_stack_word(stack, frame + 4, &registers->ip) ||
      !dir_stack_word(stack, frame, &registers->at[DIR_FP])) {
    return false;
  }
  registers->at[DIR_SP] = frame + 8;
  return true;
}

uint64_t dir_function_start(uint64_t address) {
  (void)address;
  return 0;
}

#endif

uint32_t dir_unwind(const struct dir_stack *stack, struct dir_registers *registers,
                    uint64_t *addresses, uint32_t max) {
  uint32_t count = 0;
  struct rec_image image;
  while (count < max && rec_image_at(registers->ip, &image)) {
    struct dir_registers caller = *registers;
    addresses[count++] = registers->ip;
    if (!step(stack, &caller, count == 1) || caller.at[DIR_SP] <= registers->at[DIR_SP]) {
      break; /* frames of one stack lie above each other */
    }
    *registers = caller;
  }
  return count;
}
