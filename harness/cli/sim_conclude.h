/*
 * From the judgements of a scenario's paths to one. Internal to sim_judge.c and sim_conclude.c.
 */
#ifndef RIG_CLI_SIM_CONCLUDE_H
#define RIG_CLI_SIM_CONCLUDE_H

#include "cli/sim_told.h"
#include "judge/causes.h"
#include "report/result.h"

struct rig_sim_judging {
  const struct rig_cli_sim_options *options;
  const struct rig_scenario *scenario;
  struct rig_sim_report *const *reports;
  struct rig_symbols *symbols;
  struct rig_sim_judged *paths;
  size_t count;
};

/* The outcome becomes that of `cause`; a message of "" is the cause's own text. */
void rig_sim_settle(struct rig_judgement *judgement, enum rig_cause cause, const char *message);

/* The judgement of the worst path with the verdicts of all: at least one was judged. */
enum rig_status rig_sim_conclude(const struct rig_sim_judging *judging,
                                 struct rig_result *result) RIG_CHECKED;

#endif
