/*
 * PE headers. Source: "PE Format" (Microsoft Learn): the DOS header's e_lfanew at 0x3c, the
 * signature, the COFF header, the optional header with its data directories, the section table.
 */
#include "live/pe.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define DOS_HEADER_BYTES 64u
#define COFF_BYTES 24u /* with the signature */
#define SECTION_BYTES 40u
#define IMPORT_BYTES 20u
#define MAGIC_PE32 0x10bu
#define MAGIC_PE32_PLUS 0x20bu
#define OPTIONAL_SUBSYSTEM 68u /* in both forms */

static bool inside(const struct rig_pe *pe, uint64_t offset, uint64_t bytes) {
  return offset <= pe->bytes && bytes <= pe->bytes - offset;
}

/* Callers check the bounds first. */
static uint16_t word(const struct rig_pe *pe, size_t offset) {
  return (uint16_t)(pe->data[offset] | pe->data[offset + 1] << 8);
}

static uint32_t dword(const struct rig_pe *pe, size_t offset) {
  return (uint32_t)word(pe, offset) | (uint32_t)word(pe, offset + 2) << 16;
}

static bool read_sections(struct rig_pe *pe) {
  if (!inside(pe, pe->sections, (uint64_t)pe->section_count * SECTION_BYTES)) {
    return false;
  }
  for (uint16_t i = 0; i < pe->section_count; i++) {
    const size_t section = pe->sections + (size_t)i * SECTION_BYTES;
    const uint64_t raw = dword(pe, section + 16);
    const uint64_t end = raw == 0 ? 0 : raw + dword(pe, section + 20);
    pe->longest = end > pe->longest ? end : pe->longest;
  }
  return pe->longest <= pe->bytes;
}

static bool read_optional(struct rig_pe *pe, size_t optional, uint16_t optional_bytes) {
  if (optional_bytes < 96 || !inside(pe, optional, optional_bytes)) {
    return false;
  }
  const uint16_t magic = word(pe, optional);
  const uint16_t counts = magic == MAGIC_PE32_PLUS ? 108 : 92; /* NumberOfRvaAndSizes */
  if ((magic != MAGIC_PE32 && magic != MAGIC_PE32_PLUS) || optional_bytes < counts + 4) {
    return false;
  }
  pe->subsystem = word(pe, optional + OPTIONAL_SUBSYSTEM);
  if (dword(pe, optional + counts) >= 2 && optional_bytes >= counts + 4 + 16) {
    pe->import_rva = dword(pe, optional + counts + 4u + 8u);
    pe->import_bytes = dword(pe, optional + counts + 4u + 12u);
  }
  return true;
}

static enum rig_status read_headers(struct rig_pe *pe, char *error, size_t size) {
  if (pe->bytes < 2 || memcmp(pe->data, "MZ", 2) != 0) {
    (void)snprintf(error, size, "is not a Windows program (it does not start with \"MZ\")");
    return RIG_INVALID;
  }
  const size_t header = pe->bytes >= DOS_HEADER_BYTES ? dword(pe, 0x3c) : pe->bytes;
  if (!inside(pe, header, COFF_BYTES)) {
    (void)snprintf(error, size, "is truncated: its headers lie beyond its end (%zu bytes)",
                   pe->bytes);
    return RIG_INVALID;
  }
  if (memcmp(pe->data + header, "PE\0\0", 4) != 0) {
    (void)snprintf(error, size, "is a DOS or 16-bit program, not a PE file");
    return RIG_INVALID;
  }
  pe->machine = word(pe, header + 4);
  pe->section_count = word(pe, header + 6);
  pe->characteristics = word(pe, header + 22);
  const uint16_t optional_bytes = word(pe, header + 20);
  pe->sections = header + COFF_BYTES + optional_bytes;
  if (!read_optional(pe, header + COFF_BYTES, optional_bytes)) {
    (void)snprintf(error, size, "has a damaged PE header");
    return RIG_INVALID;
  }
  if (!read_sections(pe)) {
    (void)snprintf(error, size, "is truncated: its sections need %llu bytes, the file has %zu",
                   (unsigned long long)pe->longest, pe->bytes);
    return RIG_INVALID;
  }
  return RIG_OK;
}

