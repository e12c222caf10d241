/*
 * What was not served for D, and why (semantics: undelivered, unanswered send).
 *
 * Proof is the director's diagnosis of a blocked thread, or time alone where the thread did things
 * without ever looking at its queue (a polling loop, a spin). Nothing is concluded from messages
 * that lie there after the stop was asked for, nor from a time in which the machine was late.
 */
#include <stdlib.h>
#include <string.h>

#include "judge/model_build.h"

/* ---- thread messages: known by the token that a retrieval brings back ---- */

#define TOKEN_FIRST 0x52490000u /* the director counts on from here */
#define QUITS_LOOKED_AT 64u     /* WM_QUIT carries no token: the oldest not yet removed */

static int by_token(const void *a, const void *b) {
  const struct rig_model_stimulus *const *left = a;
  const struct rig_model_stimulus *const *right = b;
  if ((*left)->token != (*right)->token)
    return (*left)->token < (*right)->token ? -1 : 1;
  if ((*left)->record == (*right)->record)
    return 0;
  return (*left)->record < (*right)->record ? -1 : 1;
}

static struct rig_model_stimulus *find_token(struct rig_model_stimulus **sorted, uint32_t count,
                                             uint64_t token) {
  uint32_t low = 0;
  uint32_t high = count;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (sorted[middle]->token < token)
      low = middle + 1;
    else
      high = middle;
  }
  return low < count && sorted[low]->token == token ? sorted[low] : NULL;
}

static bool quits(const struct rig_model *model, const struct rig_model_stimulus *stimulus) {
  return stimulus->action == RIG_ACTION_QUIT ||
         (stimulus->action == RIG_ACTION_STOP && stimulus->record == model->stop &&
          rig_model_stop_way(model) == RIG_STOP_MESSAGE);
}

/* The quit flag of a thread: calls of PostQuitMessage coalesce, so one WM_QUIT answers them all. */
static bool note_quit_flags(struct rig_model *model, const struct rig_model_call *call) {
  bool any = false;
  for (uint32_t i = 0; i < model->stimulus_count; i++) {
    struct rig_model_stimulus *stimulus = &model->stimuli[i];
    if (stimulus->action == RIG_ACTION_QUIT_FLAG && stimulus->removed == RIG_NONE &&
        stimulus->thread == call->thread && stimulus->record < call->leave) {
      stimulus->removed = stimulus->received = call->leave;
      any = true;
    }
  }
  return any;
}

static void note_quit(struct rig_model *model, const struct rig_model_call *call, uint32_t *first) {
  while (*first < model->stimulus_count &&
         (!quits(model, &model->stimuli[*first]) || model->stimuli[*first].removed != RIG_NONE))
    ++*first;
  for (uint32_t i = *first; i < model->stimulus_count && i < *first + QUITS_LOOKED_AT; i++) {
    struct rig_model_stimulus *stimulus = &model->stimuli[i];
    if (quits(model, stimulus) && stimulus->removed == RIG_NONE &&
        stimulus->thread == call->thread && stimulus->record < call->leave) {
      stimulus->removed = stimulus->received = call->leave;
      return;
    }
  }
}

static void note_removal(struct rig_model *model, struct rig_model_stimulus **sorted,
                         uint32_t *first_quit, struct rig_model_call *call) {
  struct rig_model_message message = rig_model_retrieved(model, call);
  if (!message.removed)
    return;
  uint64_t token = message.wparam;
  if ((uint32_t)token < TOKEN_FIRST || message.hwnd == 0)
    token = (uint32_t)message.lparam >= TOKEN_FIRST ? message.lparam : message.wparam;
  struct rig_model_stimulus *stimulus = find_token(sorted, model->stimulus_count, token);
  if (!stimulus || stimulus->token == 0) {
    if (message.quit && !note_quit_flags(model, call)) /* without its token */
      note_quit(model, call, first_quit);
    return;
  }
  if (stimulus->removed != RIG_NONE)
    return;
  stimulus->removed = call->leave;
  call->brought = (uint32_t)(stimulus - model->stimuli);
  bool windowless = stimulus->action == RIG_ACTION_POST_THREAD || quits(model, stimulus);
  if (windowless && stimulus->received == RIG_NONE)
    stimulus->received = call->leave; /* without a window there is nothing to dispatch to */
}

