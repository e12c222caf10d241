/*
 * The worst of a scenario's paths, and what all of them together say.
 */
#include "cli/sim_conclude.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/assert.h"
#include "report/clean.h"

void rig_sim_settle(struct rig_judgement *judgement, enum rig_cause cause, const char *message) {
  judgement->outcome = rig_cause_outcome(cause);
  judgement->cause = rig_cause_id(cause);
  rig_clean_copy(judgement->message, sizeof judgement->message,
                 message[0] ? message : rig_cause_text(cause));
}

/* A path that exercises less than another says nothing; but one on which Windows ended the client,
 * because its handler returned before it had cleaned up, shows what may be lost. */
static unsigned badness_of(const struct rig_judgement *judgement) {
  static const unsigned worse[] = {[RIG_OUTCOME_PASS] = 1,
                                   [RIG_OUTCOME_FAIL] = 4,
                                   [RIG_OUTCOME_NOT_EXERCISED] = 0,
                                   [RIG_OUTCOME_INVALID] = 3};
  if (strcmp(judgement->cause, rig_cause_id(RIG_CAUSE_CONSOLE_UNHANDLED)) == 0) {
    return 2;
  }
  return (unsigned)judgement->outcome < 4 ? worse[judgement->outcome] : 3;
}

static unsigned badness(const struct rig_finding *finding) {
  switch (finding->verdict) {
  case RIG_FAIL:
    return finding->severity == RIG_SEVERITY_ERROR ? 4 : 3;
  case RIG_PASS:
    return 2;
  case RIG_NA:
    return 1;
  default:
    return 0;
  }
}

/* Of two paths of like outcome the one with a failure of its own root, and the shorter one, tells
 * more. */
static const struct rig_sim_judged *worst_of(const struct rig_sim_judging *judging) {
  const struct rig_sim_judged *worst = NULL;
  for (size_t i = 0; i < judging->count; i++) {
    const struct rig_sim_judged *path = &judging->paths[i];
    const unsigned how = badness_of(&path->judgement);
    const unsigned most = worst ? badness_of(&worst->judgement) : 0;
    if (!worst || how > most ||
        (how == most && how > 1 && rig_sim_told_rank(path) > rig_sim_told_rank(worst))) {
      worst = path;
    }
  }
  return worst;
}

/* Each rule with its worst verdict, and the evidence of the path that has it: the worst path's own
 * where it has it too. */
static enum rig_status merge(const struct rig_sim_judging *judging,
                             const struct rig_sim_judged *worst, struct rig_result *result) {
  size_t places = 0;
  for (size_t rule = 0; rule < result->judgement.finding_count; rule++) {
    struct rig_finding *into = &result->judgement.findings[rule];
    const struct rig_sim_judged *from = worst;
    for (size_t i = 0; i < judging->count; i++) {
      const struct rig_sim_judged *path = &judging->paths[i];
      if (badness(&path->judgement.findings[rule]) > badness(&from->judgement.findings[rule])) {
        from = path;
      }
    }
    *into = from->judgement.findings[rule];
    size_t first = 0;
    for (size_t i = 0; i < rule; i++) {
      first += from->judgement.findings[i].evidence_count;
    }
    struct rig_place *grown =
        realloc(result->places, (places + into->evidence_count + 1) * sizeof *grown);
    if (!grown) {
      return RIG_NO_MEMORY;
    }
    result->places = grown;
    memcpy(grown + places, from->places + first, into->evidence_count * sizeof *grown);
    places += into->evidence_count;
    result->place_count = places;
  }
  return RIG_OK;
}

/* The scenario without what speaks of rules or of the run's end: those hold for the whole. */
static struct rig_scenario of_each_path(const struct rig_scenario *scenario,
                                        struct rig_expectation *kept) {
  struct rig_scenario each = *scenario;
  each.expected_rule_count = 0;
  each.expectations = kept;
  each.expectation_count = 0;
  for (size_t i = 0; i < scenario->expectation_count; i++) {
    if (scenario->expectations[i].kind != RIG_EXPECT_OUTCOME &&
        scenario->expectations[i].kind != RIG_EXPECT_CAUSE &&
        scenario->expectations[i].kind != RIG_EXPECT_BLOCKED_IN) {
      kept[each.expectation_count++] = scenario->expectations[i];
    }
  }
  return each;
}

