/*
 * The outcome of a run as a whole, and its cause: what ended it, in words.
 *
 * The order of the tests matters: what makes a run worthless comes first, then how it ended, then
 * what the rules found, then what kept them from finding anything.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/names.h"
#include "judge/causes.h"
#include "judge/check.h"

#define SERVICE_RUNNING 4u
#define STATUS_DLL_NOT_FOUND 0xC0000135u
#define STATUS_ENTRYPOINT_NOT_FOUND 0xC0000139u
#define STATUS_DLL_INIT_FAILED 0xC0000142u
#define STATUS_ASSERTION_FAILURE 0xC0000420u /* core/assert.h: an assertion of the stub's */

__attribute__((format(printf, 3, 4))) static bool
settle(struct rig_judgement *judgement, enum rig_cause cause, const char *format, ...) {
  judgement->outcome = rig_cause_outcome(cause);
  judgement->cause = rig_cause_id(cause);
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(judgement->message, sizeof judgement->message, format, arguments);
  va_end(arguments);
  return true;
}

static struct rig_words code_text(uint32_t code) {
  struct rig_words out;
  rig_format_value(RIG_VALUES_EXCEPTION, code, out.text, sizeof out.text);
  return out;
}

static uint32_t end_reason(const struct rig_model *model) {
  return model->end == RIG_NONE ? (uint32_t)RIG_END_NONE
                                : rig_model_record(model, model->end).u.state.a;
}

/* ---- a run that tells nothing ---- */

static bool never_began(const struct rig_model *model, struct rig_judgement *judgement) {
  const struct rig_header *header = rig_trace_header(model->trace);
  char error[80];
  if (header->phase == RIG_PHASE_NOT_STARTED) {
    rig_format_value(RIG_VALUES_WIN32, header->start_error, error, sizeof error);
    return settle(judgement, RIG_CAUSE_NOT_STARTED, "Windows could not start %s: %s",
                  rig_trace_text(model->trace, RIG_TEXT_CLIENT), error);
  }
  if (model->hello != RIG_NONE)
    return false;
  if (header->phase == RIG_PHASE_CREATED)
    return settle(judgement, RIG_CAUSE_NOT_STARTED,
                  "the client was never started: the session has "
                  "no record of it");
  uint32_t code = model->exit_known ? model->exit_code : 0;
  if (code == STATUS_DLL_NOT_FOUND || code == STATUS_ENTRYPOINT_NOT_FOUND ||
      code == STATUS_DLL_INIT_FAILED)
    return settle(judgement, RIG_CAUSE_MISSING_DLL,
                  "the client ended with %s before its first instruction: a DLL that it needs is "
                  "missing or not the right one (a C++ runtime, MFC?)",
                  code_text(code).text);
  return settle(judgement, RIG_CAUSE_STUB_NOT_LOADED,
                "mapirig's mapi32.dll was never loaded into the client, so nothing was recorded: "
                "the start under Wine failed, or the client is of another bitness");
}

static const struct rig_finding *finding_of(const struct rig_judgement *judgement,
                                            enum rig_rule_id id) {
  return &judgement->findings[id];
}

/* Calls without end that did nothing filled the log: that is proven by what it holds. */
static bool spun(const struct rig_judgement *judgement) {
  return finding_of(judgement, RIG_RULE_no_busy_wait)->verdict == RIG_FAIL;
}

static bool broke_off(const struct rig_model *model, struct rig_judgement *judgement) {
  struct rig_trace_health health;
  rig_trace_health(model->trace, &health);
  if (model->truncated && !spun(judgement))
    return settle(judgement, RIG_CAUSE_LOG_FULL,
                  "the log of %u records is full and %u more were lost: the client makes calls "
                  "without end, or the run needs a larger log (more free space in /dev/shm, fewer "
                  "runs at once)",
                  rig_trace_header(model->trace)->log_capacity, health.lost);
  if (rig_model_crash(model) == STATUS_ASSERTION_FAILURE)
    return settle(judgement, RIG_CAUSE_STUB_FAILED,
                  "an assertion of mapirig's own failed inside the client (see its stderr)");
  return false;
}

/* ---- how it ended ---- */

/* Was an answer "not supported" the last thing MAPI did for the thread that crashed? */
static bool crashed_on_unsupported(const struct rig_model *model) {
  if (model->unsupported == RIG_NONE)
    return false;
  uint32_t thread = rig_model_record(model, model->unsupported).thread;
  if (model->exception != RIG_NONE && rig_model_record(model, model->exception).thread != thread)
    return false;
  for (uint32_t i = model->call_count; i > 0; i--) {
    const struct rig_model_call *call = &model->calls[i - 1];
    if (call->enter <= model->unsupported)
      return true;
    if (model->threads[call->thread].id == thread && call->family >= RIG_FAMILY_MAPI_INITIALIZE)
      return false;
  }
  return true;
}

