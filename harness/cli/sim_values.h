/*
 * Values of the options of `mapirig sim`. Each reader returns false after it has told what is
 * wrong.
 */
#ifndef RIG_CLI_SIM_VALUES_H
#define RIG_CLI_SIM_VALUES_H

#include "cli/sim_options.h"

bool rig_sim_read_pump(const char *text,
                       struct rig_cli_sim_options *out); /* OBJ[,OBJ..][:SYMBOL] */
bool rig_sim_read_dialect(const char *word, struct rig_cli_sim_options *out);
bool rig_sim_read_mode(const char *word, struct rig_cli_sim_options *out);
bool rig_sim_read_guard(const char *word, struct rig_cli_sim_options *out);  /* NULL: none given */
bool rig_sim_read_bounds(const char *text, struct rig_cli_sim_options *out); /* NAME=N,... */

#endif