/* Expectations of another path that are not met, when the worst one meets its own. */
static enum rig_status hold_others(const struct rig_sim_judging *judging,
                                   struct rig_result *result) {
  const struct rig_scenario *scenario = judging->scenario;
  struct rig_expectation *kept =
      calloc(scenario->expectation_count + 1, sizeof *scenario->expectations);
  struct rig_finding *none = calloc(result->judgement.finding_count + 1, sizeof *none);
  enum rig_status status = kept && none ? RIG_OK : RIG_NO_MEMORY;
  for (size_t i = 0; i < judging->count && status == RIG_OK; i++) {
    const struct rig_sim_judged *path = &judging->paths[i];
    const struct rig_scenario each = of_each_path(scenario, kept);
    struct rig_judgement judgement = path->judgement;
    struct rig_expectation_results results;
    for (size_t rule = 0; rule < judgement.finding_count; rule++) {
      none[rule] = judgement.findings[rule];
      none[rule].verdict = RIG_NOT_EXERCISED;
    }
    judgement.findings = none;
    if (judgement.outcome != RIG_OUTCOME_PASS || each.expectation_count == 0) {
      continue;
    }
    status = rig_expect(&each, path->trace, &judgement, &results);
    if (status == RIG_OK && judgement.outcome == RIG_OUTCOME_FAIL) {
      rig_sim_settle(&result->judgement, RIG_CAUSE_EXPECTATION, judgement.message);
      rig_expectation_results_free(&result->expectations);
      result->expectations = results;
      rig_sim_told_mark(path);
      break;
    }
    if (status == RIG_OK) {
      rig_expectation_results_free(&results);
    }
  }
  free(kept);
  free(none);
  return status;
}

/* Nothing wrong was found, but not everything was looked at. */
static void apply_bounds(const struct rig_sim_judging *judging, struct rig_result *result) {
  const bool fine = result->judgement.outcome == RIG_OUTCOME_PASS ||
                    result->judgement.outcome == RIG_OUTCOME_NOT_EXERCISED;
  for (size_t i = 0; fine && i < judging->options->dialect_count; i++) {
    const struct rig_sim_report *report = judging->reports[i];
    if (report->bound[0] && !(judging->options->mode == RIG_EXPLORE_RANDOM &&
                              strcmp(report->bound, "schedules") == 0)) {
      char message[320];
      snprintf(message, sizeof message,
               "under %s the bound on %.31s was hit before everything was explored: nothing was "
               "found so far, which proves nothing of the rest",
               judging->options->dialects[i], report->bound);
      rig_sim_settle(&result->judgement, RIG_CAUSE_BOUND_HIT, message);
      return;
    }
  }
}

static void count_unexpected(const struct rig_scenario *scenario, struct rig_result *result) {
  for (size_t i = 0; i < result->judgement.finding_count; i++) {
    const struct rig_finding *finding = &result->judgement.findings[i];
    bool expected = false;
    for (size_t k = 0; k < scenario->expected_rule_count; k++) {
      expected |= scenario->expected_rules[k].verdict == RIG_EXPECT_FAIL &&
                  strcmp(scenario->expected_rules[k].id, finding->rule->id) == 0;
    }
    result->unexpected_warnings +=
        finding->verdict == RIG_FAIL && finding->severity == RIG_SEVERITY_WARNING && !expected;
  }
  for (size_t i = 0; i < scenario->expected_rule_count; i++) {
    result->expected_pass |= scenario->expected_rules[i].verdict == RIG_EXPECT_PASS;
  }
}

enum rig_status rig_sim_conclude(const struct rig_sim_judging *judging, struct rig_result *result) {
  const struct rig_sim_judged *worst = worst_of(judging);
  RIG_ASSERT(worst != NULL);
  struct rig_judgement judgement = worst->judgement;
  judgement.findings = calloc(judgement.finding_count, sizeof *judgement.findings);
  judgement.hangs = calloc(judgement.hang_count + 1, sizeof *judgement.hangs);
  if (!judgement.findings || !judgement.hangs) {
    free(judgement.findings);
    free(judgement.hangs);
    return RIG_NO_MEMORY;
  }
  memcpy(judgement.hangs, worst->judgement.hangs, judgement.hang_count * sizeof *judgement.hangs);
  result->judgement = judgement;
  enum rig_status status = merge(judging, worst, result);
  if (status == RIG_OK) {
    status = rig_expect(judging->scenario, worst->trace, &result->judgement, &result->expectations);
  }
  if (status == RIG_OK && result->judgement.outcome == RIG_OUTCOME_PASS) {
    status = hold_others(judging, result);
  }
  if (status == RIG_OK) {
    count_unexpected(judging->scenario, result);
    apply_bounds(judging, result);
    status = rig_stacks_read(worst->trace, &result->judgement, judging->symbols, &result->stacks);
  }
  return status;
}