static bool gave_up(const struct rig_model *model, struct rig_judgement *judgement,
                    const char *how) {
  return settle(
      judgement, RIG_CAUSE_UNSUPPORTED,
      "the client %s after %s, which is not supported by this version of mapirig: this is "
      "no fault of the client's",
      how, rig_words_unsupported(model, model->unsupported).text);
}

static bool crashed(const struct rig_model *model, struct rig_judgement *judgement) {
  uint32_t code = rig_model_crash(model);
  if (code == 0)
    return false;
  if (crashed_on_unsupported(model))
    return gave_up(model, judgement, "crashed");
  uint32_t at = model->exception != RIG_NONE ? model->exception : model->last;
  char where[120] = "";
  if (model->exception != RIG_NONE) {
    struct rig_record record = rig_model_record(model, model->exception);
    snprintf(where, sizeof where, " on thread %s at address 0x%llx",
             rig_trace_thread(model->trace, record.thread),
             (unsigned long long)record.u.state.value);
  }
  return settle(judgement, RIG_CAUSE_CRASH, "the client crashed with %s%s, %.0f ms after its start",
                code_text(code).text, where, rig_model_ms(model, at));
}

static bool first_thread_excused(const struct rig_model *model) {
  if (model->unsupported == RIG_NONE)
    return false;
  const struct rig_model_thread *first = rig_model_first_thread(model);
  return !first || first->horizon.excused;
}

static bool stop_refused(const struct rig_model *model, struct rig_judgement *judgement) {
  if (model->refused == RIG_NONE || model->stop != RIG_NONE)
    return false;
  return settle(judgement, RIG_CAUSE_STOP_REFUSED, "%s",
                finding_of(judgement, RIG_RULE_stop_latency)->message);
}

/* The scenario itself kept a thread of the client from going on until the end. */
static bool detained(const struct rig_model *model, struct rig_judgement *judgement) {
  uint32_t end = model->end == RIG_NONE ? model->last : model->end;
  const struct rig_model_detained *time =
      rig_model_detained_after(model, model->stop == RIG_NONE ? end : model->stop);
  if (!time)
    return false;
  return settle(
      judgement, RIG_CAUSE_DETAINED,
      "%s, and the client did not end: this is the scenario's doing, none of the client's",
      rig_words_detained(model, time).text);
}

static bool stop_failed(const struct rig_model *model, struct rig_judgement *judgement) {
  uint32_t end = end_reason(model);
  if (end != RIG_END_STOP_BLOCKED && end != RIG_END_STOP_IGNORED)
    return false;
  const struct rig_finding *finding = finding_of(judgement, RIG_RULE_stop_latency);
  if (finding->verdict == RIG_FAIL) {
    enum rig_cause cause =
        end == RIG_END_STOP_BLOCKED ? RIG_CAUSE_STOP_BLOCKED : RIG_CAUSE_STOP_IGNORED;
    return settle(judgement, cause, "%s%s%s", finding->message,
                  finding->root ? "; root cause: " : "", finding->root ? finding->root->id : "");
  }
  if (first_thread_excused(model))
    return gave_up(model, judgement, "left its pump");
  if (stop_refused(model, judgement) || detained(model, judgement))
    return true;
  return settle(judgement, RIG_CAUSE_MACHINE_LATE,
                "the client was blocked after the stop request, but the machine itself was late "
                "meanwhile: run it again, with a larger --scale or fewer runs at once");
}

/* The backstop of the run, the director's or the harness's. */
static bool timed_out(const struct rig_model *model, struct rig_judgement *judgement) {
  const struct rig_header *header = rig_trace_header(model->trace);
  double limit_ms = (double)header->timeout_ms *
                    (double)(header->scale_permille ? header->scale_permille : 1000) / 1000.0;
  bool by_director = end_reason(model) == RIG_END_TIMEOUT;
  bool by_harness = model->exit_known && model->killed && model->end == RIG_NONE &&
                    rig_model_stop_way(model) != RIG_STOP_KILL && limit_ms > 0 &&
                    rig_model_ms(model, model->exit) >= limit_ms;
  if (!by_director && !by_harness)
    return false;
  if (first_thread_excused(model))
    return gave_up(model, judgement, "did not go on");
  if (detained(model, judgement))
    return true;
  return settle(judgement, RIG_CAUSE_TIMEOUT,
                "the run did not end within its time-out of %.0f ms%s", limit_ms,
                model->stop == RIG_NONE ? "; it was never asked to stop" : "");
}

/* ---- what the rules found ---- */

