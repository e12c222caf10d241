/*
 * Whether a thread computes: what it has had of a CPU and what it had to wait for one, as Linux
 * counts it, and the calls it made, between two samples.
 */
#ifndef STUBS_DIRECTOR_BUSY_H
#define STUBS_DIRECTOR_BUSY_H

#include <stdint.h>

#include "recorder/recorder.h"

struct dir_busy {
  uint32_t permille; /* of the time on a CPU or ready for one; RIG_BUSY_UNKNOWN */
  uint32_t calls;    /* recorded calls entered */
  double ms;         /* since the sample it is compared with, 0 = there was none */
};

/* Samples every thread of the client when a quarter of D has passed since the last time; a few 10
 * us for each. Of the director's thread alone. */
void dir_busy_poll(void);
/* What `thread` did between the sample before last and now: over a quarter to half of D. */
struct dir_busy dir_busy_since(const struct rec_thread *thread);

#endif