bool rig_model_match_removals(struct rig_model_builder *builder) {
  struct rig_model *model = builder->model;
  if (model->stimulus_count == 0)
    return true;
  struct rig_model_stimulus **sorted = malloc(model->stimulus_count * sizeof *sorted);
  if (!sorted)
    return false;
  for (uint32_t i = 0; i < model->stimulus_count; i++)
    sorted[i] = &model->stimuli[i];
  qsort(sorted, model->stimulus_count, sizeof *sorted, by_token);
  uint32_t first_quit = 0;
  for (uint32_t i = 0; i < model->call_count; i++)
    note_removal(model, sorted, &first_quit, &model->calls[i]);
  free(sorted);
  return true;
}

/* ---- why ---- */

/* Posted, and all looks at the queue since then went through filters that leave it out. */
static bool filtered_out(const struct rig_model *model, const struct rig_model_stimulus *stimulus,
                         const struct rig_model_looks *looks) {
  if (rig_action_sends(stimulus->action) || stimulus->action == RIG_ACTION_QUIT_FLAG ||
      looks->whole != stimulus->whole || looks->filtered == RIG_NONE)
    return false; /* sent messages and the quit flag pass every filter */
  const struct rig_model_call *look = &model->calls[looks->filtered];
  bool after = look->leave == RIG_NONE || look->leave > stimulus->record;
  return after && !rig_model_lets_through(model, look, stimulus->hwnd, stimulus->message);
}

static enum rig_reason reason_in_message_wait(const struct rig_model *model,
                                              const struct rig_model_call *wait, bool sent) {
  struct rig_record enter = rig_model_record(model, wait->enter);
  if (wait->family == RIG_FAMILY_MSG_WAIT) {
    uint32_t wanted = sent ? RIG_QS_SENDMESSAGE : RIG_QS_POSTMESSAGE | RIG_QS_ALLPOSTMESSAGE;
    if ((enter.u.wait.flags & RIG_MWMO_WAITALL) && enter.u.wait.count > 0)
      return RIG_REASON_WAIT_ALL;
    if ((enter.u.wait.wake_mask & wanted) == 0)
      return RIG_REASON_MASK;
    if (wait->ignores == RIG_NONE && (enter.u.wait.flags & RIG_MWMO_INPUTAVAILABLE))
      return RIG_REASON_UNKNOWN; /* it would have returned */
  }
  return wait->ignores != RIG_NONE ? RIG_REASON_IGNORED : RIG_REASON_OLD;
}

static enum rig_reason reason_in(const struct rig_model *model, uint32_t sitting, bool sent) {
  if (sitting == RIG_NONE)
    return RIG_REASON_HANDLER; /* no recorded call at all: the client's own code */
  const struct rig_model_call *call = &model->calls[sitting];
  bool filtered = false;
  switch (call->family) {
  case RIG_FAMILY_MSG_WAIT:
  case RIG_FAMILY_WAIT_MESSAGE:
    return reason_in_message_wait(model, call, sent);
  case RIG_FAMILY_HANDLE_WAIT:
  case RIG_FAMILY_SLEEP:
  case RIG_FAMILY_CO_WAIT:
  case RIG_FAMILY_SCM_DISPATCHER:
    return rig_model_in_handler(model, sitting) ? RIG_REASON_HANDLER : RIG_REASON_NO_PUMP;
  case RIG_FAMILY_GET_MESSAGE:
    filtered = !rig_model_unfiltered(model, call);
    return filtered && !sent ? RIG_REASON_FILTER : RIG_REASON_UNKNOWN;
  case RIG_FAMILY_SEND: /* serves sent messages while it waits for its reply */
    return sent ? RIG_REASON_UNKNOWN : RIG_REASON_HANDLER;
  case RIG_FAMILY_PEEK_MESSAGE:
  case RIG_FAMILY_DISPATCH:
  case RIG_FAMILY_IS_DIALOG:
  case RIG_FAMILY_ACCELERATOR:
  case RIG_FAMILY_TRANSLATE:
  case RIG_FAMILY_SCM_HANDLER:
  case RIG_FAMILY_SCM_MAIN:
  case RIG_FAMILY_CONSOLE_HANDLER:
  case RIG_FAMILY_MAPI_ON_NOTIFY:
    return RIG_REASON_HANDLER;
  default:
    return RIG_REASON_UNKNOWN; /* MAPI's own calls, COM's: not the client's doing */
  }
}

