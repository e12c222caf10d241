/*
 * Wine only: the Linux state of a thread can be read from inside, through \\?\unix, and tells one
 * that sleeps from one that runs (stubs/director/asleep.c, which this program is built with).
 */
#include "director/asleep.h"

#include "claim.h"

#define LOOKS 20
#define GETTID 186 /* x86_64 */

static uint32_t unix_ids[2];
static HANDLE started;
static volatile LONG running = 1;

static uint32_t own_unix_id(void) {
#ifdef _WIN64
  long long id;
  __asm__ volatile("syscall" : "=a"(id) : "a"((long long)GETTID) : "rcx", "r11", "memory");
  return (uint32_t)id;
#else
  uint32_t id;
  __asm__ volatile("int $0x80" : "=a"(id) : "a"(224) : "memory");
  return id;
#endif
}

static DWORD WINAPI sleeps(void *event) {
  unix_ids[0] = own_unix_id();
  SetEvent(started);
  WaitForSingleObject(event, INFINITE);
  return 0;
}

static DWORD WINAPI computes(void *unused) {
  (void)unused;
  unix_ids[1] = own_unix_id();
  SetEvent(started);
  while (running) {
  }
  return 0;
}

int main(void) {
  HANDLE event = event_new(false);
  struct dir_asleep sleeper = {0}, runner = {0};
  uint64_t first = 0, switches = 0;
  bool still = true, runs = false;
  started = event_new(false);
  HANDLE thread = needed(CreateThread(NULL, 0, sleeps, event, 0, NULL), "a thread");
  claim(came(started), "the sleeper starts");
  needed(CreateThread(NULL, 0, computes, NULL, 0, NULL), "a thread");
  claim(came(started), "the runner starts");
  Sleep(50);
  claim(dir_asleep(&sleeper, unix_ids[0], &first) == DIR_SLEEP_SLEEPS && first > 0,
        "a thread in WaitForSingleObject sleeps");
  for (int i = 0; i < LOOKS; i++) {
    uint64_t before = switches;
    still = dir_asleep(&sleeper, unix_ids[0], &switches) == DIR_SLEEP_SLEEPS && switches == first &&
            still;
    runs = dir_asleep(&runner, unix_ids[1], &before) == DIR_SLEEP_RUNS || runs;
    Sleep(1);
  }
  claim(still, "and no look at it makes it run: its count of context switches stands");
  claim(runs, "a thread that computes runs");
  SetEvent(event);
  claim(came(thread), "the sleeper ends");
  Sleep(50);
  claim(dir_asleep(&sleeper, unix_ids[0], &switches) == DIR_SLEEP_GONE, "it is gone then");
  running = 0;
  dir_asleep_close(&sleeper);
  dir_asleep_close(&runner);
  return claims_failed;
}
