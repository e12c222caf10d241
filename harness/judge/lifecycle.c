/*
 * Rules about the order of calls.
 * Sources: Outlook MAPI reference, mapiuninitialize; Griffin's multithreading rules (2004).
 */
#include "judge/check.h"

static unsigned undone(const struct rig_model_thread *thread) {
  return thread->inits - thread->initialised;
}

static void fail_thread(struct rig_check *check, uint32_t index, bool of_process) {
  const struct rig_model *model = check->model;
  const struct rig_model_thread *thread = &model->threads[index];
  uint32_t end = of_process ? model->exit : thread->ended;
  double ms = rig_model_ms(model, end != RIG_NONE ? end : model->last);
  bool told = rig_check_fail(
      check, RIG_SEVERITY_ERROR, RIG_RULE_COUNT,
      "%s ended at %.0f ms, but thread %s had called MAPIUninitialize %u times for %u successful "
      "MAPIInitialize: its MAPI state and windows are torn down in mid-air",
      of_process ? "the process" : "the thread", ms, rig_model_thread_name(model, index),
      undone(thread), thread->inits);
  if (!told)
    return;
  rig_check_evidence(check, model->calls[thread->init].enter,
                     "MAPIInitialize on thread %s that is never undone",
                     rig_model_thread_name(model, index));
  rig_check_evidence(check, end, of_process ? "the end of the process" : "the end of the thread");
}

static void explain_unexercised(struct rig_check *check, unsigned initialised) {
  const struct rig_model *model = check->model;
  if (initialised == 0)
    rig_check_unexercised(check, "no MAPIInitialize succeeded");
  else if (model->truncated)
    rig_check_unexercised(check, "the log is full: the end of the threads is not in it");
  else if (rig_model_crash(model))
    rig_check_unexercised(check, "the client crashed before its threads could end");
  else if (model->exit_known && model->exit_code == RIG_STATUS_CONTROL_C_EXIT && !model->killed)
    rig_check_unexercised(check,
                          "a console control event that the client does not handle ended it");
  else if (model->unsupported != RIG_NONE && rig_model_ended_itself(model))
    rig_check_unexercised(check, "the client ended by itself after a call that is not supported");
  else
    rig_check_unexercised(check, "the client was ended from outside: its threads could not end");
}

void rig_check_init_balanced(struct rig_check *check) {
  const struct rig_model *model = check->model;
  /* A client that gives up after an answer "not supported" is not blamed for how it does so. */
  bool gave_up = model->unsupported != RIG_NONE && model->stop == RIG_NONE;
  unsigned initialised = 0;
  unsigned kept = 0;
  for (uint32_t i = 0; i < model->thread_count; i++) {
    const struct rig_model_thread *thread = &model->threads[i];
    if (thread->inits == 0)
      continue;
    initialised++;
    bool ended = thread->ended != RIG_NONE;
    if (gave_up || (!ended && !rig_model_ended_itself(model)))
      continue;
    if (thread->initialised == 0)
      kept++;
    else
      fail_thread(check, i, !ended);
  }
  if (kept)
    rig_check_pass(check, "%u thread%s undid each MAPIInitialize before the end", kept,
                   kept == 1 ? "" : "s");
  else
    explain_unexercised(check, initialised);
}
