/*
 * A thread that sleeps a short while, again and again, and records LATE when it was woken much too
 * late: in such an interval a client that did nothing may only not have been run.
 */
#include "heartbeat.h"

#include <windows.h>

#include "recorder/recorder.h"
#include "state.h"

#define TICK_MS 10u
/* A tick later than this is late. Linux' scheduler delays a woken thread by a few milliseconds on a
 * busy CPU, never by 50 unless the machine is overcommitted. */
#define LATE_MS 50u

static volatile LONG64 late_us; /* when the last late tick ended */

double dir_heartbeat_late_ms(void) {
  return (double)InterlockedCompareExchange64(&late_us, 0, 0) / 1000.0;
}

static DWORD WINAPI tick(void *context) {
  (void)context;
  rec_thread_own(REC_OWNER_STUB);
  for (;;) {
    const uint64_t stamp = rec_stamp();
    const double before = dir_ms();
    Sleep(TICK_MS);
    const double late = dir_ms() - before - TICK_MS;
    if (late > dir_scaled(LATE_MS)) {
      const union rig_payload payload = {.state = {.a = (uint32_t)late, .value = stamp}};
      (void)rec_state(RIG_STATE_LATE, 0, &payload, NULL, 0);
      InterlockedExchange64(&late_us, (LONG64)(dir_ms() * 1000.0));
    }
  }
  return 0;
}

void dir_heartbeat_start(void) {
  HANDLE thread = CreateThread(NULL, 0, tick, NULL, 0, NULL);
  if (thread != NULL) {
    CloseHandle(thread);
  }
}
