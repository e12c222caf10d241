/*
 * Rule stop-latency: after a stop request the client ends.
 */
#include <stdio.h>

#include "core/names.h"
#include "judge/check.h"

#define DEFAULT_HINT_MS                                                                            \
  30000.0 /* W:SetServiceStatus has none: what a service gets from the SCM                         \
           */

#define INVALID_SERVICE_CONTROL 1052u /* ERROR_INVALID_SERVICE_CONTROL */

static uint32_t end_reason(const struct rig_model *model) {
  return model->end == RIG_NONE ? (uint32_t)RIG_END_NONE
                                : rig_model_record(model, model->end).u.state.a;
}

/* The diagnosis that tells most about a stop that was not heard: the first initialising thread's.
 */
static uint32_t block_after_stop(const struct rig_model *model, bool *inconclusive) {
  uint32_t found = RIG_NONE;
  for (uint32_t i = 0; i < model->block_count; i++) {
    const struct rig_model_block *block = &model->blocks[i];
    if (rig_model_before_stop(model, block->record) && model->stop != RIG_NONE)
      continue;
    if (block->inconclusive || block->detained) {
      *inconclusive = true;
      continue;
    }
    bool first = model->span_count && block->thread == model->spans[model->span_count - 1].thread;
    if (found == RIG_NONE || first)
      found = i;
  }
  return found;
}

/* The rule that may explain it; it stands only if that rule failed too (roots.c). */
static enum rig_rule_id root_of_stop(const struct rig_model *model, uint32_t call) {
  if (call == RIG_NONE)
    return RIG_RULE_COUNT;
  const struct rig_model_call *at = &model->calls[call];
  struct rig_record enter = rig_model_record(model, at->enter);
  uint32_t quit = RIG_NONE;
  uint32_t wait = RIG_NONE;
  for (uint32_t i = model->threads[at->thread].first; i != call && i != RIG_NONE;
       i = model->calls[i].next) {
    struct rig_model_message message = rig_model_retrieved(model, &model->calls[i]);
    if (message.removed && message.quit && model->calls[i].leave > model->stop)
      quit = i;
    if (rig_family_message_wait(model->calls[i].family))
      wait = i;
  }
  if (quit != RIG_NONE)
    return RIG_RULE_quit_honoured;
  if (at->family == RIG_FAMILY_GET_MESSAGE || at->family == RIG_FAMILY_WAIT_MESSAGE) {
    enum rig_wake wake =
        wait == RIG_NONE ? RIG_WAKE_NONE : rig_model_wake(model, &model->calls[wait]);
    return wake == RIG_WAKE_HANDLE  ? RIG_RULE_wait_result_compare
           : wake == RIG_WAKE_OTHER ? RIG_RULE_wait_failed
                                    : RIG_RULE_no_blocking_get;
  }
  if (at->ignores != RIG_NONE)
    return RIG_RULE_dispatch_path;
  if (at->family == RIG_FAMILY_SEND ||
      (at->family == RIG_FAMILY_MSG_WAIT && (enter.u.wait.flags & RIG_MWMO_WAITALL)))
    return RIG_RULE_pump_runs;
  if (rig_model_stop_way(model) != RIG_STOP_MESSAGE)
    return RIG_RULE_COUNT;
  /* The stop is a posted WM_QUIT: what keeps messages from being served keeps it too. */
  if (at->family == RIG_FAMILY_MSG_WAIT)
    return enter.u.wait.wake_mask & (RIG_QS_POSTMESSAGE | RIG_QS_ALLPOSTMESSAGE)
               ? RIG_RULE_drain_before_wait
               : RIG_RULE_wake_mask;
  return RIG_RULE_pump_runs;
}

static void describe_handles(const struct rig_model_block *block, char *buffer, size_t size) {
  unsigned signalled = 0;
  unsigned unknown = 0;
  uint32_t handle = 0;
  for (uint32_t i = 0; i < block->handle_count; i++) {
    if (block->handles[i].signal == RIG_SIGNAL_YES) {
      signalled++;
      handle = block->handles[i].handle;
    } else if (block->handles[i].signal == RIG_SIGNAL_UNKNOWN) {
      unknown++;
    }
  }
  if (signalled)
    snprintf(buffer, size, "handle 0x%X was signalled, which this call does not see", handle);
  else if (block->handle_count == 0)
    snprintf(buffer, size, "it waited for no handle");
  else if (unknown)
    snprintf(buffer, size, "the state of %u of its handles could not be read", unknown);
  else
    snprintf(buffer, size, "none of its %u handle%s was signalled", block->handle_count,
             block->handle_count == 1 ? "" : "s");
}

