/*
 * Rules about messages that must be served: pump-runs, notify-latency, sent-latency.
 *
 * The model found what was not served for D and why; a rule takes the items that are its own.
 */
#include "judge/backlog.h"
#include "judge/check.h"

#define QUOTA 10000u

/* Evidence of an item: the message, the call, the diagnosis. */
static void add_evidence(struct rig_check *check, const struct rig_model_undelivered *item) {
  const struct rig_model *model = check->model;
  const struct rig_model_stimulus *stimulus = &model->stimuli[item->stimulus];
  rig_check_evidence(check, stimulus->record, "%s", rig_words_stimulus(model, stimulus).text);
  /* A thread that was found blocked is the proof: the sender's patience ends later, or the run
   * does before it. */
  if (item->block == RIG_NONE && stimulus->timed_out != RIG_NONE)
    rig_check_evidence(check, stimulus->timed_out, "its sender's time-out");
  if (item->wake != RIG_NONE)
    rig_check_evidence(check, model->calls[item->wake].leave, "%s returned %.60s",
                       rig_model_call_name(model, item->wake),
                       rig_words_wake(model, item->wake).text);
  if (item->sitting != RIG_NONE)
    rig_check_evidence(check, model->calls[item->sitting].enter, "%.110s",
                       rig_words_call(model, item->sitting).text);
  if (item->look != RIG_NONE && item->look != item->sitting)
    rig_check_evidence(check, model->calls[item->look].enter, "%.110s",
                       rig_words_call(model, item->look).text);
  if (item->block != RIG_NONE)
    rig_check_evidence(check, model->blocks[item->block].record,
                       "still there after %u ms, %u waiting", model->blocks[item->block].ms,
                       model->blocks[item->block].pending);
}

bool rig_check_fail_item(struct rig_check *check, enum rig_severity severity, enum rig_rule_id root,
                         const struct rig_model_undelivered *item, const char *ending) {
  char text[RIG_MESSAGE_BYTES / 2 + 100];
  rig_explain(check->model, item, text, sizeof text);
  bool told = rig_check_fail(check, severity, root, "%s%s", text, ending);
  if (told)
    add_evidence(check, item);
  return told;
}

static bool is_first_thread(const struct rig_model *model, uint32_t thread) {
  for (uint32_t i = 0; i < model->span_count; i++) {
    if (model->spans[i].thread == thread)
      return true;
  }
  return false;
}

static bool multithread_notifications(const struct rig_model *model, uint32_t record) {
  uint32_t span = rig_model_span_at(model, record);
  return span != RIG_NONE && model->spans[span].multithread_notifications;
}

/* A wait for all handles and input: one of its handles is signalled, and that wakes nobody. */
static void judge_wait_all(struct rig_check *check, const struct rig_model_block *block) {
  const struct rig_model *model = check->model;
  if (block->inconclusive || block->detained || block->call == RIG_NONE)
    return;
  const struct rig_model_call *wait = &model->calls[block->call];
  struct rig_record enter = rig_model_record(model, wait->enter);
  uint32_t at = 0;
  while (at < block->handle_count &&
         (block->handles[at].signal != RIG_SIGNAL_YES || block->handles[at].wait != block->call))
    at++;
  if (wait->family != RIG_FAMILY_MSG_WAIT || !(enter.u.wait.flags & RIG_MWMO_WAITALL) ||
      at == block->handle_count || !rig_model_of_first(model, wait))
    return;
  if (!rig_check_fail(check, RIG_SEVERITY_ERROR, RIG_RULE_COUNT,
                      "thread %s sits in %s; handle 0x%X of its array is signalled%s, but with "
                      "MWMO_WAITALL the wait returns only when all handles are signalled and input "
                      "is there",
                      rig_model_thread_name(model, block->thread),
                      rig_words_call(model, block->call).text, block->handles[at].handle,
                      rig_model_before_stop(model, block->record) ? ""
                                                                  : " (the stop was asked for)"))
    return;
  rig_check_evidence(check, wait->enter, "%.110s", rig_words_call(model, block->call).text);
  rig_check_evidence(check, block->handles[at].record, "handle 0x%X of that wait is signalled",
                     block->handles[at].handle);
  rig_check_evidence(check, block->record, "still there after %u ms", block->ms);
}

