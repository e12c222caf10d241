/*
 * Stacks: where they lie, how one begins, and what they are as bytes.
 *
 * A state must not depend on how it was reached, so the memory below a stack pointer is always
 * zero while a fibre rests (fibre_scrub.c).
 */
#include "sim/engine/fibre_private.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "core/assert.h"

#define GUARD_BYTES (64u * 1024u) /* a frame that skips a page is caught too */
#define MAP_BYTES (GUARD_BYTES + RIG_FIBRE_STACK_BYTES)
/* Stacks lie at the same addresses in every process where that is possible, so that a state's bytes
 * are the same, too. */
#define FIRST_PLACE 0x3d0000000000u
#define PLACES 4096u
#define PLACE_BYTES (1024u * 1024u)
/* The processor as Windows hands it to a thread: all exceptions masked, 53 bits of precision. */
#define DEFAULT_CONTROL 0x1f80u
#define DEFAULT_X87 0x27fu

/* What rig_fibre_switch leaves on a stack, and the first frame of one. */
struct frame {
  uint32_t control;
  uint32_t x87;
  uint64_t r15, r14, r13, r12, rbx, rbp;
  uint64_t to;
  uint64_t end[2]; /* a return address of 0 ends a walk of the stack */
};

/* The saved form: this, then the stack from its pointer up. */
struct saved {
  uint32_t stack_bytes;
  uint32_t last_error;
};
_Static_assert(RIG_FIBRE_STACK_BYTES + sizeof(struct saved) <= RIG_FIBRE_BYTES_MAX, "fibre.h");

/* ---- stacks ---- */

static char *map_stack(void) {
  for (uint64_t i = 0; i < PLACES; i++) {
    void *place = (void *)(uintptr_t)(FIRST_PLACE + i * PLACE_BYTES);
    void *map = mmap(place, MAP_BYTES, PROT_NONE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0);
    if (map == place) {
      return map;
    }
    if (map != MAP_FAILED) { /* a kernel that does not know the flag took it for a hint */
      munmap(map, MAP_BYTES);
    }
  }
  void *map = mmap(NULL, MAP_BYTES, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  return map == MAP_FAILED ? NULL : map;
}

struct rig_fibre *rig_fibre_new(void) {
  struct rig_fibre *fibre = calloc(1, sizeof *fibre);
  if (fibre == NULL) {
    return NULL;
  }
  fibre->map = map_stack();
  if (fibre->map == NULL) {
    free(fibre);
    return NULL;
  }
  fibre->low = fibre->map + GUARD_BYTES;
  fibre->high = fibre->low + RIG_FIBRE_STACK_BYTES;
  fibre->sp = fibre->high;
  if (mprotect(fibre->low, RIG_FIBRE_STACK_BYTES, PROT_READ | PROT_WRITE) != 0) {
    return rig_fibre_free(fibre);
  }
  return fibre;
}

struct rig_fibre *rig_fibre_free(struct rig_fibre *fibre) {
  if (fibre != NULL) {
    RIG_ASSERT(rig_fibre_here.current != fibre);
    rig_fibre_unpoison(fibre);
    munmap(fibre->map, MAP_BYTES);
    free(fibre);
  }
  return NULL;
}

static void wipe(struct rig_fibre *fibre) {
  rig_fibre_unpoison(fibre);
  if (madvise(fibre->low, RIG_FIBRE_STACK_BYTES, MADV_DONTNEED) != 0) {
    memset(fibre->low, 0, RIG_FIBRE_STACK_BYTES);
  }
  fibre->sp = fibre->high;
  fibre->last_error = 0;
  fibre->spoilt = false;
}

void rig_fibre_start(struct rig_fibre *fibre, void (*entry)(void *argument), void *argument) {
  RIG_ASSERT(rig_fibre_here.current != fibre);
  if (fibre->spoilt) {
    wipe(fibre);
  }
  rig_fibre_unpoison(fibre);
  memset(fibre->sp, 0, (size_t)(fibre->high - (char *)fibre->sp));
  struct frame *frame = (struct frame *)(void *)(fibre->high - sizeof *frame);
  *frame = (struct frame){.control = DEFAULT_CONTROL,
                          .x87 = DEFAULT_X87,
                          .r12 = (uint64_t)(uintptr_t)entry,
                          .r13 = (uint64_t)(uintptr_t)argument,
                          .to = (uint64_t)(uintptr_t)rig_fibre_first};
  /* Aligned as the ABI wants it before a call: 16 bytes once `to` is popped. */
  _Static_assert(sizeof(struct frame) % 16 == 0 && offsetof(struct frame, end) % 16 == 0, "align");
  fibre->sp = frame;
  fibre->last_error = 0;
}

void rig_fibre_name(struct rig_fibre *fibre, uint32_t thread) {
  fibre->thread = thread;
}

/* ---- the state as bytes ---- */

size_t rig_fibre_bytes(const struct rig_fibre *fibre) {
  return sizeof(struct saved) + (size_t)(fibre->high - (char *)fibre->sp);
}

size_t rig_fibre_save(const struct rig_fibre *fibre, void *to) {
  const size_t stack = (size_t)(fibre->high - (char *)fibre->sp);
  const struct saved saved = {.stack_bytes = (uint32_t)stack, .last_error = fibre->last_error};
  memcpy(to, &saved, sizeof saved);
  memcpy((char *)to + sizeof saved, fibre->sp, stack);
  return sizeof saved + stack;
}

bool rig_fibre_same(const struct rig_fibre *fibre, const void *saved) {
  struct saved head;
  memcpy(&head, saved, sizeof head);
  return head.last_error == fibre->last_error &&
         memcmp((const char *)saved + sizeof head, fibre->sp, head.stack_bytes) == 0;
}

void rig_fibre_load(struct rig_fibre *fibre, const void *from, size_t bytes) {
  struct saved saved;
  RIG_ASSERT(rig_fibre_here.current != fibre && bytes >= sizeof saved);
  memcpy(&saved, from, sizeof saved);
  RIG_ASSERT(saved.stack_bytes == bytes - sizeof saved &&
             saved.stack_bytes <= RIG_FIBRE_STACK_BYTES);
  if (fibre->spoilt) {
    wipe(fibre);
  }
  char *sp = fibre->high - saved.stack_bytes;
  if (sp > (char *)fibre->sp) { /* what lies below the new pointer is zero again */
    memset(fibre->sp, 0, (size_t)(sp - (char *)fibre->sp));
  }
  memcpy(sp, (const char *)from + sizeof saved, saved.stack_bytes);
  fibre->sp = sp;
  fibre->last_error = saved.last_error;
}

void rig_fibre_range(const struct rig_fibre *fibre, uintptr_t *low, uintptr_t *high) {
  *low = (uintptr_t)fibre->low;
  *high = (uintptr_t)fibre->high;
}

uintptr_t rig_fibre_pointer(const struct rig_fibre *fibre) {
  return (uintptr_t)fibre->sp;
}
