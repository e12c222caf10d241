/*
 * Rule no-filter: between two waits the thread looks at its whole queue once.
 *
 * A retrieval with a window or a range leaves everything else where it is, and makes it old all the
 * same (W:PeekMessage). Looking at one kind first is no fault when a whole look follows; nor is a
 * filtered retrieval that brought something: the next turn may look at the rest. PM_NOREMOVE with a
 * range is the documented way to create a queue.
 */
#include "judge/check.h"

struct walk {
  struct rig_check *check;
  uint32_t wait;   /* the last message-aware wait that returned for input, RIG_NONE */
  uint32_t looked; /* a filtered retrieval since then that found nothing, RIG_NONE */
  bool whole;      /* and a look at all of the queue */
  unsigned kept;
};

static bool creates_queue(const struct rig_model *model, const struct rig_model_call *call) {
  struct rig_record enter = rig_model_record(model, call->enter);
  return call->family == RIG_FAMILY_PEEK_MESSAGE && !(enter.u.retrieve.remove & RIG_PM_REMOVE) &&
         enter.u.retrieve.hwnd == 0;
}

/* The thread waits again at `again`, having looked through a filter alone. */
static void fail_shape(struct walk *walk, uint32_t again) {
  const struct rig_model *model = walk->check->model;
  const struct rig_model_call *look = &model->calls[walk->looked];
  bool told = rig_check_fail(
      walk->check, RIG_SEVERITY_WARNING, RIG_RULE_COUNT,
      "%s on thread %s returned for input at %.0f ms; the thread looked at its queue with %s alone "
      "and waited again: a message that this filter leaves out stays in the queue (none was seen "
      "to suffer for D in this run)",
      rig_model_call_name(model, walk->wait), rig_model_thread_name(model, look->thread),
      rig_model_ms(model, model->calls[walk->wait].leave),
      rig_words_call(model, walk->looked).text);
  if (!told)
    return;
  rig_check_evidence(walk->check, model->calls[walk->wait].leave, "%s returned %.60s",
                     rig_model_call_name(model, walk->wait),
                     rig_words_wake(model, walk->wait).text);
  rig_check_evidence(walk->check, look->enter, "%.110s", rig_words_call(model, walk->looked).text);
  rig_check_evidence(walk->check, model->calls[again].enter, "waits again: %.100s",
                     rig_words_call(model, again).text);
}

static void note_look(struct walk *walk, uint32_t index) {
  const struct rig_model *model = walk->check->model;
  const struct rig_model_call *call = &model->calls[index];
  bool retrieval =
      call->family == RIG_FAMILY_GET_MESSAGE || call->family == RIG_FAMILY_PEEK_MESSAGE;
  if (!retrieval) {
    walk->whole = walk->whole || call->family == RIG_FAMILY_CO_WAIT ||
                  call->family == RIG_FAMILY_MAPI_DISPATCH_NOTIFICATIONS;
  } else if (rig_model_unfiltered(model, call)) {
    walk->whole = true;
  } else if (!creates_queue(model, call) && call->leave != RIG_NONE) {
    walk->looked = rig_model_retrieved(model, call).any ? RIG_NONE : index;
  }
}

static void walk_thread(struct walk *walk, uint32_t thread) {
  const struct rig_model *model = walk->check->model;
  walk->wait = RIG_NONE;
  for (uint32_t i = model->threads[thread].first; i != RIG_NONE; i = model->calls[i].next) {
    const struct rig_model_call *call = &model->calls[i];
    if (!rig_family_message_wait(call->family)) {
      note_look(walk, i);
      continue;
    }
    if (walk->wait != RIG_NONE && rig_model_before_stop(model, call->enter)) {
      if (walk->looked != RIG_NONE && !walk->whole)
        fail_shape(walk, i);
      walk->kept += walk->whole;
    }
    bool input = rig_model_of_first(model, call) && rig_model_wake(model, call) == RIG_WAKE_INPUT;
    walk->wait = input ? i : RIG_NONE;
    walk->looked = RIG_NONE;
    walk->whole = false;
  }
}

void rig_check_no_filter(struct rig_check *check) {
  const struct rig_model *model = check->model;
  for (uint32_t i = 0; i < model->undelivered_count; i++) {
    const struct rig_model_undelivered *item = &model->undelivered[i];
    if (item->of_first && item->reason == RIG_REASON_FILTER)
      rig_check_fail_item(check, RIG_SEVERITY_ERROR, RIG_RULE_COUNT, item, "");
  }
  struct walk walk = {.check = check};
  for (uint32_t i = 0; i < model->span_count; i++) {
    if (rig_model_span_is_new(model, i))
      walk_thread(&walk, model->spans[i].thread);
  }
  if (walk.kept)
    rig_check_pass(check, "after each return for input the thread looked at its whole queue");
  else
    rig_check_unexercised(check, NULL);
}
