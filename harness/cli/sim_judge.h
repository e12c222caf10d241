/*
 * From the reports of a scenario's simulations, one for each dialect, to a result: every path is
 * judged, the worst verdict of each rule is kept, and the outcome is that of the worst path.
 */
#ifndef RIG_CLI_SIM_JUDGE_H
#define RIG_CLI_SIM_JUDGE_H

#include "cli/sim_options.h"
#include "report/result.h"

/* Fills *result (zeroed but for file, name and replay). reports[i] is of options->dialects[i]. */
enum rig_status rig_sim_judge(const struct rig_cli_sim_options *options,
                              const struct rig_scenario *scenario,
                              struct rig_sim_report *const *reports, struct rig_symbols *symbols,
                              struct rig_result *result) RIG_CHECKED;

#endif
