/*
 * The faults of a plan: calls of MAPI's that fail, take their time or never return
 * (stubs/director/faults.c). They stand before the plan's steps; each counts the calls of its
 * family, from the program's start on.
 */
#include "sim/director/script_private.h"

static bool meets(struct rig_director *director, uint32_t index, uint32_t thread,
                  enum rig_family family) {
  const struct rig_step *step = &director->plan.steps[index];
  const unsigned who = step->trigger_thread;
  if (step->family != family ||
      (who != RIG_WHO_DEFAULT && who != RIG_WHO_ANY && rig_director_who(director, who) != thread)) {
    return false;
  }
  const uint8_t number = director->state->faults[index];
  director->state->faults[index] = number == UINT8_MAX ? number : (uint8_t)(number + 1);
  return step->trigger_count == 0 || step->trigger_count == number + 1u;
}

static uint32_t tell(const struct rig_director *director, uint32_t index, uint32_t thread,
                     enum rig_call call, uint32_t enter) {
  const struct rig_step *step = &director->plan.steps[index];
  const struct rig_record record = {
      .kind = RIG_KIND_STIMULUS,
      .call = RIG_ACTION_FAULT,
      .thread = rig_engine_thread_id(thread),
      .link = enter,
      .u.stimulus = {.step = index,
                     .target = step->family,
                     .thread = rig_engine_thread_id(thread),
                     .message = (uint32_t)call,
                     .result = 1,
                     .error = step->fault == RIG_FAULT_FAILS ? step->result : 0}};
  return director->log == NULL ? RIG_NO_RECORD
                               : rig_sim_put(director->log, director->world, record, NULL, 0);
}

static void stay(struct rig_director *director, uint32_t index, uint32_t thread, uint32_t link) {
  const struct rig_step *step = &director->plan.steps[index];
  const uint32_t id = rig_engine_thread_id(thread);
  const uint32_t began = rig_director_detain(director, RIG_ACTION_FAULT, index, id, link);
  struct rig_win_call sleep = {.api = RIG_WIN_SLEEP,
                               .thread = thread,
                               .timeout_ms = step->fault == RIG_FAULT_BLOCKS ? RIG_WIN_FOREVER
                                                                             : step->timeout_ms};
  rig_engine_call(director->engine, &sleep);
  rig_director_detain_over(director, RIG_ACTION_FAULT, index, id, began);
}

bool rig_director_fault(struct rig_director *director, uint32_t thread, enum rig_call call,
                        uint32_t enter, uint32_t *result) {
  for (uint32_t i = 0; i < director->plan.step_count && i < FAULTS_MAX; i++) {
    const struct rig_step *step = &director->plan.steps[i];
    if (step->action != RIG_ACTION_FAULT || !meets(director, i, thread, rig_call_family(call))) {
      continue;
    }
    const uint32_t record = tell(director, i, thread, call, enter);
    if (step->fault == RIG_FAULT_FAILS) {
      *result = step->result;
      return true;
    }
    stay(director, i, thread, record);
  }
  return false;
}
