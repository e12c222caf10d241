/*
 * The outcome of a run as a whole, and its cause: what ended it, in words.
 *
 * The order of the tests matters: what makes a run worthless comes first, then how it ended, then
 * what the rules found, then what kept them from finding anything.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/names.h"
#include "judge/causes.h"
#include "judge/check.h"
#include "judge/outcome_private.h"

#define STATUS_DLL_NOT_FOUND 0xC0000135u
#define STATUS_ENTRYPOINT_NOT_FOUND 0xC0000139u
#define STATUS_DLL_INIT_FAILED 0xC0000142u
#define STATUS_ASSERTION_FAILURE 0xC0000420u /* core/assert.h: an assertion of the stub's */

bool rig_outcome_settle(struct rig_judgement *judgement, enum rig_cause cause, const char *format,
                        ...) {
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

uint32_t rig_outcome_end_reason(const struct rig_model *model) {
  return model->end == RIG_NONE ? (uint32_t)RIG_END_NONE
                                : rig_model_record(model, model->end).u.state.a;
}

/* ---- a run that tells nothing ---- */

static bool never_began(const struct rig_model *model, struct rig_judgement *judgement) {
  const struct rig_header *header = rig_trace_header(model->trace);
  char error[80];
  if (header->phase == RIG_PHASE_NOT_STARTED) {
    rig_format_value(RIG_VALUES_WIN32, header->start_error, error, sizeof error);
    return rig_outcome_settle(judgement, RIG_CAUSE_NOT_STARTED, "Windows could not start %s: %s",
                              rig_trace_text(model->trace, RIG_TEXT_CLIENT), error);
  }
  if (model->hello != RIG_NONE)
    return false;
  if (header->phase == RIG_PHASE_CREATED)
    return rig_outcome_settle(judgement, RIG_CAUSE_NOT_STARTED,
                              "the client was never started: the session has "
                              "no record of it");
  uint32_t code = model->exit_known ? model->exit_code : 0;
  if (code == STATUS_DLL_NOT_FOUND || code == STATUS_ENTRYPOINT_NOT_FOUND ||
      code == STATUS_DLL_INIT_FAILED)
    return rig_outcome_settle(
        judgement, RIG_CAUSE_MISSING_DLL,
        "the client ended with %s before its first instruction: a DLL that it needs is "
        "missing or not the right one (a C++ runtime, MFC?)",
        code_text(code).text);
  return rig_outcome_settle(
      judgement, RIG_CAUSE_STUB_NOT_LOADED,
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
    return rig_outcome_settle(
        judgement, RIG_CAUSE_LOG_FULL,
        "the log of %u records is full and %u more were lost: the client makes calls "
        "without end, or the run needs a larger log (more free space in /dev/shm, fewer "
        "runs at once)",
        rig_trace_header(model->trace)->log_capacity, health.lost);
  if (rig_model_crash(model) == STATUS_ASSERTION_FAILURE)
    return rig_outcome_settle(
        judgement, RIG_CAUSE_STUB_FAILED,
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

bool rig_outcome_gave_up(const struct rig_model *model, struct rig_judgement *judgement,
                         const char *how) {
  return rig_outcome_settle(
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
    return rig_outcome_gave_up(model, judgement, "crashed");
  uint32_t at = model->exception != RIG_NONE ? model->exception : model->last;
  char where[120] = "";
  if (model->exception != RIG_NONE) {
    struct rig_record record = rig_model_record(model, model->exception);
    snprintf(where, sizeof where, " on thread %s at address 0x%llx",
             rig_trace_thread(model->trace, record.thread),
             (unsigned long long)record.u.state.value);
  }
  return rig_outcome_settle(judgement, RIG_CAUSE_CRASH,
                            "the client crashed with %s%s, %.0f ms after its start",
                            code_text(code).text, where, rig_model_ms(model, at));
}

bool rig_outcome_excused(const struct rig_model *model) {
  if (model->unsupported == RIG_NONE)
    return false;
  const struct rig_model_thread *first = rig_model_first_thread(model);
  return !first || first->horizon.excused;
}

bool rig_outcome_stop_refused(const struct rig_model *model, struct rig_judgement *judgement) {
  if (model->refused == RIG_NONE || model->stop != RIG_NONE)
    return false;
  return rig_outcome_settle(judgement, RIG_CAUSE_STOP_REFUSED, "%s",
                            finding_of(judgement, RIG_RULE_stop_latency)->message);
}

/* The scenario itself kept a thread of the client from going on until the end. */
static bool detained(const struct rig_model *model, struct rig_judgement *judgement) {
  uint32_t end = model->end == RIG_NONE ? model->last : model->end;
  const struct rig_model_detained *time =
      rig_model_detained_after(model, model->stop == RIG_NONE ? end : model->stop);
  if (!time)
    return false;
  return rig_outcome_settle(
      judgement, RIG_CAUSE_DETAINED,
      "%s, and the client did not end: this is the scenario's doing, none of the client's",
      rig_words_detained(model, time).text);
}

static bool stop_failed(const struct rig_model *model, struct rig_judgement *judgement) {
  uint32_t end = rig_outcome_end_reason(model);
  if (end != RIG_END_STOP_BLOCKED && end != RIG_END_STOP_IGNORED)
    return false;
  const struct rig_finding *finding = finding_of(judgement, RIG_RULE_stop_latency);
  if (finding->verdict == RIG_FAIL) {
    enum rig_cause cause =
        end == RIG_END_STOP_BLOCKED ? RIG_CAUSE_STOP_BLOCKED : RIG_CAUSE_STOP_IGNORED;
    return rig_outcome_settle(judgement, cause, "%s%s%s", finding->message,
                              finding->root ? "; root cause: " : "",
                              finding->root ? finding->root->id : "");
  }
  if (rig_outcome_excused(model))
    return rig_outcome_gave_up(model, judgement, "left its pump");
  if (rig_outcome_stop_refused(model, judgement) || detained(model, judgement))
    return true;
  return rig_outcome_settle(
      judgement, RIG_CAUSE_MACHINE_LATE,
      "the client was blocked after the stop request, but the machine itself was late "
      "meanwhile: run it again, with a larger --scale or fewer runs at once");
}

/* The backstop of the run, the director's or the harness's. */
static bool timed_out(const struct rig_model *model, struct rig_judgement *judgement) {
  const struct rig_header *header = rig_trace_header(model->trace);
  double limit_ms = (double)header->timeout_ms *
                    (double)(header->scale_permille ? header->scale_permille : 1000) / 1000.0;
  bool by_director = rig_outcome_end_reason(model) == RIG_END_TIMEOUT;
  bool by_harness = model->exit_known && model->killed && model->end == RIG_NONE &&
                    rig_model_stop_way(model) != RIG_STOP_KILL && limit_ms > 0 &&
                    rig_model_ms(model, model->exit) >= limit_ms;
  if (!by_director && !by_harness)
    return false;
  if (rig_outcome_excused(model))
    return rig_outcome_gave_up(model, judgement, "did not go on");
  if (detained(model, judgement))
    return true;
  return rig_outcome_settle(judgement, RIG_CAUSE_TIMEOUT,
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
  return rig_outcome_settle(judgement, RIG_CAUSE_RULE_BROKEN, "the client broke %s%s%s%s", roots,
                            others[0] ? "; that led to " : "", others,
                            model->truncated ? "; its calls without end filled the log" : "");
}

void rig_outcome(const struct rig_model *model, struct rig_judgement *judgement) {
  judgement->exit_code = model->exit_code;
  judgement->exited = model->exit_known && !model->killed;
  if (never_began(model, judgement) || broke_off(model, judgement) || crashed(model, judgement))
    return;
  if (model->mapi_calls == 0) {
    rig_outcome_settle(judgement, RIG_CAUSE_NO_MAPI_CALL,
                       "no MAPI call was seen: the client never called a function of mapi32.dll");
    return;
  }
  if (stop_failed(model, judgement) || timed_out(model, judgement) ||
      rule_broken(model, judgement) || rig_outcome_incomplete(model, judgement))
    return;
  unsigned passed = 0;
  unsigned warnings = 0;
  for (size_t i = 0; i < judgement->finding_count; i++) {
    passed += judgement->findings[i].verdict == RIG_PASS;
    warnings += judgement->findings[i].verdict == RIG_FAIL;
  }
  if (passed + warnings == 0)
    rig_outcome_settle(judgement, RIG_CAUSE_NOTHING_EXERCISED,
                       "no rule was given its chance by this run");
  else
    rig_outcome_settle(judgement, RIG_CAUSE_COMPLETE, "%u rules kept%s", passed,
                       warnings ? ", with warnings" : "");
}
