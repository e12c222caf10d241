/*
 * Holding a scenario's expectations against a judgement, and settling the outcome.
 *
 * A rule that is listed must have the verdict it is listed with. One that is not listed must not
 * fail, unless it follows from a failure that is expected. Only failures of severity error count.
 */
#include "judge/expect.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/names.h"
#include "judge/causes.h"
#include "judge/expect_run.h"
#include "judge/model.h"

/* How far what was seen is from what was expected. */
enum distance { MET, UNEXERCISED, UNMET };

struct holder {
  const struct rig_scenario *scenario;
  const struct rig_model *model;
  const struct rig_judgement *judgement;
  struct rig_expectation_results results;
  bool failure_expected; /* and it came */
  bool rule_unmet;       /* a rule has another verdict than expected, for certain */
  bool strange_failure;  /* a rule failed that nobody expects to */
  enum distance worst;
};

static struct rig_expectation_result *add(struct holder *holder, enum distance distance) {
  struct rig_expectation_result *item = &holder->results.items[holder->results.count++];
  item->met = distance == MET;
  if (distance > holder->worst)
    holder->worst = distance;
  return item;
}

static const struct rig_finding *finding_of(const struct rig_judgement *judgement, const char *id) {
  for (size_t i = 0; i < judgement->finding_count; i++) {
    if (strcmp(judgement->findings[i].rule->id, id) == 0)
      return &judgement->findings[i];
  }
  return NULL;
}

static bool expected_to_fail(const struct rig_scenario *scenario, const struct rig_rule *rule) {
  for (size_t i = 0; rule && i < scenario->expected_rule_count; i++) {
    if (scenario->expected_rules[i].verdict == RIG_EXPECT_FAIL &&
        strcmp(scenario->expected_rules[i].id, rule->id) == 0)
      return true;
  }
  return false;
}

static void hold_unknown(struct holder *holder, const struct rig_expected_rule *expected) {
  const char *ids[64];
  size_t count = 0;
  for (size_t i = 0; i < rig_rule_count() && count + 1 < sizeof ids / sizeof ids[0]; i++)
    ids[count++] = rig_rule_at(i)->id;
  ids[count] = NULL;
  const char *near = rig_nearest(expected->id, ids);
  struct rig_expectation_result *item = add(holder, UNMET);
  snprintf(item->text, sizeof item->text, "rule %.60s", expected->id);
  snprintf(item->message, sizeof item->message, "there is no such rule%s%s%s",
           near ? ": did you mean '" : "; 'mapirig rules' lists them all", near ? near : "",
           near ? "'?" : "");
}

static void hold_rule(struct holder *holder, const struct rig_expected_rule *expected) {
  const struct rig_finding *finding = finding_of(holder->judgement, expected->id);
  if (!finding) {
    hold_unknown(holder, expected);
    return;
  }
  static const enum rig_verdict verdicts[] = {RIG_PASS, RIG_FAIL, RIG_NOT_EXERCISED, RIG_NA};
  enum rig_verdict wanted = verdicts[(unsigned)expected->verdict & 3u];
  /* --as beats the scenario's role: a rule that binds another role then has nothing to say. */
  bool other_role =
      rig_trace_header(holder->model->trace)->role != (uint32_t)holder->scenario->role;
  enum distance distance = UNMET;
  if (finding->verdict == wanted || (finding->verdict == RIG_NA && other_role))
    distance = MET;
  else if (finding->verdict == RIG_NOT_EXERCISED)
    distance = UNEXERCISED;
  if (wanted == RIG_FAIL && finding->verdict == RIG_FAIL)
    holder->failure_expected = true;
  holder->rule_unmet |= distance == UNMET;
  struct rig_expectation_result *item = add(holder, distance);
  snprintf(item->text, sizeof item->text, "rule %.60s: %s", expected->id, rig_verdict_text(wanted));
  if (distance != MET)
    snprintf(item->message, sizeof item->message, "%s: %.200s", rig_verdict_text(finding->verdict),
             finding->message);
}

/* Rules that are not listed. */
static void hold_others(struct holder *holder) {
  const struct rig_scenario *scenario = holder->scenario;
  const struct rig_finding *strange = NULL;
  unsigned count = 0;
  for (size_t i = 0; i < holder->judgement->finding_count; i++) {
    const struct rig_finding *finding = &holder->judgement->findings[i];
    if (finding->verdict != RIG_FAIL || finding->severity != RIG_SEVERITY_ERROR ||
        (scenario &&
         (expected_to_fail(scenario, finding->rule) || expected_to_fail(scenario, finding->root))))
      continue;
    if (!strange)
      strange = finding;
    count++;
  }
  holder->strange_failure = strange != NULL;
  struct rig_expectation_result *item = add(holder, strange ? UNMET : MET);
  snprintf(item->text, sizeof item->text, "no %srule fails",
           scenario && scenario->expected_rule_count ? "other " : "");
  if (strange)
    snprintf(item->message, sizeof item->message, "%u failed, among them %s", count,
             strange->rule->id);
}

