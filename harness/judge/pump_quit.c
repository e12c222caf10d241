/*
 * Rule quit-honoured: a removed WM_QUIT ends the pump, or is posted again for the outer loop.
 */
#include "core/names.h"
#include "judge/check.h"

static bool stop_failed(const struct rig_model *model) {
  uint32_t end = model->end == RIG_NONE ? (uint32_t)RIG_END_NONE
                                        : rig_model_record(model, model->end).u.state.a;
  return end == RIG_END_STOP_BLOCKED || end == RIG_END_STOP_IGNORED;
}

/* What became of one removed WM_QUIT. */
struct quit {
  uint32_t removal; /* the retrieval */
  uint32_t again;   /* the first pump wait after it, RIG_NONE */
  uint32_t last;    /* the last one before the stop, RIG_NONE */
  bool dispatched;  /* WM_QUIT was passed to DispatchMessage */
};

static bool posts_quit(const struct rig_model *model, const struct rig_model_call *call) {
  if (call->family == RIG_FAMILY_POST_QUIT)
    return true;
  return (call->family == RIG_FAMILY_POST_THREAD || call->family == RIG_FAMILY_POST) &&
         rig_model_record(model, call->enter).u.message.message == RIG_WM_QUIT;
}

/* Where the thread waits or blocks for messages again. */
static bool waits_for_messages(const struct rig_model_call *call) {
  return rig_family_message_wait(call->family) || call->family == RIG_FAMILY_GET_MESSAGE;
}

static void tell_swallowed(struct rig_check *check, const struct quit *quit, double waited_ms,
                           uint32_t block, bool stop_depended) {
  const struct rig_model *model = check->model;
  const struct rig_model_call *removal = &model->calls[quit->removal];
  bool told = rig_check_fail(
      check, stop_depended ? RIG_SEVERITY_ERROR : RIG_SEVERITY_WARNING, RIG_RULE_COUNT,
      "thread %s removed WM_QUIT with %s%s at %.0f ms%s and went on to %s: it still waited there "
      "after %.0f ms. A removed WM_QUIT is gone for good%s",
      rig_model_thread_name(model, removal->thread), rig_call_name(removal->call),
      rig_model_in_handler(model, quit->removal) ? " in a loop inside a message's handler" : "",
      rig_model_ms(model, removal->leave),
      quit->dispatched ? ", passed it to DispatchMessage, which does nothing with it," : "",
      rig_words_call(model, quit->again).text, waited_ms,
      stop_depended ? ", and the stop depended on it" : "");
  if (!told)
    return;
  rig_check_evidence(check, removal->leave, "%s removed WM_QUIT", rig_call_name(removal->call));
  rig_check_evidence(check, model->calls[quit->again].enter, "waits again: %.100s",
                     rig_words_call(model, quit->again).text);
  if (block != RIG_NONE)
    rig_check_evidence(check, model->blocks[block].record, "still there after %u ms",
                       model->blocks[block].ms);
}

static uint32_t block_after(const struct rig_model *model, const struct quit *quit) {
  const struct rig_model_call *again = &model->calls[quit->again];
  for (uint32_t i = 0; i < model->block_count; i++) {
    const struct rig_model_block *block = &model->blocks[i];
    if (!block->inconclusive && !block->detained && block->call != RIG_NONE &&
        block->thread == again->thread && model->calls[block->call].enter >= again->enter)
      return i;
  }
  return RIG_NONE;
}

/* Counts into *honoured, or fails; a wait shorter than D that the stop cut off decides nothing. */
static void judge_quit(struct rig_check *check, const struct quit *quit, unsigned *honoured) {
  const struct rig_model *model = check->model;
  if (quit->again == RIG_NONE) {
    ++*honoured;
    return;
  }
  uint32_t removed = model->calls[quit->removal].leave;
  uint32_t again = model->calls[quit->again].enter;
  bool stopped_before = model->stop != RIG_NONE && model->stop < removed;
  if (stopped_before && !stop_failed(model)) {
    ++*honoured; /* it ended as it was asked to */
    return;
  }
  bool cut_off = model->stop != RIG_NONE && model->stop > again;
  uint32_t until = cut_off ? model->stop : model->end != RIG_NONE ? model->end : model->last;
  const struct rig_model_call *last = &model->calls[quit->last];
  bool still = last->leave == RIG_NONE || last->leave > until;
  double until_ms = rig_model_ms(model, until);
  double from_ms = rig_model_free_from(model, model->calls[quit->again].thread,
                                       rig_model_ms(model, again), until_ms);
  double waited_ms = until_ms - from_ms;
  uint32_t block = block_after(model, quit);
  bool long_enough =
      waited_ms >= model->deadline_ms && !rig_model_late(model, from_ms, from_ms + waited_ms);
  if (block != RIG_NONE || (still && long_enough))
    tell_swallowed(check, quit, waited_ms, block, stopped_before);
  else if (!still && !cut_off)
    ++*honoured; /* it waited a moment on its way out */
}

static void walk_quits(struct rig_check *check, uint32_t thread, unsigned *removed,
                       unsigned *honoured) {
  const struct rig_model *model = check->model;
  struct quit quit = {.removal = RIG_NONE};
  for (uint32_t i = model->threads[thread].first; i != RIG_NONE; i = model->calls[i].next) {
    const struct rig_model_call *call = &model->calls[i];
    if (quit.removal != RIG_NONE && call->enter > model->calls[quit.removal].leave) {
      if (posts_quit(model, call)) { /* for the outer loop, whose removal is judged in its turn */
        quit.removal = RIG_NONE;
        ++*honoured;
      } else if (call->family == RIG_FAMILY_DISPATCH &&
                 rig_model_record(model, call->enter).u.message.message == RIG_WM_QUIT) {
        quit.dispatched = true;
      } else if (waits_for_messages(call)) {
        if (quit.again == RIG_NONE)
          quit.again = quit.last = i;
        if (rig_model_before_stop(model, call->enter))
          quit.last = i;
      }
    }
    struct rig_model_message message = rig_model_retrieved(model, call);
    if (!message.removed || !message.quit)
      continue;
    if (quit.removal != RIG_NONE)
      judge_quit(check, &quit, honoured);
    quit = (struct quit){.removal = i, .again = RIG_NONE, .last = RIG_NONE};
    ++*removed;
  }
  if (quit.removal != RIG_NONE)
    judge_quit(check, &quit, honoured);
}

void rig_check_quit_honoured(struct rig_check *check) {
  const struct rig_model *model = check->model;
  unsigned removed = 0;
  unsigned honoured = 0;
  for (uint32_t i = 0; i < model->span_count; i++) {
    if (i == 0 || model->spans[i].thread != model->spans[i - 1].thread)
      walk_quits(check, model->spans[i].thread, &removed, &honoured);
  }
  if (honoured)
    rig_check_pass(check, "%u removed WM_QUIT ended the pump or %s posted again", honoured,
                   honoured == 1 ? "was" : "were");
  else if (removed)
    rig_check_unexercised(
        check,
        "WM_QUIT was removed and the thread waited again, but the stop came before "
        "that had lasted for D (%.0f ms)",
        model->deadline_ms);
  else
    rig_check_unexercised(check,
                          "no WM_QUIT was removed on the thread that initialised MAPI first");
}
