/*
 * no-blocking-get: GetMessage after a wake, with nothing to get.
 *
 * Semantics: GetMessage dispatches sent messages inside itself and does not return for them
 * (W:GetMessage); it sees no handle.
 */
#include "core/names.h"
#include "judge/pump_walk.h"

/* What makes GetMessage return at once: posted messages, keys, mouse, timers, painting, hot keys.
 */
#define GETTABLE_BITS (RIG_POSTED_BITS | 0x1 | 0x2 | 0x4 | 0x10 | 0x20 | 0x80 | 0x400)

/* WAIT_TIMEOUT says that nothing came. */
static void fail_get_after_timeout(struct rig_walk *walk, uint32_t index) {
  const struct rig_model *model = walk->check->model;
  const struct rig_model_call *get = &model->calls[index];
  const struct rig_model_call *wait = &model->calls[walk->wait];
  if (!rig_check_fail(walk->check, RIG_SEVERITY_WARNING, RIG_RULE_COUNT,
                      "thread %s called %s at %.0f ms after %s had returned WAIT_TIMEOUT, without "
                      "having seen a message: nothing had come, and GetMessage waits for it, deaf "
                      "to the handles of the wait",
                      rig_model_thread_name(model, get->thread), rig_call_name(get->call),
                      rig_model_ms(model, get->enter), rig_call_name(wait->call)))
    return;
  rig_check_evidence(walk->check, wait->leave, "%s returned WAIT_TIMEOUT",
                     rig_call_name(wait->call));
  rig_check_evidence(walk->check, get->enter, "%s", rig_call_name(get->call));
}

/* A GetMessage after a wake that could have been for a sent message alone. */
static void judge_get(struct rig_walk *walk, uint32_t index) {
  const struct rig_model *model = walk->check->model;
  const struct rig_model_call *get = &model->calls[index];
  const struct rig_model_call *wait = &model->calls[walk->wait];
  /* In a window procedure that it dispatched to, the thread has acted on the wake: the loop is
   * another one, which has its own reasons. */
  enum rig_wake wake = rig_model_wake(model, wait);
  if (!rig_walk_of_span(model, get) || (wake != RIG_WAKE_INPUT && wake != RIG_WAKE_TIMEOUT) ||
      get->parent != wait->parent)
    return;
  if (walk->seen) {
    walk->kept++;
    return;
  }
  if (wake == RIG_WAKE_TIMEOUT) {
    fail_get_after_timeout(walk, index);
    return;
  }
  bool may_be_sent = wait->family == RIG_FAMILY_WAIT_MESSAGE ||
                     (rig_model_record(model, wait->enter).u.wait.wake_mask & RIG_QS_SENDMESSAGE);
  if (!may_be_sent)
    return;
  bool told = rig_check_fail(walk->check, RIG_SEVERITY_WARNING, RIG_RULE_COUNT,
                             "thread %s called %s at %.0f ms after %s had returned %s, without "
                             "having seen a message: had a "
                             "sent message alone woken it, GetMessage would dispatch that and "
                             "block, deaf to the handles of "
                             "the wait",
                             rig_model_thread_name(model, get->thread), rig_call_name(get->call),
                             rig_model_ms(model, get->enter), rig_call_name(wait->call),
                             rig_words_wake(model, walk->wait).text);
  if (!told)
    return;
  rig_check_evidence(walk->check, wait->leave, "%s returned %.60s", rig_call_name(wait->call),
                     rig_words_wake(model, walk->wait).text);
  rig_check_evidence(walk->check, get->enter, "%s", rig_call_name(get->call));
}

/* The thread goes back to its wait (or its record ends): was it woken for a sent message alone? */
static void judge_sent_alone(struct rig_walk *walk) {
  const struct rig_model *model = walk->check->model;
  if (walk->wait == RIG_NONE || walk->got)
    return;
  const struct rig_model_call *wait = &model->calls[walk->wait];
  if (rig_walk_of_span(model, wait) && rig_model_wake(model, wait) == RIG_WAKE_INPUT &&
      rig_backlog_at(&walk->sent, wait->leave) > 0 &&
      rig_backlog_at(&walk->posted, wait->leave) == 0 && walk->look != RIG_LOOK_NONE)
    walk->kept++;
}

/* The thread saw to it that there is something to get. Whose a window is, is not recorded: its own,
 * most likely. */
static bool posts_to_itself(const struct rig_model *model, const struct rig_model_call *call) {
  struct rig_record record = rig_model_record(model, call->enter);
  return call->family == RIG_FAMILY_POST || call->family == RIG_FAMILY_POST_QUIT ||
         (call->family == RIG_FAMILY_POST_THREAD && record.u.message.hwnd == record.thread);
}

static void see_for_get(struct rig_walk *walk, uint32_t index) {
  if (index == RIG_NONE) {
    judge_sent_alone(walk);
    return;
  }
  const struct rig_model *model = walk->check->model;
  const struct rig_model_call *call = &model->calls[index];
  if (rig_family_message_wait(call->family)) {
    judge_sent_alone(walk);
    walk->wait = index;
    walk->seen = walk->got = false;
    walk->look = RIG_LOOK_NONE;
    return;
  }
  if (walk->wait == RIG_NONE)
    return;
  if (call->family == RIG_FAMILY_PEEK_MESSAGE) {
    struct rig_model_message message = rig_model_retrieved(model, call);
    walk->seen = message.any && !message.removed;
    walk->look = RIG_LOOK_EMPTY;
  } else if (call->family == RIG_FAMILY_QUEUE_STATUS) {
    walk->seen = (rig_walk_status_bits(model, call) & GETTABLE_BITS) != 0;
  } else if (posts_to_itself(model, call)) {
    walk->seen = true;
  } else if (call->family == RIG_FAMILY_GET_MESSAGE) {
    judge_get(walk, index);
    walk->seen = false;
    walk->got = true;
  }
}

