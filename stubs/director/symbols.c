/*
 * Looking through an export table, by guarded reads.
 */
#include "symbols.h"

#include <stdio.h>
#include <string.h>

#include "recorder/images.h"
#include "recorder/recorder.h"
#include "unwind.h"

#define EXPORTS_MAX 65536u
#define BATCH 256u
#define NAME_BYTES 96u

struct exports {
  struct rec_image image;
  IMAGE_EXPORT_DIRECTORY table;
  uint32_t rva; /* of the directory: what points into it is forwarded to another DLL */
  uint32_t bytes;
};

static bool read_words(const struct rec_image *image, uint32_t rva, void *to, size_t bytes) {
  return rva < image->bytes && bytes <= image->bytes - rva &&
         rec_copy(to, (const void *)(uintptr_t)(image->base + rva), bytes);
}

static bool open_exports(const struct rec_image *image, struct exports *out) {
  out->image = *image;
  return rec_image_directory(image, IMAGE_DIRECTORY_ENTRY_EXPORT, &out->rva, &out->bytes) &&
         read_words(image, out->rva, &out->table, sizeof out->table);
}

/* The index of the function that begins at `wanted`; of the one next below it when `exact` is
 * false. UINT32_MAX when there is none. */
static uint32_t find_function(const struct exports *exports, uint32_t wanted, bool exact,
                              uint32_t *start) {
  uint32_t words[BATCH];
  uint32_t best = 0;
  uint32_t found = UINT32_MAX;
  const uint32_t count = exports->table.NumberOfFunctions;
  for (uint32_t i = 0; i < count && i < EXPORTS_MAX; i += BATCH) {
    const uint32_t some = count - i < BATCH ? count - i : BATCH;
    if (!read_words(&exports->image, exports->table.AddressOfFunctions + i * 4, words,
                    some * sizeof *words)) {
      return UINT32_MAX;
    }
    for (uint32_t j = 0; j < some; j++) {
      const bool forwarded = words[j] - exports->rva < exports->bytes;
      if (words[j] != 0 && !forwarded && words[j] <= wanted && words[j] > best &&
          (!exact || words[j] == wanted)) {
        best = words[j];
        found = i + j;
      }
    }
  }
  *start = best;
  return found;
}

/* The first name of function `index`. */
static bool find_name(const struct exports *exports, uint32_t index, char *name, size_t size) {
  uint16_t ordinals[BATCH];
  const uint32_t count = exports->table.NumberOfNames;
  for (uint32_t i = 0; i < count && i < EXPORTS_MAX; i += BATCH) {
    const uint32_t some = count - i < BATCH ? count - i : BATCH;
    if (!read_words(&exports->image, exports->table.AddressOfNameOrdinals + i * 2, ordinals,
                    some * sizeof *ordinals)) {
      return false;
    }
    for (uint32_t j = 0; j < some; j++) {
      uint32_t rva;
      if (ordinals[j] == index &&
          read_words(&exports->image, exports->table.AddressOfNames + (i + j) * 4, &rva,
                     sizeof rva) &&
          rva < exports->image.bytes) {
        return rec_copy_text(name, (const char *)(uintptr_t)(exports->image.base + rva),
                             (uint32_t)size) > 0;
      }
    }
  }
  return false;
}

bool dir_symbol(uint64_t address, char text[DIR_SYMBOL_BYTES], bool *exported) {
  struct exports exports;
  struct rec_image image;
  char name[NAME_BYTES];
  uint32_t start = 0;
  *exported = false;
  if (!rec_image_at(address, &image)) {
    return false;
  }
  const uint64_t begin = dir_function_start(address - 1); /* a return address may lie behind it */
  const uint64_t wanted = (begin != 0 ? begin : address) - image.base;
  if (open_exports(&image, &exports)) {
    const uint32_t index = find_function(&exports, (uint32_t)wanted, begin != 0, &start);
    *exported = index != UINT32_MAX && find_name(&exports, index, name, sizeof name);
  }
  if (*exported) {
    (void)snprintf(text, DIR_SYMBOL_BYTES, "%s!%s+0x%lX", image.name, name,
                   (unsigned long)(address - image.base - start));
  } else {
    (void)snprintf(text, DIR_SYMBOL_BYTES, "%s+0x%lX", image.name,
                   (unsigned long)(address - image.base));
  }
  return true;
}
