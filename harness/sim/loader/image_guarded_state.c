/*
 * Saving and loading the guarded heap: data, the list of blocks, what is in them. Going from one
 * state to another costs system calls only for the blocks that one of them has and the other has
 * not.
 */
#include <stdlib.h>
#include <string.h>

#include "core/assert.h"
#include "sim/loader/image_private.h"

struct head {
  uint64_t blocks;
};

size_t rig_guarded_state_bytes(const struct rig_image *image) {
  return sizeof(struct head) + (size_t)image->data_bytes +
         image->heap_bytes / RIG_LINK_PAGE * sizeof(struct rig_guarded_block) +
         (size_t)image->heap_bytes;
}

size_t rig_guarded_save(const struct rig_image *image, void *to) {
  const struct head head = {.blocks = image->block_count};
  const size_t list = image->block_count * sizeof *image->blocks;
  uint8_t *out = to;
  memcpy(out, &head, sizeof head);
  out += sizeof head;
  memcpy(out, image->data, image->data_bytes);
  out += image->data_bytes;
  if (list > 0) {
    memcpy(out, image->blocks, list);
    out += list;
  }
  for (size_t i = 0; i < image->block_count; i++) {
    const struct rig_guarded_block *block = &image->blocks[i];
    if (!block->freed) {
      memcpy(out, (const void *)(uintptr_t)block->address, block->bytes);
      out += block->bytes;
    }
  }
  return (size_t)(out - (uint8_t *)to);
}

static bool is_open(const struct rig_guarded_block *block, const struct rig_guarded_block *list,
                    size_t count, size_t *from) {
  while (*from < count && list[*from].page < block->page) {
    ++*from;
  }
  return *from < count && list[*from].page == block->page && list[*from].pages == block->pages &&
         !list[*from].freed;
}

/* Closes what is open now and not in the list, then opens what is in the list and not open. */
static void reopen(const struct rig_image *image, const struct rig_guarded_block *list,
                   size_t count) {
  size_t from = 0;
  for (size_t i = 0; i < image->block_count; i++) {
    if (!image->blocks[i].freed && !is_open(&image->blocks[i], list, count, &from)) {
      rig_guarded_close(image, &image->blocks[i]);
    }
  }
  from = 0;
  for (size_t i = 0; i < count; i++) {
    if (!list[i].freed && !is_open(&list[i], image->blocks, image->block_count, &from)) {
      RIG_ASSERT(rig_guarded_open(image, &list[i]));
    }
  }
}

void rig_guarded_load(struct rig_image *image, const void *from, size_t bytes) {
  struct head head;
  const uint8_t *in = from;
  memcpy(&head, in, sizeof head);
  in += sizeof head;
  memcpy(image->data, in, image->data_bytes);
  in += image->data_bytes;
  /* A state has no more blocks than there were room for once: it was saved by this image. */
  RIG_ASSERT(head.blocks <= image->block_capacity);
  const size_t list_bytes = head.blocks * sizeof *image->blocks;
  struct rig_guarded_block *list = malloc(list_bytes + 1); /* `in` may be aligned to nothing */
  RIG_ASSERT(list != NULL);
  memcpy(list, in, list_bytes);
  in += list_bytes;
  reopen(image, list, head.blocks);
  if (head.blocks > 0) {
    memcpy(image->blocks, list, list_bytes);
  }
  image->block_count = head.blocks;
  free(list);
  for (size_t i = 0; i < image->block_count; i++) {
    const struct rig_guarded_block *block = &image->blocks[i];
    if (!block->freed) {
      memcpy((void *)(uintptr_t)block->address, in, block->bytes);
      in += block->bytes;
      rig_guarded_fill(image, block);
    }
  }
  RIG_ASSERT((size_t)(in - (const uint8_t *)from) == bytes);
}
