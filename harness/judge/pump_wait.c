/*
 * Rules about what a message-aware wait asks for and what is made of its result: wake-mask,
 * dispatch-path, wait-result-compare.
 */
#include "judge/check.h"

#include "core/names.h"

#define IGNORED_IN_A_ROW 3u /* fewer may be spurious: never judged */

/* Is this a wait of the thread that initialised MAPI first, while it was initialised and no stop
 * had been asked for? */
static bool judged_wait(const struct rig_model *model, const struct rig_model_call *call) {
  if (!rig_family_message_wait(call->family) || !rig_model_before_stop(model, call->enter))
    return false;
  uint32_t span = rig_model_span_at(model, call->enter);
  return span != RIG_NONE && model->spans[span].thread == call->thread;
}

/* ---- wake-mask ---- */

static bool mask_complete(uint32_t mask) {
  return (mask & RIG_QS_SENDMESSAGE) && (mask & (RIG_QS_POSTMESSAGE | RIG_QS_ALLPOSTMESSAGE));
}

static void judge_mask(struct rig_check *check, uint32_t index, unsigned *kept) {
  const struct rig_model *model = check->model;
  const struct rig_model_call *call = &model->calls[index];
  struct rig_record enter = rig_model_record(model, call->enter);
  /* WaitMessage has no mask; a zero-wait only tests. */
  if (call->family != RIG_FAMILY_MSG_WAIT || enter.u.wait.timeout_ms == 0)
    return;
  if (mask_complete(enter.u.wait.wake_mask)) {
    ++*kept;
    return;
  }
  char mask[100];
  rig_format_flags(RIG_FLAGS_QS, enter.u.wait.wake_mask, mask, sizeof mask);
  bool sent = enter.u.wait.wake_mask & RIG_QS_SENDMESSAGE;
  if (rig_check_fail(check, RIG_SEVERITY_WARNING, RIG_RULE_COUNT,
                     "thread %s waited in %s with the wake mask %s at %.0f ms: without %s it does "
                     "not wake for a %s message",
                     rig_model_thread_name(model, call->thread), rig_call_name(call->call), mask,
                     rig_model_ms(model, call->enter), sent ? "QS_POSTMESSAGE" : "QS_SENDMESSAGE",
                     sent ? "posted" : "sent"))
    rig_check_evidence(check, call->enter, "%s(%.80s)", rig_call_name(call->call), mask);
}

void rig_check_wake_mask(struct rig_check *check) {
  const struct rig_model *model = check->model;
  unsigned kept = 0;
  for (uint32_t i = 0; i < model->undelivered_count; i++) {
    const struct rig_model_undelivered *item = &model->undelivered[i];
    if (item->of_first && item->reason == RIG_REASON_MASK)
      rig_check_fail_item(check, RIG_SEVERITY_ERROR, RIG_RULE_COUNT, item, "");
  }
  for (uint32_t i = 0; i < model->call_count; i++) {
    if (judged_wait(model, &model->calls[i]))
      judge_mask(check, i, &kept);
  }
  if (kept)
    rig_check_pass(check, "every wait had QS_SENDMESSAGE and a bit for posted messages");
  else
    rig_check_unexercised(check,
                          "the thread that initialised MAPI first called no MsgWait function");
}

/* ---- dispatch-path ---- */

/* How many waits in a row, up to this one, followed a return for input that nobody looked at. */
static uint32_t ignored_before(const struct rig_model *model, uint32_t index) {
  uint32_t row = 0;
  while (row < IGNORED_IN_A_ROW && model->calls[index].ignores != RIG_NONE) {
    index = model->calls[index].ignores;
    row++;
  }
  return row;
}

static bool ends_row(const struct rig_model *model, uint32_t index) {
  return judged_wait(model, &model->calls[index]) &&
         ignored_before(model, index) == IGNORED_IN_A_ROW;
}

/* Once for each row, however long it gets: how many more come is a matter of time. */
static bool ends_first_row(const struct rig_model *model, uint32_t index) {
  return ends_row(model, index) && !ends_row(model, model->calls[index].ignores);
}

static void fail_row(struct rig_check *check, uint32_t index) {
  const struct rig_model *model = check->model;
  const struct rig_model_call *call = &model->calls[index];
  uint32_t wake = call->ignores;
  if (!rig_check_fail(
          check, RIG_SEVERITY_ERROR, RIG_RULE_wait_result_compare,
          "%s on thread %s returned %s %u times in a row, the last time at %.0f ms, and "
          "each time the thread waited again without retrieving a message: what woke it "
          "is never dispatched",
          rig_model_call_name(model, wake), rig_model_thread_name(model, call->thread),
          rig_words_wake(model, wake).text, IGNORED_IN_A_ROW,
          rig_model_ms(model, model->calls[wake].leave)))
    return;
  uint32_t waits[IGNORED_IN_A_ROW];
  uint32_t at = index;
  for (uint32_t i = IGNORED_IN_A_ROW; i > 0; i--)
    waits[i - 1] = at = model->calls[at].ignores;
  for (uint32_t i = 0; i < IGNORED_IN_A_ROW; i++)
    rig_check_evidence(check, model->calls[waits[i]].leave, "%s returned %.60s",
                       rig_model_call_name(model, waits[i]), rig_words_wake(model, waits[i]).text);
  rig_check_evidence(check, call->enter, "waits again: %.100s", rig_words_call(model, index).text);
}

/* Returns for input after which the thread looked at its queue. */
static unsigned count_looked_at(const struct rig_model *model, uint32_t thread) {
  unsigned kept = 0;
  bool input = false;
  for (uint32_t i = model->threads[thread].first; i != RIG_NONE; i = model->calls[i].next) {
    const struct rig_model_call *call = &model->calls[i];
    if (rig_family_serves(call->family) && input) {
      kept++;
      input = false;
    }
    if (rig_family_message_wait(call->family))
      input = judged_wait(model, call) && rig_model_wake(model, call) == RIG_WAKE_INPUT;
  }
  return kept;
}

void rig_check_dispatch_path(struct rig_check *check) {
  const struct rig_model *model = check->model;
  for (uint32_t i = 0; i < model->undelivered_count; i++) {
    const struct rig_model_undelivered *item = &model->undelivered[i];
    if (item->of_first && item->reason == RIG_REASON_IGNORED)
      rig_check_fail_item(check, RIG_SEVERITY_ERROR, RIG_RULE_wait_result_compare, item, "");
  }
  for (uint32_t i = 0; i < model->call_count; i++) {
    if (ends_first_row(model, i))
      fail_row(check, i);
  }
  unsigned kept = 0;
  for (uint32_t i = 0; i < model->span_count; i++) {
    if (i == 0 || model->spans[i].thread != model->spans[i - 1].thread)
      kept += count_looked_at(model, model->spans[i].thread);
  }
  if (kept)
    rig_check_pass(check, "each return for input was followed by a look at the queue");
  else
    rig_check_unexercised(check, "no message-aware wait of the thread that initialised MAPI first "
                                 "returned for input and was followed by anything");
}
