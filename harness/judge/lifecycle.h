/*
 * What the files of the life-cycle rules share: walking the ledger's acts, and words for them.
 */
#ifndef RIG_JUDGE_LIFECYCLE_H
#define RIG_JUDGE_LIFECYCLE_H

#include "judge/check.h"
#include "judge/ledger.h"

/* The next act of this kind from *at on, which moves behind it; NULL when there is none. */
const struct rig_act *rig_next_act(const struct rig_check *check, enum rig_act_kind kind,
                                   uint32_t *at);

/* "MAPILogonEx", "IMAPISession::OpenMsgStore": of calls that are not supported too. */
struct rig_words rig_words_name(const struct rig_model *model, uint32_t call);
/* "thread t1 called MAPILogonEx at 12 ms" */
struct rig_words rig_words_act(const struct rig_model *model, const struct rig_act *act);
/* "; it answered MAPI_E_NOT_INITIALIZED (0x80040605)"; "" when it succeeded. */
struct rig_words rig_words_answer(const struct rig_model *model, uint32_t call);

enum rig_severity rig_act_severity(const struct rig_act *act);
/* Adds the call as evidence: "MAPILogonEx", and what `after` says of it. Reports take the last call
 * among the evidence for the one that did it. */
void rig_call_evidence(struct rig_check *check, uint32_t call, const char *after);

/* Did the client end by itself, and not because of an answer "not supported"? Only then can be said
 * what it never did. */
bool rig_lived_out(const struct rig_model *model);
/* The same as a reason why a rule was not exercised. */
void rig_explain_end(struct rig_check *check);

#endif
