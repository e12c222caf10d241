/*
 * Rule dispatched: what is removed from the queue for a window reaches DispatchMessage.
 *
 * A message may be dispatched later (a client that collects first): only one that never is counts.
 * Removals after the stop request are not judged, nor the last one before the end of the record.
 */
#include <stdlib.h>
#include <string.h>

#include "core/names.h"
#include "judge/check.h"

#define OUTSTANDING_MAX 64u /* removed and not yet dispatched; beyond it the oldest is given up */
#define WINDOWS_MAX 64u     /* windows that MAPI made */

struct removed {
  uint32_t call; /* the retrieval */
  struct rig_model_message message;
  uint32_t changed; /* a DispatchMessage for the same window with other contents, RIG_NONE */
  bool overtaken;   /* the thread has retrieved or waited since */
};

struct walk {
  struct rig_check *check;
  uint32_t windows[WINDOWS_MAX];
  uint32_t window_count;
  struct removed items[OUTSTANDING_MAX];
  uint32_t count;
  struct rig_model_message shown; /* by PeekMessage(PM_NOREMOVE), and not removed since */
  uint32_t shown_by;
  unsigned shown_dispatched;
  unsigned again;
  unsigned kept;
};

enum { WM_PAINT_MESSAGE = 0x0F, WM_TIMER_MESSAGE = 0x113 }; /* made anew, whoever dispatches them */

static void find_windows(struct walk *walk) {
  const struct rig_model *model = walk->check->model;
  for (uint32_t i = 0; i < model->records && walk->window_count < WINDOWS_MAX; i++) {
    struct rig_record record;
    if (rig_trace_record(model->trace, i, &record) && record.kind == RIG_KIND_STATE &&
        record.call == RIG_STATE_WINDOW)
      walk->windows[walk->window_count++] = record.u.state.b;
  }
}

static bool is_mapis(const struct walk *walk, uint32_t hwnd) {
  for (uint32_t i = 0; i < walk->window_count; i++) {
    if (walk->windows[i] == hwnd)
      return true;
  }
  return false;
}

static void take_out(struct walk *walk, uint32_t at) {
  walk->count--;
  memmove(&walk->items[at], &walk->items[at + 1], (walk->count - at) * sizeof walk->items[0]);
}

static bool was_received(const struct rig_model *model, uint32_t retrieval) {
  uint32_t brought = model->calls[retrieval].brought;
  return brought != RIG_NONE && model->stimuli[brought].received != RIG_NONE;
}

static void give_up(struct walk *walk, const struct removed *item) {
  const struct rig_model *model = walk->check->model;
  if (was_received(model, item->call)) {
    walk->kept++; /* its window procedure was called in another way */
    return;
  }
  const struct rig_model_call *call = &model->calls[item->call];
  bool mapis = is_mapis(walk, item->message.hwnd);
  enum rig_severity severity = mapis ? RIG_SEVERITY_ERROR : RIG_SEVERITY_WARNING;
  if (!rig_check_tells(walk->check, severity))
    return;
  rig_check_fail(walk->check, severity, RIG_RULE_COUNT,
                 "thread %s removed %s for %s (window 0x%X) with %s at %.0f ms and %s: the message "
                 "is gone, and its window procedure never saw it",
                 rig_model_thread_name(model, call->thread),
                 rig_words_message(model, item->message.message).text,
                 mapis ? "a window of MAPI's" : "a window of the client's", item->message.hwnd,
                 rig_call_name(call->call), rig_model_ms(model, call->leave),
                 item->changed != RIG_NONE ? "dispatched it changed" : "did not dispatch it");
  rig_check_evidence(walk->check, call->leave, "%s returned %.50s for window 0x%X",
                     rig_call_name(call->call),
                     rig_words_message(model, item->message.message).text, item->message.hwnd);
  if (item->changed != RIG_NONE)
    rig_check_evidence(walk->check, model->calls[item->changed].enter,
                       "DispatchMessage with other contents");
}

static bool same_message(const struct rig_model_message *message, const struct rig_record *record) {
  return message->hwnd == record->u.message.hwnd && message->message == record->u.message.message &&
         message->wparam == record->u.message.wparam && message->lparam == record->u.message.lparam;
}

/* PM_NOREMOVE leaves the message where it is: the next turn finds it again, and dispatches it
 * again. */
static void judge_again(struct walk *walk, uint32_t index) {
  const struct rig_model *model = walk->check->model;
  const struct rig_model_call *dispatch = &model->calls[index];
  struct rig_record record = rig_model_record(model, dispatch->enter);
  if (!walk->shown.any || !same_message(&walk->shown, &record) || ++walk->shown_dispatched < 2 ||
      walk->shown.hwnd == 0 || walk->shown.message == WM_PAINT_MESSAGE ||
      walk->shown.message == WM_TIMER_MESSAGE || !rig_model_before_stop(model, dispatch->enter))
    return;
  bool mapis = is_mapis(walk, walk->shown.hwnd);
  const struct rig_model_call *peek = &model->calls[walk->shown_by];
  memset(&walk->shown, 0, sizeof walk->shown); /* told once for each look */
  enum rig_severity severity = mapis ? RIG_SEVERITY_ERROR : RIG_SEVERITY_WARNING;
  if (walk->again++ ||
      !rig_check_fail(walk->check, severity, RIG_RULE_COUNT,
                      "thread %s dispatched %s for %s (window 0x%X) again at %.0f ms, the same "
                      "message: %s looked at it with PM_NOREMOVE, and nothing ever removes it from "
                      "the queue",
                      rig_model_thread_name(model, dispatch->thread),
                      rig_words_message(model, record.u.message.message).text,
                      mapis ? "a window of MAPI's" : "a window of the client's",
                      record.u.message.hwnd, rig_model_ms(model, dispatch->enter),
                      rig_call_name(peek->call)))
    return;
  rig_check_evidence(walk->check, peek->leave, "%s(PM_NOREMOVE) shows it",
                     rig_call_name(peek->call));
  rig_check_evidence(walk->check, dispatch->enter, "%s of it, not the first",
                     rig_call_name(dispatch->call));
}

