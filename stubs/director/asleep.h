/*
 * Whether a thread really sleeps, as Linux sees it: /proc/<tid>/status names its state and counts
 * its context switches. Two looks that find it sleeping with the same count prove that it did not
 * run in between, which no record of ours can.
 */
#ifndef STUBS_DIRECTOR_ASLEEP_H
#define STUBS_DIRECTOR_ASLEEP_H

#include <stdbool.h>
#include <stdint.h>
#include <windows.h>

enum dir_sleep {
  DIR_SLEEP_UNKNOWN, /* /proc cannot be read here */
  DIR_SLEEP_RUNS,    /* runs, or is ready to */
  DIR_SLEEP_SLEEPS,
  DIR_SLEEP_GONE /* the thread has ended */
};

/* One watched thread; zeroed before the first use, closed after the last. */
struct dir_asleep {
  uint32_t unix_id;
  HANDLE file;
};

/* The thread's state; *switches counts the times it has left a CPU so far. About 8 us under Wine:
 * the file stays open, and reading it makes no wineserver request. */
enum dir_sleep dir_asleep(struct dir_asleep *watched, uint32_t unix_id, uint64_t *switches);
void dir_asleep_close(struct dir_asleep *watched);

#endif
