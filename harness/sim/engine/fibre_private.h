/* What the parts of fibres share: stacks (fibre.c), switching between them (fibre_switch.c),
 * cleaning them (fibre_scrub.c) and running under a guard (fibre_guard.c). */
#ifndef RIG_SIM_FIBRE_PRIVATE_H
#define RIG_SIM_FIBRE_PRIVATE_H

#include "sim/engine/fibre.h"

struct rig_fibre {
  void *sp;            /* where it stands; the stack's end before it is started */
  char *low;           /* lowest byte of the stack, above the guard area */
  char *high;          /* just beyond its highest byte */
  char *map;           /* the whole mapping */
  uint32_t last_error; /* of its thread environment block, while it does not run */
  uint32_t thread;     /* the thread's id there */
  bool spoilt;         /* it was thrown out: nobody knows what lies where */
};

/* What the calling (native) thread runs. */
struct rig_fibre_here {
  struct rig_fibre *current; /* NULL: no fibre runs */
  void *runner;              /* the stack pointer of the one who runs it */
  uint64_t runs;             /* guarded ones so far, so that a timer sees one that goes on */
  bool guarded;
  unsigned held; /* the timer must not stop it just now */
  enum rig_fibre_end end;
  struct rig_crash crash;
};
extern _Thread_local struct rig_fibre_here rig_fibre_here;

/* Leaves the stack pointer at *save and goes on at *load. It is read in here: the runner's own must
 * not lie on a fibre's stack, for it is another one from run to run. */
void rig_fibre_switch(void **save, void *const *load);
/* What a stack begins with: a switch to it goes to rig_fibre_main(r12, r13). */
void rig_fibre_first(void);
/* Where a fault goes on: on the stack that `runner` names, as if the fibre had yielded. */
void rig_fibre_resume(void);

/* Zeroes what lies below its stack pointer. `deepest`: how far down a frame of more than a page was
 * announced since the last time; 0: none was. */
void rig_fibre_scrub(const struct rig_fibre *fibre, uint64_t deepest);
void rig_fibre_unpoison(const struct rig_fibre *fibre);
extern struct rig_fibre_sanitizer rig_fibre_sanitizer; /* NULL: there is none */

#endif
