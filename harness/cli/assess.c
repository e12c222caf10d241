/*
 * Judging a trace and settling the result.
 */
#include "cli/assess.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "judge/causes.h"
#include "report/clean.h"

static void settle(struct rig_judgement *judgement, enum rig_cause cause, const char *message) {
  judgement->outcome = rig_cause_outcome(cause);
  judgement->cause = rig_cause_id(cause);
  rig_clean_copy(judgement->message, sizeof judgement->message,
                 message[0] ? message : rig_cause_text(cause));
}

void rig_assess_invalid(struct rig_result *result, enum rig_cause cause, const char *message) {
  settle(&result->judgement, cause, message);
}

/* The cause of this id; what live/ may say later and this list does not have is the host's. */
static enum rig_cause cause_of(const char *id) {
  if (strcmp(id, "no-first-record") == 0) {
    return RIG_CAUSE_STUB_NOT_LOADED;
  }
  for (unsigned i = 0; i < RIG_CAUSE_COUNT; i++) {
    if (strcmp(rig_cause_id((enum rig_cause)i), id) == 0) {
      return (enum rig_cause)i;
    }
  }
  return RIG_CAUSE_HOST_FAILED;
}

/* What the harness saw beats what the trace says, except where both are the client's failure: the
 * trace then names it more closely than "timeout" does. */
static void apply_seen(struct rig_judgement *judgement, const struct rig_seen *seen) {
  if (!seen->cause[0]) {
    return;
  }
  enum rig_cause cause = cause_of(seen->cause);
  if (rig_cause_outcome(cause) != RIG_OUTCOME_FAIL || judgement->outcome != RIG_OUTCOME_FAIL) {
    settle(judgement, cause, seen->message);
  }
}

static bool expects_failure(const struct rig_scenario *scenario, const struct rig_rule *rule) {
  for (size_t i = 0; scenario && i < scenario->expected_rule_count; i++) {
    const struct rig_expected_rule *expected = &scenario->expected_rules[i];
    if (expected->verdict == RIG_EXPECT_FAIL && strcmp(expected->id, rule->id) == 0) {
      return true;
    }
  }
  return false;
}

/* A scenario that names no rule is there for its client to keep them all: one that never came to
 * its pump is a red result, though no rule failed. What this version does not support, or the
 * scenario cannot ask of this client, is not. */
static bool never_came_to_it(const struct rig_judgement *judgement) {
  static const enum rig_cause causes[] = {RIG_CAUSE_NO_MAPI_CALL, RIG_CAUSE_NEVER_READY,
                                          RIG_CAUSE_NOTHING_EXERCISED};
  for (size_t i = 0; i < sizeof causes / sizeof *causes; i++) {
    if (strcmp(judgement->cause, rig_cause_id(causes[i])) == 0) {
      return true;
    }
  }
  return false;
}

static void count_unexpected(const struct rig_scenario *scenario, struct rig_result *result) {
  result->unexpected_warnings = 0;
  for (size_t i = 0; i < result->judgement.finding_count; i++) {
    const struct rig_finding *finding = &result->judgement.findings[i];
    result->unexpected_warnings += finding->verdict == RIG_FAIL &&
                                   finding->severity == RIG_SEVERITY_WARNING &&
                                   !expects_failure(scenario, finding->rule);
  }
  /* A fault of MAPI may be what keeps it from its pump. */
  bool all_rules =
      scenario == NULL || (scenario->expected_rule_count == 0 && scenario->fault_count == 0);
  result->expected_pass = all_rules && never_came_to_it(&result->judgement);
  for (size_t i = 0; scenario && i < scenario->expected_rule_count; i++) {
    result->expected_pass |= scenario->expected_rules[i].verdict == RIG_EXPECT_PASS;
  }
}

enum rig_status rig_assess(const struct rig_trace *trace, const struct rig_scenario *scenario,
                           const struct rig_seen *seen, struct rig_symbols *symbols,
                           struct rig_result *result) {
  struct rig_judgement judgement;
  struct rig_expectation_results expectations;
  enum rig_status status = rig_judge(trace, &judgement);
  if (status != RIG_OK) {
    return status;
  }
  apply_seen(&judgement, seen);
  status = rig_expect(scenario, trace, &judgement, &expectations);
  if (status != RIG_OK) {
    rig_judgement_free(&judgement);
    return status;
  }
  result->judgement = judgement;
  result->expectations = expectations;
  count_unexpected(scenario, result);
  status =
      rig_places_read(trace, &result->judgement, symbols, &result->places, &result->place_count);
  return status == RIG_OK ? rig_stacks_read(trace, &result->judgement, symbols, &result->stacks)
                          : status;
}
