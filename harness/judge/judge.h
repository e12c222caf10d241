/*
 * The judge: from a recorded trace to verdicts. It never learns whether the records came from a
 * live run or a simulated one, does no I/O and reads no clock.
 */
#ifndef RIG_JUDGE_JUDGE_H
#define RIG_JUDGE_JUDGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/status.h"
#include "core/trace.h"
#include "judge/hang.h"

enum rig_verdict { RIG_PASS, RIG_FAIL, RIG_NOT_EXERCISED, RIG_NA };
enum rig_severity { RIG_SEVERITY_NONE, RIG_SEVERITY_WARNING, RIG_SEVERITY_ERROR };

#define RIG_EVIDENCE_MAX 8
#define RIG_MESSAGE_BYTES 768

/* A rule of the catalogue (judge/catalogue.h holds the table; `mapirig rules` prints it). */
struct rig_rule {
  const char *id;          /* stable: "no-blocking-get" */
  const char *family;      /* "flags", "lifecycle", "pump" */
  const char *statement;   /* one line */
  const char *source;      /* where the rule is written */
  const char *violation;   /* what counts as one */
  const char *unexercised; /* what a run must do to give the rule its chance */
  const char *example;     /* code that breaks it */
  const char *mend;        /* how to mend it, for one who never read the rules */
};

size_t rig_rule_count(void);
const struct rig_rule *rig_rule_at(size_t index);
const struct rig_rule *rig_rule_find(const char *id); /* NULL if there is none */

/* A named way to break a rule (judge/catalogue_causes.h holds the table). */
struct rig_rule_cause {
  const char *id;    /* "null-init"; distinct within its rule */
  const char *text;  /* what the client does */
  const char *needs; /* what the stand-in lacks to bring it about; NULL: it is exercised */
};

/* The rule's causes from 0 on; NULL behind the last. A rule with a single cause may name none. */
const struct rig_rule_cause *rig_rule_cause_at(const struct rig_rule *rule, size_t index);

/* One piece of evidence: a record and how to read it. */
struct rig_evidence {
  uint32_t record;
  char note[120]; /* "MsgWaitForMultipleObjects returned WAIT_OBJECT_0 + 1 (input)" */
};

struct rig_finding {
  const struct rig_rule *rule;
  enum rig_verdict verdict;
  enum rig_severity severity;      /* of a failure */
  const struct rig_rule *root;     /* the rule whose failure this one follows from, or NULL */
  char message[RIG_MESSAGE_BYTES]; /* what happened, decoded; or why it was not exercised */
  struct rig_evidence evidence[RIG_EVIDENCE_MAX];
  size_t evidence_count;
};

/* How the run as a whole ended, from the trace alone. `cause` is a stable id. */
enum rig_outcome {
  RIG_OUTCOME_PASS,
  RIG_OUTCOME_FAIL,
  RIG_OUTCOME_NOT_EXERCISED,
  RIG_OUTCOME_INVALID
};

struct rig_judgement {
  enum rig_outcome outcome; /* before any expectation of a scenario is applied */
  const char *cause;        /* "complete", "rule-broken", "crash", "stop-blocked", "never-ready",
                             * "no-mapi-call", "stub-not-loaded", "log-full", ... (causes.h) */
  char message[RIG_MESSAGE_BYTES]; /* one or two sentences: what, and the likely cause */
  uint32_t exit_code;
  bool exited;                  /* exit_code is the client's own, not the harness's doing */
  struct rig_finding *findings; /* one per rule, in the table's order */
  size_t finding_count;
  struct rig_hang *hangs; /* threads that were found hanging (hang.h) */
  size_t hang_count;
};

/* Judges a trace. Works on any bytes that rig_trace_open accepted. The caller frees *out with
 * rig_judgement_free. */
enum rig_status rig_judge(const struct rig_trace *trace, struct rig_judgement *out) RIG_CHECKED;
void rig_judgement_free(struct rig_judgement *judgement);

const char *rig_verdict_text(enum rig_verdict verdict); /* "pass", "fail", "not-exercised", "n/a" */
const char *rig_severity_text(enum rig_severity severity); /* "error", "warning", "none" */
const char *rig_outcome_text(enum rig_outcome outcome);

#endif
