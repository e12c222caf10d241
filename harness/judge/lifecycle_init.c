/*
 * Rules about who has initialised MAPI: before use, as often undone as done, by the same thread.
 * Sources: Outlook MAPI reference, mapiinitialize, mapiuninitialize, using-thread-safe-objects;
 * Griffin's multithreading rules (2004), rules 1 to 3.
 */
#include <stdio.h>

#include "judge/lifecycle.h"

/* ---- init-before-use ---- */

/* Who else had MAPI, as the end of a sentence: the commonest misunderstanding. */
static struct rig_words others_text(const struct rig_model *model, const struct rig_act *act) {
  struct rig_words out = {""};
  for (uint32_t i = 0; i < model->call_count; i++) {
    const struct rig_model_call *call = &model->calls[i];
    if (call->enter > act->record)
      break;
    if (call->family != RIG_FAMILY_MAPI_INITIALIZE || call->thread == act->thread)
      continue;
    snprintf(out.text, sizeof out.text, " (that of thread %s does not count for it)",
             rig_model_thread_name(model, call->thread));
    break;
  }
  return out;
}

static struct rig_words why_not(const struct rig_model *model, const struct rig_act *act) {
  struct rig_words out;
  const struct rig_ledger_thread *thread = &model->ledger->threads[act->thread];
  bool tried = thread->failed != RIG_NONE && model->calls[thread->failed].enter < act->record;
  if (act->kind == RIG_ACT_USE_AFTER_OWN)
    snprintf(out.text, sizeof out.text,
             "after its own MAPIUninitialize at %.0f ms (other threads still have MAPI, which does "
             "not count for it)",
             rig_model_ms(model, model->calls[thread->uninit].enter));
  else if (tried)
    snprintf(out.text, sizeof out.text, "although its MAPIInitialize at %.0f ms had failed%.100s",
             rig_model_ms(model, model->calls[thread->failed].enter),
             rig_words_answer(model, thread->failed).text);
  else
    snprintf(out.text, sizeof out.text, "without any MAPIInitialize on that thread before it%.80s",
             others_text(model, act).text);
  return out;
}

static void fail_uses(struct rig_check *check, enum rig_act_kind kind) {
  const struct rig_model *model = check->model;
  uint32_t at = 0;
  for (const struct rig_act *act; (act = rig_next_act(check, kind, &at));) {
    const struct rig_ledger_thread *thread = &model->ledger->threads[act->thread];
    if (!rig_check_tells(check, rig_act_severity(act)))
      continue;
    enum rig_rule_id root = thread->failed == RIG_NONE ? RIG_RULE_COUNT : RIG_RULE_init_version;
    rig_check_fail(check, rig_act_severity(act), root, "%s %s%s", rig_words_act(model, act).text,
                   why_not(model, act).text, rig_words_answer(model, act->call).text);
    rig_call_evidence(check, act->call, ", where MAPI is not initialised");
    if (kind == RIG_ACT_USE_AFTER_OWN)
      rig_call_evidence(check, thread->uninit, ", before it");
    else
      rig_call_evidence(check, thread->failed, ", which failed");
  }
}

void rig_check_init_before_use(struct rig_check *check) {
  fail_uses(check, RIG_ACT_USE_BEFORE);
  fail_uses(check, RIG_ACT_USE_AFTER_OWN);
  uint32_t uses = check->model->ledger->uses;
  if (uses)
    rig_check_pass(check, "every call of MAPI came from a thread that had initialised it");
  else
    rig_check_unexercised(check, NULL);
}

/* ---- init-balanced ---- */

static unsigned undone(const struct rig_model_thread *thread) {
  return thread->inits - thread->initialised;
}

/* A DllMain runs on whichever thread loads or frees the DLL: counts go astray by that. */
static bool in_dllmain(const struct rig_check *check) {
  uint32_t at = 0;
  return rig_next_act(check, RIG_ACT_IN_DLLMAIN, &at) != NULL;
}

/* Somebody else undid what this thread owes, or its MAPIInitialize should not have been there. */
static enum rig_rule_id why_unbalanced(const struct rig_check *check) {
  uint32_t at = 0;
  if (in_dllmain(check))
    return RIG_RULE_not_in_dllmain;
  return rig_next_act(check, RIG_ACT_UNINIT_UNOWNED, &at) ? RIG_RULE_uninit_owned : RIG_RULE_COUNT;
}

static void fail_thread(struct rig_check *check, uint32_t index, bool of_process) {
  const struct rig_model *model = check->model;
  const struct rig_model_thread *thread = &model->threads[index];
  uint32_t end = of_process ? model->exit : thread->ended;
  double ms = rig_model_ms(model, end != RIG_NONE ? end : model->last);
  bool told = rig_check_fail(
      check, RIG_SEVERITY_ERROR, why_unbalanced(check),
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

/* Did the thread end with its process? Which of the two is recorded first is chance where it ends
 * because main() returns beside it, as a service's does: nobody called anything in between. */
static bool ended_with_process(const struct rig_model *model,
                               const struct rig_model_thread *thread) {
  return rig_model_ended_itself(model) &&
         (thread->ended == RIG_NONE || (model->exit != RIG_NONE && model->exit > thread->ended &&
                                        model->calls[model->call_count - 1].enter < thread->ended));
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
    bool with_process = ended_with_process(model, thread);
    if (gave_up || (thread->ended == RIG_NONE && !with_process))
      continue;
    if (thread->initialised == 0)
      kept++;
    else
      fail_thread(check, i, with_process);
  }
  if (kept)
    rig_check_pass(check, "%u thread%s undid each MAPIInitialize before the end", kept,
                   kept == 1 ? "" : "s");
  else if (initialised == 0)
    rig_check_unexercised(check, "no MAPIInitialize succeeded");
  else
    rig_explain_end(check);
}

/* ---- uninit-owned ---- */

void rig_check_uninit_owned(struct rig_check *check) {
  const struct rig_model *model = check->model;
  uint32_t at = 0;
  for (const struct rig_act *act; (act = rig_next_act(check, RIG_ACT_UNINIT_UNOWNED, &at));) {
    const struct rig_ledger_thread *thread = &model->ledger->threads[act->thread];
    enum rig_rule_id root = RIG_RULE_COUNT;
    if (in_dllmain(check))
      root = RIG_RULE_not_in_dllmain;
    else if (thread->failed != RIG_NONE)
      root = RIG_RULE_init_version;
    const char *owed = thread->inits == 0
                           ? "that thread never initialised MAPI"
                           : "that thread had undone each of its MAPIInitialize already";
    bool told = rig_check_fail(check, RIG_SEVERITY_ERROR, root,
                               "%s, but %s: the call takes away the reference of another thread, "
                               "whose MAPI may end while it is at work",
                               rig_words_act(model, act).text, owed);
    if (told)
      rig_call_evidence(check, act->call, ", which owes none");
  }
  if (model->ledger->uninits)
    rig_check_pass(check, "every MAPIUninitialize undid a MAPIInitialize of its own thread");
  else
    rig_check_unexercised(check, NULL);
}
