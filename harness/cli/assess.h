/*
 * From a trace to a result: judged, held against its scenario, its evidence read out. The same for
 * a run and for a session file that is judged again.
 */
#ifndef RIG_CLI_ASSESS_H
#define RIG_CLI_ASSESS_H

#include "judge/causes.h"
#include "report/result.h"
#include "scenario/scenario.h"

/* What the harness itself saw, which no trace can tell; "" if nothing. */
struct rig_seen {
  const char *cause;
  const char *message;
};

/* Fills the judgement, expectations and places of `result`. `scenario` may be NULL. */
enum rig_status rig_assess(const struct rig_trace *trace, const struct rig_scenario *scenario,
                           const struct rig_seen *seen, struct rig_symbols *symbols,
                           struct rig_result *result) RIG_CHECKED;

/* A result without a trace: this cause, and its message ("": the cause's own text). */
void rig_assess_invalid(struct rig_result *result, enum rig_cause cause, const char *message);

#endif
