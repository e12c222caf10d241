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

struct holder {
  const struct rig_scenario *scenario;
  const struct rig_model *model;
  const struct rig_judgement *judgement;
  struct rig_expectation_results results;
  bool failure_expected; /* and it came */
  bool end_expected;     /* `outcome` or `cause` speaks of the run's end, and it came */
  bool rule_unmet;       /* a rule has another verdict than expected, for certain */
  bool strange_failure;  /* a rule failed that nobody expects to */
  enum rig_distance worst;
};

static struct rig_expectation_result *add(struct holder *holder, enum rig_distance distance) {
  struct rig_expectation_result *item = &holder->results.items[holder->results.count++];
  item->met = distance == RIG_MET;
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
  struct rig_expectation_result *item = add(holder, RIG_UNMET);
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
  static const enum rig_severity severities[] = {RIG_SEVERITY_NONE, RIG_SEVERITY_WARNING,
                                                 RIG_SEVERITY_ERROR};
  bool other_severity = finding->verdict == RIG_FAIL && expected->severity != 0 &&
                        finding->severity != severities[(unsigned)expected->severity % 3u];
  enum rig_distance distance = RIG_UNMET;
  if ((finding->verdict == wanted && !other_severity) || (finding->verdict == RIG_NA && other_role))
    distance = RIG_MET;
  else if (finding->verdict == RIG_NOT_EXERCISED)
    distance = RIG_UNEXERCISED;
  if (wanted == RIG_FAIL && distance == RIG_MET)
    holder->failure_expected = true;
  holder->rule_unmet |= distance == RIG_UNMET;
  struct rig_expectation_result *item = add(holder, distance);
  static const char *const named[] = {"", ", a warning", ", an error"};
  snprintf(item->text, sizeof item->text, "rule %.60s: %s%s", expected->id,
           rig_verdict_text(wanted), named[(unsigned)expected->severity % 3u]);
  if (distance != RIG_MET)
    snprintf(item->message, sizeof item->message, "%s%s: %.190s",
             rig_verdict_text(finding->verdict),
             other_severity ? named[(unsigned)finding->severity % 3u] : "", finding->message);
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
  struct rig_expectation_result *item = add(holder, strange ? RIG_UNMET : RIG_MET);
  snprintf(item->text, sizeof item->text, "no %srule fails",
           scenario && scenario->expected_rule_count ? "other " : "");
  if (strange)
    snprintf(item->message, sizeof item->message, "%u failed, among them %s", count,
             strange->rule->id);
}

static void hold_run(struct holder *holder, const struct rig_expectation *expectation) {
  struct rig_expectation_result result;
  memset(&result, 0, sizeof result);
  enum rig_distance distance =
      rig_expect_run(expectation, holder->model, holder->judgement, &result);
  result.met = distance == RIG_MET;
  *add(holder, distance) = result;
  bool of_end = expectation->kind == RIG_EXPECT_OUTCOME || expectation->kind == RIG_EXPECT_CAUSE;
  holder->end_expected |= of_end && distance == RIG_MET;
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
  if (holder->end_expected)
    return true;
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
  return model->undecided;
}

static void settle_outcome(struct holder *holder, struct rig_judgement *judgement) {
  bool failed = judgement->outcome == RIG_OUTCOME_FAIL;
  bool unexercised = judgement->outcome == RIG_OUTCOME_NOT_EXERCISED;
  if (judgement->outcome == RIG_OUTCOME_INVALID || (unexercised && !holder->end_expected) ||
      (failed && !failure_covered(holder)))
    return; /* it did not come so far, or failed in a way that says more than an expectation */
  if (holder->worst == RIG_MET) {
    if (failed || unexercised || holder->failure_expected)
      settle(judgement, RIG_CAUSE_EXPECTED, rig_cause_text(RIG_CAUSE_EXPECTED), "");
    return;
  }
  if (holder->worst == RIG_LATE ||
      (holder->worst == RIG_UNMET && !holder->rule_unmet && was_late(holder->model))) {
    settle(judgement, RIG_CAUSE_MACHINE_LATE,
           "the machine itself was late while a thread was blocked or "
           "a time ran, so what is missing proves nothing",
           "run it again, with a larger --scale or fewer runs at once");
    return;
  }
  const struct rig_expectation_result *told = NULL;
  for (size_t i = 0; i < holder->results.count && !told; i++) {
    const struct rig_expectation_result *item = &holder->results.items[i];
    bool no_chance = strncmp(item->message, "not-exercised", 13) == 0;
    if (!item->met && (holder->worst == RIG_UNEXERCISED || !no_chance))
      told = item;
  }
  settle(judgement,
         holder->worst == RIG_UNMET ? RIG_CAUSE_EXPECTATION : RIG_CAUSE_EXPECTED_UNEXERCISED,
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