static enum rig_status map_file(const char *path, struct rig_pe *pe, char *error, size_t size) {
  const int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* a pipe must not block */
  struct stat info;
  if (file < 0 || fstat(file, &info) != 0) {
    const int reason = errno;
    if (reason == ENOENT) {
      (void)snprintf(error, size, "does not exist");
    } else {
      (void)snprintf(error, size, "cannot be read: %s", strerror(reason));
    }
    if (file >= 0) {
      (void)close(file);
    }
    return reason == ENOENT || reason == ENOTDIR ? RIG_NOT_FOUND : RIG_IO;
  }
  enum rig_status status = RIG_INVALID;
  if (S_ISDIR(info.st_mode)) {
    (void)snprintf(error, size, "is a folder; name the .exe in it");
  } else if (!S_ISREG(info.st_mode)) {
    (void)snprintf(error, size, "is not a regular file");
  } else if (info.st_size == 0) {
    (void)snprintf(error, size, "is empty");
  } else {
    void *data = mmap(NULL, (size_t)info.st_size, PROT_READ, MAP_PRIVATE, file, 0);
    status = data == MAP_FAILED ? RIG_IO : RIG_OK;
    if (status == RIG_OK) {
      pe->data = data;
      pe->bytes = (size_t)info.st_size;
    } else {
      (void)snprintf(error, size, "cannot be read: %s", strerror(errno));
    }
  }
  (void)close(file);
  return status;
}

enum rig_status rig_pe_open(const char *path, struct rig_pe *out, char *error, size_t size) {
  struct rig_pe pe = {0};
  enum rig_status status = map_file(path, &pe, error, size);
  if (status == RIG_OK) {
    status = read_headers(&pe, error, size);
    if (status == RIG_OK) {
      *out = pe;
    } else {
      rig_pe_close(&pe);
    }
  }
  return status;
}

void rig_pe_close(struct rig_pe *pe) {
  if (pe->data != NULL) {
    (void)munmap((void *)(uintptr_t)pe->data, pe->bytes);
  }
  *pe = (struct rig_pe){0};
}

/* The file offset of an address in the image; pe->bytes when no section holds it. */
static size_t offset_of(const struct rig_pe *pe, uint64_t rva) {
  for (uint16_t i = 0; i < pe->section_count; i++) {
    const size_t section = pe->sections + (size_t)i * SECTION_BYTES;
    const uint64_t start = dword(pe, section + 12);
    const uint64_t raw_bytes = dword(pe, section + 16);
    if (rva >= start && rva - start < raw_bytes) {
      const uint64_t offset = rva - start + dword(pe, section + 20);
      return offset < pe->bytes ? (size_t)offset : pe->bytes;
    }
  }
  return pe->bytes;
}

bool rig_pe_import(const struct rig_pe *pe, unsigned n, char *name, size_t size) {
  if (pe->import_rva == 0) {
    return false;
  }
  const size_t entry = offset_of(pe, (uint64_t)pe->import_rva + (uint64_t)n * IMPORT_BYTES);
  if (!inside(pe, entry, IMPORT_BYTES) || dword(pe, entry + 12) == 0) {
    return false;
  }
  const size_t text = offset_of(pe, dword(pe, entry + 12));
  const size_t length = strnlen((const char *)pe->data + text, pe->bytes - text);
  if (text == pe->bytes || length == 0 || length == pe->bytes - text || length >= size) {
    return false;
  }
  memcpy(name, pe->data + text, length + 1);
  return true;
}

const char *rig_pe_machine(uint16_t machine) {
  static const struct {
    uint16_t machine;
    const char *text;
  } names[] = {{RIG_PE_I386, "32-bit x86"},
               {RIG_PE_X86_64, "64-bit x86"},
               {0xaa64, "ARM64"},
               {0x01c4, "ARM"},
               {0x01c0, "ARM"},
               {0x01c2, "ARM Thumb"},
               {0x0200, "Itanium"},
               {0x0ebc, "EFI byte code"}};
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
    if (names[i].machine == machine) {
      return names[i].text;
    }
  }
  return "another machine";
}
