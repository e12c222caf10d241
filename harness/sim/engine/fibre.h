/*
 * Fibres: the stacks on which simulated threads run the program's own code, at fixed addresses, so
 * that a stack can be saved as bytes and put back.
 */
#ifndef RIG_SIM_FIBRE_H
#define RIG_SIM_FIBRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/status.h"

#define RIG_FIBRE_STACK_BYTES                                                                      \
  (256u * 1024u) /* with a guard page below; Windows' default is 1 MiB */

struct rig_fibre; /* one stack; where its thread stands */

/* Reserves a stack (lazily committed, guard page below). NULL without memory. */
struct rig_fibre *rig_fibre_new(void);
struct rig_fibre *rig_fibre_free(struct rig_fibre *fibre);

/* Prepares it to call entry(argument) at the next rig_fibre_run. `entry` must not return: it ends
 * by rig_fibre_yield after having said so to its owner. */
void rig_fibre_start(struct rig_fibre *fibre, void (*entry)(void *argument), void *argument);

/* Runs the fibre until it yields; from the explorer's own stack only. */
void rig_fibre_run(struct rig_fibre *fibre);
/* Back to the one who ran it; from within a fibre only. Keeps all callee-saved registers, MXCSR and
 * the x87 control word. There and back, with the dead part of the stack cleaned: under 50 ns. */
void rig_fibre_yield(void);

/* The same, and a sanitizer that rig_fibre_tell named is told. */
void rig_fibre_yield_told(void);

/* The bytes that its stack and registers are now, while it does not run: how many, copy them out,
 * put them back. Everything above the saved stack pointer, nothing below it. */
size_t rig_fibre_bytes(const struct rig_fibre *fibre);
#define RIG_FIBRE_BYTES_MAX (RIG_FIBRE_STACK_BYTES + 64u) /* what it is at most */
size_t rig_fibre_save(const struct rig_fibre *fibre, void *to);
void rig_fibre_load(struct rig_fibre *fibre, const void *from, size_t bytes);
/* True when rig_fibre_save would write what lies at `saved`, of as many bytes as it has now. */
bool rig_fibre_same(const struct rig_fibre *fibre, const void *saved);
/* The memory of the stack, for a guard to tell an overrun from another fault. */
void rig_fibre_range(const struct rig_fibre *fibre, uintptr_t *low, uintptr_t *high);

/* Where its stack pointer stands while it does not run. */
uintptr_t rig_fibre_pointer(const struct rig_fibre *fibre);

/* The thread environment block, which gs: points to while a fibre runs, as on Windows: code that
 * was inlined (NtCurrentTeb, the last error) finds what it looks for. The last error belongs to the
 * fibre and is part of its bytes; the rest is the same for all of them. Offsets: wine
 * include/winternl.h, struct _TEB of 64 bits. */
#define RIG_TEB_PROCESS 0x20u /* the simulated process's id */
struct rig_teb {
  uint64_t exceptions;
  uint64_t stack_high; /* 0x08 */
  uint64_t stack_low;  /* 0x10 */
  uint64_t unused1[3];
  uint64_t self; /* 0x30 */
  uint64_t environment;
  uint64_t process; /* 0x40 */
  uint64_t thread;  /* 0x48 */
  uint64_t unused2;
  uint64_t tls;        /* 0x58: ThreadLocalStoragePointer */
  uint64_t peb;        /* 0x60 */
  uint32_t last_error; /* 0x68 */
  uint32_t unused3;
  uint64_t unused4[818]; /* TLS slots of the real one lie here */
  uint64_t
      deepest; /* 0x1a00, ours from here: how deep a frame of more than a page went in this run */
  uint64_t entry_sp; /* 0x1a08: of the last call through rig_fibre_clean */
  uint64_t entry_bp; /* 0x1a10 */
};
_Static_assert(offsetof(struct rig_teb, self) == 0x30 && offsetof(struct rig_teb, thread) == 0x48 &&
                   offsetof(struct rig_teb, last_error) == 0x68 &&
                   offsetof(struct rig_teb, deepest) == 0x1a00,
               "thread environment block");
struct rig_teb *rig_fibre_teb(void);
/* The thread id that gs:[0x48] shows while the fibre runs. */
void rig_fibre_name(struct rig_fibre *fibre, uint32_t thread);
/* ___chkstk_ms and __chkstk, for a frame of more than a page: rax bytes. Touches each page, so that
 * an overrun is caught, and changes no register. */
void rig_fibre_probe(void);
/* Calls an ms_abi function of a program, with registers that hold nothing of ours. */
uint64_t rig_fibre_call(uint64_t code, const uint64_t arguments[4]);
/* The way from a program into a native function, in r11, that yields: cleans the stack for it, so
 * that its frames look the same whatever the program did before. Not to be called from C. */
void rig_fibre_clean(void);
/* The same for a native function that native code on a fibre is about to call, and that yields. */
void rig_fibre_sweep(void);

/* Running code that nobody trusts: faults (SIGSEGV, SIGBUS, SIGILL, SIGFPE, int3) of a fibre, an
 * overrun of its stack, and one that does not yield for `patience_ms` of processor time come back
 * as a status instead of ending mapirig. Signal handlers run on a stack of their own. */
enum rig_fibre_end {
  RIG_FIBRE_YIELDED,
  RIG_FIBRE_FAULTED, /* what: an access, an illegal instruction, a division ... */
  RIG_FIBRE_OVERRAN, /* its stack */
  RIG_FIBRE_RUNS_ON  /* never yielded */
};
struct rig_crash {
  int signal;
  uintptr_t address;    /* that was accessed */
  uintptr_t code;       /* of the instruction */
  bool write;           /* an access: to write */
  uint64_t general[16]; /* registers, in the order of image.h's rig_image_registers */
};
/* Installs the handlers for the calling native thread, removes them. Calls nest: the first one's
 * patience holds. */
enum rig_status rig_fibre_guard(uint32_t patience_ms, char *error, size_t size) RIG_CHECKED;
void rig_fibre_unguard(void);
/* rig_fibre_run under the guard. After anything but YIELDED the fibre can only be loaded or started
 * again; until then its stack may be looked at. */
enum rig_fibre_end rig_fibre_run_guarded(struct rig_fibre *fibre, struct rig_crash *crash);
/* In a process that fork has made of one that guards: its own timer. */
enum rig_status rig_fibre_guard_forked(char *error, size_t size) RIG_CHECKED;

/* A sanitizer that is there though mapirig was not built with it: natively compiled code runs on
 * the fibres, and it is to be told of their stacks (sanitizer/common_interface_defs.h). Frames stay
 * as the code marked them, so a fibre cannot be saved from then on. */
typedef void rig_fibre_start_switch(void **fake, const void *low, size_t bytes);
typedef void rig_fibre_finish_switch(void *fake, const void **low, size_t *bytes);
typedef void rig_fibre_unpoison_region(const volatile void *low, size_t bytes);
struct rig_fibre_sanitizer {
  rig_fibre_start_switch *start;
  rig_fibre_finish_switch *finish;
  rig_fibre_unpoison_region *unpoison;
};
void rig_fibre_tell(const struct rig_fibre_sanitizer *sanitizer);
/* Ends the run of the fibre that calls it as a fault would (RIG_FIBRE_FAULTED, no address); returns
 * when none runs under the guard. */
void rig_fibre_throw(void);

/* Around native code on a fibre's stack that must not be left in the middle (malloc's lock): the
 * timer waits. They nest. */
void rig_fibre_hold(void);
void rig_fibre_unhold(void);

#endif
