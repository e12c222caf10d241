/*
 * Rule no-busy-wait: waits and looks at the queue that return at once and bring nothing, more than
 * a thousand of them within a second (semantics: spin).
 *
 * A pump that serves much makes such calls too, one or two for each message: the empty look that
 * ends a drain, the test of its handles. So each message, each sent one and each handle that a wait
 * returned for pays for a few of them. A call that took a millisecond has waited.
 */
#include <stdio.h>
#include <string.h>

#include "core/names.h"
#include "judge/check.h"

#define SPIN_MAX 1000u
#define SECOND_MS 1000.0
#define SHORT_MS 1.0
#define PAID_PER_MESSAGE 8u
#define PAID_MAX 64u

/* What a call that brought nothing was: the one that explains a spin decides its root. */
enum kind {
  KIND_NONE,
  KIND_EMPTY,
  KIND_IGNORED,
  KIND_FILTERED,
  KIND_SEEN,
  KIND_FAILED,
  KIND_COUNT
};

struct turn {
  double ms;
  uint32_t call;
  uint32_t kind;
};

struct walk {
  struct rig_check *check;
  struct turn ring[SPIN_MAX + 1]; /* the last calls that brought nothing and were not paid for */
  uint32_t count;                 /* of all that were put there */
  uint32_t paid;
  struct rig_model_message seen; /* what the last PeekMessage(PM_NOREMOVE) showed */
  unsigned short_calls;
};

static bool brought_receipt(const struct rig_model *model, const struct rig_model_call *call) {
  for (uint32_t i = call->enter + 1; i < call->leave && i < call->enter + 64; i++) {
    struct rig_record record = rig_model_record(model, i);
    if (record.kind == RIG_KIND_RECEIPT && record.thread == model->threads[call->thread].id)
      return true;
  }
  return false;
}

static enum kind kind_of_peek(struct walk *walk, const struct rig_model_call *call,
                              const struct rig_model_message *message) {
  if (!message->any)
    return rig_model_unfiltered(walk->check->model, call) ? KIND_EMPTY : KIND_FILTERED;
  bool same = walk->seen.any && !message->removed && message->hwnd == walk->seen.hwnd &&
              message->message == walk->seen.message && message->wparam == walk->seen.wparam &&
              message->lparam == walk->seen.lparam;
  walk->seen = *message;
  if (message->removed)
    memset(&walk->seen, 0, sizeof walk->seen);
  return same ? KIND_SEEN : KIND_NONE;
}

/* KIND_NONE: it brought something. Of calls that are neither waits nor looks *counts is false. */
static enum kind kind_of(struct walk *walk, const struct rig_model_call *call, bool *counts) {
  const struct rig_model *model = walk->check->model;
  struct rig_model_message message = rig_model_retrieved(model, call);
  *counts = call->leave != RIG_NONE;
  switch (call->family) {
  case RIG_FAMILY_PEEK_MESSAGE:
    return kind_of_peek(walk, call, &message);
  case RIG_FAMILY_GET_MESSAGE:
    return message.any ? KIND_NONE : KIND_FAILED;
  case RIG_FAMILY_QUEUE_STATUS:
    return KIND_EMPTY; /* it retrieves nothing, whatever it says */
  case RIG_FAMILY_MSG_WAIT:
  case RIG_FAMILY_HANDLE_WAIT:
  case RIG_FAMILY_WAIT_MESSAGE:
    switch (rig_model_wake(model, call)) {
    case RIG_WAKE_HANDLE:
      return KIND_NONE;
    case RIG_WAKE_OTHER:
      return KIND_FAILED;
    case RIG_WAKE_INPUT:
      return KIND_IGNORED;
    default:
      return KIND_EMPTY;
    }
  default:
    *counts = false;
    return KIND_NONE;
  }
}

/* The rule whose failure explains most of the calls; it stands only if that rule failed too. */
static enum rig_rule_id root_of(const struct walk *walk) {
  static const enum rig_rule_id roots[KIND_COUNT] = {
      [KIND_NONE] = RIG_RULE_COUNT,
      [KIND_EMPTY] = RIG_RULE_COUNT,
      [KIND_IGNORED] = RIG_RULE_dispatch_path,
      [KIND_FILTERED] = RIG_RULE_no_filter,
      [KIND_SEEN] = RIG_RULE_dispatched,
      [KIND_FAILED] = RIG_RULE_wait_failed,
  };
  unsigned counts[KIND_COUNT] = {0};
  for (uint32_t i = 0; i <= SPIN_MAX; i++)
    counts[walk->ring[i].kind]++;
  for (uint32_t kind = KIND_COUNT - 1; kind > KIND_EMPTY; kind--) {
    if (counts[kind] > SPIN_MAX / 8)
      return roots[kind];
  }
  return RIG_RULE_COUNT;
}

