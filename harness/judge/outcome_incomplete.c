/*
 * The outcomes of a run that came to no harm and broke no rule, and yet tells less than its
 * scenario wanted: a client that was never ready, a step that was never performed, an early end.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/names.h"
#include "judge/causes.h"
#include "judge/outcome_private.h"

#define SERVICE_RUNNING 4u

/* "; the scenario made MAPILogonEx fail with ...", when a fault met a call. */
static struct rig_words with_fault(const struct rig_model *model) {
  struct rig_words out = {""};
  if (model->fault != RIG_NONE)
    snprintf(out.text, sizeof out.text, "; %.190s", rig_words_fault(model, model->fault).text);
  return out;
}

static void list_missing(uint32_t missing, char *buffer, size_t size) {
  static const struct {
    uint32_t bit;
    const char *text;
  } texts[] = {
      {RIG_MISSING_INITIALIZE, "a successful MAPIInitialize"},
      {RIG_MISSING_LOGON, "the return of MAPILogonEx"},
      {RIG_MISSING_RUNNING, "SERVICE_RUNNING reported by SetServiceStatus"},
      {RIG_MISSING_WAIT, "a blocking call of the thread that initialised MAPI first"},
  };
  buffer[0] = '\0';
  for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
    size_t used = strlen(buffer);
    if (missing & texts[i].bit)
      snprintf(buffer + used, size - used, "%s%s", used ? ", " : "", texts[i].text);
  }
  if (!buffer[0])
    snprintf(buffer, size, "%s", texts[0].text);
}

/* What was given up waiting for and never came later either. */
static uint32_t still_missing(const struct rig_model *model) {
  if (rig_outcome_end_reason(model) == RIG_END_NEVER_READY)
    return rig_model_record(model, model->end).u.state.d;
  if (model->ready == RIG_NONE)
    return 0;
  uint32_t missing = rig_model_record(model, model->ready).u.state.a;
  const struct rig_model_thread *first = rig_model_first_thread(model);
  if (!first || first->last_wait != RIG_NONE || first->last_pump != RIG_NONE)
    missing &= ~(uint32_t)RIG_MISSING_WAIT;
  for (uint32_t i = 0; i < model->call_count && missing; i++) {
    const struct rig_model_call *call = &model->calls[i];
    if (call->family == RIG_FAMILY_MAPI_LOGON && call->leave != RIG_NONE)
      missing &= ~(uint32_t)RIG_MISSING_LOGON;
    if (call->family == RIG_FAMILY_SCM_STATUS &&
        rig_model_record(model, call->enter).u.scm.state == SERVICE_RUNNING)
      missing &= ~(uint32_t)RIG_MISSING_RUNNING;
  }
  return missing & (RIG_MISSING_LOGON | RIG_MISSING_RUNNING | RIG_MISSING_WAIT);
}

/* The run ended for want of what a ready client has: it could not be asked to stop, or a trigger
 * never came. */
static bool never_ready(const struct rig_model *model, struct rig_judgement *judgement) {
  uint32_t end = rig_outcome_end_reason(model);
  if (end != RIG_END_NEVER_READY && end != RIG_END_STEP_STUCK)
    return false;
  uint32_t still = still_missing(model);
  if (end != RIG_END_NEVER_READY && still == 0)
    return false;
  if (model->unsupported != RIG_NONE)
    return rig_outcome_gave_up(model, judgement, "never became ready");
  char missing[300];
  list_missing(still, missing, sizeof missing);
  return rig_outcome_settle(
      judgement, RIG_CAUSE_NEVER_READY,
      "the client never became ready; after %.0f ms there was still missing: %s%s",
      rig_model_ms(model, model->end), missing, with_fault(model).text);
}

/* A step as the scenario's author counts them: no fault, and no end of a hold or gate that the plan
 * added; the final stop is one. */
static bool is_counted(const struct rig_step *step) {
  bool added =
      step->line == 0 && (step->action == RIG_ACTION_RELEASE || step->action == RIG_ACTION_UNGATE);
  return step->action != RIG_ACTION_FAULT && !added;
}

/* The steps so counted, of the first `end` of the plan. */
static unsigned counted(const struct rig_model *model, uint32_t end) {
  unsigned count = 0;
  for (uint32_t i = 0; i < end; i++) {
    const struct rig_step *step = rig_trace_step(model->trace, i);
    count += step != NULL && is_counted(step);
  }
  return count;
}

static bool step_stuck(const struct rig_model *model, struct rig_judgement *judgement) {
  if (rig_outcome_end_reason(model) != RIG_END_STEP_STUCK)
    return false;
  if (rig_outcome_excused(model))
    return rig_outcome_gave_up(model, judgement, "did not go on");
  uint32_t index = rig_model_record(model, model->end).u.state.b;
  const struct rig_step *step = rig_trace_step(model->trace, index);
  return rig_outcome_settle(
      judgement, RIG_CAUSE_STEP_STUCK,
      "the trigger of step %u (line %u of the scenario) never came: the run did not reach "
      "the situation that it waits for%s",
      counted(model, index) + 1, step ? step->line : 0, with_fault(model).text);
}

/* Steps that were never performed; the client may end before a last `stop`. *answered says that a
 * fault of MAPI met it, and that the scenario asks for nothing else: its end is its answer. */
