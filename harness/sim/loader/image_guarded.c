/*
 * The heap of guarded mode: each allocation has pages of its own, closed ones around them, and ends
 * where they end (or begins where they begin); a freed one is closed for as long as anything still
 * points at it, then its pages are used again, so that a program that allocates in a loop comes
 * back to states it was in. Blocks lie in the order of their pages: a state is what is allocated
 * and what is pointed at, not how that came to be.
 */
#include <string.h>
#include <sys/mman.h>

#include "core/assert.h"
#include "sim/loader/image_private.h"

#define FILL 0xCD /* what is read before it was written shows */
#define ALIGN 16u /* malloc's; what is left behind the end is looked at after each step */

uint8_t *rig_guarded_page(const struct rig_image *image, uint32_t page) {
  return image->heap + (uint64_t)page * RIG_LINK_PAGE;
}

/* ---- the closed pages and the bytes round a block ---- */

/* What of its pages is not the block: in front of it, and behind. */
struct rest {
  uint8_t *front, *back;
  size_t front_bytes, back_bytes;
};

static struct rest rest_of(const struct rig_image *image, const struct rig_guarded_block *block) {
  uint8_t *begin = rig_guarded_page(image, block->page);
  uint8_t *end = begin + (size_t)block->pages * RIG_LINK_PAGE;
  uint8_t *address = (uint8_t *)(uintptr_t)block->address;
  return (struct rest){.front = begin,
                       .back = address + block->bytes,
                       .front_bytes = (size_t)(address - begin),
                       .back_bytes = (size_t)(end - (address + block->bytes))};
}

/* The first byte that is not FILL; NULL: all are. */
static uint8_t *written(uint8_t *at, size_t bytes) {
  if (bytes == 0 || (at[0] == FILL && memcmp(at, at + 1, bytes - 1) == 0)) {
    return NULL;
  }
  while (*at == FILL) {
    at++;
  }
  return at;
}

/* The last byte in front of a block tells how near to it was written. */
static uint8_t *written_last(uint8_t *at, size_t bytes) {
  uint8_t *first = written(at, bytes);
  uint8_t *last = first == NULL ? NULL : at + bytes - 1;
  while (last != NULL && *last == FILL) {
    last--;
  }
  return last;
}

void rig_guarded_fill(const struct rig_image *image, const struct rig_guarded_block *block) {
  const struct rest rest = rest_of(image, block);
  if (written(rest.front, rest.front_bytes) != NULL) {
    memset(rest.front, FILL, rest.front_bytes);
  }
  if (written(rest.back, rest.back_bytes) != NULL) {
    memset(rest.back, FILL, rest.back_bytes);
  }
}

static uint64_t spoilt(const struct rig_image *image, const struct rig_guarded_block *block) {
  const struct rest rest = rest_of(image, block);
  const uint8_t *at = written(rest.back, rest.back_bytes);
  at = at != NULL ? at : written_last(rest.front, rest.front_bytes);
  return (uint64_t)(uintptr_t)at;
}

bool rig_guarded_open(const struct rig_image *image, const struct rig_guarded_block *block) {
  return mprotect(rig_guarded_page(image, block->page), (size_t)block->pages * RIG_LINK_PAGE,
                  PROT_READ | PROT_WRITE) == 0;
}

/* Back to no memory at all: nothing is kept, any access faults. */
void rig_guarded_close(const struct rig_image *image, const struct rig_guarded_block *block) {
  uint8_t *begin = rig_guarded_page(image, block->page);
  const size_t span = (size_t)block->pages * RIG_LINK_PAGE;
  RIG_ASSERT(madvise(begin, span, MADV_DONTNEED) == 0);
  RIG_ASSERT(mprotect(begin, span, PROT_NONE) == 0);
}

/* ---- allocating ---- */

/* The lowest place for so many pages and a closed one; *index: among the blocks. */
static bool find_place(const struct rig_image *image, uint64_t pages, uint32_t *page,
                       size_t *index) {
  uint64_t at = 0;
  size_t i = 0;
  for (; i < image->block_count && image->blocks[i].page < at + pages + 1; i++) {
    at = (uint64_t)image->blocks[i].page + image->blocks[i].pages + 1;
  }
  *page = (uint32_t)at;
  *index = i;
  return at + pages + 1 <= image->heap_bytes / RIG_LINK_PAGE;
}

uint64_t rig_guarded_allocate(struct rig_image *image, uint64_t bytes) {
  const uint64_t rounded = bytes > image->heap_bytes ? bytes : (bytes + ALIGN - 1) / ALIGN * ALIGN;
  const uint64_t pages = bytes == 0 ? 1 : (rounded + RIG_LINK_PAGE - 1) / RIG_LINK_PAGE;
  struct rig_guarded_block block = {.bytes = bytes, .made_at = image->site};
  void *blocks = image->blocks;
  size_t index = 0;
  if (bytes > image->heap_bytes || !find_place(image, pages, &block.page, &index) ||
      !rig_link_grow(&blocks, &image->block_capacity, image->block_count, sizeof *image->blocks)) {
    return 0;
  }
  image->blocks = blocks;
  block.pages = (uint32_t)pages;
  if (!rig_guarded_open(image, &block)) {
    return 0;
  }
  uint8_t *begin = rig_guarded_page(image, block.page);
  const size_t span = (size_t)pages * RIG_LINK_PAGE;
  const bool at_begin = image->guarded == RIG_GUARD_BEGIN && bytes > 0;
  block.address = (uint64_t)(uintptr_t)(at_begin ? begin : begin + span - rounded);
  memset(begin, FILL, span);
  memmove(image->blocks + index + 1, image->blocks + index,
          (image->block_count - index) * sizeof block);
  image->blocks[index] = block;
  image->block_count++;
  return block.address;
}

