/*
 * Saving and loading what a program can write: data and heap, as the blocks of 64 bytes that differ
 * from the image as it was loaded. A block is compared in one go, about a nanosecond when it is in
 * the cache, so that cost grows with the size of the writable data and of the heap in use (not with
 * the arena's). Layout: the heap's extent and the number of blocks, then number and bytes of each.
 */
#include <string.h>

#include "core/assert.h"
#include "sim/loader/image_private.h"

struct head {
  uint32_t top; /* of the heap, in bytes */
  uint32_t count;
};

#define ENTRY_BYTES (8u + RIG_IMAGE_BLOCK)

typedef long long vector __attribute__((vector_size(16), may_alias));

static inline bool differs(const uint8_t *block, const uint8_t *initial) {
  const vector *a = (const vector *)(const void *)block;
  vector sum;
  if (initial == NULL) {
    sum = a[0] | a[1] | a[2] | a[3];
  } else {
    vector b[4];
    memcpy(b, initial, sizeof b);
    sum = (a[0] ^ b[0]) | (a[1] ^ b[1]) | (a[2] ^ b[2]) | (a[3] ^ b[3]);
  }
  return (sum[0] | sum[1]) != 0;
}

size_t rig_image_state_bytes(const struct rig_image *image) {
  if (image->guarded) {
    return rig_guarded_state_bytes(image);
  }
  return sizeof(struct head) +
         (image->data_bytes + image->heap_bytes) / RIG_IMAGE_BLOCK * ENTRY_BYTES;
}

static uint8_t *save_block(uint8_t *out, uint64_t number, const uint8_t *block) {
  memcpy(out, &number, sizeof number);
  memcpy(out + sizeof number, block, RIG_IMAGE_BLOCK);
  return out + ENTRY_BYTES;
}

size_t rig_image_save(const struct rig_image *image, void *to) {
  if (image->guarded) {
    return rig_guarded_save(image, to);
  }
  uint8_t *out = (uint8_t *)to + sizeof(struct head);
  for (uint64_t at = 0; at < image->data_bytes; at += RIG_IMAGE_BLOCK) {
    if (differs(image->data + at, image->initial + at)) {
      out = save_block(out, at / RIG_IMAGE_BLOCK, image->data + at);
    }
  }
  const uint64_t first = image->data_bytes / RIG_IMAGE_BLOCK;
  for (uint64_t at = 0; at < image->top; at += RIG_IMAGE_BLOCK) {
    if (differs(image->heap + at, NULL)) {
      out = save_block(out, first + at / RIG_IMAGE_BLOCK, image->heap + at);
    }
  }
  const size_t bytes = (size_t)(out - (uint8_t *)to);
  const struct head head = {.top = (uint32_t)image->top,
                            .count = (uint32_t)((bytes - sizeof(struct head)) / ENTRY_BYTES)};
  memcpy(to, &head, sizeof head);
  return bytes;
}

/* The blocks that were saved lie in order; every other one goes back to what it was at first. */
struct reader {
  const uint8_t *next;
  const uint8_t *end;
  uint64_t number; /* of the block at `next`; UINT64_MAX behind the last */
};

static void look(struct reader *reader) {
  reader->number = UINT64_MAX;
  if (reader->next < reader->end) {
    memcpy(&reader->number, reader->next, sizeof reader->number);
  }
}

static void load_region(struct reader *reader, uint8_t *region, const uint8_t *initial,
                        uint64_t bytes, uint64_t first) {
  for (uint64_t at = 0; at < bytes; at += RIG_IMAGE_BLOCK) {
    if (reader->number == first + at / RIG_IMAGE_BLOCK) {
      memcpy(region + at, reader->next + 8, RIG_IMAGE_BLOCK);
      reader->next += ENTRY_BYTES;
      look(reader);
    } else if (initial == NULL) {
      if (differs(region + at, NULL)) {
        memset(region + at, 0, RIG_IMAGE_BLOCK);
      }
    } else if (differs(region + at, initial + at)) {
      memcpy(region + at, initial + at, RIG_IMAGE_BLOCK);
    }
  }
}

void rig_image_load_state(struct rig_image *image, const void *from, size_t bytes) {
  struct head head;
  if (image->guarded) {
    rig_guarded_load(image, from, bytes);
    return;
  }
  RIG_ASSERT(bytes >= sizeof head);
  memcpy(&head, from, sizeof head);
  RIG_ASSERT(head.top <= image->heap_bytes);
  RIG_ASSERT(bytes == sizeof head + (size_t)head.count * ENTRY_BYTES);
  struct reader reader = {.next = (const uint8_t *)from + sizeof head,
                          .end = (const uint8_t *)from + bytes};
  look(&reader);
  load_region(&reader, image->data, image->initial, image->data_bytes, 0);
  const uint64_t heap = head.top > image->top ? head.top : image->top;
  load_region(&reader, image->heap, NULL, heap, image->data_bytes / RIG_IMAGE_BLOCK);
  RIG_ASSERT(reader.number == UINT64_MAX);
  image->top = head.top;
  image->damage = NULL;
}
