/*
 * What the parts of the outcome share: outcome.c, outcome_incomplete.c. Each of the predicates
 * answers whether it has settled the outcome.
 */
#ifndef RIG_JUDGE_OUTCOME_PRIVATE_H
#define RIG_JUDGE_OUTCOME_PRIVATE_H

#include <stdbool.h>
#include <stdint.h>

#include "judge/check.h"

/* The outcome is this cause's, with a message in printf's format. Returns true. */
bool rig_outcome_settle(struct rig_judgement *judgement, enum rig_cause cause, const char *format,
                        ...) __attribute__((format(printf, 3, 4)));

/* Why the director ended the run: enum rig_end, RIG_END_NONE when it did not. */
uint32_t rig_outcome_end_reason(const struct rig_model *model);

/* Settles that MAPI answered "not supported" and the client then did what `did` says. */
bool rig_outcome_gave_up(const struct rig_model *model, struct rig_judgement *judgement,
                         const char *did);

/* True when what the first initialising thread did is excused by such an answer. */
bool rig_outcome_excused(const struct rig_model *model);

/* The stop was refused by the client, and never came. */
bool rig_outcome_stop_refused(const struct rig_model *model, struct rig_judgement *judgement);

/* outcome_incomplete.c: what kept the run from telling more. */
bool rig_outcome_incomplete(const struct rig_model *model, struct rig_judgement *judgement);

#endif
