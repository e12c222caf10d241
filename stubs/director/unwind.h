/*
 * From a thread's registers and a copy of its stack to the return addresses on it.
 *
 * Not RtlVirtualUnwind: that reads the live stack, so that the thread would have to stay suspended,
 * and a lookup takes locks that the suspended thread may hold. Here the thread runs again before
 * the first frame is unwound; every read is guarded.
 */
#ifndef STUBS_DIRECTOR_UNWIND_H
#define STUBS_DIRECTOR_UNWIND_H

#include <stdbool.h>
#include <stdint.h>
#include <windows.h>

#define DIR_REGISTERS 16u
enum { DIR_SP = 4, DIR_FP = 5 }; /* rsp and rbp, as x86 numbers its registers */

struct dir_registers {
  uint64_t ip;
  uint64_t at[DIR_REGISTERS];
};

struct dir_stack {
  uint64_t low; /* address of the first byte copied */
  uint32_t bytes;
  const unsigned char *copy;
};

/* One word of the stack, of the machine's size; false outside of what was copied. */
bool dir_stack_word(const struct dir_stack *stack, uint64_t address, uint64_t *out);

/* Where the function of `address` begins; 0 when that is not known (a leaf; i686). */
uint64_t dir_function_start(uint64_t address);

/* Writes the return addresses from `registers` on, the address there first; stops at the first that
 * lies in no module, at the end of the copy, or at `max`. Returns how many, and leaves the
 * registers of the last frame that could be told in *registers.
 *
 * On x86_64 by the unwind data that every function has (Microsoft, "x64 exception handling"); a
 * thread that was stopped within an epilogue may lose its innermost caller. On i686 by the chain of
 * frame pointers: code built without them (gcc's -O2) is skipped over or ends the walk. */
uint32_t dir_unwind(const struct dir_stack *stack, struct dir_registers *registers,
                    uint64_t *addresses, uint32_t max);

#endif
