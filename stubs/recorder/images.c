/*
 * The table of modules: written under the loader's lock, read by copying until nothing changed.
 */
#include "recorder/images.h"

#include <string.h>

#include "recorder/recorder.h"

#define IMAGES_MAX 512u
#define READ_TRIES 1000

static struct rec_image images[IMAGES_MAX];
static uint32_t used;     /* atomic: entries ever used */
static uint32_t sequence; /* atomic: odd while an entry changes */

static void change_begin(void) {
  __atomic_store_n(&sequence, sequence + 1, __ATOMIC_SEQ_CST);
}

static void change_end(void) {
  __atomic_store_n(&sequence, sequence + 1, __ATOMIC_RELEASE);
}

static void copy_name(char *to, size_t size, const WCHAR *path, uint32_t chars) {
  uint32_t start = chars;
  while (start > 0 && path[start - 1] != L'\\' && path[start - 1] != L'/') {
    start--;
  }
  size_t length = 0;
  while (start < chars && length + 1 < size) {
    const WCHAR at = path[start++];
    to[length++] = at >= 0x20 && at < 0x7F ? (char)at : '?';
  }
  to[length] = '\0';
}

void rec_image_remove(const void *base) {
  for (uint32_t i = 0; i < used; i++) {
    if (images[i].base == (uintptr_t)base) {
      change_begin();
      images[i].base = 0;
      change_end();
    }
  }
}

void rec_image_add(const void *base, const WCHAR *path, uint32_t chars, bool clients) {
  uint32_t at = 0;
  rec_image_remove(base);
  while (at < used && images[at].base != 0) {
    at++;
  }
  if (at == IMAGES_MAX) {
    return; /* its addresses stay without a name */
  }
  const IMAGE_NT_HEADERS *nt =
      (const void *)((const char *)base + ((const IMAGE_DOS_HEADER *)base)->e_lfanew);
  change_begin();
  images[at].clients = clients;
  images[at].bytes = nt->OptionalHeader.SizeOfImage;
  copy_name(images[at].name, sizeof images[at].name, path, chars);
  images[at].base = (uintptr_t)base;
  if (at == used) {
    __atomic_store_n(&used, at + 1, __ATOMIC_RELEASE);
  }
  change_end();
}

static bool find(uint64_t address, struct rec_image *out) {
  const uint32_t count = __atomic_load_n(&used, __ATOMIC_ACQUIRE);
  for (uint32_t i = 0; i < count; i++) {
    *out = images[i];
    if (out->base != 0 && address - out->base < out->bytes) {
      return true;
    }
  }
  return false;
}

bool rec_image_at(uint64_t address, struct rec_image *out) {
  for (unsigned i = 0; i < READ_TRIES; i++) {
    const uint32_t before = __atomic_load_n(&sequence, __ATOMIC_ACQUIRE);
    const bool found = find(address, out);
    __atomic_thread_fence(__ATOMIC_ACQUIRE);
    if (before % 2 == 0 && __atomic_load_n(&sequence, __ATOMIC_RELAXED) == before) {
      out->name[sizeof out->name - 1] = '\0';
      return found;
    }
    YieldProcessor();
  }
  return false; /* a writer that was ended in the middle */
}

bool rec_image_directory(const struct rec_image *image, unsigned index, uint32_t *rva,
                         uint32_t *bytes) {
  const char *base = (const char *)(uintptr_t)image->base;
  IMAGE_DOS_HEADER dos;
  IMAGE_NT_HEADERS nt;
  if (!rec_copy(&dos, base, sizeof dos) || dos.e_lfanew < 0 ||
      (uint32_t)dos.e_lfanew >= image->bytes || !rec_copy(&nt, base + dos.e_lfanew, sizeof nt) ||
      index >= nt.OptionalHeader.NumberOfRvaAndSizes || index >= IMAGE_NUMBEROF_DIRECTORY_ENTRIES) {
    return false;
  }
  *rva = nt.OptionalHeader.DataDirectory[index].VirtualAddress;
  *bytes = nt.OptionalHeader.DataDirectory[index].Size;
  return *rva != 0 && *bytes != 0 && *rva < image->bytes && *bytes <= image->bytes - *rva;
}
