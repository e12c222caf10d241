/*
 * From a trace to verdicts: the model is built, each rule is checked, roots are found, and the
 * outcome of the run follows.
 */
#include "judge/judge.h"

#include <stdlib.h>
#include <string.h>

#include "core/assert.h"
#include "judge/check.h"

typedef void check_function(struct rig_check *check);

static check_function *const checks_of_rules[] = {
#define RIG_X(symbol, ...) rig_check_##symbol,
    RIG_RULES(RIG_X)
#undef RIG_X
};

/* How often a finding came again depends on time where a loop brings it; a report is the same each
 * time, so many are told by their order of magnitude. */
static void append_count(struct rig_check *check, unsigned more) {
  unsigned over = 1;
  if (more < 10) {
    rig_check_append(check, " (%u more like it.)", more);
    return;
  }
  while (over <= more / 10)
    over *= 10;
  rig_check_append(check, " (%u or more like it.)", over);
}

static void finish(struct rig_check *check) {
  struct rig_finding *finding = check->finding;
  if (finding->verdict != RIG_FAIL)
    return;
  unsigned same = finding->severity == RIG_SEVERITY_ERROR ? check->errors : check->warnings;
  rig_check_append(check, ".");
  if (same > 1)
    append_count(check, same - 1);
}

/* Rules that the client's giving up kept from their chance say so. */
static void name_unsupported(const struct rig_model *model, struct rig_check *checks) {
  struct rig_words what = rig_words_unsupported(model, model->unsupported);
  for (size_t i = 0; i < RIG_RULE_COUNT; i++) {
    if (checks[i].finding->verdict == RIG_NOT_EXERCISED)
      rig_check_append(&checks[i],
                       "; the client gave up after %s, which this version does not "
                       "support",
                       what.text);
  }
}

static void judge_rules(const struct rig_model *model, struct rig_judgement *judgement) {
  struct rig_check checks[RIG_RULE_COUNT];
  for (size_t i = 0; i < RIG_RULE_COUNT; i++) {
    judgement->findings[i].rule = rig_rule_at(i);
    judgement->findings[i].verdict = RIG_NOT_EXERCISED;
    checks[i] = (struct rig_check){
        .model = model, .finding = &judgement->findings[i], .root = RIG_RULE_COUNT};
    checks_of_rules[i](&checks[i]);
  }
  rig_roots(checks);
  rig_outcome(model, judgement);
  if (strcmp(judgement->cause, "unsupported") == 0)
    name_unsupported(model, checks);
  for (size_t i = 0; i < RIG_RULE_COUNT; i++)
    finish(&checks[i]);
}

enum rig_status rig_judge(const struct rig_trace *trace, struct rig_judgement *out) {
  struct rig_model model;
  struct rig_judgement judgement = {0};
  judgement.findings = calloc(RIG_RULE_COUNT, sizeof *judgement.findings);
  judgement.finding_count = RIG_RULE_COUNT;
  if (!judgement.findings)
    return RIG_NO_MEMORY;
  enum rig_status status = rig_model_build(&model, trace);
  if (status != RIG_OK) {
    free(judgement.findings);
    return status;
  }
  judge_rules(&model, &judgement);
  RIG_ASSERT(judgement.cause);
  status = rig_hangs_find(&model, &judgement.hangs, &judgement.hang_count);
  rig_model_free(&model);
  if (status != RIG_OK) {
    rig_judgement_free(&judgement);
    return status;
  }
  *out = judgement;
  return RIG_OK;
}

void rig_judgement_free(struct rig_judgement *judgement) {
  free(judgement->findings);
  free(judgement->hangs);
  memset(judgement, 0, sizeof *judgement);
}

const char *rig_verdict_text(enum rig_verdict verdict) {
  static const char *const texts[] = {"pass", "fail", "not-exercised", "n/a"};
  return (unsigned)verdict < 4 ? texts[verdict] : "?";
}

const char *rig_severity_text(enum rig_severity severity) {
  static const char *const texts[] = {"none", "warning", "error"};
  return (unsigned)severity < 3 ? texts[severity] : "?";
}

const char *rig_outcome_text(enum rig_outcome outcome) {
  static const char *const texts[] = {"pass", "fail", "not-exercised", "invalid"};
  return (unsigned)outcome < 4 ? texts[outcome] : "?";
}
