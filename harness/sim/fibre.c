/*
 * Stacks, and switching between them.
 *
 * The switch keeps what the System V ABI says a callee keeps: rbx, rbp, r12 to r15, MXCSR and the
 * x87 control word. Code of the Microsoft ABI keeps more (rsi, rdi, xmm6 to xmm15), but it calls
 * ms_abi functions, which the compiler makes save them.
 *
 * A state must not depend on how it was reached, so the memory below a stack pointer is always
 * zero while a fibre rests: what a deeper call left there would lie in the unused slots of the next
 * frame. Scrubbing looks for the depth that was reached: a frame of more than a page announces
 * itself (__chkstk, which notes how deep it went in the thread environment block), so a page of
 * zeros ends the search.
 */
#include "sim/fibre_private.h"

#include <asm/prctl.h>
#include <emmintrin.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core/assert.h"

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif

#define GUARD_BYTES (64u * 1024u) /* a frame that skips a page is caught too */
#define MAP_BYTES (GUARD_BYTES + RIG_FIBRE_STACK_BYTES)
/* Stacks lie at the same addresses in every process where that is possible, so that a state's bytes
 * are the same, too. */
#define FIRST_PLACE 0x3d0000000000u
#define PLACES 4096u
#define PLACE_BYTES (1024u * 1024u)
#define PAGE_BYTES 4096u
#define SCRUB_BYTES 256u
/* The processor as Windows hands it to a thread: all exceptions masked, 53 bits of precision. */
#define DEFAULT_CONTROL 0x1f80u
#define DEFAULT_X87 0x27fu

_Thread_local struct rig_fibre_here rig_fibre_here;
/* Reached by gs: as on Windows. */
static _Thread_local struct rig_teb teb __attribute__((aligned(64)));

/* Leaves the stack pointer at *save and goes on at *load. It is read in here: the runner's own must
 * not lie on a fibre's stack, for it is another one from run to run. */
void rig_fibre_switch(void **save, void *const *load);
void rig_fibre_first(void);
__asm__(".pushsection .text\n"
        ".p2align 4\n"
        ".globl rig_fibre_switch\n"
        ".hidden rig_fibre_switch\n"
        ".type rig_fibre_switch, @function\n"
        "rig_fibre_switch:\n"
        "  pushq %rbp\n"
        "  pushq %rbx\n"
        "  pushq %r12\n"
        "  pushq %r13\n"
        "  pushq %r14\n"
        "  pushq %r15\n"
        "  pushq $0\n"
        "  stmxcsr (%rsp)\n"
        "  fnstcw 4(%rsp)\n"
        "  movq %rsp, (%rdi)\n"
        "  movq (%rsi), %rsp\n"
        ".globl rig_fibre_resume\n"
        ".hidden rig_fibre_resume\n"
        "rig_fibre_resume:\n"
        "  ldmxcsr (%rsp)\n"
        "  fldcw 4(%rsp)\n"
        "  addq $8, %rsp\n"
        "  popq %r15\n"
        "  popq %r14\n"
        "  popq %r13\n"
        "  popq %r12\n"
        "  popq %rbx\n"
        "  popq %rbp\n"
        "  ret\n"
        ".size rig_fibre_switch, . - rig_fibre_switch\n"
        ".globl rig_fibre_first\n"
        ".hidden rig_fibre_first\n"
        ".type rig_fibre_first, @function\n"
        "rig_fibre_first:\n"
        "  movq %r12, %rdi\n"
        "  movq %r13, %rsi\n"
        "  callq rig_fibre_main\n"
        "  ud2\n"
        ".size rig_fibre_first, . - rig_fibre_first\n"
        ".popsection\n");

/* Functions that a program calls are entered through here (r11: where to): what the program's own
 * calls left below its stack pointer would lie in unused slots of their frames, and make two equal
 * states differ. xmm5 alone is changed, which no caller keeps and no argument lies in. */
#define CLEAN                                                                                      \
  "  pxor %xmm5, %xmm5\n"                                                                          \
  "  .set at, -16\n"                                                                               \
  "  .rept 40\n"                                                                                   \
  "  movups %xmm5, at(%rsp)\n"                                                                     \
  "  .set at, at - 16\n"                                                                           \
  "  .endr\n"
