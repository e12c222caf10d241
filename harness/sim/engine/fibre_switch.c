/*
 * Switching between stacks, and the ways between the two ABIs.
 *
 * The switch keeps what the System V ABI says a callee keeps: rbx, rbp, r12 to r15, MXCSR and the
 * x87 control word. Code of the Microsoft ABI keeps more (rsi, rdi, xmm6 to xmm15), but it calls
 * ms_abi functions, which the compiler makes save them.
 */
#include "sim/engine/fibre_private.h"

#include <asm/prctl.h>
#include <stddef.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core/assert.h"

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
struct rig_fibre_sanitizer rig_fibre_sanitizer = {.start = __sanitizer_start_switch_fiber,
                                                  .finish = __sanitizer_finish_switch_fiber,
                                                  .unpoison = __asan_unpoison_memory_region};
#else
struct rig_fibre_sanitizer rig_fibre_sanitizer;
#endif
static bool keeps_frames; /* rig_fibre_tell */

_Thread_local struct rig_fibre_here rig_fibre_here;
/* Reached by gs: as on Windows. */
static _Thread_local struct rig_teb teb __attribute__((aligned(64)));

/* rdi: where to leave the stack pointer; rsi: where the other one is read. Each place that has this
 * has a jump of its own: the processor foretells where one goes by where it went, and one that went
 * to a fibre and back by turns cost 95 ns instead of 18 for both (measured, AMD Zen 3: not always,
 * it depends on what ran before). */
#define SAVE                                                                                       \
  "  pushq %rbp\n"                                                                                 \
  "  pushq %rbx\n"                                                                                 \
  "  pushq %r12\n"                                                                                 \
  "  pushq %r13\n"                                                                                 \
  "  pushq %r14\n"                                                                                 \
  "  pushq %r15\n"                                                                                 \
  "  pushq $0\n"                                                                                   \
  "  stmxcsr (%rsp)\n"                                                                             \
  "  fnstcw 4(%rsp)\n"                                                                             \
  "  movq %rsp, %rax\n"                                                                            \
  "  movq %rsp, (%rdi)\n"                                                                          \
  "  movq (%rsi), %rsp\n"
#define RESTORE                                                                                    \
  "  addq $8, %rsp\n"                                                                              \
  "  popq %r15\n"                                                                                  \
  "  popq %r14\n"                                                                                  \
  "  popq %r13\n"                                                                                  \
  "  popq %r12\n"                                                                                  \
  "  popq %rbx\n"                                                                                  \
  "  popq %rbp\n"                                                                                  \
  "  popq %rcx\n" /* no ret: the processor would predict that it goes back to the caller */        \
  "  jmpq *%rcx\n"
/* Loading a control word is slow: each only where it is another one. */
#define SWITCH                                                                                     \
  SAVE "  movl (%rsp), %ecx\n"                                                                     \
       "  cmpl (%rax), %ecx\n"                                                                     \
       "  je 1f\n"                                                                                 \
       "  ldmxcsr (%rsp)\n"                                                                        \
       "1: movzwl 4(%rsp), %ecx\n"                                                                 \
       "  cmpw 4(%rax), %cx\n"                                                                     \
       "  je 2f\n"                                                                                 \
       "  fldcw 4(%rsp)\n"                                                                         \
       "2:\n" RESTORE

