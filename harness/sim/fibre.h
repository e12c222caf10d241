/*
 * Fibres: the stacks on which simulated threads run the program's own code, at fixed addresses, so
 * that a stack can be saved as bytes and put back.
 */
#ifndef RIG_SIM_FIBRE_H
#define RIG_SIM_FIBRE_H

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
 * the x87 control word; under 50 ns for there and back. */
void rig_fibre_yield(void);

/* The bytes that its stack and registers are now, while it does not run: how many, copy them out,
 * put them back. Everything above the saved stack pointer, nothing below it. */
size_t rig_fibre_bytes(const struct rig_fibre *fibre);
size_t rig_fibre_save(const struct rig_fibre *fibre, void *to);
void rig_fibre_load(struct rig_fibre *fibre, const void *from, size_t bytes);
/* The memory of the stack, for a guard to tell an overrun from another fault. */
void rig_fibre_range(const struct rig_fibre *fibre, uintptr_t *low, uintptr_t *high);

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
  uintptr_t address; /* that was accessed */
  uintptr_t code;    /* of the instruction */
};
/* Installs the handlers (once), removes them. */
enum rig_status rig_fibre_guard(uint32_t patience_ms, char *error, size_t size) RIG_CHECKED;
void rig_fibre_unguard(void);
/* rig_fibre_run under the guard. After anything but YIELDED the fibre can only be loaded or started
 * again. */
enum rig_fibre_end rig_fibre_run_guarded(struct rig_fibre *fibre, struct rig_crash *crash);

#endif