/* A filter does not hide the quit flag (W:PostQuitMessage is no posted message). */
static enum rig_reason reason_of(const struct rig_model *model, uint32_t sitting, uint32_t action) {
  enum rig_reason reason = reason_in(model, sitting, rig_action_sends(action));
  bool shown = action == RIG_ACTION_QUIT_FLAG && reason == RIG_REASON_FILTER;
  return shown ? RIG_REASON_UNKNOWN : reason;
}

static bool is_first(const struct rig_model *model, uint32_t thread) {
  for (uint32_t i = 0; i < model->span_count; i++) {
    if (model->spans[i].thread == thread)
      return true;
  }
  return false;
}

struct finder {
  struct rig_model *model;
  uint32_t capacity;
  bool *told; /* stimuli already found undelivered */
};

static bool add(struct finder *finder, struct rig_model_undelivered item) {
  struct rig_model *model = finder->model;
  if (model->undelivered_count >= RIG_UNDELIVERED_MAX)
    return true;
  if (model->undelivered_count == finder->capacity) {
    uint32_t wanted = finder->capacity ? finder->capacity * 2 : 16;
    void *grown = realloc(model->undelivered, wanted * sizeof *model->undelivered);
    if (!grown)
      return false;
    model->undelivered = grown;
    finder->capacity = wanted;
  }
  finder->told[item.stimulus] = true;
  const struct rig_model_stimulus *stimulus = &model->stimuli[item.stimulus];
  item.of_first = is_first(model, stimulus->thread);
  item.wake = RIG_NONE;
  item.look = item.reason != RIG_REASON_FILTER ? RIG_NONE
              : item.block != RIG_NONE         ? model->blocks[item.block].looks.filtered
                                               : model->threads[stimulus->thread].looks.filtered;
  if (item.reason == RIG_REASON_IGNORED)
    item.wake = item.sitting != RIG_NONE && model->calls[item.sitting].ignores != RIG_NONE
                    ? model->calls[item.sitting].ignores
                    : model->threads[stimulus->thread].horizon.ignored;
  model->undelivered[model->undelivered_count++] = item;
  return true;
}

/* Messages that MAPI's windows or the thread itself must serve; a stop is judged by its own rule. A
 * withdrawn send, an APC and a timer need not be served, and of a flood only the first message is
 * followed.
 */
static bool awaits_service(const struct rig_model_stimulus *stimulus) {
  switch (stimulus->action) {
  case RIG_ACTION_POST:
  case RIG_ACTION_POST_THREAD:
  case RIG_ACTION_NOTIFY:
  case RIG_ACTION_SEND:
  case RIG_ACTION_SEND_NOTIFY:
  case RIG_ACTION_QUIT:
  case RIG_ACTION_QUIT_FLAG:
  case RIG_ACTION_FLOOD:
    return stimulus->accepted && stimulus->thread != RIG_NONE;
  default:
    return false;
  }
}

static bool by_blocks(struct finder *finder) {
  const struct rig_model *model = finder->model;
  for (uint32_t b = 0; b < model->block_count; b++) {
    const struct rig_model_block *block = &model->blocks[b];
    if (block->inconclusive || block->detained || !rig_model_before_stop(model, block->record))
      continue;
    if (block->call != RIG_NONE && model->calls[block->call].excused)
      continue;
    for (uint32_t s = 0; s < model->stimulus_count; s++) {
      const struct rig_model_stimulus *stimulus = &model->stimuli[s];
      if (stimulus->thread != block->thread || finder->told[s] || !awaits_service(stimulus) ||
          !rig_model_pending(model, stimulus, block->record))
        continue;
      bool removed = stimulus->removed != RIG_NONE && stimulus->removed < block->record;
      enum rig_reason reason = reason_of(model, block->call, stimulus->action);
      if (reason == RIG_REASON_OLD && filtered_out(model, stimulus, &block->looks))
        reason = RIG_REASON_FILTER;
      struct rig_model_undelivered item = {.stimulus = s,
                                           .block = b,
                                           .sitting = block->call,
                                           .reason = removed ? RIG_REASON_REMOVED : reason,
                                           .ms = rig_model_ms(model, block->record) -
                                                 rig_model_ms(model, stimulus->record)};
      if (!add(finder, item))
        return false;
    }
  }
  return true;
}

