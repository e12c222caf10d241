/*
 * Memory: every way to allocate leads to the image's arena. What is freed twice, or was no block,
 * ends the path: Windows' heap does the same, or worse.
 */
#include <string.h>

#include "sim/shims/shims_private.h"

#define ZERO_MEMORY 0x8u   /* HEAP_ZERO_MEMORY */
#define LMEM_ZERO 0x40u    /* LMEM_ZEROINIT, GMEM_ZEROINIT */
#define LMEM_MOVEABLE 0x2u /* a handle that must be locked */
#define PROCESS_HEAP 0x7000u

static uint64_t allocate(uint64_t bytes, bool zero) {
  struct rig_engine *engine = rig_engine_current();
  if (engine->image == NULL) {
    rig_engine_stop(engine, RIG_SIM_BOUND, "no heap without a program");
  }
  rig_engine_guard_site(engine);
  const uint64_t block = rig_image_allocate(engine->image, bytes);
  const char *damage = block == 0 ? rig_image_heap_damage(engine->image) : NULL;
  if (damage != NULL) {
    rig_engine_stop(engine, RIG_SIM_CRASH, "%s", damage);
  }
  if (block == 0) {
    rig_engine_stop(engine, RIG_SIM_BOUND,
                    "the program's heap is full: %llu bytes more were asked for",
                    (unsigned long long)bytes);
  }
  if (zero) {
    memset((void *)(uintptr_t)block, 0, bytes);
  }
  return block;
}

uint64_t rig_shim_allocate(uint64_t bytes) {
  return allocate(bytes, false);
}

static void release(uint64_t block) {
  struct rig_engine *engine = rig_engine_current();
  if (block == 0) {
    return;
  }
  rig_engine_guard_site(engine);
  if (engine->image == NULL || !rig_image_release(engine->image, block)) {
    if (engine->options.guarded != RIG_GUARD_NONE) {
      rig_engine_guard_refused(engine, block);
    }
    const char *damage = engine->image != NULL ? rig_image_heap_damage(engine->image) : NULL;
    rig_engine_stop(engine, RIG_SIM_CRASH, "%s",
                    damage != NULL ? damage
                                   : "memory is freed that is no block of the heap, or was freed "
                                     "before");
  }
}

static uint64_t resize(uint64_t block, uint64_t bytes, bool zero) {
  struct rig_engine *engine = rig_engine_current();
  if (block == 0) {
    return allocate(bytes, zero);
  }
  const uint64_t old = engine->image != NULL ? rig_image_block_bytes(engine->image, block) : 0;
  const uint64_t made = allocate(bytes, false);
  const uint64_t kept = old < bytes ? old : bytes;
  memcpy((void *)(uintptr_t)made, (const void *)(uintptr_t)block, kept);
  if (zero) {
    memset((char *)(uintptr_t)made + kept, 0, bytes - kept);
  }
  release(block);
  return made;
}

/* ---- heaps: they are all one ---- */

RIG_SHIM(uint64_t, GetProcessHeap, void) {
  return PROCESS_HEAP;
}
RIG_SHIM(uint64_t, HeapCreate, uint32_t flags, uint64_t bytes, uint64_t most) {
  (void)flags;
  (void)bytes;
  (void)most;
  return PROCESS_HEAP;
}
RIG_SHIM(uint32_t, HeapDestroy, uint64_t heap) {
  (void)heap;
  return 1;
}
RIG_SHIM(uint64_t, HeapAlloc, uint64_t heap, uint32_t flags, uint64_t bytes) {
  (void)heap;
  return allocate(bytes, (flags & ZERO_MEMORY) != 0);
}
RIG_SHIM(uint64_t, HeapReAlloc, uint64_t heap, uint32_t flags, uint64_t block, uint64_t bytes) {
  (void)heap;
  return resize(block, bytes, (flags & ZERO_MEMORY) != 0);
}
RIG_SHIM(uint32_t, HeapFree, uint64_t heap, uint32_t flags, uint64_t block) {
  (void)heap;
  (void)flags;
  release(block);
  return 1;
}
RIG_SHIM(uint64_t, HeapSize, uint64_t heap, uint32_t flags, uint64_t block) {
  (void)heap;
  (void)flags;
  const struct rig_engine *engine = rig_engine_current();
  const uint64_t bytes = engine->image != NULL ? rig_image_block_bytes(engine->image, block) : 0;
  return bytes != 0 ? bytes : UINT64_MAX;
}

static uint64_t local_allocate(uint32_t flags, uint64_t bytes) {
  if ((flags & LMEM_MOVEABLE) != 0) {
    rig_engine_stop(rig_engine_current(), RIG_SIM_BOUND,
                    "not simulated: moveable memory (LMEM_MOVEABLE, GMEM_MOVEABLE)");
  }
  return allocate(bytes, (flags & LMEM_ZERO) != 0);
}
RIG_SHIM(uint64_t, LocalAlloc, uint32_t flags, uint64_t bytes) {
  return local_allocate(flags, bytes);
}
RIG_SHIM(uint64_t, LocalReAlloc, uint64_t block, uint64_t bytes, uint32_t flags) {
  return resize(block, bytes, (flags & LMEM_ZERO) != 0);
}
RIG_SHIM(uint64_t, LocalFree, uint64_t block) {
  release(block);
  return 0;
}
RIG_SHIM(uint64_t, GlobalAlloc, uint32_t flags, uint64_t bytes) {
  return local_allocate(flags, bytes);
}
RIG_SHIM(uint64_t, GlobalFree, uint64_t block) {
  release(block);
  return 0;
}
RIG_SHIM(uint64_t, CoTaskMemAlloc, uint64_t bytes) {
  return allocate(bytes, false);
}
RIG_SHIM(void, CoTaskMemFree, uint64_t block) {
  release(block);
}

/* ---- C and C++ ---- */

RIG_SHIM(uint64_t, malloc, uint64_t bytes) {
  return allocate(bytes, false);
}
RIG_SHIM(uint64_t, calloc, uint64_t count, uint64_t bytes) {
  uint64_t all;
  return __builtin_mul_overflow(count, bytes, &all) ? 0 : allocate(all, true);
}
RIG_SHIM(uint64_t, realloc, uint64_t block, uint64_t bytes) {
  if (block != 0 && bytes == 0) {
    release(block);
    return 0;
  }
  return resize(block, bytes, false);
}
RIG_SHIM(void, free, uint64_t block) {
  release(block);
}
/* operator new and delete, of the Itanium ABI's names (mingw). */
RIG_SHIM(uint64_t, _Znwy, uint64_t bytes) {
  return allocate(bytes, false);
}
RIG_SHIM(uint64_t, _Znay, uint64_t bytes) {
  return allocate(bytes, false);
}
RIG_SHIM(void, _ZdlPv, uint64_t block) {
  release(block);
}
RIG_SHIM(void, _ZdlPvy, uint64_t block, uint64_t bytes) {
  (void)bytes;
  release(block);
}
RIG_SHIM(void, _ZdaPv, uint64_t block) {
  release(block);
}
RIG_SHIM(void, _ZdaPvy, uint64_t block, uint64_t bytes) {
  (void)bytes;
  release(block);
}
