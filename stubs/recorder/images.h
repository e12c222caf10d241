/*
 * The modules of the process, Wine's own among them, for naming addresses without the loader: its
 * lock may be held by the very thread that hangs. hooks/modules.c keeps the table.
 */
#ifndef STUBS_RECORDER_IMAGES_H
#define STUBS_RECORDER_IMAGES_H

#include <stdbool.h>
#include <stdint.h>
#include <windows.h>

struct rec_image {
  uint64_t base; /* 0 = free */
  uint32_t bytes;
  bool clients;  /* neither Wine's own nor the stub */
  char name[43]; /* "ntdll.dll"; what is no ASCII became '?' */
};

/* Under the loader's lock: a module has come (its path of `chars` characters), or goes. `clients`:
 * neither one of Wine's own nor the stub. */
void rec_image_add(const void *base, const WCHAR *path, uint32_t chars, bool clients);
void rec_image_remove(const void *base);

/* The module that holds `address`; from any thread, without a lock. Its memory may go away at any
 * moment: read it with rec_copy. */
bool rec_image_at(uint64_t address, struct rec_image *out);

/* Where the module's directory `index` (IMAGE_DIRECTORY_ENTRY_*) lies; false when it has none. */
bool rec_image_directory(const struct rec_image *image, unsigned index, uint32_t *rva,
                         uint32_t *bytes);

#endif
