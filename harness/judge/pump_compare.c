/*
 * Rule wait-result-compare: what the thread does next shows what it took a wait's result for.
 *
 * After a handle's return a blocking retrieval means that the index was taken for input. After a
 * return for input, leaving the pump or resetting a handle of the array means that it was taken for
 * that handle. Work done silently on a wrong result cannot be seen, and is not guessed at.
 */
#include "core/names.h"
#include "judge/check.h"

#define HANDLES_MAX 64u

struct walk {
  struct rig_check *check;
  uint32_t wait; /* the last message-aware wait that returned, RIG_NONE once it was acted on */
  enum rig_wake wake;
  uint32_t reset; /* a ResetEvent of a handle in its array since then, RIG_NONE */
  unsigned handles_kept;
  unsigned inputs_kept;
};

/* GetMessage straight after a handle's return. */
static void fail_get(struct walk *walk, uint32_t get) {
  const struct rig_model *model = walk->check->model;
  const struct rig_model_call *wait = &model->calls[walk->wait];
  uint32_t block = rig_model_block_in(model, get);
  bool blocked = block != RIG_NONE;
  bool told = rig_check_fail(
      walk->check, blocked ? RIG_SEVERITY_ERROR : RIG_SEVERITY_WARNING, RIG_RULE_COUNT,
      "%s on thread %s returned %s at %.0f ms, which is a handle, and the thread went on to %s: "
      "that "
      "waits for a message which nobody announced%s",
      rig_call_name(wait->call), rig_model_thread_name(model, wait->thread),
      rig_words_wake(model, walk->wait).text, rig_model_ms(model, wait->leave),
      rig_model_call_name(model, get),
      blocked ? ", and it sits there, deaf to its handles" : "; here one came");
  if (!told)
    return;
  rig_check_evidence(walk->check, wait->leave, "%s returned %.60s", rig_call_name(wait->call),
                     rig_words_wake(model, walk->wait).text);
  rig_check_evidence(walk->check, model->calls[get].enter, "%.110s",
                     rig_words_call(model, get).text);
  if (blocked)
    rig_check_evidence(walk->check, model->blocks[block].record, "still there after %u ms",
                       model->blocks[block].ms);
}

/* Did any code of the client produce input, or was it refused something, since the wait began?
 * Then leaving may be its own arrangement. */
static bool own_doing(const struct rig_model *model, uint32_t from_record, uint32_t to_record) {
  if (model->unsupported != RIG_NONE && model->unsupported > from_record &&
      model->first_unsupported < to_record)
    return true;
  uint32_t low = 0; /* calls lie in the order of their entry */
  uint32_t high = model->call_count;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (model->calls[middle].enter < from_record)
      low = middle + 1;
    else
      high = middle;
  }
  for (; low < model->call_count && model->calls[low].enter < to_record; low++) {
    switch (model->calls[low].family) {
    case RIG_FAMILY_POST:
    case RIG_FAMILY_POST_THREAD:
    case RIG_FAMILY_POST_QUIT:
    case RIG_FAMILY_SEND:
      return true;
    default:
      break;
    }
  }
  return false;
}

/* Was one of our own messages what the wait returned for? */
static bool woken_by_stimulus(const struct rig_model *model, const struct rig_model_call *wait) {
  for (uint32_t i = 0; i < model->stimulus_count; i++) {
    const struct rig_model_stimulus *stimulus = &model->stimuli[i];
    if (stimulus->thread == wait->thread && rig_model_pending(model, stimulus, wait->leave))
      return true;
  }
  return false;
}

/* The thread leaves its pump (`record`, `how`) straight after a return for input. */
static void judge_leaving(struct walk *walk, uint32_t record, const char *how) {
  const struct rig_model *model = walk->check->model;
  const struct rig_model_call *wait = &model->calls[walk->wait];
  if (walk->wake != RIG_WAKE_INPUT || !rig_model_before_stop(model, record) ||
      model->stop_heard < record || own_doing(model, wait->enter, record) ||
      !woken_by_stimulus(model, wait))
    return;
  bool told = rig_check_fail(
      walk->check, RIG_SEVERITY_ERROR, RIG_RULE_COUNT,
      "%s on thread %s returned %s at %.0f ms, which means input, and the thread left its pump "
      "(%s at %.0f ms) though nobody had asked it to stop: it took input for a handle",
      rig_call_name(wait->call), rig_model_thread_name(model, wait->thread),
      rig_words_wake(model, walk->wait).text, rig_model_ms(model, wait->leave), how,
      rig_model_ms(model, record));
  if (!told)
    return;
  rig_check_evidence(walk->check, wait->leave, "%s returned %.60s", rig_call_name(wait->call),
                     rig_words_wake(model, walk->wait).text);
  rig_check_evidence(walk->check, record, "%.110s", how);
}

/* The thread waits again, having reset a handle that was not what the wait returned for. */
static void judge_reset(struct walk *walk) {
  const struct rig_model *model = walk->check->model;
  const struct rig_model_call *wait = &model->calls[walk->wait];
  if (walk->wake != RIG_WAKE_INPUT || walk->reset == RIG_NONE)
    return;
  bool told = rig_check_fail(
      walk->check, RIG_SEVERITY_ERROR, RIG_RULE_COUNT,
      "%s on thread %s returned %s at %.0f ms, which means input, and the thread reset a handle of "
      "the array and waited again without retrieving a message: it took input for that handle",
      rig_call_name(wait->call), rig_model_thread_name(model, wait->thread),
      rig_words_wake(model, walk->wait).text, rig_model_ms(model, wait->leave));
  if (!told)
    return;
  rig_check_evidence(walk->check, wait->leave, "%s returned %.60s", rig_call_name(wait->call),
                     rig_words_wake(model, walk->wait).text);
  rig_check_evidence(walk->check, model->calls[walk->reset].enter, "ResetEvent");
}

