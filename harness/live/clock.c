/*
 * Time, and the flag that Ctrl-C sets.
 */
#include "live/clock.h"

#include <time.h>

#include "live/live.h"

/* Set in a signal handler, read by every thread: lock-free, so both are allowed. */
static int interrupted;
_Static_assert(__atomic_always_lock_free(sizeof interrupted, 0), "async-signal-safe");

double rig_now_ms(void) {
  struct timespec now;
  (void)clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

void rig_sleep_us(unsigned us) {
  const struct timespec time = {.tv_sec = us / 1000000, .tv_nsec = (long)(us % 1000000) * 1000};
  (void)nanosleep(&time, NULL); /* cut short by a signal: its callers look around and come again */
}

bool rig_interrupted(void) {
  return __atomic_load_n(&interrupted, __ATOMIC_RELAXED) != 0;
}

void rig_interrupt_reset(void) {
  __atomic_store_n(&interrupted, 0, __ATOMIC_RELAXED);
}

void rig_live_interrupt(void) {
  __atomic_store_n(&interrupted, 1, __ATOMIC_RELAXED);
}