__asm__(".pushsection .text\n"
        ".p2align 4\n"
        ".globl rig_fibre_clean\n"
        ".type rig_fibre_clean, @function\n"
        "rig_fibre_clean:\n"
        "  movq %rsp, %gs:0x1a08\n"
        "  movq %rbp, %gs:0x1a10\n" CLEAN "  jmp *%r11\n"
        ".size rig_fibre_clean, . - rig_fibre_clean\n"
        ".p2align 4\n"
        ".globl rig_fibre_yield\n"
        ".type rig_fibre_yield, @function\n"
        "rig_fibre_yield:\n" CLEAN "  jmp rig_fibre_yield_now\n"
        ".size rig_fibre_yield, . - rig_fibre_yield\n"
        ".popsection\n");

/* From the System V ABI into the Microsoft one. A program may keep registers that it never set:
 * what native code left in them would come from the explorer, and be state. */
__asm__(".pushsection .text\n"
        ".p2align 4\n"
        ".globl rig_fibre_call\n"
        ".type rig_fibre_call, @function\n"
        "rig_fibre_call:\n"
        "  subq $40, %rsp\n" /* the callee's 32 bytes, and alignment */
        "  movq %rdi, %rax\n"
        "  movq (%rsi), %rcx\n"
        "  movq 8(%rsi), %rdx\n"
        "  movq 16(%rsi), %r8\n"
        "  movq 24(%rsi), %r9\n"
        "  xorl %esi, %esi\n"
        "  xorl %edi, %edi\n"
        "  xorl %r10d, %r10d\n"
        "  xorl %r11d, %r11d\n"
        "  .irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15\n"
        "  pxor %xmm\\n, %xmm\\n\n"
        "  .endr\n"
        "  callq *%rax\n"
        "  addq $40, %rsp\n"
        "  ret\n"
        ".size rig_fibre_call, . - rig_fibre_call\n"
        ".popsection\n");

/* A frame of rax bytes (mingw: ___chkstk_ms, MSVC: __chkstk; neither moves rsp): its lowest byte is
 * noted in the thread environment block, then every page on the way there is read. */
__asm__(".pushsection .text\n"
        ".p2align 4\n"
        ".globl rig_fibre_probe\n"
        ".type rig_fibre_probe, @function\n"
        "rig_fibre_probe:\n"
        "  pushq %rcx\n"
        "  pushq %rax\n"
        "  leaq 24(%rsp), %rcx\n"
        "  subq %rax, %rcx\n"
        "  cmpq $0, %gs:0x1a00\n"
        "  je 1f\n"
        "  cmpq %rcx, %gs:0x1a00\n"
        "  jbe 2f\n"
        "1: movq %rcx, %gs:0x1a00\n"
        "2: leaq 24(%rsp), %rcx\n"
        "3: cmpq $0x1000, %rax\n"
        "  jb 4f\n"
        "  subq $0x1000, %rcx\n"
        "  testq %rcx, (%rcx)\n"
        "  subq $0x1000, %rax\n"
        "  jmp 3b\n"
        "4: subq %rax, %rcx\n"
        "  testq %rcx, (%rcx)\n"
        "  popq %rax\n"
        "  popq %rcx\n"
        "  ret\n"
        ".size rig_fibre_probe, . - rig_fibre_probe\n"
        ".popsection\n");

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

/* ---- a sanitizer's notes of what is a local variable; they do not follow a stack ---- */

static void unpoison(const struct rig_fibre *fibre) {
#ifdef __SANITIZE_ADDRESS__
  __asan_unpoison_memory_region(fibre->low, (size_t)(fibre->high - fibre->low));
#else
  (void)fibre;
#endif
}

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
    unpoison(fibre);
    munmap(fibre->map, MAP_BYTES);
    free(fibre);
  }
  return NULL;
}

static void wipe(struct rig_fibre *fibre) {
  unpoison(fibre);
  if (madvise(fibre->low, RIG_FIBRE_STACK_BYTES, MADV_DONTNEED) != 0) {
    memset(fibre->low, 0, RIG_FIBRE_STACK_BYTES);
  }
  fibre->sp = fibre->high;
  fibre->last_error = 0;
  fibre->spoilt = false;
}

/* Whether all of a block is zero; written out, so that the loads do not wait for each other. */
__attribute__((no_sanitize_address)) static inline bool is_zero(const __m128i *block) {
  __m128i some[4];
  for (unsigned i = 0; i < 4; i++) {
    some[i] =
        _mm_or_si128(_mm_or_si128(_mm_load_si128(block + i), _mm_load_si128(block + i + 4)),
                     _mm_or_si128(_mm_load_si128(block + i + 8), _mm_load_si128(block + i + 12)));
  }
  const __m128i all = _mm_or_si128(_mm_or_si128(some[0], some[1]), _mm_or_si128(some[2], some[3]));
  return _mm_movemask_epi8(_mm_cmpeq_epi8(all, _mm_setzero_si128())) == 0xffff;
}

