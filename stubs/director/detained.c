/*
 * A small table of thread ids: few are detained at a time, and most of the time none.
 */
#include "detained.h"

#include "recorder/recorder.h"

/* Beyond so many at once the rest counts as free: nothing is lost but patience with them. */
#define DETAINED_MAX 64u

static uint32_t threads[DETAINED_MAX];      /* atomic, 0 = free */
static uint8_t hows[DETAINED_MAX];          /* enum dir_detained, of the same entry */
static const uint32_t *words[DETAINED_MAX]; /* NULL = until dir_detain_over */
static uint32_t values[DETAINED_MAX];
static uint32_t count; /* atomic */

void dir_detain(uint32_t thread, enum dir_detained how) {
  dir_detain_while(thread, how, NULL, 0);
}

void dir_detain_while(uint32_t thread, enum dir_detained how, const uint32_t *word,
                      uint32_t value) {
  for (uint32_t i = 0; i < DETAINED_MAX; i++) {
    uint32_t seen = 0;
    if (__atomic_compare_exchange_n(&threads[i], &seen, thread, false, __ATOMIC_SEQ_CST,
                                    __ATOMIC_RELAXED)) {
      __atomic_store_n(&words[i], word, __ATOMIC_SEQ_CST);
      __atomic_store_n(&values[i], value, __ATOMIC_SEQ_CST);
      __atomic_store_n(&hows[i], (uint8_t)how,
                       __ATOMIC_SEQ_CST); /* the entry counts from here on */
      __atomic_fetch_add(&count, 1, __ATOMIC_SEQ_CST);
      return;
    }
  }
}

void dir_detain_over(uint32_t thread) {
  for (uint32_t i = 0; i < DETAINED_MAX; i++) {
    if (__atomic_load_n(&threads[i], __ATOMIC_SEQ_CST) == thread) {
      __atomic_store_n(&hows[i], (uint8_t)DIR_FREE, __ATOMIC_SEQ_CST);
      __atomic_store_n(&threads[i], 0, __ATOMIC_SEQ_CST);
      __atomic_fetch_sub(&count, 1, __ATOMIC_SEQ_CST);
      return;
    }
  }
}

static bool goes_on(uint32_t entry) {
  const uint32_t *word = __atomic_load_n(&words[entry], __ATOMIC_SEQ_CST);
  return word == NULL || __atomic_load_n(word, __ATOMIC_SEQ_CST) ==
                             __atomic_load_n(&values[entry], __ATOMIC_SEQ_CST);
}

enum dir_detained dir_detained(uint32_t thread) {
  enum dir_detained how = DIR_FREE;
  if (__atomic_load_n(&count, __ATOMIC_SEQ_CST) == 0) {
    return how;
  }
  for (uint32_t i = 0; i < DETAINED_MAX; i++) {
    if (__atomic_load_n(&threads[i], __ATOMIC_SEQ_CST) == thread &&
        __atomic_load_n(&hows[i], __ATOMIC_SEQ_CST) > how && goes_on(i)) {
      how = (enum dir_detained)__atomic_load_n(&hows[i], __ATOMIC_SEQ_CST);
    }
  }
  return how;
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
