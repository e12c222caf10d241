/*
 * `mapirig sim --follow SESSION`: does the simulator know this run (sim/follow/follow.h)?
 */
#ifndef RIG_CLI_SIM_FOLLOW_H
#define RIG_CLI_SIM_FOLLOW_H

#include "cli/sim_options.h"

/* Follows options->follow and prints what came of it; the exit status. */
int rig_sim_follow(const struct rig_cli_sim_options *options);

#endif
