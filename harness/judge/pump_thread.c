/*
 * Rule pump-thread: the thread that pumps is the one that initialised MAPI first (semantics: pump
 * on another thread).
 *
 * A second pump is no fault, an apartment may need one: only a first thread that sits in waits
 * which serve nothing, while another thread pumps, shows that the pump is on the wrong one.
 */
#include "judge/check.h"

struct walk {
  struct rig_check *check;
  const struct rig_model_span *span;
  uint32_t pump; /* the first blocking wait for messages of another thread, RIG_NONE */
  uint32_t sits; /* a wait of the first thread that serves nothing, RIG_NONE */
  bool serves;   /* the first thread looks at its queue or waits for messages */
  uint32_t item; /* a message to it that was not served for that reason, RIG_NONE */
};

/* Waits for messages with patience: a zero-wait only tests. */
static bool pumps(const struct rig_model *model, const struct rig_model_call *call) {
  if (call->family == RIG_FAMILY_GET_MESSAGE || call->family == RIG_FAMILY_WAIT_MESSAGE)
    return true;
  struct rig_record enter = rig_model_record(model, call->enter);
  return call->family == RIG_FAMILY_MSG_WAIT && enter.u.wait.timeout_ms != 0;
}

static bool sits_deaf(const struct rig_model *model, const struct rig_model_call *call) {
  return (call->family == RIG_FAMILY_HANDLE_WAIT || call->family == RIG_FAMILY_SLEEP) &&
         rig_model_record(model, call->enter).u.wait.timeout_ms != 0;
}

/* A look at the queue that may only create it is no service. */
static bool serves(const struct rig_model *model, const struct rig_model_call *call) {
  if (call->family == RIG_FAMILY_PEEK_MESSAGE)
    return (rig_model_record(model, call->enter).u.retrieve.remove & RIG_PM_REMOVE) != 0;
  return rig_family_serves(call->family) || rig_family_message_wait(call->family);
}

static void look(struct walk *walk, uint32_t index) {
  const struct rig_model *model = walk->check->model;
  const struct rig_model_call *call = &model->calls[index];
  if (call->thread == walk->span->thread) {
    walk->serves = walk->serves || serves(model, call);
    if (walk->sits == RIG_NONE && sits_deaf(model, call))
      walk->sits = index;
  } else if (walk->pump == RIG_NONE && !model->threads[call->thread].mapis && pumps(model, call)) {
    walk->pump = index;
  }
}

static void find_item(struct walk *walk) {
  const struct rig_model *model = walk->check->model;
  for (uint32_t i = 0; i < model->undelivered_count && walk->item == RIG_NONE; i++) {
    const struct rig_model_undelivered *item = &model->undelivered[i];
    if (item->of_first && item->reason == RIG_REASON_NO_PUMP &&
        model->stimuli[item->stimulus].thread == walk->span->thread)
      walk->item = i;
  }
}

static void fail_thread(struct walk *walk) {
  const struct rig_model *model = walk->check->model;
  const struct rig_model_call *pump = &model->calls[walk->pump];
  bool proven = walk->item != RIG_NONE;
  if (!rig_check_fail(
          walk->check, proven ? RIG_SEVERITY_ERROR : RIG_SEVERITY_WARNING, RIG_RULE_COUNT,
          "thread %s pumps (%s), but thread %s initialised MAPI first, at %.0f ms, and sits in %s: "
          "MAPI's windows live on %s, and another thread's pump never serves them%s",
          rig_model_thread_name(model, pump->thread), rig_call_name(pump->call),
          rig_model_thread_name(model, walk->span->thread),
          rig_model_ms(model, model->calls[walk->span->init].enter),
          rig_words_call(model, walk->sits).text, rig_model_thread_name(model, walk->span->thread),
          proven ? "" : " (no message to them was seen waiting in this run)"))
    return;
  rig_check_evidence(walk->check, model->calls[walk->span->init].enter,
                     "MAPIInitialize, the first");
  rig_check_evidence(walk->check, model->calls[walk->sits].enter, "sits here: %.100s",
                     rig_words_call(model, walk->sits).text);
  rig_check_evidence(walk->check, pump->enter, "pumps: %.105s",
                     rig_words_call(model, walk->pump).text);
  if (proven)
    rig_check_evidence(
        walk->check, model->stimuli[model->undelivered[walk->item].stimulus].record, "%.110s",
        rig_words_stimulus(model, &model->stimuli[model->undelivered[walk->item].stimulus]).text);
}

void rig_check_pump_thread(struct rig_check *check) {
  const struct rig_model *model = check->model;
  unsigned kept = 0;
  unsigned exempt = 0;
  for (uint32_t i = 0; i < model->span_count; i++) {
    struct walk walk = {.check = check,
                        .span = &model->spans[i],
                        .pump = RIG_NONE,
                        .sits = RIG_NONE,
                        .item = RIG_NONE};
    if (walk.span->multithread_notifications) {
      exempt++;
      continue;
    }
    for (uint32_t at = 0; at < model->call_count; at++) {
      if (model->calls[at].enter > walk.span->from && model->calls[at].enter < walk.span->to)
        look(&walk, at);
    }
    kept += walk.serves;
    find_item(&walk);
    if (!walk.serves && walk.pump != RIG_NONE && walk.sits != RIG_NONE)
      fail_thread(&walk);
  }
  if (exempt && exempt == model->span_count && !rig_check_failed(check))
    rig_check_na(check, "with MAPI_MULTITHREAD_NOTIFICATIONS the notification window lives on a "
                        "thread of MAPI's own");
  else if (kept)
    rig_check_pass(check, "the thread that initialised MAPI first is one that pumps");
  else
    rig_check_unexercised(check, NULL);
}