__asm__(".pushsection .text\n"
        ".p2align 4\n"
        ".globl rig_fibre_switch\n"
        ".hidden rig_fibre_switch\n"
        ".type rig_fibre_switch, @function\n"
        "rig_fibre_switch:\n" SWITCH ".size rig_fibre_switch, . - rig_fibre_switch\n"
        ".globl rig_fibre_resume\n"
        ".hidden rig_fibre_resume\n"
        "rig_fibre_resume:\n"
        "  ldmxcsr (%rsp)\n"
        "  fldcw 4(%rsp)\n" RESTORE ".globl rig_fibre_first\n"
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
  "  movq $0, -8(%rsp)\n"                                                                          \
  "  .set at, -24\n"                                                                               \
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
        ".globl rig_fibre_sweep\n"
        ".type rig_fibre_sweep, @function\n"
        "rig_fibre_sweep:\n" CLEAN "  ret\n"
        ".size rig_fibre_sweep, . - rig_fibre_sweep\n"
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

/* A sanitizer's notes of what is a local variable do not follow a stack. */
static void unpoison(const struct rig_fibre *fibre, const char *high) {
  if (rig_fibre_sanitizer.unpoison != NULL) {
    rig_fibre_sanitizer.unpoison(fibre->low, (size_t)(high - fibre->low));
  }
}

void rig_fibre_unpoison(const struct rig_fibre *fibre) {
  unpoison(fibre, fibre->high);
}

void rig_fibre_tell(const struct rig_fibre_sanitizer *sanitizer) {
  rig_fibre_sanitizer = *sanitizer;
  keeps_frames = true;
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

/* The native stack that runs fibres, as the sanitizer told it. */
static _Thread_local const void *runner_low;
static _Thread_local size_t runner_bytes;

/* The outermost frame of every fibre. */
void rig_fibre_main(void (*entry)(void *argument), void *argument);
__attribute__((used, visibility("hidden"))) void rig_fibre_main(void (*entry)(void *argument),
                                                                void *argument) {
  if (rig_fibre_sanitizer.finish != NULL) {
    rig_fibre_sanitizer.finish(NULL, &runner_low, &runner_bytes);
  }
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
  void *fake = NULL;
  if (rig_fibre_sanitizer.start != NULL) {
    rig_fibre_sanitizer.start(&fake, fibre->low, RIG_FIBRE_STACK_BYTES);
  }
  rig_fibre_switch(&here->runner, &fibre->sp);
  if (rig_fibre_sanitizer.start != NULL) {
    if (here->end != RIG_FIBRE_YIELDED) { /* thrown out, not switched */
      rig_fibre_sanitizer.start(NULL, runner_low, runner_bytes);
    }
    rig_fibre_sanitizer.finish(fake, NULL, NULL);
  }
  here->current = NULL;
  fibre->last_error = (uint32_t)teb.last_error;
  unpoison(fibre, keeps_frames ? (char *)fibre->sp : fibre->high);
  if (here->end == RIG_FIBRE_YIELDED) {
    rig_fibre_scrub(fibre, teb.deepest);
    teb.deepest = 0;
  } else {
    fibre->spoilt = true;
  }
}

void rig_fibre_yield_told(void) {
  struct rig_fibre *fibre = rig_fibre_here.current;
  void *fake = NULL;
  RIG_ASSERT(fibre != NULL);
  if (rig_fibre_sanitizer.start == NULL) {
    rig_fibre_switch(&fibre->sp, &rig_fibre_here.runner);
    return;
  }
  rig_fibre_sanitizer.start(&fake, runner_low, runner_bytes);
  rig_fibre_switch(&fibre->sp, &rig_fibre_here.runner);
  rig_fibre_sanitizer.finish(fake, &runner_low, &runner_bytes);
}

#ifdef __SANITIZE_ADDRESS__
/* In C, for the sanitizer must be told; its frame has unused slots, which are cleaned. */
__asm__(".pushsection .text\n"
        ".p2align 4\n"
        ".globl rig_fibre_yield\n"
        ".type rig_fibre_yield, @function\n"
        "rig_fibre_yield:\n" CLEAN "  jmp rig_fibre_yield_now\n"
        ".size rig_fibre_yield, . - rig_fibre_yield\n"
        ".popsection\n");
void rig_fibre_yield_now(void);
__attribute__((used, visibility("hidden"))) void rig_fibre_yield_now(void) {
  struct rig_fibre *fibre = rig_fibre_here.current;
  void *fake = NULL;
  RIG_ASSERT(fibre != NULL);
  __sanitizer_start_switch_fiber(&fake, runner_low, runner_bytes);
  rig_fibre_switch(&fibre->sp, &rig_fibre_here.runner);
  __sanitizer_finish_switch_fiber(fake, &runner_low, &runner_bytes);
}
#else
/* rig_fibre_switch(&rig_fibre_here.current->sp, &rig_fibre_here.runner), without a frame of its own
 * that would have unused slots. */
_Static_assert(offsetof(struct rig_fibre, sp) == 0 &&
                   offsetof(struct rig_fibre_here, current) == 0 &&
                   offsetof(struct rig_fibre_here, runner) == 8,
               "offsets");
__asm__(".pushsection .text\n"
        ".p2align 4\n"
        ".globl rig_fibre_yield\n"
        ".type rig_fibre_yield, @function\n"
        "rig_fibre_yield:\n"
        "  movq rig_fibre_here@gottpoff(%rip), %rax\n"
        "  movq %fs:0, %rsi\n"
        "  leaq 8(%rsi, %rax), %rsi\n"
        "  movq -8(%rsi), %rdi\n"
        "  testq %rdi, %rdi\n"
        "  je 9f\n" SWITCH "9: ud2\n" /* no fibre runs */
        ".size rig_fibre_yield, . - rig_fibre_yield\n"
        ".popsection\n");
#endif

void rig_fibre_throw(void) {
  struct rig_fibre_here *here = &rig_fibre_here;
  if (here->current == NULL || !here->guarded) {
    return;
  }
  here->end = RIG_FIBRE_FAULTED;
  memset(&here->crash, 0, sizeof here->crash);
  __asm__ volatile("movq %0, %%rsp\n\tjmp rig_fibre_resume" : : "r"(here->runner) : "memory");
  __builtin_unreachable();
}
