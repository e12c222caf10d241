/*
 * What compilers take for granted from their run-time library, whatever is simulated: stack probes,
 * stack cookies, the mark of floating point.
 */
#ifndef RIG_SIM_BUILTINS_H
#define RIG_SIM_BUILTINS_H

#include <stdint.h>

/* Data of the image's read-only part. */
#define RIG_BUILTIN_BYTES 32u

/* The address that `name` stands for: of a native function that keeps to what the compilers expect
 * of it, or of a datum in the block of RIG_BUILTIN_BYTES at `constants`. 0: no such name. */
uint64_t rig_builtin(const char *name, uint64_t constants, uint64_t base);
/* Fills the block of constants (32 bytes at `to`). */
void rig_builtin_constants(void *to);
/* What it means when the code at `address` faults: a builtin that ends a program that has overrun a
 * buffer ("stack buffer overrun (...)"); NULL: none. */
const char *rig_builtin_trap(uint64_t address);

#endif
