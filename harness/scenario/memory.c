/*
 * The arena: a chain of blocks, each at least BLOCK_BYTES long.
 */
#include "scenario/memory.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK_BYTES (32u * 1024u)
#define ALIGNMENT alignof(max_align_t)

struct block {
  struct block *next;
  size_t used;
  size_t size;
  alignas(max_align_t) unsigned char bytes[];
};

struct rig_arena {
  struct block *blocks;
  bool failed;
};

struct rig_arena *rig_arena_new(void) {
  return calloc(1, sizeof(struct rig_arena));
}

static struct block *block_new(size_t size) {
  if (size > SIZE_MAX - sizeof(struct block))
    return NULL;
  struct block *block = calloc(1, sizeof *block + size);
  if (block != NULL)
    block->size = size;
  return block;
}

void *rig_arena_take(struct rig_arena *arena, size_t bytes) {
  if (bytes == 0)
    bytes = 1;
  if (bytes > SIZE_MAX - ALIGNMENT) {
    arena->failed = true;
    return NULL;
  }
  bytes = (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  struct block *block = arena->blocks;
  if (block == NULL || block->size - block->used < bytes) {
    block = block_new(bytes > BLOCK_BYTES ? bytes : BLOCK_BYTES);
    if (block == NULL) {
      arena->failed = true;
      return NULL;
    }
    block->next = arena->blocks;
    arena->blocks = block;
  }
  void *memory = block->bytes + block->used;
  block->used += bytes;
  return memory;
}

char *rig_arena_copy(struct rig_arena *arena, const char *text, size_t length) {
  char *copy = rig_arena_take(arena, length + 1);
  if (copy != NULL && length != 0)
    memcpy(copy, text, length);
  return copy;
}

bool rig_arena_failed(const struct rig_arena *arena) {
  return arena->failed;
}

struct rig_arena *rig_arena_free(struct rig_arena *arena) {
  if (arena == NULL)
    return NULL;
  while (arena->blocks != NULL) {
    struct block *block = arena->blocks;
    arena->blocks = block->next;
    free(block);
  }
  free(arena);
  return NULL;
}
