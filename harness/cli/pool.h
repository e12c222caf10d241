/*
 * Workers: each has a prefix of its own and takes the next scenario; results keep the scenarios'
 * order.
 */
#ifndef RIG_CLI_POOL_H
#define RIG_CLI_POOL_H

#include "cli/attempt.h"
#include "cli/load.h"

/* Runs every scenario of `loaded` into results[0..count-1] and returns how many were run: fewer
 * than all after -x, after Ctrl-C, or when a prefix could not be opened, in which case `error`
 * holds one line (else it is ""). Those that were not run are left out, the others stay in order.
 * `done` is called on this thread for each result, in order. */
size_t rig_pool_run(const struct rig_attempt *attempt, const struct rig_loaded *loaded,
                    struct rig_result *results,
                    void (*done)(void *context, const struct rig_result *result), void *context,
                    char *error, size_t size);

/* From now on Ctrl-C (and SIGTERM, SIGHUP) ends every run within 2 s; a second one ends mapirig at
 * once. */
void rig_pool_catch_signals(void);
bool rig_pool_interrupted(void);

#endif
