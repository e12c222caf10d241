/*
 * What a file is that is no x86_64 COFF object, told so that its user knows what to do instead.
 * Source: "PE Format" (machine types, anonymous objects); the magic numbers of LLVM bitcode and
 * ELF.
 */
#include <stdio.h>
#include <string.h>

#include "sim/loader/coff.h"

static const uint8_t bigobj_class[16] = {0xC7, 0xA1, 0xBA, 0xD1, 0xEE, 0xBA, 0xA9, 0x4B,
                                         0xAF, 0x20, 0xFA, 0xF6, 0x6A, 0xA4, 0xDC, 0xB8};

#define MACHINE_X86_64 0x8664u
#define ANONYMOUS_BYTES 28u

static const char *machine_name(unsigned machine) {
  switch (machine) {
  case 0x14c:
    return "an i386";
  case 0x1c0:
  case 0x1c4:
    return "an ARM";
  case 0xaa64:
    return "an ARM64";
  case 0xa641:
    return "an ARM64EC";
  case 0x200:
    return "an Itanium";
  default:
    return NULL;
  }
}

static bool starts(const uint8_t *data, size_t bytes, const char *magic, size_t length) {
  return bytes >= length && memcmp(data, magic, length) == 0;
}

static bool anonymous(const uint8_t *data, size_t bytes) {
  return bytes >= 6 && rig_coff_word(data) == 0 && rig_coff_word(data + 2) == 0xFFFF;
}

bool rig_coff_short_import(const uint8_t *data, size_t bytes) {
  return anonymous(data, bytes) && rig_coff_word(data + 4) == 0;
}

static bool other_format(const uint8_t *data, size_t bytes, char *why, size_t size) {
  if (bytes == 0) {
    (void)snprintf(why, size, "is empty");
  } else if (starts(data, bytes, "BC\xC0\xDE", 4) || starts(data, bytes, "\xDE\xC0\x17\x0B", 4)) {
    (void)snprintf(why, size, "is LLVM bitcode, not machine code: compile without -flto");
  } else if (starts(data, bytes, "MZ", 2)) {
    (void)snprintf(why, size,
                   "is a whole program (PE): give the object file (.obj, .o) that the "
                   "compiler made of the pump's source");
  } else if (starts(data, bytes,
                    "\x7F"
                    "ELF",
                    4)) {
    (void)snprintf(why, size,
                   "is an ELF file: compile for Windows, with x86_64-w64-mingw32-gcc or "
                   "clang --target=x86_64-pc-windows-msvc");
  } else if (starts(data, bytes, "!<thin>\n", 8)) {
    (void)snprintf(why, size, "is a thin archive, which holds names only: make it without ar's T");
  } else {
    return false;
  }
  return true;
}

bool rig_coff_foreign(const uint8_t *data, size_t bytes, char *why, size_t size) {
  if (other_format(data, bytes, why, size)) {
    return true;
  }
  if (rig_coff_short_import(data, bytes)) {
    (void)snprintf(why, size,
                   "is a member of an import library: leave it out, imports are "
                   "simulated by name");
    return true;
  }
  if (anonymous(data, bytes)) {
    if (bytes >= ANONYMOUS_BYTES && memcmp(data + 12, bigobj_class, 16) == 0) {
      const char *machine = machine_name(rig_coff_word(data + 6));
      if (machine == NULL) {
        return false;
      }
      (void)snprintf(why, size, "is %s object: compile for x86_64", machine);
      return true;
    }
    (void)snprintf(why, size,
                   "is an anonymous object without machine code: compile without /GL "
                   "(whole program optimisation)");
    return true;
  }
  if (bytes >= 20 && rig_coff_word(data) != MACHINE_X86_64) {
    const char *machine = machine_name(rig_coff_word(data));
    if (machine != NULL) {
      (void)snprintf(why, size, "is %s object: compile for x86_64", machine);
    } else {
      (void)snprintf(why, size,
                     "is not a COFF object (it starts with 0x%04x; x86_64's have 0x%04x)",
                     rig_coff_word(data), MACHINE_X86_64);
    }
    return true;
  }
  return false;
}
