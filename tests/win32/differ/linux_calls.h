/*
 * Linux system calls from PE code, as Wine lets them through (tests/win32/asleep.c proves it):
 * nothing here touches the wineserver or the state that is being compared.
 */
#ifndef TESTS_WIN32_DIFFER_LINUX_CALLS_H
#define TESTS_WIN32_DIFFER_LINUX_CALLS_H

#include <stdint.h>

enum linux_number {
  LINUX_READ = 0,
  LINUX_WRITE = 1,
  LINUX_OPEN = 2,
  LINUX_CLOSE = 3,
  LINUX_PREAD = 17,
  LINUX_SELECT = 23,
  LINUX_YIELD = 24,
  LINUX_GETTID = 186,
  LINUX_FUTEX = 202,
  LINUX_CLOCK_GETTIME = 228,
  LINUX_CLOCK_NANOSLEEP = 230,
  LINUX_EXIT_GROUP = 231,
  LINUX_PSELECT = 270
};

#define LINUX_CLOCK_MONOTONIC 1
#define LINUX_O_CREATE_TRUNCATE_WRITE (01 | 0100 | 01000)
#define LINUX_FUTEX_WAIT_PRIVATE 128
#define LINUX_FUTEX_WAKE_PRIVATE 129
#define LINUX_TIMER_ABSTIME 1
#define LINUX_NO_SUCH_THREAD (-3) /* ESRCH */

struct linux_time {
  int64_t seconds;
  int64_t nanoseconds;
};

static inline int64_t linux_call(enum linux_number number, int64_t a, int64_t b, int64_t c,
                                 int64_t d) {
  int64_t result;
  register int64_t r10 __asm__("r10") = d;
  register int64_t r8 __asm__("r8") = 0;
  register int64_t r9 __asm__("r9") = 0;
  __asm__ volatile("syscall"
                   : "=a"(result)
                   : "a"((int64_t)number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                   : "rcx", "r11", "memory");
  return result;
}

static inline uint64_t linux_now_ns(void) {
  struct linux_time time;
  linux_call(LINUX_CLOCK_GETTIME, LINUX_CLOCK_MONOTONIC, (int64_t)&time, 0, 0);
  return (uint64_t)time.seconds * 1000000000u + (uint64_t)time.nanoseconds;
}

static inline void linux_sleep_until(uint64_t ns) {
  const struct linux_time time = {(int64_t)(ns / 1000000000u), (int64_t)(ns % 1000000000u)};
  while (linux_call(LINUX_CLOCK_NANOSLEEP, LINUX_CLOCK_MONOTONIC, LINUX_TIMER_ABSTIME,
                    (int64_t)&time, 0) != 0) {
  }
}

/* Returns when *word is, or has become, another value, and at times for no reason; after `ns` at
 * the latest unless that is 0. */
static inline void linux_futex_wait(volatile int32_t *word, int32_t value, uint32_t ns) {
  const struct linux_time limit = {0, ns};
  linux_call(LINUX_FUTEX, (int64_t)word, LINUX_FUTEX_WAIT_PRIVATE, value,
             ns == 0 ? 0 : (int64_t)&limit);
}

static inline void linux_futex_wake(volatile int32_t *word) {
  linux_call(LINUX_FUTEX, (int64_t)word, LINUX_FUTEX_WAKE_PRIVATE, 1, 0);
}

#endif
