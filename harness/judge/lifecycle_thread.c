/*
 * Rules about where MAPI is initialised: the first thread's life, and DllMain.
 * Sources: Outlook MAPI reference, initializing-mapi, mapiinitialize, mapiuninitialize; Griffin's
 * multithreading rules (2004), rule 4.
 */
#include "judge/lifecycle.h"

/* The other thread never undid it at all: that is the fault to mend first. */
static enum rig_rule_id root_of(const struct rig_model *model, const struct rig_act *act) {
  return model->ledger->threads[act->other].initialised ? RIG_RULE_init_balanced : RIG_RULE_COUNT;
}

static void fail_first(struct rig_check *check, const struct rig_act *act) {
  const struct rig_model *model = check->model;
  const char *first = rig_model_thread_name(model, act->thread);
  const char *other = rig_model_thread_name(model, act->other);
  bool told;
  if (act->mild)
    told =
        rig_check_fail(check, RIG_SEVERITY_WARNING, root_of(model, act),
                       "thread %s initialised MAPI first and so owns its notification window; it "
                       "called its last MAPIUninitialize at %.0f ms, while thread %s still had "
                       "MAPI: when %s ends, notifications reach nobody",
                       first, rig_model_ms(model, act->record), other, first);
  else
    told =
        rig_check_fail(check, RIG_SEVERITY_ERROR, root_of(model, act),
                       "thread %s initialised MAPI first and so owned its notification window; "
                       "it ended at %.0f ms, while thread %s still had MAPI: the window is gone, "
                       "and notifications reach nobody",
                       first, rig_model_ms(model, act->record), other);
  if (!told)
    return;
  rig_check_evidence(check, model->ledger->threads[act->other].since,
                     "MAPIInitialize, not undone when thread %s left", first);
  if (model->calls[act->call].family == RIG_FAMILY_MAPI_UNINITIALIZE)
    rig_call_evidence(check, act->call, ", its last");
  if (!act->mild)
    rig_check_evidence(check, act->record, "the end of the thread");
}

void rig_check_first_thread_outlives(struct rig_check *check) {
  const struct rig_ledger *ledger = check->model->ledger;
  if (ledger->spans && ledger->spans == ledger->spans_apart) {
    rig_check_na(check, "MAPI_MULTITHREAD_NOTIFICATIONS is set: the notification window lives on a "
                        "thread of MAPI's own");
    return;
  }
  uint32_t at = 0;
  for (const struct rig_act *act; (act = rig_next_act(check, RIG_ACT_FIRST_LEFT, &at));)
    fail_first(check, act);
  if (ledger->first_kept)
    rig_check_pass(check, "the thread that initialised MAPI first was the last to undo it");
  else
    rig_check_unexercised(check, NULL);
}

void rig_check_not_in_dllmain(struct rig_check *check) {
  const struct rig_model *model = check->model;
  uint32_t at = 0;
  for (const struct rig_act *act; (act = rig_next_act(check, RIG_ACT_IN_DLLMAIN, &at));) {
    uint64_t caller = rig_model_record(model, act->record).caller;
    bool told = rig_check_fail(
        check, RIG_SEVERITY_ERROR, RIG_RULE_COUNT,
        "%s from %.60s inside a DllMain (the thread held the loader lock): MAPI loads DLLs and may "
        "create a thread, which wait for that lock",
        rig_words_act(model, act).text, rig_words_address(model, caller).text);
    if (told)
      rig_call_evidence(check, act->call, ", with the loader lock held");
  }
  if (model->ledger->calls_checked)
    rig_check_pass(check, "MAPIInitialize and MAPIUninitialize were called outside of DllMain");
  else
    rig_check_unexercised(check, NULL);
}
