/*
 * One scenario, run once (again when the first try gave no first record, or its log was full), as a
 * result.
 */
#ifndef RIG_CLI_ATTEMPT_H
#define RIG_CLI_ATTEMPT_H

#include "cli/confirm.h"
#include "live/live.h"
#include "report/result.h"

/* What all scenarios of a run share. */
struct rig_attempt {
  const struct rig_run_options *options;
  const char *client; /* path of the exe */
  struct rig_symbols *symbols;
  const struct rig_confirm *confirm; /* what the run is to show; NULL: whatever it does */
};

/* The role the scenario runs in: --as beats the scenario's, the default is service. */
enum rig_role rig_attempt_role(const struct rig_run_options *options,
                               const struct rig_scenario *scenario);

/* Runs and judges. Always fills *result: what failed outside the client is an invalid run with its
 * cause. `kept_name` is the name of the session file under --keep. */
void rig_attempt(const struct rig_attempt *attempt, struct rig_live *live,
                 const struct rig_scenario *scenario, const char *kept_name,
                 struct rig_result *result);

#endif