/* A loop over waits, whose last return for input nobody made anything of. Where in it the thread
 * was by then is chance; that the wait before that one had been ignored as well is not. */
static void set_ignored(const struct rig_model *model, uint32_t ignored,
                        struct rig_model_undelivered *item) {
  item->reason = RIG_REASON_IGNORED;
  if (model->calls[ignored].ignores != RIG_NONE)
    item->sitting = ignored;
}

/* The time in which the thread could have served it: until the stop, its own sender's time-out, or
 * the end of what was recorded. */
static bool by_time(struct finder *finder) {
  const struct rig_model *model = finder->model;
  uint32_t horizon = model->stop != RIG_NONE  ? model->stop
                     : model->end != RIG_NONE ? model->end
                                              : model->last;
  /* The director's looks and the stamps of records lie a settle time apart at most. */
  const struct rig_header *header = rig_trace_header(model->trace);
  double slack_ms = (double)header->settle_ms * (double)header->scale_permille / 1000.0;
  for (uint32_t s = 0; s < model->stimulus_count; s++) {
    const struct rig_model_stimulus *stimulus = &model->stimuli[s];
    if (finder->told[s] || !awaits_service(stimulus) || stimulus->received != RIG_NONE ||
        stimulus->removed != RIG_NONE || stimulus->replied != RIG_NONE ||
        stimulus->dropped != RIG_NONE)
      continue;
    const struct rig_model_thread *thread = &model->threads[stimulus->thread];
    bool timed_out = stimulus->timed_out != RIG_NONE && stimulus->timed_out < horizon;
    uint32_t until = timed_out ? stimulus->timed_out : horizon;
    bool served = timed_out ? stimulus->served : thread->horizon.serves != stimulus->serves;
    bool filtered = !timed_out && served && filtered_out(model, stimulus, &thread->horizon.looks);
    double until_ms = until == RIG_NONE ? 0 : rig_model_ms(model, until);
    double free_ms = rig_model_free_from(model, stimulus->thread,
                                         rig_model_ms(model, stimulus->record), until_ms);
    double from_ms = rig_model_timely_from(model, free_ms, until_ms);
    double ms = until_ms - from_ms;
    if (until == RIG_NONE || (served && !filtered) ||
        until_ms - free_ms + slack_ms < model->deadline_ms || thread->ended < until ||
        thread->horizon.excused || !rig_model_pending(model, stimulus, until))
      continue;
    if (ms + slack_ms < model->deadline_ms || rig_model_late(model, from_ms, until_ms)) {
      finder->model->undecided = true;
      continue;
    }
    uint32_t sitting = timed_out ? stimulus->sitting
                                 : rig_model_sitting(model, thread->horizon.open,
                                                     thread->horizon.last_wait, stimulus->record);
    struct rig_model_undelivered item = {.stimulus = s,
                                         .block = RIG_NONE,
                                         .sitting = sitting,
                                         .reason = reason_of(model, sitting, stimulus->action),
                                         .ms = ms};
    if (!timed_out && thread->horizon.ignored != RIG_NONE)
      set_ignored(model, thread->horizon.ignored, &item);
    if (filtered) {
      item.sitting = thread->horizon.looks.filtered;
      item.reason = RIG_REASON_FILTER;
    }
    if (!add(finder, item))
      return false;
  }
  return true;
}

static void weigh_blocks(struct rig_model *model) {
  for (uint32_t i = 0; i < model->block_count; i++) {
    struct rig_model_block *block = &model->blocks[i];
    double at_ms = rig_model_ms(model, block->record);
    double from_ms = at_ms - (double)block->ms;
    block->detained = rig_model_detained(model, block->thread, from_ms, at_ms);
    block->inconclusive = block->detained || rig_model_late(model, from_ms, at_ms);
  }
}

bool rig_model_find_undelivered(struct rig_model *model) {
  weigh_blocks(model);
  if (model->stimulus_count == 0)
    return true;
  struct finder finder = {.model = model};
  finder.told = calloc(model->stimulus_count, sizeof *finder.told);
  bool ok = finder.told && by_blocks(&finder) && by_time(&finder);
  free(finder.told);
  return ok;
}