static bool rule_broken(const struct rig_model *model, struct rig_judgement *judgement) {
  char roots[RIG_MESSAGE_BYTES / 2] = "";
  char others[RIG_MESSAGE_BYTES / 4] = "";
  unsigned errors = 0;
  for (size_t i = 0; i < judgement->finding_count; i++) {
    const struct rig_finding *finding = &judgement->findings[i];
    if (finding->verdict != RIG_FAIL || finding->severity != RIG_SEVERITY_ERROR)
      continue;
    errors++;
    char *list = finding->root ? others : roots;
    size_t size = finding->root ? sizeof others : sizeof roots;
    size_t used = strlen(list);
    snprintf(list + used, size - used, "%s%s", used ? ", " : "", finding->rule->id);
  }
  if (errors == 0)
    return false;
  return settle(judgement, RIG_CAUSE_RULE_BROKEN, "the client broke %s%s%s%s", roots,
                others[0] ? "; that led to " : "", others,
                model->truncated ? "; its calls without end filled the log" : "");
}

/* ---- what kept the run from telling more ---- */

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
  if (end_reason(model) == RIG_END_NEVER_READY)
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
  uint32_t end = end_reason(model);
  if (end != RIG_END_NEVER_READY && end != RIG_END_STEP_STUCK)
    return false;
  uint32_t still = still_missing(model);
  if (end != RIG_END_NEVER_READY && still == 0)
    return false;
  if (model->unsupported != RIG_NONE)
    return gave_up(model, judgement, "never became ready");
  char missing[300];
  list_missing(still, missing, sizeof missing);
  return settle(judgement, RIG_CAUSE_NEVER_READY,
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
  if (end_reason(model) != RIG_END_STEP_STUCK)
    return false;
  if (first_thread_excused(model))
    return gave_up(model, judgement, "did not go on");
  uint32_t index = rig_model_record(model, model->end).u.state.b;
  const struct rig_step *step = rig_trace_step(model->trace, index);
  return settle(
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
    return settle(
        judgement, RIG_CAUSE_CONSOLE_UNHANDLED,
        "the client's handler returned from the console control event before the client had "
        "ended, so Windows ended it: after a close, a log-off or a shutdown a handler must clean "
        "up before it returns");
  if (by_console)
    return settle(
        judgement, RIG_CAUSE_CONSOLE_UNHANDLED,
        "the client has no handler for the console control event that asked it to stop, so "
        "Windows ended it: name another way with `stop:` in the scenario");
  if (model->unsupported != RIG_NONE && model->stop == RIG_NONE && rig_model_ended_itself(model))
    return gave_up(model, judgement, "ended");
  if (!model->exit_known)
    return settle(judgement, RIG_CAUSE_UNFINISHED,
                  "the session has no end of the client: the run was broken off");
  bool by_plan = model->stop != RIG_NONE && rig_model_stop_way(model) == RIG_STOP_KILL;
  if (model->killed && !by_plan)
    return settle(judgement, RIG_CAUSE_INTERRUPTED,
                  "the client was ended by the harness %.0f ms after its start",
                  rig_model_ms(model, model->exit));
  unsigned performed = 0;
  bool answered = false;
  unsigned missing = unperformed(model, &performed, &answered);
  unsigned steps = counted(model, rig_trace_header(model->trace)->plan_steps);
  if (steps && (missing || (performed == 0 && !answered)))
    return settle(judgement, RIG_CAUSE_ENDED_EARLY,
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
  return settle(judgement, RIG_CAUSE_CONTROL_REFUSED,
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
      return settle(judgement, RIG_CAUSE_STEP_STUCK,
                    "the fault of line %u never came: the client did not make that call of %s",
                    step->line, rig_family_word(step->family));
  }
  return false;
}

void rig_outcome(const struct rig_model *model, struct rig_judgement *judgement) {
  judgement->exit_code = model->exit_code;
  judgement->exited = model->exit_known && !model->killed;
  if (never_began(model, judgement) || broke_off(model, judgement) || crashed(model, judgement))
    return;
  if (model->mapi_calls == 0) {
    settle(judgement, RIG_CAUSE_NO_MAPI_CALL,
           "no MAPI call was seen: the client never called a function of mapi32.dll");
    return;
  }
  if (stop_failed(model, judgement) || timed_out(model, judgement) ||
      rule_broken(model, judgement) || never_ready(model, judgement) ||
      stop_refused(model, judgement) || step_stuck(model, judgement) ||
      ended_otherwise(model, judgement) || control_refused(model, judgement) ||
      fault_unmet(model, judgement))
    return;
  unsigned passed = 0;
  unsigned warnings = 0;
  for (size_t i = 0; i < judgement->finding_count; i++) {
    passed += judgement->findings[i].verdict == RIG_PASS;
    warnings += judgement->findings[i].verdict == RIG_FAIL;
  }
  if (passed + warnings == 0)
    settle(judgement, RIG_CAUSE_NOTHING_EXERCISED, "no rule was given its chance by this run");
  else
    settle(judgement, RIG_CAUSE_COMPLETE, "%u rules kept%s", passed,
           warnings ? ", with warnings" : "");
}