/* The last message-aware wait of the call's thread before it, RIG_NONE. */
static uint32_t wait_before(const struct rig_model *model, uint32_t call) {
  uint32_t wait = RIG_NONE;
  uint32_t at = model->threads[model->calls[call].thread].first;
  for (; at != RIG_NONE && at != call; at = model->calls[at].next) {
    if (rig_family_message_wait(model->calls[at].family))
      wait = at;
  }
  return wait;
}

/* The client's own SetEvent on the handle after the wait, and no ResetEvent since: for handles
 * whose state could not be queried. */
static bool set_by_record(const struct rig_model *model, uint32_t handle, uint32_t after,
                          uint32_t before) {
  bool set = false;
  for (uint32_t i = 0; i < model->call_count; i++) {
    const struct rig_model_call *call = &model->calls[i];
    if (call->enter <= after || call->enter >= before ||
        (call->family != RIG_FAMILY_SET_EVENT && call->family != RIG_FAMILY_RESET_EVENT))
      continue;
    struct rig_record record = rig_model_record(model, call->enter);
    if (record.u.object.handle == handle && record.u.object.result)
      set = call->family == RIG_FAMILY_SET_EVENT;
  }
  return set;
}

static const struct rig_model_handle *signalled_handle(const struct rig_model *model,
                                                       const struct rig_model_block *block,
                                                       uint32_t wait) {
  for (uint32_t i = 0; i < block->handle_count; i++) {
    const struct rig_model_handle *handle = &block->handles[i];
    if (handle->wait != wait)
      continue;
    if (handle->signal == RIG_SIGNAL_YES ||
        (handle->signal == RIG_SIGNAL_UNKNOWN &&
         set_by_record(model, handle->handle, model->calls[wait].leave, block->record)))
      return handle;
  }
  return NULL;
}

static uint32_t index_of(const struct rig_model *model, uint32_t wait, uint32_t handle) {
  uint32_t handles[64];
  uint32_t count = rig_model_handles(model, &model->calls[wait], handles, 64);
  uint32_t at = 0;
  while (at < count && handles[at] != handle)
    at++;
  return at;
}

static const char *why_nothing(const struct rig_model *model, uint32_t get, uint32_t wait) {
  if (rig_model_in_handler(model, get))
    return "a loop inside the handler of a message waits for messages alone: only the wait around "
           "it sees the handles";
  if (rig_model_wake(model, &model->calls[wait]) == RIG_WAKE_TIMEOUT)
    return "that says that nothing came: there was nothing to get";
  return "there was nothing to get: a sent message alone wakes the wait, is dispatched inside "
         "GetMessage, and leaves it blocked";
}

static void judge_block(struct rig_check *check, const struct rig_model_block *block) {
  const struct rig_model *model = check->model;
  if (block->inconclusive || block->detained || block->call == RIG_NONE)
    return;
  const struct rig_model_call *get = &model->calls[block->call];
  if (get->family != RIG_FAMILY_GET_MESSAGE && get->family != RIG_FAMILY_WAIT_MESSAGE)
    return;
  uint32_t wait = wait_before(model, block->call);
  if (!rig_walk_of_span(model, get) || wait == RIG_NONE || model->calls[wait].leave == RIG_NONE ||
      rig_model_wake(model, &model->calls[wait]) == RIG_WAKE_HANDLE ||
      rig_model_wake(model, &model->calls[wait]) == RIG_WAKE_OTHER)
    return; /* after those: wait-result-compare's matter, and wait-failed's */
  const struct rig_model_handle *handle = signalled_handle(model, block, wait);
  if (!handle)
    return;
  bool told = rig_check_fail(
      check, RIG_SEVERITY_ERROR, RIG_RULE_COUNT,
      "thread %s has sat in %s since %.0f ms; handle 0x%X (index %u of its last wait) is "
      "signalled%s; nothing pending can wake %s. %s had returned %s at %.0f ms, but %s",
      rig_model_thread_name(model, get->thread), rig_call_name(get->call),
      rig_model_ms(model, get->enter), handle->handle, index_of(model, wait, handle->handle),
      model->stop != RIG_NONE && model->stop < block->record ? " (the stop was asked for)" : "",
      rig_call_name(get->call), rig_call_name(model->calls[wait].call),
      rig_words_wake(model, wait).text, rig_model_ms(model, model->calls[wait].leave),
      why_nothing(model, block->call, wait));
  if (!told)
    return;
  rig_check_evidence(check, model->calls[wait].leave, "%s returned %.60s",
                     rig_call_name(model->calls[wait].call), rig_words_wake(model, wait).text);
  rig_check_evidence(check, get->enter, "%s, which never returned", rig_call_name(get->call));
  rig_check_evidence(check, handle->record, "handle 0x%X of that wait is signalled",
                     handle->handle);
  rig_check_evidence(check, block->record, "still there after %u ms", block->ms);
}

void rig_check_no_blocking_get(struct rig_check *check) {
  const struct rig_model *model = check->model;
  for (uint32_t i = 0; i < model->block_count; i++)
    judge_block(check, &model->blocks[i]);
  unsigned kept = 0;
  if (!rig_walk_threads(check, &kept, see_for_get))
    rig_check_unexercised(check, "out of memory");
  else if (kept)
    rig_check_pass(check, "GetMessage could have blocked after a wake, and never did");
  else
    rig_check_unexercised(check,
                          "no wait returned for a sent message alone, and GetMessage was not "
                          "called after one");
}
