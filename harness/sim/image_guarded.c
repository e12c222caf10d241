/*
 * The heap of guarded mode: each allocation ends where a page ends, an unmapped page behind it, and
 * the pages of a freed one are never touched again. Every address is used once, so that a state is
 * the list of allocations; saving and loading cost system calls (restart mode only).
 */
#include <string.h>
#include <sys/mman.h>

#include "core/assert.h"
#include "sim/image_private.h"

#define FILL 0xCD /* what is read before it was written shows */

static uint8_t *page_at(const struct rig_image *image, uint32_t page) {
  return image->heap + (uint64_t)page * RIG_LINK_PAGE;
}

uint64_t rig_guarded_allocate(struct rig_image *image, uint64_t bytes) {
  const uint64_t pages_left = image->heap_bytes / RIG_LINK_PAGE - image->next_page;
  const uint64_t rounded = (bytes + 15) / 16 * 16; /* malloc's alignment: up to 15 bytes of slack */
  const uint64_t pages = bytes == 0 ? 1 : (rounded + RIG_LINK_PAGE - 1) / RIG_LINK_PAGE;
  if (bytes > image->heap_bytes || pages + 1 > pages_left) {
    return 0;
  }
  void *blocks = image->blocks;
  uint8_t *begin = page_at(image, image->next_page);
  const size_t span = pages * RIG_LINK_PAGE;
  if (!rig_link_grow(&blocks, &image->block_capacity, image->block_count, sizeof *image->blocks) ||
      mprotect(begin, span, PROT_READ | PROT_WRITE) != 0) {
    return 0;
  }
  image->blocks = blocks;
  uint8_t *block = begin + span - (bytes == 0 ? 16 : rounded);
  memset(block, FILL, (size_t)(begin + span - block));
  image->blocks[image->block_count++] =
      (struct rig_guarded_block){.address = (uint64_t)(uintptr_t)block,
                                 .bytes = bytes,
                                 .page = image->next_page,
                                 .pages = (uint32_t)pages};
  image->next_page += (uint32_t)pages + 1;
  return (uint64_t)(uintptr_t)block;
}

static struct rig_guarded_block *find(const struct rig_image *image, uint64_t block) {
  for (size_t i = 0; i < image->block_count; i++) {
    if (image->blocks[i].address == block) {
      return &image->blocks[i];
    }
  }
  return NULL;
}

/* Back to no memory at all: nothing is kept, any access faults. */
static void close_pages(const struct rig_image *image, const struct rig_guarded_block *block) {
  uint8_t *begin = page_at(image, block->page);
  const size_t span = (size_t)block->pages * RIG_LINK_PAGE;
  RIG_ASSERT(madvise(begin, span, MADV_DONTNEED) == 0);
  RIG_ASSERT(mprotect(begin, span, PROT_NONE) == 0);
}

bool rig_guarded_release(struct rig_image *image, uint64_t block) {
  struct rig_guarded_block *found = find(image, block);
  if (found == NULL || found->freed) {
    return false;
  }
  close_pages(image, found);
  found->freed = true;
  return true;
}

uint64_t rig_guarded_block_bytes(const struct rig_image *image, uint64_t block) {
  const struct rig_guarded_block *found = find(image, block);
  return found == NULL || found->freed ? 0 : found->bytes;
}

bool rig_guarded_holds(const struct rig_image *image, uint64_t address, uint64_t bytes) {
  for (size_t i = 0; i < image->block_count; i++) {
    const struct rig_guarded_block *block = &image->blocks[i];
    if (!block->freed && address >= block->address && address - block->address <= block->bytes &&
        bytes <= block->bytes - (address - block->address)) {
      return true;
    }
  }
  return false;
}

struct head {
  uint64_t blocks;
  uint64_t next_page;
};

size_t rig_guarded_state_bytes(const struct rig_image *image) {
  return sizeof(struct head) + (size_t)image->data_bytes +
         image->heap_bytes / RIG_LINK_PAGE * sizeof(struct rig_guarded_block) +
         (size_t)image->heap_bytes;
}

static uint64_t extent(const struct rig_guarded_block *block) {
  return block->freed ? 0 : (block->bytes + 15) / 16 * 16;
}

size_t rig_guarded_save(const struct rig_image *image, void *to) {
  const struct head head = {.blocks = image->block_count, .next_page = image->next_page};
  uint8_t *out = to;
  memcpy(out, &head, sizeof head);
  out += sizeof head;
  memcpy(out, image->data, image->data_bytes);
  out += image->data_bytes;
  for (size_t i = 0; i < image->block_count; i++) {
    const struct rig_guarded_block *block = &image->blocks[i];
    memcpy(out, block, sizeof *block);
    out += sizeof *block;
    memcpy(out, (const void *)(uintptr_t)block->address, extent(block));
    out += extent(block);
  }
  return (size_t)(out - (uint8_t *)to);
}

void rig_guarded_load(struct rig_image *image, const void *from, size_t bytes) {
  struct head head;
  const uint8_t *in = from;
  for (size_t i = 0; i < image->block_count; i++) {
    if (!image->blocks[i].freed) {
      close_pages(image, &image->blocks[i]);
    }
  }
  memcpy(&head, in, sizeof head);
  in += sizeof head;
  memcpy(image->data, in, image->data_bytes);
  in += image->data_bytes;
  /* A state has no more blocks than there were room for once: it was saved by this image. */
  RIG_ASSERT(head.blocks <= image->block_capacity);
  image->block_count = head.blocks;
  image->next_page = (uint32_t)head.next_page;
  for (size_t i = 0; i < image->block_count; i++) {
    struct rig_guarded_block *block = &image->blocks[i];
    memcpy(block, in, sizeof *block);
    in += sizeof *block;
    if (!block->freed) {
      RIG_ASSERT(mprotect(page_at(image, block->page), (size_t)block->pages * RIG_LINK_PAGE,
                          PROT_READ | PROT_WRITE) == 0);
      memcpy((void *)(uintptr_t)block->address, in, extent(block));
      in += extent(block);
    }
  }
  RIG_ASSERT((size_t)(in - (const uint8_t *)from) == bytes);
}
