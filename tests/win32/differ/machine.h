/*
 * The model's side of a program: what harness/win32 says that each operation does, reported as the
 * PE runner reports what Wine does.
 */
#ifndef TESTS_WIN32_DIFFER_MACHINE_H
#define TESTS_WIN32_DIFFER_MACHINE_H

#include <stdbool.h>
#include <stdint.h>

#include "program.h"
#include "win32/win32.h"

#define MACHINE_NO_WINDOW 0x7FFFFFF0u
#define MACHINE_NO_HANDLE 0x7FFFFFF0u
#define MACHINE_NO_THREAD 0x7FFFFFF0u
#define MACHINE_CODE 1u /* every window procedure's, TIMERPROC's and APC's */

extern const struct rig_dialect *machine_dialect; /* wine-8.0, unless the test is to fail */

struct machine_thread {
  struct rig_win_call calls[DIFFER_DEPTH]; /* in progress, the innermost last */
  uint32_t handles[DIFFER_DEPTH][DIFFER_WAIT_HANDLES];
  uint8_t kinds[DIFFER_DEPTH];
  uint32_t depth;
  uint32_t rest; /* enum differ_rest */
  struct rig_win_message retrieved;
  uint64_t timers[DIFFER_TIMERS];
};

struct machine {
  struct rig_world *world;
  struct machine_thread threads[DIFFER_THREADS];
  uint32_t thread_count;
  uint32_t windows[DIFFER_WINDOWS]; /* 0: none was made yet; one that is gone stays */
  bool window_alive[DIFFER_WINDOWS];
  uint32_t handles[DIFFER_HANDLES];
  uint32_t strides;
  struct differ_report reports[DIFFER_THREADS]; /* of the last operation */
  const char *broken; /* the model contradicted itself: what it did, NULL */
};

/* False without memory. Ended by machine_close. */
bool machine_open(struct machine *machine, uint32_t threads);
void machine_close(struct machine *machine);
/* Can `operation` be given now? Its thread must be ready, and have room for another call; a return
 * needs something to return from. */
bool machine_takes(const struct machine *machine, const struct differ_operation *operation);
/* Performs it; machine->reports are filled. */
void machine_perform(struct machine *machine, const struct differ_operation *operation);

/* The rest is between machine.c and perform.c. */
uint32_t machine_window(const struct machine *machine, uint32_t slot);
uint32_t machine_handle(const struct machine *machine, uint32_t slot);
/* Steps the innermost call in progress on `thread`. */
void machine_step(struct machine *machine, uint32_t thread);
void machine_advance(struct machine *machine, uint32_t strides);
void machine_carry_out(struct machine *machine, const struct differ_operation *operation);

#endif