/* What PM_NOREMOVE showed, until anything is removed. */
static void note_shown(struct walk *walk, uint32_t index) {
  struct rig_model_message message =
      rig_model_retrieved(walk->check->model, &walk->check->model->calls[index]);
  if (!message.any)
    return;
  bool same = walk->shown.any && !message.removed && message.hwnd == walk->shown.hwnd &&
              message.message == walk->shown.message && message.wparam == walk->shown.wparam &&
              message.lparam == walk->shown.lparam;
  if (same)
    return;
  walk->shown = message;
  walk->shown.any = !message.removed;
  walk->shown_by = index;
  walk->shown_dispatched = 0;
}

static void note_dispatch(struct walk *walk, uint32_t index) {
  const struct rig_model *model = walk->check->model;
  const struct rig_model_call *call = &model->calls[index];
  struct rig_record record = rig_model_record(model, call->enter);
  bool dispatch = call->family == RIG_FAMILY_DISPATCH;
  if (!dispatch) { /* IsDialogMessage, TranslateAccelerator: only when they processed it */
    struct rig_record leave = rig_model_record(model, call->leave);
    if (call->leave != RIG_NONE && leave.u.message.result == 0)
      return;
  }
  for (uint32_t i = 0; i < walk->count; i++) {
    const struct rig_model_message *message = &walk->items[i].message;
    if ((!dispatch || message->hwnd == record.u.message.hwnd) &&
        message->message == record.u.message.message &&
        message->wparam == record.u.message.wparam && message->lparam == record.u.message.lparam) {
      walk->kept++;
      take_out(walk, i);
      return;
    }
  }
  for (uint32_t i = walk->count; dispatch && i > 0; i--) {
    if (walk->items[i - 1].message.hwnd == record.u.message.hwnd) {
      walk->items[i - 1].changed = index;
      return;
    }
  }
}

static void note_retrieval(struct walk *walk, uint32_t index) {
  const struct rig_model *model = walk->check->model;
  const struct rig_model_call *call = &model->calls[index];
  struct rig_model_message message = rig_model_retrieved(model, call);
  if (!message.removed || message.quit || message.hwnd == 0 || message.hwnd == UINT32_MAX ||
      !rig_model_before_stop(model, call->leave))
    return;
  if (walk->count == OUTSTANDING_MAX) {
    struct removed oldest = walk->items[0];
    take_out(walk, 0);
    give_up(walk, &oldest);
  }
  walk->items[walk->count++] =
      (struct removed){.call = index, .message = message, .changed = RIG_NONE};
}

static void walk_thread(struct walk *walk, uint32_t thread) {
  const struct rig_model *model = walk->check->model;
  walk->count = 0;
  walk->shown.any = false;
  for (uint32_t i = model->threads[thread].first; i != RIG_NONE; i = model->calls[i].next) {
    unsigned family = model->calls[i].family;
    if (family == RIG_FAMILY_DISPATCH)
      judge_again(walk, i);
    if (family == RIG_FAMILY_DISPATCH || family == RIG_FAMILY_IS_DIALOG ||
        family == RIG_FAMILY_ACCELERATOR) {
      note_dispatch(walk, i);
      continue;
    }
    bool retrieval = family == RIG_FAMILY_GET_MESSAGE || family == RIG_FAMILY_PEEK_MESSAGE;
    if (retrieval || rig_family_message_wait(family)) {
      for (uint32_t k = 0; k < walk->count; k++)
        walk->items[k].overtaken = true;
    }
    if (retrieval) {
      note_shown(walk, i);
      note_retrieval(walk, i);
    }
  }
  for (uint32_t k = 0; k < walk->count; k++) {
    if (walk->items[k].overtaken)
      give_up(walk, &walk->items[k]);
  }
}

void rig_check_dispatched(struct rig_check *check) {
  const struct rig_model *model = check->model;
  struct walk walk = {.check = check};
  find_windows(&walk);
  for (uint32_t i = 0; i < model->span_count; i++) {
    bool seen = false;
    for (uint32_t k = 0; k < i; k++)
      seen = seen || model->spans[k].thread == model->spans[i].thread;
    if (!seen)
      walk_thread(&walk, model->spans[i].thread);
  }
  if (walk.kept)
    rig_check_pass(check, "every message that was removed for a window was dispatched");
  else
    rig_check_unexercised(check, "no message for a window was removed from the queue of the thread "
                                 "that initialised MAPI first");
}
