/*
 * Rules about how the queue is emptied after a wake: drain-before-wait, no-blocking-get.
 *
 * Semantics: PeekMessage and GetMessage make all input old at the call, also what they do not
 * retrieve; a wait without MWMO_INPUTAVAILABLE wakes for new input only (R). GetMessage dispatches
 * sent messages inside itself and does not return for them (W:GetMessage).
 */
#include "core/names.h"
#include "judge/backlog.h"
#include "judge/check.h"

#define POSTED_BITS (RIG_QS_POSTMESSAGE | RIG_QS_ALLPOSTMESSAGE)
/* What makes GetMessage return at once: posted messages, keys, mouse, timers, painting, hot keys.
 */
#define GETTABLE_BITS (POSTED_BITS | 0x1 | 0x2 | 0x4 | 0x10 | 0x20 | 0x80 | 0x400)

/* What the thread knows of its queue from its last look at it. */
enum look { LOOK_NONE, LOOK_EMPTY, LOOK_LEFT };

struct walk {
  struct rig_check *check;
  uint32_t thread;
  struct rig_backlog posted;
  struct rig_backlog sent;
  /* since the last message-aware wait: */
  uint32_t wait; /* that wait, RIG_NONE before the first */
  enum look look;
  uint32_t look_at; /* the call of that look */
  unsigned batch;   /* messages removed */
  bool seen;        /* PeekMessage or GetQueueStatus showed a message that is still there */
  bool got;         /* GetMessage was called */
  unsigned kept;
};

static bool of_span(const struct rig_model *model, const struct rig_model_call *call) {
  uint32_t span = rig_model_span_at(model, call->enter);
  return span != RIG_NONE && model->spans[span].thread == call->thread;
}

/* Runs `see` for each call of each first initialising thread; false without memory. */
static bool walk_threads(struct rig_check *check, unsigned *kept,
                         void (*see)(struct walk *, uint32_t)) {
  const struct rig_model *model = check->model;
  for (uint32_t i = 0; i < model->span_count; i++) {
    uint32_t thread = model->spans[i].thread;
    if (i > 0 && thread == model->spans[i - 1].thread)
      continue;
    struct walk walk = {.check = check, .thread = thread, .wait = RIG_NONE};
    if (rig_backlog_make(model, thread, false, &walk.posted) != RIG_OK)
      return false;
    if (rig_backlog_make(model, thread, true, &walk.sent) != RIG_OK) {
      rig_backlog_free(&walk.posted);
      return false;
    }
    for (uint32_t at = model->threads[thread].first; at != RIG_NONE; at = model->calls[at].next)
      see(&walk, at);
    see(&walk, RIG_NONE);
    *kept += walk.kept;
    rig_backlog_free(&walk.posted);
    rig_backlog_free(&walk.sent);
  }
  return true;
}

/* GetQueueStatus: the high word of its result says what lies in the queue. */
static uint32_t status_bits(const struct rig_model *model, const struct rig_model_call *call) {
  if (call->leave == RIG_NONE)
    return 0;
  return rig_model_record(model, call->leave).u.queue.result >> 16;
}

/* ---- drain-before-wait ---- */

static void note_look(struct walk *walk, uint32_t index) {
  const struct rig_model *model = walk->check->model;
  const struct rig_model_call *call = &model->calls[index];
  struct rig_model_message message;
  switch (call->family) {
  case RIG_FAMILY_GET_MESSAGE:
  case RIG_FAMILY_PEEK_MESSAGE:
    message = rig_model_retrieved(model, call);
    if (message.any) {
      walk->look = LOOK_LEFT;
      walk->look_at = index;
      walk->batch += message.removed;
    } else if (rig_model_unfiltered(model, call)) {
      walk->look = LOOK_EMPTY; /* a filter that finds nothing says nothing of the rest */
    }
    break;
  case RIG_FAMILY_QUEUE_STATUS:
    if (status_bits(model, call) & (POSTED_BITS | RIG_QS_SENDMESSAGE)) {
      walk->look = LOOK_LEFT;
      walk->look_at = index;
    }
    break;
  case RIG_FAMILY_MAPI_DISPATCH_NOTIFICATIONS:
  case RIG_FAMILY_CO_WAIT:
    walk->look = LOOK_EMPTY; /* serves the queue out of our sight */
    break;
  default:
    break;
  }
}

