/*
 * Loading: files, link, one mapping at a fixed low address, protection.
 */
#include "sim/loader/image.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/assert.h"
#include "sim/loader/image_private.h"

#define FILE_BYTES_MAX (256u * 1024u * 1024u)
#define HEAP_BYTES (16u * 1024u * 1024u)
#define GUARDED_HEAP_BYTES (64u * 1024u * 1024u)
/* Below 2 GiB, so that every 32-bit relocation reaches; above what the system keeps for itself. The
 * first is free unless another image is loaded. */
#define SLOT_FIRST 0x10000000ull
#define SLOT_BYTES 0x10000000ull
#define SLOTS 7u

static enum rig_status read_whole(struct rig_link *link, struct rig_link_file *file) {
  const int handle = open(file->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* a pipe: no waiting */
  struct stat info;
  if (handle < 0 || fstat(handle, &info) != 0) {
    const int reason = errno;
    if (handle >= 0) {
      (void)close(handle);
    }
    return rig_link_refuse(link, reason == ENOENT ? RIG_NOT_FOUND : RIG_IO, "%s %s%s", file->path,
                           reason == ENOENT ? "does not exist" : "cannot be read: ",
                           reason == ENOENT ? "" : strerror(reason));
  }
  enum rig_status status = RIG_OK;
  if (!S_ISREG(info.st_mode) || info.st_size > (off_t)FILE_BYTES_MAX) {
    status = rig_link_refuse(link, RIG_INVALID, "%s is %s", file->path,
                             S_ISDIR(info.st_mode)    ? "a folder; name the object file in it"
                             : !S_ISREG(info.st_mode) ? "not a regular file"
                                                      : "larger than 256 MiB");
  } else if ((file->data = malloc((size_t)info.st_size + 1)) == NULL) {
    status = rig_link_no_memory(link);
  } else {
    file->owned = true;
    while (status == RIG_OK && file->bytes < (size_t)info.st_size) {
      const ssize_t got =
          read(handle, file->data + file->bytes, (size_t)info.st_size - file->bytes);
      if (got <= 0) {
        status = rig_link_refuse(link, RIG_IO, "%s cannot be read to its end", file->path);
      } else {
        file->bytes += (size_t)got;
      }
    }
  }
  (void)close(handle);
  return status;
}

static enum rig_status read_inputs(struct rig_link *link, const struct rig_image_input *inputs,
                                   size_t count) {
  link->files = calloc(count + 1, sizeof *link->files);
  if (link->files == NULL) {
    return rig_link_no_memory(link);
  }
  for (size_t i = 0; i < count; i++) {
    struct rig_link_file *file = &link->files[link->file_count++];
    file->path = link->options->paths[i];
    if (inputs != NULL) {
      /* Never written: only files that were read here are owned. */
      file->path = inputs[i].path;
      file->data = (uint8_t *)(uintptr_t)inputs[i].data;
      file->bytes = inputs[i].bytes;
    } else {
      const enum rig_status status = read_whole(link, file);
      if (status != RIG_OK) {
        return status;
      }
    }
  }
  return rig_link_read(link);
}

/* One mapping for everything, in the first free slot. */
static enum rig_status map(struct rig_image *image, uint64_t bytes) {
  struct rig_link *link = &image->link;
  image->heap_bytes = image->guarded ? GUARDED_HEAP_BYTES : HEAP_BYTES;
  image->mapping_bytes = bytes + RIG_LINK_PAGE + image->heap_bytes + RIG_LINK_PAGE;
  RIG_ASSERT(image->mapping_bytes <= SLOT_BYTES);
  for (unsigned slot = 0; slot < SLOTS; slot++) {
    void *const wish = (void *)(uintptr_t)(SLOT_FIRST + slot * SLOT_BYTES);
    void *const got =
        mmap(wish, image->mapping_bytes, PROT_NONE,
             MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0);
    if (got == wish) {
      image->mapping = got;
      break;
    }
    if (got != MAP_FAILED) { /* a kernel that does not know MAP_FIXED_NOREPLACE */
      (void)munmap(got, image->mapping_bytes);
    }
  }
  if (image->mapping == NULL || mprotect(image->mapping, bytes, PROT_READ | PROT_WRITE) != 0) {
    return rig_link_refuse(link, RIG_NO_MEMORY, "no free addresses below 2 GiB for the program");
  }
  rig_link_rebase(link, (uint64_t)(uintptr_t)image->mapping);
  image->data = (uint8_t *)(uintptr_t)link->kind_begin[RIG_LINK_DATA];
  image->data_bytes = (link->data_used - link->kind_begin[RIG_LINK_DATA] + RIG_IMAGE_BLOCK - 1) /
                      RIG_IMAGE_BLOCK * RIG_IMAGE_BLOCK;
  image->heap = image->mapping + bytes + RIG_LINK_PAGE;
  return RIG_OK;
}

static bool protect(uint64_t begin, uint64_t end, int how) {
  return begin == end || mprotect((void *)(uintptr_t)begin, (size_t)(end - begin), how) == 0;
}

static enum rig_status seal(struct rig_image *image) {
  const struct rig_link *link = &image->link;
  const uint64_t heap = (uint64_t)(uintptr_t)image->heap;
  image->initial = malloc(image->data_bytes + 1);
  if (image->initial == NULL) {
    return rig_link_no_memory(&image->link);
  }
  memcpy(image->initial, image->data, image->data_bytes);
  if (!protect(link->base, link->kind_begin[RIG_LINK_CODE], PROT_NONE) ||
      !protect(link->kind_begin[RIG_LINK_CODE], link->kind_end[RIG_LINK_CODE],
               PROT_READ | PROT_EXEC) ||
      !protect(link->kind_begin[RIG_LINK_RDATA], link->kind_end[RIG_LINK_RDATA], PROT_READ) ||
      !protect(link->traps, link->kind_begin[RIG_LINK_DATA], PROT_NONE) ||
      !protect(heap, heap + image->heap_bytes,
               image->guarded ? PROT_NONE : PROT_READ | PROT_WRITE)) {
    return rig_link_refuse(&image->link, RIG_NO_MEMORY,
                           "the program's memory cannot be protected: %s", strerror(errno));
  }
  return RIG_OK;
}

static enum rig_status build(struct rig_image *image, const struct rig_image_options *options,
                             const struct rig_image_input *inputs, size_t count) {
  struct rig_link *link = &image->link;
  uint64_t bytes = 0;
  enum rig_status status = read_inputs(link, inputs, count);
  if (status == RIG_OK && options->entry != NULL) {
    status = rig_image_check_entry(image, options->entry);
  }
  if (status == RIG_OK) {
    status = rig_link_collect(link);
  }
  if (status == RIG_OK) {
    status = rig_link_imports(link);
  }
  if (status == RIG_OK) {
    status = rig_link_place(link, &bytes);
  }
  if (status == RIG_OK) {
    status = map(image, bytes);
  }
  if (status != RIG_OK) {
    return status;
  }
  rig_link_bind(link);
  status = rig_link_relocate(link);
  if (status == RIG_OK) {
    status = rig_image_index(image);
  }
  return status == RIG_OK ? seal(image) : status;
}

enum rig_status rig_image_load_inputs(const struct rig_image_options *options,
                                      const struct rig_image_input *inputs, size_t count,
                                      struct rig_image **out, char *error, size_t size) {
  struct rig_image *image = calloc(1, sizeof *image);
  if (image == NULL) {
    (void)snprintf(error, size, "no memory to load the program");
    return RIG_NO_MEMORY;
  }
  image->guarded = options->guarded;
  image->link.options = options;
  image->link.libraries = options->libraries;
  image->link.error = error;
  image->link.size = size;
  const enum rig_status status = build(image, options, inputs, count);
  if (status != RIG_OK) {
    (void)rig_image_free(image);
    return status;
  }
  image->link.options = NULL; /* the caller's: only needed while loading */
  image->link.error = NULL;
  *out = image;
  return RIG_OK;
}

enum rig_status rig_image_load(const struct rig_image_options *options, struct rig_image **out,
                               char *error, size_t size) {
  return rig_image_load_inputs(options, NULL, options->path_count, out, error, size);
}

struct rig_image *rig_image_free(struct rig_image *image) {
  if (image != NULL) {
    if (image->mapping != NULL) {
      RIG_ASSERT(munmap(image->mapping, image->mapping_bytes) == 0);
    }
    rig_link_free(&image->link);
    free(image->initial);
    free(image->blocks);
    free(image->labels);
    free(image->functions);
    free(image->initialisers);
    free(image);
  }
  return NULL;
}
