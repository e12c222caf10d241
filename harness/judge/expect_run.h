/*
 * Expectations of the run itself: receipts, replies, exit code and the like.
 */
#ifndef RIG_JUDGE_EXPECT_RUN_H
#define RIG_JUDGE_EXPECT_RUN_H

#include "judge/expect.h"
#include "judge/model.h"

/* Fills *result, which is all zero. */
void rig_expect_run(const struct rig_expectation *expectation, const struct rig_model *model,
                    const struct rig_judgement *judgement, struct rig_expectation_result *result);

#endif