static void judge_wait_after_look(struct walk *walk, uint32_t index) {
  const struct rig_model *model = walk->check->model;
  const struct rig_model_call *call = &model->calls[index];
  struct rig_record enter = rig_model_record(model, call->enter);
  if (!of_span(model, call) || !rig_model_before_stop(model, call->enter))
    return;
  bool crowded = walk->batch >= 2;
  if (walk->wait != RIG_NONE && model->calls[walk->wait].leave != RIG_NONE)
    crowded = crowded || rig_backlog_at(&walk->posted, model->calls[walk->wait].leave) >= 2;
  bool level =
      call->family == RIG_FAMILY_MSG_WAIT && (enter.u.wait.flags & RIG_MWMO_INPUTAVAILABLE) != 0;
  bool tests = call->family == RIG_FAMILY_MSG_WAIT && enter.u.wait.timeout_ms == 0;
  bool wakes = call->family == RIG_FAMILY_WAIT_MESSAGE || (enter.u.wait.wake_mask & POSTED_BITS);
  if (walk->look != LOOK_LEFT || level || tests || !wakes) {
    walk->kept += crowded && walk->look != LOOK_NONE;
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

static void see_for_drain(struct walk *walk, uint32_t index) {
  if (index == RIG_NONE)
    return;
  const struct rig_model *model = walk->check->model;
  if (!rig_family_message_wait(model->calls[index].family)) {
    note_look(walk, index);
    return;
  }
  judge_wait_after_look(walk, index);
  walk->wait = index;
  walk->look = LOOK_NONE;
  walk->batch = 0;
}

void rig_check_drain_before_wait(struct rig_check *check) {
  const struct rig_model *model = check->model;
  for (uint32_t i = 0; i < model->undelivered_count; i++) {
    const struct rig_model_undelivered *item = &model->undelivered[i];
    if (item->of_first && item->reason == RIG_REASON_OLD)
      rig_check_fail_item(check, RIG_SEVERITY_ERROR, RIG_RULE_COUNT, item, "");
  }
  unsigned kept = 0;
  if (!walk_threads(check, &kept, see_for_drain))
    rig_check_unexercised(check, "out of memory");
  else if (kept)
    rig_check_pass(check,
                   "several messages waited at one wake, and none was left behind as old input");
  else
    rig_check_unexercised(check, NULL);
}

/* ---- no-blocking-get ---- */

/* WAIT_TIMEOUT says that nothing came. */
static void fail_get_after_timeout(struct walk *walk, uint32_t index) {
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
static void judge_get(struct walk *walk, uint32_t index) {
  const struct rig_model *model = walk->check->model;
  const struct rig_model_call *get = &model->calls[index];
  const struct rig_model_call *wait = &model->calls[walk->wait];
  /* In a window procedure that it dispatched to, the thread has acted on the wake: the loop is
   * another one, which has its own reasons. */
  enum rig_wake wake = rig_model_wake(model, wait);
  if (!of_span(model, get) || (wake != RIG_WAKE_INPUT && wake != RIG_WAKE_TIMEOUT) ||
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
static void judge_sent_alone(struct walk *walk) {
  const struct rig_model *model = walk->check->model;
  if (walk->wait == RIG_NONE || walk->got)
    return;
  const struct rig_model_call *wait = &model->calls[walk->wait];
  if (of_span(model, wait) && rig_model_wake(model, wait) == RIG_WAKE_INPUT &&
      rig_backlog_at(&walk->sent, wait->leave) > 0 &&
      rig_backlog_at(&walk->posted, wait->leave) == 0 && walk->look != LOOK_NONE)
    walk->kept++;
}

/* The thread saw to it that there is something to get. Whose a window is, is not recorded: its own,
 * most likely. */
static bool posts_to_itself(const struct rig_model *model, const struct rig_model_call *call) {
  struct rig_record record = rig_model_record(model, call->enter);
  return call->family == RIG_FAMILY_POST || call->family == RIG_FAMILY_POST_QUIT ||
         (call->family == RIG_FAMILY_POST_THREAD && record.u.message.hwnd == record.thread);
}

static void see_for_get(struct walk *walk, uint32_t index) {
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
    walk->look = LOOK_NONE;
    return;
  }
  if (walk->wait == RIG_NONE)
    return;
  if (call->family == RIG_FAMILY_PEEK_MESSAGE) {
    struct rig_model_message message = rig_model_retrieved(model, call);
    walk->seen = message.any && !message.removed;
    walk->look = LOOK_EMPTY;
  } else if (call->family == RIG_FAMILY_QUEUE_STATUS) {
    walk->seen = (status_bits(model, call) & GETTABLE_BITS) != 0;
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
  if (!of_span(model, get) || wait == RIG_NONE || model->calls[wait].leave == RIG_NONE ||
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
  if (!walk_threads(check, &kept, see_for_get))
    rig_check_unexercised(check, "out of memory");
  else if (kept)
    rig_check_pass(check, "GetMessage could have blocked after a wake, and never did");
  else
    rig_check_unexercised(check,
                          "no wait returned for a sent message alone, and GetMessage was not "
                          "called after one");
}
