/*
 * A schedule in words: a line for each step, made from the records that it wrote.
 */
#ifndef RIG_CLI_SIM_WORDS_H
#define RIG_CLI_SIM_WORDS_H

#include "core/trace.h"
#include "sim/simulate.h"

/* The lines of the path, path->step_count of them, each owned by the caller; NULL without memory.
 */
char **rig_sim_words(const struct rig_trace *trace, const struct rig_sim_path *path);

#endif