static unsigned unperformed(const struct rig_model *model, unsigned *performed, bool *answered) {
  uint32_t steps = rig_trace_header(model->trace)->plan_steps;
  unsigned missing = 0;
  unsigned written = 0;
  bool faulted = false;
  bool *done = calloc((size_t)steps + 1, sizeof *done);
  if (!done)
    return 0;
  for (uint32_t i = 0; i < model->stimulus_count; i++) {
    if (model->stimuli[i].step < steps)
      done[model->stimuli[i].step] = true;
  }
  for (uint32_t i = 0; i < steps; i++) {
    const struct rig_step *step = rig_trace_step(model->trace, i);
    faulted |= step && done[i] && step->action == RIG_ACTION_FAULT;
    if (!step || !is_counted(step))
      continue;
    written += step->line != 0;
    *performed += done[i];
    missing += !done[i] && step->action != RIG_ACTION_STOP;
  }
  *answered = faulted && written == 0;
  free(done);
  return missing;
}

/* Did a handler of the client's answer TRUE to a console control event? */
static bool console_event_taken(const struct rig_model *model) {
  for (uint32_t i = 0; i < model->call_count; i++) {
    const struct rig_model_call *call = &model->calls[i];
    if (call->family == RIG_FAMILY_CONSOLE_HANDLER && call->leave != RIG_NONE &&
        rig_model_record(model, call->leave).u.scm.result != 0)
      return true;
  }
  return false;
}

static bool ended_otherwise(const struct rig_model *model, struct rig_judgement *judgement) {
  bool by_console =
      model->exit_known && !model->killed && model->exit_code == RIG_STATUS_CONTROL_C_EXIT;
  if (by_console && console_event_taken(model))
    return rig_outcome_settle(
        judgement, RIG_CAUSE_CONSOLE_UNHANDLED,
        "the client's handler returned from the console control event before the client had "
        "ended, so Windows ended it: after a close, a log-off or a shutdown a handler must clean "
        "up before it returns");
  if (by_console)
    return rig_outcome_settle(
        judgement, RIG_CAUSE_CONSOLE_UNHANDLED,
        "the client has no handler for the console control event that asked it to stop, so "
        "Windows ended it: name another way with `stop:` in the scenario");
  if (model->unsupported != RIG_NONE && model->stop == RIG_NONE && rig_model_ended_itself(model))
    return rig_outcome_gave_up(model, judgement, "ended");
  if (!model->exit_known)
    return rig_outcome_settle(judgement, RIG_CAUSE_UNFINISHED,
                              "the session has no end of the client: the run was broken off");
  bool by_plan = model->stop != RIG_NONE && rig_model_stop_way(model) == RIG_STOP_KILL;
  if (model->killed && !by_plan)
    return rig_outcome_settle(judgement, RIG_CAUSE_INTERRUPTED,
                              "the client was ended by the harness %.0f ms after its start",
                              rig_model_ms(model, model->exit));
  unsigned performed = 0;
  bool answered = false;
  unsigned missing = unperformed(model, &performed, &answered);
  unsigned steps = counted(model, rig_trace_header(model->trace)->plan_steps);
  if (steps && (missing || (performed == 0 && !answered)))
    return rig_outcome_settle(
        judgement, RIG_CAUSE_ENDED_EARLY,
        "the client ended by itself with exit code %u after %.0f ms, when %u of the "
        "scenario's %u steps had been performed%s",
        model->exit_code, rig_model_ms(model, model->exit), performed, steps,
        with_fault(model).text);
  return false;
}

static bool control_refused(const struct rig_model *model, struct rig_judgement *judgement) {
  if (model->refused_control == RIG_NONE)
    return false;
  struct rig_record record = rig_model_record(model, model->refused_control);
  const struct rig_step *step = rig_trace_step(model->trace, record.u.stimulus.step);
  char control[60];
  char error[80];
  rig_format_value(RIG_VALUES_SERVICE_CONTROL, step ? step->control : 0, control, sizeof control);
  rig_format_value(RIG_VALUES_WIN32, record.u.stimulus.error, error, sizeof error);
  return rig_outcome_settle(judgement, RIG_CAUSE_CONTROL_REFUSED,
                            "the client does not accept %s at %.0f ms: %s", control,
                            rig_model_ms(model, model->refused_control), error);
}

/* A fault that no call has met: what the scenario is about did not happen. */
static bool fault_unmet(const struct rig_model *model, struct rig_judgement *judgement) {
  uint32_t steps = rig_trace_header(model->trace)->plan_steps;
  for (uint32_t i = 0; i < steps; i++) {
    const struct rig_step *step = rig_trace_step(model->trace, i);
    bool met = false;
    for (uint32_t k = 0; step && k < model->stimulus_count; k++)
      met = met || (model->stimuli[k].action == RIG_ACTION_FAULT && model->stimuli[k].step == i);
    if (step && step->action == RIG_ACTION_FAULT && !met)
      return rig_outcome_settle(
          judgement, RIG_CAUSE_STEP_STUCK,
          "the fault of line %u never came: the client did not make that call of %s", step->line,
          rig_family_word(step->family));
  }
  return false;
}

bool rig_outcome_incomplete(const struct rig_model *model, struct rig_judgement *judgement) {
  return never_ready(model, judgement) || rig_outcome_stop_refused(model, judgement) ||
         step_stuck(model, judgement) || ended_otherwise(model, judgement) ||
         control_refused(model, judgement) || fault_unmet(model, judgement);
}
