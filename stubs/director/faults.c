/*
 * The faults of the plan stand before its steps; each counts the calls of its family.
 */
#include "faults.h"

#include <windows.h>

#include "address.h"
#include "detained.h"
#include "recorder/recorder.h"
#include "state.h"
#include "threads.h"

#define FAULTS_MAX 256u

static struct fault {
  const struct rig_step *step;
  uint32_t index; /* in the plan */
  uint32_t seen;  /* atomic: calls of its family so far */
} faults[FAULTS_MAX];
static uint32_t count;
static uint32_t over; /* atomic; the address that blocked calls wait at */

void dir_faults_open(void) {
  for (uint32_t i = 0; i < dir_settings.step_count && count < FAULTS_MAX; i++) {
    if (dir_settings.steps[i].action == RIG_ACTION_FAULT) {
      faults[count++] = (struct fault){.step = &dir_settings.steps[i], .index = i};
    }
  }
}

void dir_faults_over(void) {
  __atomic_store_n(&over, 1, __ATOMIC_SEQ_CST);
  dir_address_wake(&over);
}

static bool meets(struct fault *fault, enum rig_family family) {
  const struct rig_step *step = fault->step;
  if (step->family != family) {
    return false;
  }
  if (step->trigger_thread != RIG_WHO_DEFAULT && step->trigger_thread != RIG_WHO_ANY &&
      !dir_thread_is(GetCurrentThreadId(), (enum rig_who)step->trigger_thread)) {
    return false;
  }
  const uint32_t number = __atomic_add_fetch(&fault->seen, 1, __ATOMIC_RELAXED);
  return step->trigger_count == 0 || step->trigger_count == number;
}

static void stay(const union rig_payload *stimulus, uint32_t link, double ms) {
  const double until = dir_ms() + ms;
  const uint32_t thread = GetCurrentThreadId();
  dir_detain(thread, ms < 0 ? DIR_STUCK : DIR_DELAYED);
  const uint32_t began = dir_detain_record(RIG_ACTION_FAULT, stimulus, link);
  while (__atomic_load_n(&over, __ATOMIC_SEQ_CST) == 0 && (ms < 0 || dir_ms() < until)) {
    const double left = until - dir_ms();
    dir_address_wait(&over, 0, ms < 0 ? DIR_FOR_EVER : left > 1 ? (uint32_t)(left * 1000.0) : 1000);
  }
  dir_detain_record_over(RIG_ACTION_FAULT, stimulus, began);
  dir_detain_over(thread);
}

bool dir_fault(enum rig_call call, uint32_t enter, uint32_t *result) {
  if (count == 0 || rec_thread_owner() == REC_OWNER_STUB) {
    return false;
  }
  for (uint32_t i = 0; i < count; i++) {
    struct fault *fault = &faults[i];
    if (!meets(fault, rig_call_family(call))) {
      continue;
    }
    const struct rig_step *step = fault->step;
    const bool fails = step->fault == RIG_FAULT_FAILS;
    const union rig_payload stimulus = {.stimulus = {.step = fault->index,
                                                     .target = step->family,
                                                     .thread = GetCurrentThreadId(),
                                                     .message = (uint32_t)call,
                                                     .result = 1,
                                                     .error = fails ? step->result : 0}};
    const uint32_t record = rec_stimulus(RIG_ACTION_FAULT, enter, &stimulus);
    if (fails) {
      *result = step->result;
      return true;
    }
    stay(&stimulus, record, step->fault == RIG_FAULT_BLOCKS ? -1 : dir_scaled(step->timeout_ms));
  }
  return false;
}
