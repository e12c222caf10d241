/*
 * What a rule's check works with: the model, the finding it fills, and words for messages.
 *
 * A check calls rig_check_fail for each violation it sees and ends with rig_check_pass or
 * rig_check_unexercised, which change nothing when something failed. The worst violation is told
 * (the first of its severity), the others are counted.
 */
#ifndef RIG_JUDGE_CHECK_H
#define RIG_JUDGE_CHECK_H

#include "judge/catalogue.h"
#include "judge/judge.h"
#include "judge/model.h"

struct rig_check {
  const struct rig_model *model;
  struct rig_finding *finding;
  enum rig_rule_id root; /* the rule that explains the told violation, RIG_RULE_COUNT: none */
  unsigned errors;
  unsigned warnings;
};

/* True when this violation is the one that is told: then add its evidence. `root` names the rule
 * it follows from, RIG_RULE_COUNT when from none. */
bool rig_check_fail(struct rig_check *check, enum rig_severity severity, enum rig_rule_id root,
                    const char *format, ...) __attribute__((format(printf, 4, 5)));
/* True when a violation of this severity would be told; else it is counted here, and its text need
 * not be made. For checks with one violation for each message. */
bool rig_check_tells(struct rig_check *check, enum rig_severity severity);
/* The same for a message that was not served; `ending` ends the text. */
bool rig_check_fail_item(struct rig_check *check, enum rig_severity severity, enum rig_rule_id root,
                         const struct rig_model_undelivered *item, const char *ending);
void rig_check_evidence(struct rig_check *check, uint32_t record, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void rig_check_pass(struct rig_check *check, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* NULL: the rule's own text. */
void rig_check_unexercised(struct rig_check *check, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void rig_check_na(struct rig_check *check, const char *text);
bool rig_check_failed(const struct rig_check *check);

/* Appends to the finding's message. */
void rig_check_append(struct rig_check *check, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* ---- words ---- */

struct rig_words {
  char text[200];
};

/* "MsgWaitForMultipleObjects(2 handles, INFINITE, QS_ALLINPUT)" */
struct rig_words rig_words_call(const struct rig_model *model, uint32_t call);
/* "WM_APP (0x8000)", "szMAPINotificationMsg (0xC024)" */
struct rig_words rig_words_message(const struct rig_model *model, uint32_t message);
/* "the notification that was posted at 12 ms" */
struct rig_words rig_words_stimulus(const struct rig_model *model,
                                    const struct rig_model_stimulus *stimulus);
/* "WAIT_OBJECT_0 + 1 (input)" */
struct rig_words rig_words_wake(const struct rig_model *model, uint32_t call);
/* "app.exe+0x1a2b" for an address in a module that the stub recorded, else the number. */
struct rig_words rig_words_address(const struct rig_model *model, uint64_t address);
/* Where an answer "not supported" was given: "IMAPISession::OpenMsgStore, called from
 * app.exe+0x1a2b" */
struct rig_words rig_words_unsupported(const struct rig_model *model, uint32_t record);
/* "thread main was held by the scenario", "the scenario made MAPILogonEx on thread t1 block" */
struct rig_words rig_words_detained(const struct rig_model *model,
                                    const struct rig_model_detained *time);
/* "the scenario made MAPILogonEx fail with MAPI_E_LOGON_FAILED (0x80040111)" */
struct rig_words rig_words_fault(const struct rig_model *model, uint32_t record);
/* "asked to stop (SERVICE_CONTROL_STOP) at 12 ms" */
struct rig_words rig_words_stop(const struct rig_model *model);
/* Why the undelivered message was not served, as a sentence without its full stop. */
void rig_explain(const struct rig_model *model, const struct rig_model_undelivered *item,
                 char *buffer, size_t size);

/* ---- the checks: one for each rule of the catalogue ---- */

#define RIG_X(symbol, ...) void rig_check_##symbol(struct rig_check *check);
RIG_RULES(RIG_X)
#undef RIG_X

/* stop-latency's part about a stop event that the pump does not look at (pump_starved.c). */
void rig_check_starved(struct rig_check *check);

/* The rule that explains messages left unserved for this reason; RIG_RULE_COUNT: none. */
enum rig_rule_id rig_root_of_reason(enum rig_reason reason);
/* Resolves each finding's root to the end of its chain: findings[i] is rule i's. */
void rig_roots(struct rig_check *checks);

/* The outcome of the run as a whole, once all findings are made. */
void rig_outcome(const struct rig_model *model, struct rig_judgement *judgement);

#endif