static void fail_blocked(struct rig_check *check, uint32_t index) {
  const struct rig_model *model = check->model;
  const struct rig_model_block *block = &model->blocks[index];
  char handles[120];
  double entered_ms =
      block->call == RIG_NONE ? 0 : rig_model_ms(model, model->calls[block->call].enter);
  describe_handles(block, handles, sizeof handles);
  bool told =
      rig_check_fail(check, RIG_SEVERITY_ERROR, root_of_stop(model, block->call),
                     "the client was %s; thread %s still sat in %s, entered at %.0f ms; %s, and "
                     "nothing pending could "
                     "wake it",
                     rig_words_stop(model).text, rig_model_thread_name(model, block->thread),
                     rig_words_call(model, block->call).text, entered_ms, handles);
  if (!told)
    return;
  rig_check_evidence(check, model->stop, "%.110s", rig_words_stop(model).text);
  rig_check_evidence(check, model->stop_heard, "the client's handler was called");
  if (block->call != RIG_NONE)
    rig_check_evidence(check, model->calls[block->call].enter, "%.110s",
                       rig_words_call(model, block->call).text);
  for (uint32_t i = 0; i < block->handle_count && i < 3; i++)
    rig_check_evidence(check, block->handles[i].record, "handle 0x%X: %s", block->handles[i].handle,
                       block->handles[i].signal == RIG_SIGNAL_YES  ? "signalled"
                       : block->handles[i].signal == RIG_SIGNAL_NO ? "not signalled"
                                                                   : "state unknown");
  rig_check_evidence(check, block->record, "still there after %u ms", block->ms);
}

/* The wait hint of the client's last SetServiceStatus, 30 s without one. */
static double hint_ms(const struct rig_model *model) {
  double hint = DEFAULT_HINT_MS;
  for (uint32_t i = model->call_count; i > 0; i--) {
    if (model->calls[i - 1].family != RIG_FAMILY_SCM_STATUS)
      continue;
    uint32_t told = rig_model_record(model, model->calls[i - 1].enter).u.scm.wait_hint_ms;
    if (told)
      hint = (double)told;
    break;
  }
  uint32_t scale = rig_trace_header(model->trace)->scale_permille;
  return hint * (double)(scale ? scale : 1000) / 1000.0;
}

/* The rule that may explain a loop that goes on: how its last wait ended. */
static enum rig_rule_id root_of_ignored(const struct rig_model *model) {
  const struct rig_model_thread *first = rig_model_first_thread(model);
  uint32_t last = RIG_NONE;
  for (uint32_t i = first ? first->first : RIG_NONE; i != RIG_NONE; i = model->calls[i].next) {
    const struct rig_model_call *call = &model->calls[i];
    if (call->leave != RIG_NONE &&
        (rig_family_message_wait(call->family) || call->family == RIG_FAMILY_GET_MESSAGE))
      last = i;
  }
  if (last == RIG_NONE)
    return RIG_RULE_COUNT;
  const struct rig_model_call *call = &model->calls[last];
  bool failed = call->family == RIG_FAMILY_GET_MESSAGE
                    ? !rig_model_retrieved(model, call).any
                    : rig_model_wake(model, call) == RIG_WAKE_OTHER;
  if (failed)
    return RIG_RULE_wait_failed;
  return call->ignores != RIG_NONE ? RIG_RULE_dispatch_path : RIG_RULE_COUNT;
}

static void fail_ignored(struct rig_check *check, double waited_ms) {
  const struct rig_model *model = check->model;
  if (check->errors) /* that its stop event was starved says more */
    return;
  if (rig_check_fail(check, RIG_SEVERITY_ERROR, root_of_ignored(model),
                     "the client was %s and had not ended %.0f ms later (allowed: %.0f ms): it "
                     "went on without ending",
                     rig_words_stop(model).text, waited_ms, hint_ms(model))) {
    rig_check_evidence(check, model->stop, "%.110s", rig_words_stop(model).text);
    rig_check_evidence(check, model->stop_heard, "the client's handler was called");
    rig_check_evidence(check, model->end, "the run was ended");
  }
}

/* A thread that the scenario kept from going on after the stop request: who waits for it in a call
 * that serves no messages is not to blame; who sits in one that does not see the stop, is. */