/* Zeroes what calls left below the stack pointer. */
__attribute__((no_sanitize_address)) static void scrub(const struct rig_fibre *fibre) {
  char *at = (char *)((uintptr_t)fibre->sp & ~(uintptr_t)(SCRUB_BYTES - 1));
  memset(at, 0, (size_t)((char *)fibre->sp - at));
  /* At least down to `until`, a page below the last byte that is known to be not zero. */
  char *until = at - PAGE_BYTES;
  if (teb.deepest != 0 && (uintptr_t)until > teb.deepest - PAGE_BYTES) {
    until = (char *)(uintptr_t)(teb.deepest - PAGE_BYTES);
  }
  while (at > fibre->low && at > until) {
    at -= SCRUB_BYTES;
    if (!is_zero((const __m128i *)(const void *)at)) {
      memset(at, 0, SCRUB_BYTES);
      until = at - PAGE_BYTES < until ? at - PAGE_BYTES : until;
    }
  }
  teb.deepest = 0;
}

void rig_fibre_start(struct rig_fibre *fibre, void (*entry)(void *argument), void *argument) {
  RIG_ASSERT(rig_fibre_here.current != fibre);
  if (fibre->spoilt) {
    wipe(fibre);
  }
  unpoison(fibre);
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

/* ---- switching ---- */

static void point_gs(void) {
  if (teb.self != (uintptr_t)&teb) {
    /* Nobody else uses it in a native Linux process; each of its threads has its own. */
    const long failed = syscall(SYS_arch_prctl, ARCH_SET_GS, &teb);
    RIG_ASSERT(failed == 0);
    teb.self = (uintptr_t)&teb;
    teb.process = RIG_TEB_PROCESS;
  }
}

struct rig_teb *rig_fibre_teb(void) {
  point_gs();
  return &teb;
}

void rig_fibre_name(struct rig_fibre *fibre, uint32_t thread) {
  fibre->thread = thread;
}

#ifdef __SANITIZE_ADDRESS__
/* The native stack that runs fibres, as the sanitizer told it. */
static _Thread_local const void *runner_low;
static _Thread_local size_t runner_bytes;
#endif

/* The outermost frame of every fibre. */
void rig_fibre_main(void (*entry)(void *argument), void *argument);
__attribute__((used, visibility("hidden"))) void rig_fibre_main(void (*entry)(void *argument),
                                                                void *argument) {
#ifdef __SANITIZE_ADDRESS__
  __sanitizer_finish_switch_fiber(NULL, &runner_low, &runner_bytes);
#endif
  entry(argument);
}

void rig_fibre_run(struct rig_fibre *fibre) {
  struct rig_fibre_here *here = &rig_fibre_here;
  RIG_ASSERT(here->current == NULL && (char *)fibre->sp < fibre->high && !fibre->spoilt);
  point_gs();
  teb.stack_high = (uintptr_t)fibre->high;
  teb.stack_low = (uintptr_t)fibre->low;
  teb.last_error = fibre->last_error;
  teb.thread = fibre->thread;
  here->current = fibre;
#ifdef __SANITIZE_ADDRESS__
  void *fake = NULL;
  __sanitizer_start_switch_fiber(&fake, fibre->low, RIG_FIBRE_STACK_BYTES);
#endif
  rig_fibre_switch(&here->runner, &fibre->sp);
#ifdef __SANITIZE_ADDRESS__
  if (here->end != RIG_FIBRE_YIELDED) { /* thrown out, not switched */
    __sanitizer_start_switch_fiber(NULL, runner_low, runner_bytes);
  }
  __sanitizer_finish_switch_fiber(fake, NULL, NULL);
#endif
  here->current = NULL;
  fibre->last_error = (uint32_t)teb.last_error;
  unpoison(fibre);
  if (here->end == RIG_FIBRE_YIELDED) {
    scrub(fibre);
  } else {
    fibre->spoilt = true;
  }
}

void rig_fibre_yield_now(void);
__attribute__((used, visibility("hidden"))) void rig_fibre_yield_now(void) {
  struct rig_fibre *fibre = rig_fibre_here.current;
  RIG_ASSERT(fibre != NULL);
#ifdef __SANITIZE_ADDRESS__
  void *fake = NULL;
  __sanitizer_start_switch_fiber(&fake, runner_low, runner_bytes);
#endif
  rig_fibre_switch(&fibre->sp, &rig_fibre_here.runner);
#ifdef __SANITIZE_ADDRESS__
  __sanitizer_finish_switch_fiber(fake, &runner_low, &runner_bytes);
#endif
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
