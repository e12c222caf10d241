/*
 * A small table of thread ids: few are detained at a time, and most of the time none.
 */
#include "detained.h"

#include "recorder/recorder.h"

/* Beyond so many at once the rest counts as free: nothing is lost but patience with them. */
#define DETAINED_MAX 64u

static uint32_t threads[DETAINED_MAX]; /* atomic, 0 = free */
static uint32_t count;                 /* atomic */

static bool replace(uint32_t from, uint32_t to) {
  for (uint32_t i = 0; i < DETAINED_MAX; i++) {
    uint32_t seen = from;
    if (__atomic_compare_exchange_n(&threads[i], &seen, to, false, __ATOMIC_SEQ_CST,
                                    __ATOMIC_RELAXED)) {
      return true;
    }
  }
  return false;
}

void dir_detain(uint32_t thread) {
  if (replace(0, thread)) {
    __atomic_fetch_add(&count, 1, __ATOMIC_SEQ_CST);
  }
}

void dir_detain_over(uint32_t thread) {
  if (replace(thread, 0)) {
    __atomic_fetch_sub(&count, 1, __ATOMIC_SEQ_CST);
  }
}

bool dir_detained(uint32_t thread) {
  if (__atomic_load_n(&count, __ATOMIC_SEQ_CST) == 0) {
    return false;
  }
  for (uint32_t i = 0; i < DETAINED_MAX; i++) {
    if (__atomic_load_n(&threads[i], __ATOMIC_SEQ_CST) == thread) {
      return true;
    }
  }
  return false;
}

uint32_t dir_detain_record(enum rig_action action, const union rig_payload *stimulus,
                           uint32_t link) {
  union rig_payload payload = *stimulus;
  payload.stimulus.phase = RIG_STIMULUS_BEGAN;
  return rec_stimulus(action, link, &payload);
}

void dir_detain_record_over(enum rig_action action, const union rig_payload *stimulus,
                            uint32_t began) {
  union rig_payload payload = *stimulus;
  payload.stimulus.phase = RIG_STIMULUS_ENDED;
  (void)rec_stimulus(action, began, &payload);
}