static bool detained_stop(struct rig_check *check, uint32_t block) {
  const struct rig_model *model = check->model;
  uint32_t stop = model->stop == RIG_NONE ? 0 : model->stop;
  const struct rig_model_detained *time = rig_model_detained_after(model, stop);
  unsigned family = block == RIG_NONE || model->blocks[block].call == RIG_NONE
                        ? (unsigned)RIG_FAMILY_NONE
                        : model->calls[model->blocks[block].call].family;
  if (!time || family == RIG_FAMILY_GET_MESSAGE || rig_family_message_wait(family))
    return false;
  rig_check_unexercised(check,
                        "%.150s after the client was asked to stop: nothing can be concluded",
                        rig_words_detained(model, time).text);
  return true;
}

static void judge_blocked_stop(struct rig_check *check) {
  const struct rig_model *model = check->model;
  bool inconclusive = false;
  uint32_t block = block_after_stop(model, &inconclusive);
  if (detained_stop(check, block))
    return;
  if (block == RIG_NONE && inconclusive) {
    rig_check_unexercised(check, "the client was blocked after the stop request, but the machine "
                                 "itself was late meanwhile: nothing can be concluded");
  } else if (block == RIG_NONE) {
    if (rig_check_fail(
            check, RIG_SEVERITY_ERROR, RIG_RULE_COUNT,
            "the client was %s; its threads were blocked and nothing pending could wake them",
            rig_words_stop(model).text)) {
      rig_check_evidence(check, model->stop, "%.110s", rig_words_stop(model).text);
      rig_check_evidence(check, model->end, "the run was ended");
    }
  } else if (model->blocks[block].call != RIG_NONE &&
             model->calls[model->blocks[block].call].excused) {
    rig_check_unexercised(check, "the client left its pump after %.120s, which is not supported",
                          rig_words_unsupported(model, model->unsupported).text);
  } else {
    fail_blocked(check, block);
  }
}

static void judge_ended(struct rig_check *check) {
  const struct rig_model *model = check->model;
  if (!model->exit_known)
    rig_check_unexercised(check, "the record of the run stops before the end of the client");
  else if (rig_model_crash(model))
    rig_check_unexercised(check, "the client crashed after it was asked to stop");
  else if (model->exit_code == RIG_STATUS_CONTROL_C_EXIT && !model->killed)
    rig_check_unexercised(check,
                          "a console control event that the client does not handle ended it");
  else if (model->killed)
    rig_check_unexercised(check, "the client was ended from outside before it could end by itself");
  else
    rig_check_pass(check, "%s, the client ended %.0f ms later", rig_words_stop(model).text,
                   rig_model_ms(model, model->exit != RIG_NONE ? model->exit : model->last) -
                       rig_model_ms(model, model->stop));
}

void rig_check_stop_latency(struct rig_check *check) {
  const struct rig_model *model = check->model;
  uint32_t end = end_reason(model);
  /* One that refused the stop because it was stopping already is judged; one that does not accept
   * the control at all goes on as it should. */
  bool not_accepted =
      model->refused != RIG_NONE &&
      rig_model_record(model, model->refused).u.stimulus.error == INVALID_SERVICE_CONTROL;
  bool by_itself = !not_accepted && (end == RIG_END_STOP_BLOCKED || end == RIG_END_STOP_IGNORED);
  if (model->stop == RIG_NONE && !by_itself) {
    if (model->refused != RIG_NONE) {
      char error[80];
      rig_format_value(RIG_VALUES_WIN32, rig_model_record(model, model->refused).u.stimulus.error,
                       error, sizeof error);
      rig_check_unexercised(check, "the client does not accept the stop request: %s", error);
    } else {
      rig_check_unexercised(check, "the run ended before the client was asked to stop");
    }
    return;
  }
  if (model->stop != RIG_NONE && rig_model_stop_way(model) == RIG_STOP_KILL) {
    rig_check_unexercised(check, "the scenario ends the client by TerminateProcess");
    return;
  }
  double waited_ms = rig_model_ms(model, model->end) - rig_model_ms(model, model->stop);
  rig_check_starved(check);
  if (end == RIG_END_STOP_BLOCKED)
    judge_blocked_stop(check);
  else if ((end == RIG_END_STOP_IGNORED || end == RIG_END_TIMEOUT) &&
           detained_stop(check, RIG_NONE))
    return;
  else if (end == RIG_END_STOP_IGNORED || (end == RIG_END_TIMEOUT && waited_ms >= hint_ms(model)))
    fail_ignored(check, waited_ms);
  else if (end == RIG_END_TIMEOUT)
    rig_check_unexercised(
        check,
        "the run's time-out came %.0f ms after the stop request, before the %.0f ms "
        "that the client may take",
        waited_ms, hint_ms(model));
  else
    judge_ended(check);
}
