/*
 * The two things that `mapirig sim` does with scenarios that are loaded and a program that can be:
 * exploring each, and running one schedule of one.
 */
#ifndef RIG_CLI_SIM_RUN_H
#define RIG_CLI_SIM_RUN_H

#include "cli/load.h"
#include "cli/sim_options.h"

/* How long one look for a simulation that has ended takes. */
#define RIG_SIM_WAIT_MS 200u

/* Simulates every scenario, prints and writes what was asked for. Returns the exit status. */
int rig_sim_run(const struct rig_cli_sim_options *options, struct rig_loaded *loaded);

/* Runs options->replay of the one scenario, in the first dialect alone: its steps, its records,
 * what the judge makes of it. Returns the exit status. */
int rig_sim_replay(struct rig_cli_sim_options *options, const struct rig_loaded *loaded);

#endif
