/*
 * The heap: first fit over blocks that tile the arena, each behind a header of 16 bytes. Freed
 * memory is zeroed and joined with what is free beside it, so that the heap's bytes depend on what
 * is allocated alone, not on how it came to be: equal states stay equal. Time grows with the number
 * of blocks, which is small in a pump.
 *
 * Headers lie beside the program's own data, which may overwrite them: a header that does not fit
 * its check ends the walk, and the damage is told.
 */
#include <string.h>

#include "sim/loader/image_private.h"

#define UNIT 16u
#define FREE UINT64_MAX

struct header {
  uint32_t units; /* of 16 bytes, this one included */
  uint32_t check;
  uint64_t bytes; /* asked for; FREE */
};

_Static_assert(sizeof(struct header) == UNIT, "blocks stay aligned");

static uint32_t check_of(uint64_t offset, uint32_t units, uint64_t bytes) {
  uint64_t mixed = (offset + 1) * 0x9E3779B97F4A7C15ull ^ (uint64_t)units * 0xC2B2AE3D27D4EB4Full ^
                   bytes * 0x165667B19E3779F9ull;
  mixed ^= mixed >> 29;
  return (uint32_t)(mixed >> 3) | 1u; /* never that of zeroed memory */
}

static struct header *header_at(const struct rig_image *image, uint64_t offset) {
  return (struct header *)(void *)(image->heap + offset);
}

static bool sound(const struct rig_image *image, uint64_t offset) {
  const struct header *header = header_at(image, offset);
  return header->units != 0 && (image->top - offset) / UNIT >= header->units &&
         (header->bytes == FREE || header->bytes <= (uint64_t)(header->units - 1) * UNIT) &&
         header->check == check_of(offset, header->units, header->bytes);
}

static void write_header(struct rig_image *image, uint64_t offset, uint32_t units, uint64_t bytes) {
  *header_at(image, offset) =
      (struct header){.units = units, .check = check_of(offset, units, bytes), .bytes = bytes};
}

static bool damaged(struct rig_image *image) {
  image->damage = "the heap is damaged: the header of a block was overwritten";
  return false;
}

static bool unwritten(const uint8_t *at, uint64_t bytes) {
  for (uint64_t i = 0; i < bytes; i += sizeof(uint64_t)) {
    uint64_t word = 0;
    memcpy(&word, at + i, sizeof word);
    if (word != 0) {
      return false;
    }
  }
  return true;
}

uint64_t rig_image_allocate(struct rig_image *image, uint64_t bytes) {
  if (image->guarded) {
    return rig_guarded_allocate(image, bytes);
  }
  if (bytes > image->heap_bytes) {
    return 0;
  }
  const uint32_t units = (uint32_t)((bytes + UNIT - 1) / UNIT) + 1;
  uint64_t at = 0;
  for (; at < image->top; at += (uint64_t)header_at(image, at)->units * UNIT) {
    if (!sound(image, at)) {
      (void)damaged(image);
      return 0;
    }
    const struct header *header = header_at(image, at);
    if (header->bytes == FREE && header->units >= units) {
      if (header->units > units) {
        write_header(image, at + (uint64_t)units * UNIT, header->units - units, FREE);
      }
      write_header(image, at, units, bytes);
      return (uint64_t)(uintptr_t)(image->heap + at + UNIT);
    }
  }
  if ((uint64_t)units * UNIT > image->heap_bytes - image->top) {
    return 0;
  }
  if (!unwritten(image->heap + at, (uint64_t)units * UNIT)) {
    image->damage = "the heap is damaged: memory behind the last block was written to";
    return 0;
  }
  image->top += (uint64_t)units * UNIT;
  write_header(image, at, units, bytes);
  return (uint64_t)(uintptr_t)(image->heap + at + UNIT);
}

/* The offset of a block's header; false: there is no such block. */
static bool block_of(const struct rig_image *image, uint64_t block, uint64_t *out) {
  const uint64_t first = (uint64_t)(uintptr_t)image->heap + UNIT;
  if (block < first || block - first >= image->top || (block - first) % UNIT != 0 ||
      !sound(image, block - first)) {
    return false;
  }
  *out = block - first;
  return header_at(image, *out)->bytes != FREE;
}

/* The free block that ends where the one at `offset` begins, else `offset` itself. */
static bool before(struct rig_image *image, uint64_t offset, uint64_t *out) {
  uint64_t last = offset;
  uint64_t at = 0;
  while (at < offset) {
    if (!sound(image, at)) {
      return damaged(image);
    }
    last = header_at(image, at)->bytes == FREE ? at : offset;
    at += (uint64_t)header_at(image, at)->units * UNIT;
  }
  *out = last;
  return at == offset;
}

bool rig_image_release(struct rig_image *image, uint64_t block) {
  uint64_t offset = 0;
  uint64_t begin = 0;
  if (image->guarded) {
    return rig_guarded_release(image, block);
  }
  if (!block_of(image, block, &offset) || !before(image, offset, &begin)) {
    return false;
  }
  uint64_t end = offset + (uint64_t)header_at(image, offset)->units * UNIT;
  if (end < image->top) {
    if (!sound(image, end)) {
      return damaged(image);
    }
    end += header_at(image, end)->bytes == FREE ? (uint64_t)header_at(image, end)->units * UNIT : 0;
  }
  memset(image->heap + offset, 0, end - offset);
  if (end == image->top) {
    memset(image->heap + begin, 0, UNIT);
    image->top = begin;
  } else {
    write_header(image, begin, (uint32_t)((end - begin) / UNIT), FREE);
  }
  return true;
}

uint64_t rig_image_block_bytes(const struct rig_image *image, uint64_t block) {
  uint64_t offset = 0;
  if (image->guarded) {
    return rig_guarded_block_bytes(image, block);
  }
  return block_of(image, block, &offset) ? header_at(image, offset)->bytes : 0;
}

const char *rig_image_heap_damage(const struct rig_image *image) {
  return image->damage;
}