/* The block whose pages, or the closed one behind them, hold the address. */
static struct rig_guarded_block *block_at(const struct rig_image *image, uint64_t address) {
  const uint64_t heap = (uint64_t)(uintptr_t)image->heap;
  size_t low = 0;
  size_t high = image->block_count;
  if (address < heap || address - heap >= image->heap_bytes) {
    return NULL;
  }
  const uint64_t page = (address - heap) / RIG_LINK_PAGE;
  while (low < high) {
    const size_t middle = low + (high - low) / 2;
    struct rig_guarded_block *block = &image->blocks[middle];
    if (page < block->page) {
      high = middle;
    } else if (page > (uint64_t)block->page + block->pages) {
      low = middle + 1;
    } else {
      return block;
    }
  }
  return NULL;
}

static struct rig_guarded_block *find(const struct rig_image *image, uint64_t block) {
  struct rig_guarded_block *found = block_at(image, block);
  return found != NULL && found->address == block ? found : NULL;
}

bool rig_guarded_release(struct rig_image *image, uint64_t block) {
  struct rig_guarded_block *found = find(image, block);
  if (found == NULL || found->freed || spoilt(image, found) != 0) {
    return false;
  }
  rig_guarded_close(image, found);
  found->freed = 1;
  found->freed_at = image->site;
  return true;
}

uint64_t rig_guarded_block_bytes(const struct rig_image *image, uint64_t block) {
  const struct rig_guarded_block *found = find(image, block);
  return found == NULL || found->freed ? 0 : found->bytes;
}

bool rig_guarded_holds(const struct rig_image *image, uint64_t address, uint64_t bytes) {
  const struct rig_guarded_block *block = block_at(image, address);
  return block != NULL && !block->freed && address >= block->address &&
         address - block->address <= block->bytes &&
         bytes <= block->bytes - (address - block->address);
}

/* ---- what is closed, and no longer pointed at ---- */

bool rig_image_freed(const struct rig_image *image) {
  for (size_t i = 0; image->guarded && i < image->block_count; i++) {
    if (image->blocks[i].freed) {
      return true;
    }
  }
  return false;
}

void rig_image_scan(const struct rig_image *image, const void *memory, size_t bytes, size_t step) {
  const uint8_t *at = memory;
  const uint32_t heap = (uint32_t)(uintptr_t)image->heap;
  for (size_t i = 0; i + sizeof(uint32_t) <= bytes; i += step) {
    uint32_t word; /* the heap lies below 4 GiB: the lower half of a pointer, or a DWORD of it */
    memcpy(&word, at + i, sizeof word);
    if (word - heap < image->heap_bytes) {
      struct rig_guarded_block *block = block_at(image, word);
      if (block != NULL && block->freed) {
        block->freed |= RIG_GUARDED_SEEN;
      }
    }
  }
}

void rig_image_forget(struct rig_image *image) {
  size_t kept = 0;
  rig_image_scan(image, image->data, image->data_bytes, sizeof(uint32_t));
  for (size_t i = 0; i < image->block_count; i++) {
    const struct rig_guarded_block *block = &image->blocks[i];
    if (!block->freed) {
      rig_image_scan(image, (const void *)(uintptr_t)block->address, block->bytes,
                     sizeof(uint32_t));
    }
  }
  for (size_t i = 0; i < image->block_count; i++) {
    struct rig_guarded_block block = image->blocks[i];
    const bool goes = block.freed == 1;
    block.freed &= ~RIG_GUARDED_SEEN;
    if (!goes) {
      image->blocks[kept++] = block;
    }
  }
  image->block_count = kept;
}

/* ---- telling ---- */

static struct rig_image_block told(const struct rig_guarded_block *block) {
  return (struct rig_image_block){.address = block->address,
                                  .bytes = block->bytes,
                                  .made_at = block->made_at,
                                  .freed_at = block->freed_at,
                                  .header = block->header,
                                  .freed = block->freed != 0};
}

static uint64_t distance(const struct rig_guarded_block *block, uint64_t address) {
  const uint64_t end = block->address + block->bytes;
  return address < block->address ? block->address - address : address < end ? 0 : address - end;
}

bool rig_image_block_near(const struct rig_image *image, uint64_t address,
                          struct rig_image_block *out) {
  const struct rig_guarded_block *before = block_at(image, address);
  const struct rig_guarded_block *behind = block_at(image, address + RIG_LINK_PAGE);
  if (before == NULL || (behind != NULL && distance(behind, address) < distance(before, address))) {
    before = behind;
  }
  if (before != NULL) {
    *out = told(before);
  }
  return before != NULL;
}

bool rig_image_spoilt(const struct rig_image *image, struct rig_image_block *out,
                      uint64_t *address) {
  for (size_t i = 0; image->guarded && i < image->block_count; i++) {
    const uint64_t at = image->blocks[i].freed ? 0 : spoilt(image, &image->blocks[i]);
    if (at != 0) {
      *out = told(&image->blocks[i]);
      *address = at;
      return true;
    }
  }
  return false;
}

void rig_image_header(struct rig_image *image, uint64_t block, uint32_t bytes) {
  struct rig_guarded_block *found = image->guarded ? find(image, block) : NULL;
  if (found != NULL && bytes <= found->bytes) {
    found->header = bytes;
  }
}

void rig_image_site(struct rig_image *image, uint64_t caller) {
  image->site = caller;
}
