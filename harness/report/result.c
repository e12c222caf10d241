/*
 * Results: owning, counting, and the exit status they add up to.
 */
#include "report/result.h"

#include <stdlib.h>
#include <string.h>

#include "core/assert.h"

void rig_result_free(struct rig_result *result) {
  RIG_ASSERT(result);
  free(result->file);
  free(result->name);
  free(result->places);
  rig_stacks_free(result->stacks, result->judgement.hang_count);
  free(result->confirmed);
  free(result->replay);
  free(result->kept);
  free(result->stdout_text);
  free(result->stderr_text);
  result->sim = rig_simulated_free(result->sim);
  rig_judgement_free(&result->judgement);
  rig_expectation_results_free(&result->expectations);
  memset(result, 0, sizeof *result);
}

const struct rig_place *rig_result_places(const struct rig_result *result, size_t finding) {
  RIG_ASSERT(finding < result->judgement.finding_count);
  size_t first = 0;
  for (size_t i = 0; i < finding; i++) {
    first += result->judgement.findings[i].evidence_count;
  }
  RIG_ASSERT(first + result->judgement.findings[finding].evidence_count <= result->place_count);
  return result->places + first;
}

size_t rig_result_verdicts(const struct rig_result *result, enum rig_verdict verdict) {
  size_t count = 0;
  for (size_t i = 0; i < result->judgement.finding_count; i++) {
    count += result->judgement.findings[i].verdict == verdict;
  }
  return count;
}

size_t rig_results_outcomes(const struct rig_results *results, enum rig_outcome outcome) {
  size_t count = 0;
  for (size_t i = 0; i < results->count; i++) {
    count += results->items[i].judgement.outcome == outcome;
  }
  return count;
}

unsigned rig_results_retries(const struct rig_results *results, enum rig_retry why) {
  RIG_ASSERT(why < RIG_RETRY_COUNT);
  unsigned count = 0;
  for (size_t i = 0; i < results->count; i++) {
    count += results->items[i].retried[why];
  }
  return count;
}

unsigned rig_results_retried(const struct rig_results *results) {
  unsigned count = 0;
  for (unsigned why = 0; why < RIG_RETRY_COUNT; why++) {
    count += rig_results_retries(results, (enum rig_retry)why);
  }
  return count;
}

/* A run that never reached what it was to test is no success where something was expected; warnings
 * count under --strict alone. */
static bool is_finding(const struct rig_result *result, bool strict) {
  switch (result->judgement.outcome) {
  case RIG_OUTCOME_FAIL:
    return true;
  case RIG_OUTCOME_NOT_EXERCISED:
    return result->expected_pass || (strict && result->unexpected_warnings > 0);
  case RIG_OUTCOME_PASS:
    return strict && result->unexpected_warnings > 0;
  case RIG_OUTCOME_INVALID:
    return false;
  }
  return true;
}

int rig_results_status(const struct rig_results *results) {
  if (results->interrupted || results->broken ||
      rig_results_outcomes(results, RIG_OUTCOME_INVALID) > 0) {
    return 3;
  }
  for (size_t i = 0; i < results->count; i++) {
    if (is_finding(&results->items[i], results->strict)) {
      return 1;
    }
  }
  return 0;
}
