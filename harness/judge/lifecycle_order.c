/*
 * Rules about the order in which a session ends, and about what may not be called after that.
 * Sources: Outlook MAPI reference, ending-a-mapi-session, imapisession-logoff, mapiuninitialize,
 * deinitmapiutil.
 */
#include <stdio.h>

#include "judge/lifecycle.h"

/* What is out of order, and what to call it. */
static struct rig_words what_is_wrong(const struct rig_model *model, const struct rig_act *act) {
  struct rig_words out;
  const struct rig_ledger_thread *thread = &model->ledger->threads[act->thread];
  switch (act->kind) {
  case RIG_ACT_SESSION_OPEN:
    snprintf(out.text, sizeof out.text,
             "while the session of MAPILogonEx at %.0f ms was neither logged off nor released",
             rig_model_ms(model, model->calls[model->ledger->sessions[act->session].logon].enter));
    break;
  case RIG_ACT_UNADVISE_LATE:
    snprintf(out.text, sizeof out.text,
             "for connection %u after Logoff of its session at %.0f ms, which it can no longer "
             "reach",
             model->ledger->connections[act->other].number,
             rig_model_ms(model, model->calls[model->ledger->sessions[act->session].logoff].enter));
    break;
  case RIG_ACT_CLEANUP_LATE:
    snprintf(out.text, sizeof out.text,
             "after its MAPIUninitialize at %.0f ms: what it frees belongs to a MAPI that the "
             "thread no longer has",
             rig_model_ms(model, model->calls[thread->uninit].enter));
    break;
  case RIG_ACT_OLE_LATE:
    snprintf(out.text, sizeof out.text,
             "after its MAPIUninitialize at %.0f ms: a client that called OleInitialize undoes it "
             "before that, or may end in a crash",
             rig_model_ms(model, model->calls[thread->uninit].enter));
    break;
  case RIG_ACT_DEINIT_UNPAIRED:
    snprintf(out.text, sizeof out.text, "without a ScInitMapiUtil that it could undo%s",
             act->mild ? "" : ": it takes away what MAPIInitialize set up");
    break;
  default: /* RIG_ACT_DEINIT_EARLY */
    snprintf(out.text, sizeof out.text,
             "before its MAPIUninitialize, although its ScInitMapiUtil came before MAPIInitialize");
    break;
  }
  return out;
}

static void add_evidence(struct rig_check *check, const struct rig_act *act) {
  const struct rig_model *model = check->model;
  const struct rig_ledger *ledger = model->ledger;
  rig_call_evidence(check, act->call, ", out of order");
  if (act->kind == RIG_ACT_SESSION_OPEN) {
    rig_call_evidence(check, ledger->sessions[act->session].logon, ": the session that was open");
  } else if (act->kind == RIG_ACT_UNADVISE_LATE) {
    rig_call_evidence(check, ledger->sessions[act->session].logoff, ", before it");
    rig_call_evidence(check, ledger->connections[act->other].advise, ": the connection");
  } else if (act->kind == RIG_ACT_CLEANUP_LATE || act->kind == RIG_ACT_OLE_LATE) {
    rig_call_evidence(check, ledger->threads[act->thread].uninit, ", before it");
  }
}

static void fail_order(struct rig_check *check, enum rig_act_kind kind) {
  uint32_t at = 0;
  for (const struct rig_act *act; (act = rig_next_act(check, kind, &at));) {
    if (!rig_check_tells(check, rig_act_severity(act)))
      continue;
    rig_check_fail(check, rig_act_severity(act), RIG_RULE_COUNT, "%s %s",
                   rig_words_act(check->model, act).text, what_is_wrong(check->model, act).text);
    add_evidence(check, act);
  }
}

void rig_check_shutdown_order(struct rig_check *check) {
  static const enum rig_act_kind kinds[] = {RIG_ACT_SESSION_OPEN,    RIG_ACT_UNADVISE_LATE,
                                            RIG_ACT_CLEANUP_LATE,    RIG_ACT_OLE_LATE,
                                            RIG_ACT_DEINIT_UNPAIRED, RIG_ACT_DEINIT_EARLY};
  for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
    fail_order(check, kinds[i]);
  if (check->model->ledger->ends)
    rig_check_pass(check, "what was begun with MAPI was ended in the documented order");
  else
    rig_check_unexercised(check, NULL);
}

/* ---- no-use-after-logoff ---- */

static void fail_after_logoff(struct rig_check *check, const struct rig_act *act) {
  const struct rig_model *model = check->model;
  uint32_t logoff = model->ledger->sessions[act->session].logoff;
  bool told = rig_check_fail(
      check, rig_act_severity(act), RIG_RULE_COUNT,
      "%s on a session that had been logged off at %.0f ms: after Logoff nothing "
      "but Release may be called on it%s",
      rig_words_act(model, act).text, rig_model_ms(model, model->calls[logoff].enter),
      rig_words_answer(model, act->call).text);
  if (!told)
    return;
  rig_call_evidence(check, act->call, ", after Logoff");
  rig_call_evidence(check, logoff, ", before it");
}

static void fail_after_last(struct rig_check *check, const struct rig_act *act) {
  const struct rig_model *model = check->model;
  uint32_t uninit = model->ledger->threads[act->thread].uninit;
  bool told = rig_check_fail(check, rig_act_severity(act), RIG_RULE_COUNT,
                             "%s after the last MAPIUninitialize of the process at %.0f ms%s",
                             rig_words_act(model, act).text,
                             rig_model_ms(model, model->calls[uninit].enter),
                             rig_words_answer(model, act->call).text);
  if (!told)
    return;
  rig_call_evidence(check, act->call, ", where MAPI is gone");
  rig_call_evidence(check, uninit, ", before it");
}

void rig_check_no_use_after_logoff(struct rig_check *check) {
  const struct rig_ledger *ledger = check->model->ledger;
  uint32_t at = 0;
  for (const struct rig_act *act; (act = rig_next_act(check, RIG_ACT_AFTER_LOGOFF, &at));)
    fail_after_logoff(check, act);
  at = 0;
  for (const struct rig_act *act; (act = rig_next_act(check, RIG_ACT_AFTER_LAST, &at));)
    fail_after_last(check, act);
  if (ledger->logoffs || ledger->last_uninits)
    rig_check_pass(check, "nothing was called after Logoff but Release, nor after the last "
                          "MAPIUninitialize");
  else
    rig_check_unexercised(check, NULL);
}