static bool in_array(const struct rig_model *model, uint32_t wait, uint32_t handle) {
  uint32_t handles[HANDLES_MAX];
  uint32_t count = rig_model_handles(model, &model->calls[wait], handles, HANDLES_MAX);
  for (uint32_t i = 0; i < count; i++) {
    if (handles[i] == handle)
      return true;
  }
  return false;
}

static void acted_on(struct walk *walk) {
  if (walk->wake == RIG_WAKE_HANDLE)
    walk->handles_kept++;
  else if (walk->wake == RIG_WAKE_INPUT)
    walk->inputs_kept++;
  walk->wait = RIG_NONE;
}

static bool leaves_pump(const struct rig_model *model, const struct rig_model_call *call) {
  if (call->family == RIG_FAMILY_MAPI_LOGOFF || call->family == RIG_FAMILY_MAPI_UNINITIALIZE)
    return true;
  if (call->family != RIG_FAMILY_SCM_STATUS)
    return false;
  uint32_t state = rig_model_record(model, call->enter).u.scm.state;
  return state == 1 || state == 3; /* SERVICE_STOPPED, SERVICE_STOP_PENDING */
}

/* The thread's next call at the level of the wait, or outside it. */
static void see_call(struct walk *walk, uint32_t index) {
  const struct rig_model *model = walk->check->model;
  const struct rig_model_call *call = &model->calls[index];
  struct rig_record enter = rig_model_record(model, call->enter);
  if (call->family == RIG_FAMILY_RESET_EVENT) {
    if (walk->reset == RIG_NONE && in_array(model, walk->wait, enter.u.object.handle))
      walk->reset = index;
  } else if (call->family == RIG_FAMILY_GET_MESSAGE) {
    if (walk->wake == RIG_WAKE_HANDLE && call->parent == model->calls[walk->wait].parent) {
      fail_get(walk, index);
      walk->wait = RIG_NONE;
    } else {
      acted_on(walk);
    }
  } else if (rig_family_serves(call->family)) {
    acted_on(walk);
  } else if (rig_family_message_wait(call->family)) {
    judge_reset(walk);
    if (walk->wake == RIG_WAKE_HANDLE)
      walk->handles_kept++; /* after input this is no look at the queue: dispatch-path's matter */
    walk->wait = RIG_NONE;
  } else if (leaves_pump(model, call)) {
    judge_leaving(walk, call->enter, rig_call_name(call->call));
    if (walk->wake == RIG_WAKE_HANDLE)
      walk->handles_kept++;
    walk->wait = RIG_NONE;
  } else if (call->family == RIG_FAMILY_POST_QUIT || call->family == RIG_FAMILY_POST_THREAD ||
             call->family == RIG_FAMILY_POST) {
    if (walk->wake == RIG_WAKE_HANDLE) /* it made sure that there is something to get */
      acted_on(walk);
  }
}

static void walk_thread(struct walk *walk, uint32_t thread) {
  const struct rig_model *model = walk->check->model;
  walk->wait = RIG_NONE;
  for (uint32_t i = model->threads[thread].first; i != RIG_NONE; i = model->calls[i].next) {
    const struct rig_model_call *call = &model->calls[i];
    if (walk->wait != RIG_NONE)
      see_call(walk, i);
    uint32_t span = rig_model_span_at(model, call->enter);
    if (call->family != RIG_FAMILY_MSG_WAIT || call->leave == RIG_NONE || span == RIG_NONE ||
        model->spans[span].thread != thread ||
        rig_model_record(model, call->enter).u.wait.count == 0)
      continue;
    walk->wait = i;
    walk->wake = rig_model_wake(model, call);
    walk->reset = RIG_NONE;
  }
  if (walk->wait == RIG_NONE)
    return;
  uint32_t end = model->threads[thread].ended;
  if (end == RIG_NONE && rig_model_ended_itself(model))
    end = model->exit != RIG_NONE ? model->exit : model->last;
  if (end != RIG_NONE)
    judge_leaving(walk, end, "its end");
  if (walk->wake == RIG_WAKE_HANDLE)
    walk->handles_kept++;
}

void rig_check_wait_result_compare(struct rig_check *check) {
  const struct rig_model *model = check->model;
  struct walk walk = {.check = check};
  for (uint32_t i = 0; i < model->span_count; i++) {
    if (i == 0 || model->spans[i].thread != model->spans[i - 1].thread)
      walk_thread(&walk, model->spans[i].thread);
  }
  if (walk.handles_kept && walk.inputs_kept)
    rig_check_pass(check, "returns for a handle and for input were told apart");
  else if (walk.handles_kept || walk.inputs_kept)
    rig_check_unexercised(check,
                          "message-aware waits returned only for %s: the other result was "
                          "never there to be confused with it",
                          walk.handles_kept ? "a handle" : "input");
  else
    rig_check_unexercised(check, "no message-aware wait with a handle returned");
}