/* Windows refuses a post to a queue of so many (W:PostMessage); Wine does not. */
static void judge_quota(struct rig_check *check, uint32_t thread) {
  const struct rig_model *model = check->model;
  struct rig_backlog posted;
  if (model->stimulus_count < QUOTA || rig_backlog_make(model, thread, false, &posted) != RIG_OK)
    return;
  uint32_t at = 0;
  while (at < posted.begin_count && rig_backlog_at(&posted, posted.begins[at] + 1) < QUOTA)
    at++;
  if (at < posted.begin_count &&
      rig_check_fail(check, RIG_SEVERITY_WARNING, RIG_RULE_COUNT,
                     "%u posted messages lay in the queue of thread %s at %.0f ms: Windows refuses "
                     "the next one with ERROR_NOT_ENOUGH_QUOTA, and a notification is lost",
                     QUOTA, rig_model_thread_name(model, thread),
                     rig_model_ms(model, posted.begins[at])))
    rig_check_evidence(check, posted.begins[at], "the last that Windows takes");
  rig_backlog_free(&posted);
}

void rig_check_pump_runs(struct rig_check *check) {
  const struct rig_model *model = check->model;
  for (uint32_t i = 0; i < model->block_count; i++)
    judge_wait_all(check, &model->blocks[i]);
  for (uint32_t i = 0; i < model->undelivered_count; i++) {
    const struct rig_model_undelivered *item = &model->undelivered[i];
    if (!item->of_first || rig_root_of_reason(item->reason) != RIG_RULE_pump_runs)
      continue;
    const struct rig_model_stimulus *stimulus = &model->stimuli[item->stimulus];
    if (!rig_action_sends(stimulus->action) && multithread_notifications(model, stimulus->record))
      rig_check_fail_item(check, RIG_SEVERITY_WARNING, RIG_RULE_COUNT, item,
                          "; with MAPI_MULTITHREAD_NOTIFICATIONS only MAPI's idle window lives on "
                          "that thread, and no sender was seen blocked");
    else
      rig_check_fail_item(
          check, RIG_SEVERITY_ERROR,
          item->reason == RIG_REASON_NO_PUMP ? RIG_RULE_pump_thread : RIG_RULE_COUNT, item,
          "; the thread initialised MAPI first, so MAPI's windows live on it");
  }
  for (uint32_t i = 0; i < model->span_count; i++) {
    if (rig_model_span_is_new(model, i))
      judge_quota(check, model->spans[i].thread);
  }
  unsigned served = 0;
  for (uint32_t i = 0; i < model->stimulus_count; i++) {
    const struct rig_model_stimulus *stimulus = &model->stimuli[i];
    if (stimulus->thread != RIG_NONE && is_first_thread(model, stimulus->thread) &&
        (stimulus->received != RIG_NONE || stimulus->replied != RIG_NONE))
      served++;
  }
  if (served)
    rig_check_pass(check, "the thread that initialised MAPI first served %u message%s", served,
                   served == 1 ? "" : "s");
  else
    rig_check_unexercised(check, "no message to the thread that initialised MAPI first was seen "
                                 "served or waiting for D");
}

/* Stimuli of one action: how many there were, and how many were served. */
static void judge_served(struct rig_check *check, enum rig_action action, const char *what,
                         const char *served_how) {
  const struct rig_model *model = check->model;
  for (uint32_t i = 0; i < model->undelivered_count; i++) {
    const struct rig_model_undelivered *item = &model->undelivered[i];
    if (model->stimuli[item->stimulus].action != action || item->reason == RIG_REASON_UNKNOWN)
      continue;
    enum rig_rule_id root = item->of_first ? rig_root_of_reason(item->reason) : RIG_RULE_COUNT;
    rig_check_fail_item(check, RIG_SEVERITY_ERROR, root, item, "");
  }
  unsigned made = 0;
  unsigned served = 0;
  for (uint32_t i = 0; i < model->stimulus_count; i++) {
    const struct rig_model_stimulus *stimulus = &model->stimuli[i];
    if (stimulus->action != action || !stimulus->accepted)
      continue;
    made++;
    if (action == RIG_ACTION_SEND ? rig_model_answered(model, stimulus) != RIG_NONE
                                  : stimulus->received != RIG_NONE)
      served++;
  }
  if (served)
    rig_check_pass(check, "%u of %u %ss %s", served, made, what, served_how);
  else if (made)
    rig_check_unexercised(check,
                          "%u %s%s got no answer, but nothing shows that the thread could have "
                          "served it for D (%.0f ms): the run went on or ended before",
                          made, what, made == 1 ? "" : "s", model->deadline_ms);
  else
    rig_check_unexercised(check, "the run made no %s", what);
}

void rig_check_notify_latency(struct rig_check *check) {
  judge_served(check, RIG_ACTION_NOTIFY, "notification", "reached its window");
}

void rig_check_sent_latency(struct rig_check *check) {
  judge_served(check, RIG_ACTION_SEND, "send", "was answered");
}
