/*
 * drain-before-wait: how the queue is emptied before the next wait.
 *
 * Semantics: PeekMessage and GetMessage make all input old at the call, also what they do not
 * retrieve; a wait without MWMO_INPUTAVAILABLE wakes for new input only (R).
 */
#include "judge/pump_walk.h"

/* What came between the return of the wait and the first look is old input after it as well. */
static void note_first_look(struct rig_walk *walk, const struct rig_model_call *call) {
  if (!walk->looked) {
    walk->looked = true;
    walk->crowded = rig_backlog_at(&walk->posted, call->enter) >= 2;
  }
}

static void note_look(struct rig_walk *walk, uint32_t index) {
  const struct rig_model *model = walk->check->model;
  const struct rig_model_call *call = &model->calls[index];
  struct rig_model_message message;
  switch (call->family) {
  case RIG_FAMILY_GET_MESSAGE:
  case RIG_FAMILY_PEEK_MESSAGE:
    note_first_look(walk, call);
    message = rig_model_retrieved(model, call);
    if (message.any) {
      walk->look = RIG_LOOK_LEFT;
      walk->look_at = index;
      walk->batch += message.removed;
    } else if (rig_model_unfiltered(model, call)) {
      walk->look = RIG_LOOK_EMPTY; /* a filter that finds nothing says nothing of the rest */
    }
    break;
  case RIG_FAMILY_QUEUE_STATUS:
    note_first_look(walk, call);
    if (rig_walk_status_bits(model, call) & (RIG_POSTED_BITS | RIG_QS_SENDMESSAGE)) {
      walk->look = RIG_LOOK_LEFT;
      walk->look_at = index;
    }
    break;
  case RIG_FAMILY_MAPI_DISPATCH_NOTIFICATIONS:
  case RIG_FAMILY_CO_WAIT:
    note_first_look(walk, call);
    walk->look = RIG_LOOK_EMPTY; /* serves the queue out of our sight */
    break;
  default:
    break;
  }
}

static void judge_wait_after_look(struct rig_walk *walk, uint32_t index) {
  const struct rig_model *model = walk->check->model;
  const struct rig_model_call *call = &model->calls[index];
  struct rig_record enter = rig_model_record(model, call->enter);
  if (!rig_walk_of_span(model, call) || !rig_model_before_stop(model, call->enter))
    return;
  bool crowded = walk->batch >= 2 || walk->crowded;
  bool level =
      call->family == RIG_FAMILY_MSG_WAIT && (enter.u.wait.flags & RIG_MWMO_INPUTAVAILABLE) != 0;
  bool tests = call->family == RIG_FAMILY_MSG_WAIT && enter.u.wait.timeout_ms == 0;
  bool wakes =
      call->family == RIG_FAMILY_WAIT_MESSAGE || (enter.u.wait.wake_mask & RIG_POSTED_BITS);
  if (walk->look != RIG_LOOK_LEFT || level || tests || !wakes) {
    walk->kept += crowded && walk->look != RIG_LOOK_NONE;
    return;
  }
  const struct rig_model_call *look = &model->calls[walk->look_at];
  bool told = rig_check_fail(
      walk->check, RIG_SEVERITY_WARNING, RIG_RULE_COUNT,
      "thread %s waited again in %s at %.0f ms when its last %s had still found something: if more "
      "lies in the queue, it is old input by now, and without MWMO_INPUTAVAILABLE the wait does "
      "not "
      "wake for it (nothing was delayed in this run)",
      rig_model_thread_name(model, call->thread), rig_call_name(call->call),
      rig_model_ms(model, call->enter), rig_call_name(look->call));
  if (!told)
    return;
  rig_check_evidence(walk->check, look->leave, "%s found a message", rig_call_name(look->call));
  rig_check_evidence(walk->check, call->enter, "waits again: %.100s",
                     rig_words_call(model, index).text);
}

static void see_for_drain(struct rig_walk *walk, uint32_t index) {
  if (index == RIG_NONE)
    return;
  const struct rig_model *model = walk->check->model;
  if (!rig_family_message_wait(model->calls[index].family)) {
    note_look(walk, index);
    return;
  }
  judge_wait_after_look(walk, index);
  walk->wait = index;
  walk->look = RIG_LOOK_NONE;
  walk->batch = 0;
  walk->looked = false;
  walk->crowded = false;
}

void rig_check_drain_before_wait(struct rig_check *check) {
  const struct rig_model *model = check->model;
  for (uint32_t i = 0; i < model->undelivered_count; i++) {
    const struct rig_model_undelivered *item = &model->undelivered[i];
    if (item->of_first && item->reason == RIG_REASON_OLD)
      rig_check_fail_item(check, RIG_SEVERITY_ERROR, RIG_RULE_COUNT, item, "");
  }
  unsigned kept = 0;
  if (!rig_walk_threads(check, &kept, see_for_drain))
    rig_check_unexercised(check, "out of memory");
  else if (kept)
    rig_check_pass(check,
                   "several messages waited at one wake, and none was left behind as old input");
  else
    rig_check_unexercised(check, NULL);
}
