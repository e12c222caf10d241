/*
 * Expectations of the run itself: receipts, replies, exit code and the like.
 */
#ifndef RIG_JUDGE_EXPECT_RUN_H
#define RIG_JUDGE_EXPECT_RUN_H

#include "judge/expect.h"
#include "judge/model.h"

/* How far what was seen is from what was expected. */
enum rig_distance {
  RIG_MET,
  RIG_UNEXERCISED, /* the run gave it no chance; the message begins with "not-exercised" */
  RIG_LATE,        /* not met, while the machine itself was late: proves nothing */
  RIG_UNMET
};

/* Fills the texts of *result, which is all zero; the caller sets `met`. */
enum rig_distance rig_expect_run(const struct rig_expectation *expectation,
                                 const struct rig_model *model,
                                 const struct rig_judgement *judgement,
                                 struct rig_expectation_result *result);

/* Those of a kind, each in a file of its own. */
enum rig_distance rig_expect_receipts(const struct rig_expectation *expectation,
                                      const struct rig_model *model,
                                      struct rig_expectation_result *result);
enum rig_distance rig_expect_duration(const struct rig_expectation *expectation,
                                      const struct rig_model *model,
                                      struct rig_expectation_result *result);

#define RIG_LISTED 120 /* bytes of a list in a message: beyond it "..." */
/* Appends a word to a list of RIG_LISTED bytes. */
void rig_list_word(char *list, const char *word);

#endif