/* Of the calls of the ring the one with the lowest enum rig_call above `after`, RIG_NONE: what is
 * told must not depend on which call happened to be the thousandth. */
static uint32_t next_call(const struct walk *walk, uint32_t after) {
  const struct rig_model *model = walk->check->model;
  uint32_t found = RIG_NONE;
  for (uint32_t i = 0; i <= SPIN_MAX; i++) {
    uint32_t at = walk->ring[(walk->count + i) % (SPIN_MAX + 1)].call;
    uint32_t call = model->calls[at].call;
    if (call > after && (found == RIG_NONE || call < model->calls[found].call))
      found = at;
  }
  return found;
}

static void fail_spin(struct walk *walk) {
  const struct rig_model *model = walk->check->model;
  char names[200] = "";
  uint32_t calls[3];
  unsigned count = 0;
  for (uint32_t at = next_call(walk, 0); at != RIG_NONE && count < 3;
       at = next_call(walk, model->calls[at].call)) {
    size_t used = strlen(names);
    snprintf(names + used, sizeof names - used, "%s%.60s", count ? ", " : "",
             rig_words_call(model, at).text);
    calls[count++] = at;
  }
  bool told = rig_check_fail(
      walk->check, RIG_SEVERITY_ERROR, root_of(walk),
      "thread %s made more than %u waits and looks at its queue within a second that returned at "
      "once and brought nothing: %s. It keeps a processor busy without serving anybody",
      rig_model_thread_name(model, model->calls[calls[0]].thread), SPIN_MAX, names);
  for (unsigned i = 0; told && i < count; i++)
    rig_check_evidence(walk->check, model->calls[calls[i]].enter, "one of them: %.100s",
                       rig_words_call(model, calls[i]).text);
}

/* False when the thread was seen to spin. */
static bool see_call(struct walk *walk, uint32_t index) {
  const struct rig_model *model = walk->check->model;
  const struct rig_model_call *call = &model->calls[index];
  bool counts = false;
  enum kind kind = kind_of(walk, call, &counts);
  if (!counts || !rig_model_of_first(model, call))
    return true;
  walk->short_calls++;
  double ms = rig_model_ms(model, call->leave);
  if (kind != KIND_NONE && brought_receipt(model, call))
    kind = KIND_NONE; /* a sent message was served inside it */
  if (kind == KIND_NONE) {
    walk->paid =
        walk->paid + PAID_PER_MESSAGE < PAID_MAX ? walk->paid + PAID_PER_MESSAGE : PAID_MAX;
    return true;
  }
  if (ms - rig_model_ms(model, call->enter) >= SHORT_MS)
    return true;
  if (walk->paid > 0) {
    walk->paid--;
    return true;
  }
  struct turn *newest = &walk->ring[walk->count++ % (SPIN_MAX + 1)];
  *newest = (struct turn){.ms = ms, .call = index, .kind = kind};
  if (walk->count <= SPIN_MAX)
    return true;
  const struct turn *oldest = &walk->ring[walk->count % (SPIN_MAX + 1)];
  if (ms - oldest->ms > SECOND_MS)
    return true;
  fail_spin(walk);
  return false;
}

void rig_check_no_busy_wait(struct rig_check *check) {
  const struct rig_model *model = check->model;
  struct walk walk = {.check = check};
  for (uint32_t i = 0; i < model->span_count; i++) {
    if (!rig_model_span_is_new(model, i))
      continue;
    walk.count = walk.paid = 0;
    memset(&walk.seen, 0, sizeof walk.seen);
    uint32_t at = model->threads[model->spans[i].thread].first;
    while (at != RIG_NONE && see_call(&walk, at))
      at = model->calls[at].next;
  }
  if (walk.short_calls)
    rig_check_pass(check,
                   "the thread that initialised MAPI first waited when it had nothing to do");
  else
    rig_check_unexercised(check, NULL);
}