static void hold_run(struct holder *holder, const struct rig_expectation *expectation) {
  struct rig_expectation_result result;
  memset(&result, 0, sizeof result);
  rig_expect_run(expectation, holder->model, holder->judgement, &result);
  *add(holder, result.met ? MET : UNMET) = result;
}

static void hold_all(struct holder *holder) {
  const struct rig_scenario *scenario = holder->scenario;
  for (size_t i = 0; scenario && i < scenario->expected_rule_count; i++)
    hold_rule(holder, &scenario->expected_rules[i]);
  hold_others(holder);
  for (size_t i = 0; scenario && i < scenario->expectation_count; i++)
    hold_run(holder, &scenario->expectations[i]);
}

/* ---- the outcome ---- */

static void settle(struct rig_judgement *judgement, enum rig_cause cause, const char *text,
                   const char *message) {
  judgement->outcome = rig_cause_outcome(cause);
  judgement->cause = rig_cause_id(cause);
  snprintf(judgement->message, sizeof judgement->message, "%s%s%s", text, message[0] ? ": " : "",
           message);
}

static bool has_kind(const struct rig_scenario *scenario, enum rig_expect_kind kind) {
  for (size_t i = 0; scenario && i < scenario->expectation_count; i++) {
    if (scenario->expectations[i].kind == kind)
      return true;
  }
  return false;
}

/* Is the failure of the run one that the scenario speaks of? */
static bool failure_covered(const struct holder *holder) {
  const char *cause = holder->judgement->cause;
  if (strcmp(cause, rig_cause_id(RIG_CAUSE_CRASH)) == 0)
    return has_kind(holder->scenario, RIG_EXPECT_EXIT_CODE);
  return holder->failure_expected && !holder->strange_failure &&
         strcmp(cause, rig_cause_id(RIG_CAUSE_TIMEOUT)) != 0;
}

static bool was_late(const struct rig_model *model) {
  for (uint32_t i = 0; i < model->block_count; i++) {
    if (model->blocks[i].inconclusive)
      return true;
  }
  return false;
}

static void settle_outcome(struct holder *holder, struct rig_judgement *judgement) {
  bool failed = judgement->outcome == RIG_OUTCOME_FAIL;
  if (judgement->outcome == RIG_OUTCOME_INVALID ||
      judgement->outcome == RIG_OUTCOME_NOT_EXERCISED || (failed && !failure_covered(holder)))
    return; /* it did not come so far, or failed in a way that says more than an expectation */
  if (holder->worst == MET) {
    if (failed || holder->failure_expected)
      settle(judgement, RIG_CAUSE_EXPECTED, rig_cause_text(RIG_CAUSE_EXPECTED), "");
    return;
  }
  if (holder->worst == UNMET && !holder->rule_unmet && was_late(holder->model)) {
    settle(judgement, RIG_CAUSE_MACHINE_LATE,
           "a thread was blocked while the machine itself was "
           "late, so what is missing proves nothing",
           "run it again, with a larger --scale or fewer runs at once");
    return;
  }
  const struct rig_expectation_result *told = NULL;
  for (size_t i = 0; i < holder->results.count && !told; i++) {
    const struct rig_expectation_result *item = &holder->results.items[i];
    bool unexercised = strncmp(item->message, "not-exercised", 13) == 0;
    if (!item->met && (holder->worst == UNEXERCISED || !unexercised))
      told = item;
  }
  settle(judgement, holder->worst == UNMET ? RIG_CAUSE_EXPECTATION : RIG_CAUSE_EXPECTED_UNEXERCISED,
         told ? told->text : "", told ? told->message : "");
}

enum rig_status rig_expect(const struct rig_scenario *scenario, const struct rig_trace *trace,
                           struct rig_judgement *judgement, struct rig_expectation_results *out) {
  struct rig_model model;
  size_t most = 1;
  if (scenario)
    most += scenario->expected_rule_count + scenario->expectation_count;
  struct holder holder = {.scenario = scenario, .model = &model, .judgement = judgement};
  holder.results.items = calloc(most, sizeof *holder.results.items);
  if (!holder.results.items)
    return RIG_NO_MEMORY;
  enum rig_status status = rig_model_build(&model, trace);
  if (status != RIG_OK) {
    free(holder.results.items);
    return status;
  }
  hold_all(&holder);
  settle_outcome(&holder, judgement);
  rig_model_free(&model);
  *out = holder.results;
  return RIG_OK;
}

void rig_expectation_results_free(struct rig_expectation_results *results) {
  free(results->items);
  memset(results, 0, sizeof *results);
}
