/*
 * Time, and the flag that Ctrl-C sets.
 */
#include "live/clock.h"

#include <errno.h>
#include <signal.h>
#include <time.h>

#include "live/live.h"

static volatile sig_atomic_t interrupted;

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
  return interrupted != 0;
}

void rig_interrupt_reset(void) {
  interrupted = 0;
}

void rig_live_interrupt(void) {
  interrupted = 1;
}
