/*
 * Shards: a list of scenarios split between the machines of a CI matrix.
 */
#ifndef RIG_CLI_SHARD_H
#define RIG_CLI_SHARD_H

#include "cli/cli.h"
#include "cli/load.h"
#include "report/result.h"

/* Reads "K/N" (1/3 to 3/3). False after telling on standard error, in the name of `command`, what
 * is wrong. */
bool rig_shard_read(const struct rig_cli_command *command, const char *text, struct rig_shard *out);

/* Keeps the scenarios of shard out->index in `loaded` and frees the others; fills the rest of *out,
 * whose positions the caller frees with rig_shard_free. False when memory is short. A scenario's
 * shard follows from its name and the number of shards alone, so that one that is added moves no
 * other. */
bool rig_shard_take(struct rig_loaded *loaded, struct rig_shard *out);
void rig_shard_free(struct rig_shard *shard);

#endif
