/*
 * What a scenario expects, held against a judgement and its trace: the final outcome.
 */
#ifndef RIG_JUDGE_EXPECT_H
#define RIG_JUDGE_EXPECT_H

#include "judge/judge.h"
#include "scenario/scenario.h"

struct rig_expectation_result {
  char text[200]; /* "rule dispatched: fail", "exit code 0" */
  bool met;
  char message[240]; /* what was seen instead; "" when met */
};

struct rig_expectation_results {
  struct rig_expectation_result *items;
  size_t count;
};

/* Holds `scenario` (NULL: no rule may fail) against the judgement, and settles its outcome:
 * `fail` with cause "expectation" when one is not met; `pass` when a failure was expected and came.
 * An invalid run stays invalid. The caller frees *out with rig_expectation_results_free. */
enum rig_status rig_expect(const struct rig_scenario *scenario, const struct rig_trace *trace,
                           struct rig_judgement *judgement,
                           struct rig_expectation_results *out) RIG_CHECKED;
void rig_expectation_results_free(struct rig_expectation_results *results);

#endif
