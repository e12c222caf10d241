/*
 * One look at another thread's stack. The thread is suspended for as long as it takes to read its
 * registers and copy its stack, some 50 us, and runs on before anything is made of them.
 */
#ifndef STUBS_DIRECTOR_STACK_H
#define STUBS_DIRECTOR_STACK_H

#include "recorder/recorder.h"
#include "unwind.h"

struct dir_look {
  uint64_t addresses[RIG_FRAMES_MAX]; /* innermost first, those in the stub left out */
  uint32_t count;
  bool suspended_before; /* somebody else holds it suspended */
  double suspended_ms;
  struct dir_registers registers; /* as they were */
  struct dir_stack stack;         /* valid until the next look */
};

/* Looks at `thread`, which must not be the caller. False when it cannot be opened or suspended. Of
 * the director's thread alone.
 *
 * A wait of the thread goes on through it, its queue and its handles stay as they are
 * (tests/win32/stack.c); only PulseEvent can miss a thread that is suspended (W:PulseEvent), so a
 * thread is looked at when it hangs, never before. */
bool dir_stack_look(const struct rec_thread *thread, struct dir_look *out);

#endif
