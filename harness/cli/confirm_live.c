/*
 * A live run held against what the simulator found.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/assess.h"
#include "cli/confirm.h"
#include "cli/replay.h"
#include "report/clean.h"

bool rig_confirm_is_hang(const char *cause) {
  static const enum rig_cause hangs[] = {RIG_CAUSE_STOP_BLOCKED, RIG_CAUSE_STOP_IGNORED,
                                         RIG_CAUSE_TIMEOUT, RIG_CAUSE_DEADLOCK, RIG_CAUSE_LIVELOCK};
  for (size_t i = 0; i < sizeof hangs / sizeof *hangs; i++) {
    if (strcmp(cause, rig_cause_id(hangs[i])) == 0) {
      return true;
    }
  }
  return false;
}

static bool fails(const struct rig_judgement *judgement, const struct rig_rule *rule,
                  enum rig_severity severity) {
  for (size_t i = 0; i < judgement->finding_count; i++) {
    const struct rig_finding *finding = &judgement->findings[i];
    if (finding->rule == rule) {
      return finding->verdict == RIG_FAIL &&
             (finding->severity == severity || finding->severity == RIG_SEVERITY_ERROR);
    }
  }
  return false;
}

/* What of the path's the run does not show; false when it shows all. */
static bool misses(const struct rig_confirm *confirm, const struct rig_judgement *live, char *out,
                   size_t size) {
  for (size_t i = 0; i < confirm->rule_count; i++) {
    if (!fails(live, confirm->rules[i], confirm->severity)) {
      snprintf(out, size, "%s does not fail there", confirm->rules[i]->id);
      return true;
    }
  }
  if (confirm->goes_on ? confirm->rule_count == 0 && !rig_confirm_is_hang(live->cause)
                       : confirm->hangs != rig_confirm_is_hang(live->cause)) {
    snprintf(out, size, "it %s there (%s)",
             rig_confirm_is_hang(live->cause) ? "hangs" : "does not hang", live->cause);
    return true;
  }
  if (confirm->rule_count == 0 && !confirm->hangs && !confirm->goes_on &&
      strcmp(confirm->cause, live->cause) != 0) {
    snprintf(out, size, "it ends as %s there", live->cause);
    return true;
  }
  return false;
}

static bool has_call(const uint16_t *calls, size_t count, unsigned family) {
  for (size_t i = 0; i < count; i++) {
    if (calls[i] == family) {
      return true;
    }
  }
  return false;
}

/* A retrieval or dispatch that the first thread makes on one side alone: how often it makes one is
 * a matter of time, whether at all is one of the program. `lacks`: only those that the live one
 * lacks, for a live run goes on where a path may have ended. False: there is none. */
static bool parts(const struct rig_confirm *confirm, const struct rig_trace *trace, bool lacks,
                  char *out, size_t size) {
  uint16_t *calls = NULL;
  size_t count = 0;
  bool differs = false;
  if (rig_confirm_calls(trace, &calls, &count) != RIG_OK) {
    return false;
  }
  for (unsigned family = RIG_FAMILY_GET_MESSAGE; family <= RIG_FAMILY_ACCELERATOR && !differs;
       family++) {
    const bool live = has_call(calls, count, family);
    differs = live != has_call(confirm->calls, confirm->call_count, family) && !(lacks && live);
    if (differs) {
      snprintf(out, size, "its first initialising thread %s %s behind the first stimulus, %s",
               live ? "calls" : "never calls", rig_family_word(family),
               live ? "as it never does in the simulator" : "as it does in the simulator");
    }
  }
  free(calls);
  return differs;
}

static const char remedy[] =
    "Is --client the program of these objects, built from the same sources? If it is, several "
    "threads may have to be ordered, or the finding depends on what Wine 8.0 does otherwise: it "
    "stays one of the simulator's alone";

void rig_confirm_conclude(const struct rig_confirm *confirm, const struct rig_trace *trace,
                          struct rig_result *result) {
  char why[240] = "", calls[240] = "", message[1024];
  const struct rig_judgement *live = &result->judgement;
  if (live->outcome == RIG_OUTCOME_INVALID) { /* it says nothing of the finding, and is red */
    snprintf(message, sizeof message, "no: the live run was invalid (%s)", live->cause);
  } else if (misses(confirm, live, why, sizeof why)) {
    const bool other = parts(confirm, trace, false, calls, sizeof calls);
    snprintf(message, sizeof message, "the simulator's finding (%s) was not shown live: %s%s%s. %s",
             confirm->what, why, other ? "; " : "", calls, remedy);
    rig_assess_invalid(result, RIG_CAUSE_NOT_REPRODUCED, message);
    snprintf(message, sizeof message, "no: %s", why);
  } else {
    const bool other = parts(confirm, trace, true, calls, sizeof calls);
    result->shown = true;
    snprintf(message, sizeof message, "yes, as the simulator found it (%s)%s%s%s", confirm->what,
             other ? "; but " : "", calls,
             other ? ": is --client the program of these objects?" : "");
  }
  free(result->confirmed);
  result->confirmed = strdup(message);
}

void rig_confirm_refuse(const struct rig_confirm *confirm, const struct rig_run_options *options,
                        const struct rig_scenario *scenario, struct rig_result *result) {
  char message[1024];
  memset(result, 0, sizeof *result);
  result->file = rig_clean_new(scenario->file);
  result->name = rig_clean_new(scenario->name);
  snprintf(message, sizeof message, "the simulator's finding (%s) cannot be shown live: %s",
           confirm->what, confirm->refused);
  rig_assess_invalid(result, RIG_CAUSE_NOT_REPLAYABLE, message);
  result->replay = rig_replay_run(options, scenario->file);
  snprintf(message, sizeof message, "no: %s", confirm->refused);
  result->confirmed = strdup(message);
}
